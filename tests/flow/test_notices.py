"""Troubles reach the channels that `ops.to` names, once each, beginning and end."""

from datetime import UTC, datetime
from pathlib import Path

from bot.config import Config
from bot.desk import Setting
from bot.notices import tell
from bot.outward import send_test
from state import ops
from state.ops import Trouble

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_trouble_and_its_end_go_to_the_ops_channel_once(tmp_path: Path) -> None:
    channels = {"people": {"kind": "console"}, "crew": {"kind": "console"}}
    here = Setting(Config.model_validate({"channels": channels, "ops": {"to": ["crew"]}}), tmp_path / "w.db")
    trouble = Trouble("a", "poll", "failed", "a failed", "a works again")
    own = Trouble("crew", "delivery", "delivery", "the channel crew is broken", "crew works again")
    for found in ([trouble, own], [trouble, own], []):
        ops.settle(here.db, found, ["poll", "delivery"], ["a", "crew"], NOW)
        tell(here, NOW)
    query = "SELECT d.channel, n.text FROM deliveries d JOIN notices n ON n.id = d.notice ORDER BY d.id"
    assert [tuple(row) for row in here.db.execute(query)] == [("crew", "a failed"), ("crew", "a works again")]
    assert send_test(here, NOW) == 0
    assert here.db.execute("SELECT count(*) FROM deliveries WHERE status = 'sent'").fetchone()[0] == 4
    here.db.close()

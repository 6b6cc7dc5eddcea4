"""A source in the shadow says nothing to anybody until a person trusts it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config
from bot.context import RunContext
from bot.deliver.routes import routing
from bot.render.terminal import notices
from bot.run.sources import effective_mode
from sources import all_sources
from sources.iso import deliverables
from state import corrections, outbox
from tests.flow.test_real_committees import call
from tests.opened import opened
from tests.worlds.committee_list import SAC, row
from tests.worlds.iso import deliverable, poll_committees, poll_deliverables, told


@pytest.fixture
def loud(desk: RunContext) -> RunContext:
    return replace(desk, routing=routing(Config()))


def test_a_shadow_source_alerts_in_the_shadow_and_delivers_after_it_is_trusted(loud: RunContext) -> None:
    poll_committees(loud, [row(10, SAC)], 0)
    before = len(outbox.listing(loud.db))
    poll_deliverables(loud, [deliverable(1, 4000)], 0, mode="shadow")
    poll_deliverables(loud, [deliverable(1, 4020)], 1, mode="shadow")
    assert told(loud, "shadow") == [("ballot-opened", "1")]
    assert len(outbox.listing(loud.db)) == before
    corrections.approve(loud.db, deliverables.source.name)
    poll_deliverables(loud, [deliverable(1, 4060)], 2, mode="shadow")
    assert told(loud, "new") == [("ballot-closed", "1")]
    assert len(outbox.listing(loud.db)) == before + 1
    corrections.revoke(loud.db, deliverables.source.name)
    poll_deliverables(loud, [deliverable(1, 4099)], 3, mode="shadow")
    assert told(loud, "shadow")[-1] == ("approved", "1")


def test_the_command_and_the_mode_that_sources_shows(tmp_path: Path) -> None:
    db = tmp_path / "w.db"
    opened(db)

    def mode() -> str:
        return next(each["mode"] for each in call(db, "sources") if each["source"] == "iso-standard-pages")

    assert mode() == "shadow"
    assert call(db, "trust", "iso-standard-pages") == [{"source": "iso-standard-pages", "mode": "live", "declared": "shadow"}]
    assert mode() == "live"
    call(db, "trust", "iso-standard-pages", "--off")
    assert mode() == "shadow"


def test_page_sources_are_off_and_in_the_shadow(desk: RunContext) -> None:
    for name in ("iso-standard-pages", "iso-committee-pages"):
        source = all_sources()[name]
        assert (source.enabled, effective_mode(desk.db, source).mode) == (False, "shadow")


def test_notices_are_given_once() -> None:
    assert notices(["iso-committees", "iso-deliverables", "iso-deliverables", None, "gone"]) == [
        "Contains information from ISO Open Data, made available under the ODC Attribution License."
    ]

"""Routes and the configuration of channels: which alerts go where, and what a wrong key is told."""

from pathlib import Path

import pytest

from bot.config import load_config
from bot.deliver.factory import ready_channels
from bot.deliver.routes import routing
from bot.errors import ConfigError
from state.model import Alert
from state.outbox import Destination
from state.queries import history
from tests.worlds.alert_rows import alert, fresh, queue

CHANNELS = """
[channels.console]
kind = "console"
[channels.policy]
kind = "slack"
channel = "#standards"
quiet_hours = "20:00-7:30"
daily_cap = 30
[channels.desk]
kind = "email"
to = ["a@example.org", "b@example.org"]
host = "smtp.example.org"
"""


def goes(tmp_path: Path, routes: str, told: Alert, body: str = "ISO") -> list[tuple[str, str]]:
    path = tmp_path / "c.toml"
    path.write_text(CHANNELS + routes)
    return [(place.channel, place.target) for place in routing(load_config(path)).of(told, body)]


def baseline(watchlist: str = "china") -> Alert:
    return Alert(watchlist, "baseline", "info", "China holds 90 secretariats")


def test_without_routes_all_but_mail(tmp_path: Path) -> None:
    assert goes(tmp_path, "", alert(1)) == [("console", ""), ("policy", "")]


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ('watchlists = ["china"]', True), ('min_severity = "major"', True), ('events = ["role-lost"]', False),
        ('events = ["role-gained"]', True), ('bodies = ["ITU"]', False), ('bodies = ["ISO", "ITU"]', True),
        ('topics = ["ai"]', False),
    ],
)  # fmt: skip
def test_filters(tmp_path: Path, keys: str, wanted: bool) -> None:
    assert bool(goes(tmp_path, f'[[routes]]\n{keys}\nto = ["policy"]', alert(1))) is wanted


def test_a_topic_in_common_is_enough(tmp_path: Path) -> None:
    told = Alert("china", "role-gained", "major", "x", topics=("robotics", "ai"))
    assert goes(tmp_path, '[[routes]]\ntopics = ["robotics", "energy"]\nto = ["policy"]', told) == [("policy", "")]


@pytest.mark.parametrize(
    ("routes", "unwanted"),
    [
        ("", 0),
        ('[[routes]]\nto = ["policy"]', 0),
        ('[[routes]]\nevents = ["role-lost"]\nto = ["policy"]', 2),
        ('[[routes]]\nevents = ["role-gained"]\ndigest_only = true', 0),
    ],
)
def test_alerts_that_no_route_wants_are_counted(tmp_path: Path, routes: str, unwanted: int) -> None:
    path, db = tmp_path / "c.toml", fresh(tmp_path)
    path.write_text(CHANNELS + routes)
    queue(db, [alert(1), alert(2)])
    queue(db, [alert(3)], Destination("policy"))
    assert routing(load_config(path)).unwanted(history.alerts(db, status="new")) == unwanted


def test_with_mail_alone_and_no_route_nobody_is_told(tmp_path: Path) -> None:
    path, db = tmp_path / "c.toml", fresh(tmp_path)
    path.write_text(CHANNELS[CHANNELS.index("[channels.desk]") :])
    queue(db, [alert(1)])
    assert routing(load_config(path)).unwanted(history.alerts(db, status="new")) == 1


def test_severity_below_the_route_is_not_told(tmp_path: Path) -> None:
    assert goes(tmp_path, '[[routes]]\nto = ["policy"]', alert(1, severity="info")) == []


def test_mail_goes_to_each_recipient_and_two_routes_tell_once(tmp_path: Path) -> None:
    routes = '[[routes]]\nto = ["desk", "policy"]\n[[routes]]\nto = ["policy"]'
    assert goes(tmp_path, routes, alert(1)) == [("desk", "a@example.org"), ("desk", "b@example.org"), ("policy", "")]


def test_digest_only_keeps_an_alert_out_of_all_channels(tmp_path: Path) -> None:
    routes = '[[routes]]\nto = ["policy"]\n[[routes]]\nbodies = ["ISO"]\ndigest_only = true'
    assert goes(tmp_path, routes, alert(1)) == []
    assert goes(tmp_path, routes, alert(1), body="ITU") == [("policy", "")]


def test_a_baseline_goes_where_its_alerts_may_go(tmp_path: Path) -> None:
    routes = '[[routes]]\nevents = ["role-gained"]\nmin_severity = "major"\nto = ["policy"]'
    assert goes(tmp_path, routes, baseline()) == [("policy", "")]
    assert goes(tmp_path, '[[routes]]\nbodies = ["ITU"]\nto = ["policy"]', baseline()) == []


def test_a_digest_only_route_does_not_keep_back_a_baseline(tmp_path: Path) -> None:
    routes = '[[routes]]\nevents = ["role-lost"]\ndigest_only = true\n[[routes]]\nto = ["policy"]'
    assert goes(tmp_path, routes, baseline()) == [("policy", "")]
    assert goes(tmp_path, "[[routes]]\ndigest_only = true", baseline()) == []


@pytest.mark.parametrize(("key", "above"), [("", 10), ("summary_above = 3", 3), ("summary_above = 0", None)])
def test_how_many_alerts_are_told_one_by_one(tmp_path: Path, key: str, above: int | None) -> None:
    path = tmp_path / "c.toml"
    path.write_text(f'[channels.policy]\nkind = "slack"\nchannel = "#standards"\n{key}\n')
    (place,) = routing(load_config(path)).of(alert(1), "ISO")
    assert place.summary_above == above


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[routes]]\nto = ["nowhere"]', "line 14: routes.0.to: there is no channel 'nowhere'"),
        ('[[routes]]\nto = ["desk"]\n[[routes]]\nto = ["nowhere"]', "line 16: routes.1.to: there is no channel 'nowhere'"),
        ('[[routes]]\nmin_severity = "major"', "a route needs either channels in to, or digest_only"),
        ('[digests.weekly]\nto = ["policy"]', "a digest is a mail"),
        ('[digests.weekly]\nwatchlists = ["mars"]\nto = ["desk"]', "there is no watchlist 'mars'"),
        ('[digests.weekly]\nat = "Monday 7"', "line 14: digests.weekly.at: give a day"),
        ('[ops]\nto = ["x"]', "ops.to: there is no channel 'x'"),
        ('[channels.more]\nkind = "slack"', "a channel of kind slack needs channel"),
        ("[privacy]\nnames_days = 0", "line 14: privacy.names_days: Input should be greater than or equal to 1."),
        ("[privacy]\nnames_days = true", "line 14: privacy.names_days: Input should be a valid integer."),
        ('[privacy]\nnames_days = "730"', "line 14: privacy.names_days: Input should be a valid integer."),
        ("[privacy]\nname_days = 730", "line 14: privacy.name_days: is not a key of this file; did you mean names_days?"),
        ('[channels.more]\nkind = "console"\nquiet_hours = "night"', "give two times"),
    ],
)
def test_a_wrong_key_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(CHANNELS + text)
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert told in str(error.value)


def test_a_channel_without_its_secret_says_which(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(CHANNELS + 'sender = "watch@example.org"\n')
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        ready_channels(load_config(path), {}, tmp_path / "w.db")
    made = ready_channels(load_config(path), {"SLACK_BOT_TOKEN": "xoxb-1"}, tmp_path / "w.db")
    assert made["policy"].hours.daily_cap == 30
    assert made["policy"].pace_s == 1.0

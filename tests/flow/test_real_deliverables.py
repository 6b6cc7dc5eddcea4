"""ISO's deliverables of two dates of 2025, with the committees that own them."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from bot.decide.names import tags_named
from tests.flow.test_real_committees import CAPTURES, call
from tests.shared import shared

DELIVERABLES = "real/iso/deliverables-2025-05-01_06-02"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("deliverables") / "w.db"
    runs = call(path, "replay", str(shared(f"{DELIVERABLES}.warc.gz")), str(shared(CAPTURES)))
    mine = [run for run in runs if run["source"] == "iso-deliverables"]
    assert [(run["status"], run["records"], run["removed"]) for run in mine] == [("baseline", 27003, 0), ("ok", 27247, 0)]
    return path


def test_changes_are_counted_as_known(db: Path) -> None:
    expected = orjson.loads(shared(f"{DELIVERABLES}.expected.json").read_bytes())
    changes = call(db, "changes", "--source", "iso-deliverables")
    by_field = Counter(change["field"] for change in changes if change["kind"] == "changed")
    assert {name: by_field[name] for name in ("stage", "reference", "ownerCommittee", "title", "publicationDate")} == {
        name: expected[name] for name in ("stage", "reference", "ownerCommittee", "title", "publicationDate")
    }
    assert Counter(change["kind"] for change in changes)["added"] == expected["added"]
    assert len({change["record"] for change in changes if change["kind"] == "changed"}) == expected["changed_records"]
    assert by_field.keys() <= {*expected, "title_fr", "type", "ics", "edition"}


def test_stage_events_of_led_committees(db: Path) -> None:
    alerts = [alert for alert in call(db, "alerts") if alert["source"] == "iso-deliverables"]
    assert {alert["observed_at"][:10] for alert in alerts} == {"2025-06-02"}
    assert {(alert["country"], alert["party"], alert["role"]) for alert in alerts} == {("CN", "SAC", "secretariat-of-owner")}
    stages = [alert for alert in alerts if alert["field"] == "stage"]
    for alert in stages:
        assert alert["reference"] in alert["headline"]
        assert alert["title"][:60].rpartition(" ")[0] in alert["headline"]
        assert alert["reasons"][0].startswith(f"stage: {alert['after']}")
        assert f"printed: “{alert['evidence']['text'].removeprefix('ownerCommittee: ')}” (ownerCommittee)" in alert["reasons"]
    opened = {alert["reference"]: alert["due"] for alert in stages if alert["after"] == "40.20"}
    assert opened == {"ISO/DIS 18379-1": "2025-08-25", "ISO/DIS 8159": "2025-08-25", "ISO/DIS 21370": "2025-08-25"}
    assert all(alert["due_estimated"] for alert in stages if alert["due"])
    (moved,) = [alert for alert in alerts if alert["event"] == "moved"]
    assert moved["headline"] == "59 documents moved from ISO/TC 249 to ISO/TC 249/SC 1"


def test_every_notable_step_in_a_led_committee_is_told(db: Path) -> None:
    led = {row["record"] for row in call(db, "leaders", "--role", "secretariat-of-owner", "--country", "CN", "--on", "2025-06-05")}
    changes = call(db, "changes", "--source", "iso-deliverables")
    steps = {change["record"]: change["after"] for change in changes if change["field"] == "stage" and change["record"] in led}
    opened = {record for record, after in steps.items() if after in ("40.20", "40.60", "50.20", "60.60", "90.92")}
    assert opened
    assert opened <= {alert["record"] for alert in call(db, "alerts")}


def test_deliverables_follow_the_hand_over_of_their_committee(db: Path) -> None:
    def on(day: str) -> set[str]:
        rows = call(db, "leaders", "--role", "secretariat-of-owner", "--on", day)
        return {row["party"] for row in rows if "ISO/TC 269/SC 1" in row["evidence"]["text"]}

    assert on("2025-06-30") == {"SAC"}
    assert on("2025-07-02") == {"AFNOR"}
    unknown = [row for row in call(db, "leaders", "--role", "secretariat-of-owner") if row["country"] is None]
    assert {"ISO/TMBG", "ISO/CASCO", "IULTCS"} <= {row["party"] for row in unknown}


def test_show_tells_the_stage_in_words_who_takes_part_and_the_licence(db: Path) -> None:
    (shown,) = call(db, "show", "ISO/DIS 21370")
    assert shown["presence"]["committee"] == "ISO/TC 249/SC 1"
    members = [*shown["presence"]["takes_part"], *shown["presence"]["observes"], *shown["presence"]["absent"]]
    assert len(members) == len(set(members)) == 30


def test_dates_to_act_on_are_soonest_first_with_their_rule_and_who_of_us_is_there(db: Path) -> None:
    every = call(db, "due", "--on", "2025-07-01", "--days", "120")
    assert [row["date"] for row in every] == sorted(row["date"] for row in every)
    assert {"2025-07-28", "2025-08-25"} <= {row["date"] for row in every}
    assert all("2025-07-01" <= row["date"] <= "2025-10-29" for row in every)
    assert all(row["estimated"] and " weeks from 2025-0" in row["rule"] for row in every)
    opened = {a["record"]: a["due"] for a in call(db, "alerts") if a["source"] == "iso-deliverables" and a["due"]}
    dated = {row["record"]: row["date"] for row in every}
    assert {key: dated.get(key) for key in opened} == opened
    alone = call(db, "due", "--on", "2025-07-01", "--days", "120", "--country", "DE", "--absent", "--topic", "digital")
    assert 0 < len(alone) < len(every)
    assert all(row["participation_known"] and not row["present"] and tags_named(["digital"]) & {*row["topics"]} for row in alone)

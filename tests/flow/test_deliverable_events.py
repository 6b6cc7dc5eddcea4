"""Events of deliverables: stages, ballots, moves and successors, each told once; and answers that are not right."""

from bot.context import RunContext
from state.queries import history
from tests.worlds.committee_list import DIN, SAC, row
from tests.worlds.iso import deliverable, owners_on, poll_committees, poll_deliverables, told

LED, OTHER = row(10, SAC), row(11, DIN)


def alerts(desk: RunContext) -> list[dict]:
    return list(history.alerts(desk.db))


def test_a_stage_of_a_led_committee_is_told_with_its_words_and_an_estimated_closing_date(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1, 4000), deliverable(2, 4000, "ISO/TC 11")], 0)
    run = poll_deliverables(desk, [deliverable(1, 4020), deliverable(2, 4020, "ISO/TC 11")], 1)
    assert (run.status, run.changed, run.alerts) == ("ok", 2, 1)
    (alert,) = alerts(desk)
    assert (alert["event"], alert["record"], alert["country"], alert["party"]) == ("ballot-opened", "1", "CN", "SAC")
    assert (alert["field"], alert["before"], alert["after"]) == ("stage", "40.00", "40.20")
    assert alert["headline"].startswith("DIS ballot opened: ISO/CD 1 ")
    assert (alert["due"], alert["due_estimated"]) == ("2026-04-08", True)  # twelve weeks after 2026-01-14
    assert "ISO/TC 10" in alert["evidence"]["text"]
    assert "led by: SAC (China), secretariat of ISO/TC 10" in alert["reasons"]
    assert "stage: 40.20, before 40.00 (draft standard (DIS) registered)" in alert["reasons"]


def test_a_block_move_is_one_event(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(n) for n in range(1, 12)], 0)
    moved = [deliverable(n, owner="ISO/TC 11") for n in range(1, 11)]
    poll_deliverables(desk, [*moved, deliverable(11, 3020)], 1)
    assert told(desk) == [("moved", "1"), ("consultation-opened", "11")]
    first = alerts(desk)[0]
    assert first["reasons"][0] == "led by: SAC (China), secretariat of ISO/TC 10; now DIN (Germany), secretariat of ISO/TC 11"
    assert first["reasons"][1].startswith("documents: ISO/CD 1, ")
    assert first["reasons"][1].endswith("and 2 more")
    assert first["headline"] == "10 documents moved from ISO/TC 10 to ISO/TC 11"


def test_successor_and_predecessor_are_one_event(desk: RunContext) -> None:
    poll_committees(desk, [LED], 0)
    old, new = {"reference": "ISO 5:2015"}, {"reference": "ISO 5"}
    poll_deliverables(desk, [deliverable(1, 9092, **old), deliverable(2, 6000, **new), deliverable(3, 9060)], 0)
    published = deliverable(2, 6060, reference="ISO 5:2026", publicationDate="2026-01-12")
    poll_deliverables(desk, [deliverable(1, 9599, **old, replacedBy=[2]), published, deliverable(3, 9599)], 1)
    assert sorted(told(desk)) == [("published", "2"), ("withdrawn", "3")]
    (reasons,) = [a["reasons"] for a in alerts(desk) if a["record"] == "2"]
    assert "replaces: ISO 5:2015, now withdrawn" in reasons


def test_a_reference_that_follows_its_stage_is_no_event_of_its_own(desk: RunContext) -> None:
    poll_committees(desk, [LED], 0)
    poll_deliverables(desk, [deliverable(1, 3099)], 0)
    run = poll_deliverables(desk, [deliverable(1, 4020, reference="ISO/DIS 1")], 1)
    assert [c["field"] for c in history.changes(desk.db, "iso-deliverables")] == ["reference", "stage"]
    assert run.alerts == 1


def test_a_deliverable_that_is_no_longer_listed_is_told_and_closed(desk: RunContext) -> None:
    poll_committees(desk, [LED], 0)
    rows = [deliverable(1), deliverable(2), deliverable(3)]
    for week, some in enumerate([rows, rows[:2], rows[:2]]):
        poll_deliverables(desk, some, week)
    assert told(desk) == [("item-removed", "3")]
    assert set(owners_on(desk, 2)) == {"1", "2"}


def test_who_takes_part_is_told_with_a_led_committee_and_its_deliverables(desk: RunContext) -> None:
    poll_committees(desk, [row(10, SAC, [DIN, (1738, "AFNOR")], [(1990, "NEN")])], 0)
    poll_deliverables(desk, [deliverable(1, 4000)], 0)
    poll_deliverables(desk, [deliverable(1, 4020)], 1)
    (line,) = [reason for reason in alerts(desk)[0]["reasons"] if "EU/EEA" in reason]
    assert line.startswith("EU/EEA in ISO/TC 10: 2 take part, ")
    assert "(AT BE " in line
    assert " DE " not in line.partition("(")[2]


def test_two_lines_of_one_id_hold_the_run(desk: RunContext) -> None:
    assert poll_deliverables(desk, [deliverable(1), deliverable(2), deliverable(1)], 0).status == "quarantined"
    poll_deliverables(desk, [deliverable(1), deliverable(2)], 1)
    run = poll_deliverables(desk, [deliverable(1), deliverable(2), deliverable(2, 4000)], 2)
    assert (run.status, run.changed) == ("quarantined", 0)
    assert list(history.changes(desk.db)) == []


def test_titles_that_vanish_hold_the_run(desk: RunContext) -> None:
    poll_deliverables(desk, [deliverable(1), deliverable(2)], 0)
    bare = {key: value for key, value in deliverable(2, 4000).items() if key != "title"}
    assert poll_deliverables(desk, [deliverable(1), bare], 1).status == "quarantined"


def test_an_unknown_column_is_noted_and_a_broken_line_fails(desk: RunContext) -> None:
    assert poll_deliverables(desk, [deliverable(1, price=5)], 0).notes == {"unread: price": 1}
    run = poll_deliverables(desk, [{**deliverable(1), "currentStage": "soon"}], 1)
    assert run.status == "failed"
    assert "Stage" in (run.error or "")

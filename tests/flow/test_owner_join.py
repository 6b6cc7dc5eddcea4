"""Deliverables and the committees that own them: who leads, when, and what is told once."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribute import load_attributor
from bot.attribute.owner import by_owner
from bot.context import RunContext
from bot.run.attribution import correct, undo
from bot.run.backtest import backtest
from bot.run.replay import replay, sessions
from sources.base import Claim, Evidence, Follow, Page, Record
from sources.iso import committees, deliverables
from state.db import connection_of, open_database, write
from state.encode import stamp
from state.queries import history
from state.queries.committees import load_owners
from tests.worlds.committee_list import DIN, SAC, day, jsonl, row, warc
from tests.worlds.committee_list import committees as all_committees
from tests.worlds.iso import FEW, deliverable, owners_on, poll_committees, poll_deliverables, told

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
    assert "draft standard (DIS) registered → DIS ballot opened" in alert["headline"]
    assert (alert["due"], alert["due_estimated"]) == ("2026-04-08", True)  # twelve weeks after 2026-01-14
    assert "ISO/TC 10" in alert["evidence"]["text"]
    assert "SAC" in alert["evidence"]["text"]


def test_owners_without_a_committee_row_or_none_are_unknown(desk: RunContext) -> None:
    poll_committees(desk, [LED, row(12, None)], 0)
    rows = [deliverable(1), deliverable(2, owner="ISO/TMBG"), deliverable(3, owner=None), deliverable(4, owner="ISO/TC 12")]
    assert poll_deliverables(desk, rows, 0).status == "baseline"
    assert owners_on(desk, 0) == {"1": ("CN", "SAC"), "2": (None, "ISO/TMBG"), "4": (None, "ISO/TC 12")}


def test_a_hand_over_is_one_event_and_the_deliverables_follow(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    rows = [deliverable(n) for n in range(1, 6)]
    poll_deliverables(desk, rows, 0)
    poll_committees(desk, [row(10, DIN), OTHER], 1)
    assert told(desk) == [("role-passed", "900010")]
    assert set(owners_on(desk, 0).values()) == {("CN", "SAC")}
    assert set(owners_on(desk, 1).values()) == {("DE", "DIN")}
    assert poll_deliverables(desk, rows, 2).status == "unchanged"
    poll_deliverables(desk, [deliverable(1, 4020), *rows[1:]], 3)
    assert told(desk) == [("role-passed", "900010")]  # China's no more


def test_a_former_reference_still_finds_its_committee(desk: RunContext) -> None:
    poll_committees(desk, [LED], 0)
    renamed = {**LED, "reference": "ISO/TC 510"}
    poll_committees(desk, [renamed], 1)
    poll_deliverables(desk, [deliverable(1), deliverable(2, owner="ISO/TC 510")], 1)
    assert set(owners_on(desk, 1).values()) == {("CN", "SAC")}
    poll_deliverables(desk, [deliverable(1, owner="ISO/TC 510"), deliverable(2, owner="ISO/TC 510")], 2)
    assert told(desk) == []  # the committee changed its name, the document did not move
    poll_committees(desk, [{**renamed, "secretariat": {"id": 1511, "acronym": "DIN"}}], 3)
    assert set(owners_on(desk, 3).values()) == {("DE", "DIN")}


def test_a_name_that_deliverables_use_before_the_committees_do(desk: RunContext) -> None:
    poll_committees(desk, [LED], 0)
    poll_deliverables(desk, [deliverable(1)], 0)
    poll_deliverables(desk, [deliverable(1, owner="ISO/TC 510")], 1)
    assert owners_on(desk, 1) == {"1": (None, "ISO/TC 510")}
    poll_committees(desk, [{**LED, "reference": "ISO/TC 510"}], 2)
    assert owners_on(desk, 1) == owners_on(desk, 2) == {"1": ("CN", "SAC")}


def test_deliverables_read_before_their_committees_are_led_once_those_come_and_nothing_is_told_late(desk: RunContext) -> None:
    poll_deliverables(desk, [deliverable(1, 4000), deliverable(2)], 0)
    poll_deliverables(desk, [deliverable(1, 4020), deliverable(2)], 1)
    assert set(owners_on(desk, 0).values()) == {(None, "ISO/TC 10")}
    poll_committees(desk, [LED], 2)
    assert set(owners_on(desk, 0).values()) == {("CN", "SAC")}
    assert told(desk) == []
    with write(desk.db) as connection:  # nor is it predicted: nobody knew then
        assert list(backtest(connection, [deliverables.source], desk.attributor, desk.watchlists)) == []
    poll_deliverables(desk, [deliverable(1, 4040), deliverable(2, 4020)], 3)
    assert ("ballot-opened", "2") in told(desk)


def test_deliverables_learn_of_their_committee_though_it_has_no_secretariat(desk: RunContext) -> None:
    poll_deliverables(desk, [deliverable(1)], 0)
    poll_committees(desk, [row(10, None)], 1)
    (row_,) = desk.db.query("SELECT rule, country, via FROM attributions WHERE role = 'secretariat-of-owner'")
    assert (row_["rule"], row_["country"], row_["via"]) == ("owner-without-secretariat", None, "900010")


def test_deliverables_follow_what_a_new_parser_makes_of_their_committee(desk: RunContext, tmp_path: Path) -> None:
    week = warc(tmp_path / "week.warc.gz", [jsonl(all_committees(30))])
    few = replace(committees.source, expect=FEW)

    def misread(page: Page) -> Iterator[Record | Follow]:
        for item in committees.source.parse(page):
            assert isinstance(item, Record)
            yield replace(item, claims=tuple(replace(claim, party="DIN", party_id="1511") for claim in item.claims))

    replay(desk, sessions([week], [replace(few, parse=misread)])[0])
    poll_deliverables(desk, [deliverable(1)], 0)
    assert set(owners_on(desk, 0).values()) == {("DE", "DIN")}
    later = warc(tmp_path / "later.warc.gz", [jsonl(all_committees(30))], first=1)
    replay(desk, sessions([later], [replace(few, parser_version=few.parser_version + 1)])[0])
    assert set(owners_on(desk, 1).values()) == {("CN", "SAC")}
    assert told(desk) == []


def test_an_owner_that_was_misread_was_never_one(desk: RunContext, tmp_path: Path) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    few = replace(deliverables.source, expect=FEW)

    def misread(page: Page) -> Iterator[Record | Follow]:
        for item in few.parse(page):
            assert isinstance(item, Record)
            yield replace(item, claims=tuple(replace(claim, party="ISO/TC 11") for claim in item.claims))

    lines = jsonl([deliverable(1), deliverable(2, owner="ISO/TC 11")])
    weeks = [warc(tmp_path / f"{n}.warc.gz", [lines], deliverables.ADDRESS, first=n) for n in (0, 1)]
    replay(desk, sessions(weeks[:1], [replace(few, parse=misread)])[0])
    assert set(owners_on(desk, 0).values()) == {("DE", "DIN")}
    run = replay(desk, sessions(weeks[1:], [replace(few, parser_version=few.parser_version + 1)])[0])
    assert (run.status, run.alerts) == ("unchanged", 0)
    assert owners_on(desk, 0) == owners_on(desk, 1) == {"1": ("CN", "SAC"), "2": ("DE", "DIN")}
    assert desk.db["owners"].count == 2


def test_what_happened_in_a_committee_that_was_not_listed_yet_is_not_told_late(desk: RunContext) -> None:
    poll_committees(desk, [OTHER], 0)
    poll_deliverables(desk, [deliverable(1, 4000)], 0)
    poll_deliverables(desk, [deliverable(1, 4020)], 1)
    poll_committees(desk, [OTHER, LED], 2)
    assert told(desk) == [("role-gained", "900010")]
    assert owners_on(desk, 0) == owners_on(desk, 2) == {"1": ("CN", "SAC")}


@pytest.mark.parametrize("committees_first", [True, False])
def test_history_is_the_same_whatever_is_read_first(desk: RunContext, committees_first: bool) -> None:
    weeks_of_deliverables = [(0, [deliverable(1), deliverable(2)]), (1, [deliverable(1, owner="ISO/TC 11"), deliverable(2, 4020)])]
    weeks_of_committees = [(2, [LED, OTHER]), (3, [row(10, DIN), OTHER]), (4, [row(10, DIN), row(11, SAC)])]
    polls = [(poll_committees, *each) for each in weeks_of_committees]
    others = [(poll_deliverables, *each) for each in weeks_of_deliverables]
    for poll, week, rows in [*polls, *others] if committees_first else [*others, *polls]:
        poll(desk, rows, week)
    assert owners_on(desk, 0) == {"1": ("CN", "SAC"), "2": ("CN", "SAC")}
    assert owners_on(desk, 2) == {"1": ("DE", "DIN"), "2": ("CN", "SAC")}
    assert owners_on(desk, 3) == {"1": ("DE", "DIN"), "2": ("DE", "DIN")}
    assert owners_on(desk, 4) == {"1": ("CN", "SAC"), "2": ("DE", "DIN")}
    about_deliverables = [(event, key) for event, key in told(desk) if key in ("1", "2")]
    assert sorted(about_deliverables) == ([("ballot-opened", "2"), ("moved", "1")] if committees_first else [])


def test_a_secretariat_that_passes_writes_nothing_of_what_the_committee_owns(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(n) for n in range(1, 6)], 0)
    before = list(desk.db.query("SELECT * FROM owners"))
    poll_committees(desk, [row(10, DIN), OTHER], 1)
    assert list(desk.db.query("SELECT * FROM owners")) == before
    rows = list(desk.db.query("SELECT * FROM attributions WHERE role = 'secretariat-of-owner' ORDER BY record, valid_from"))
    assert [(row["party"], row["valid_from"][:10], row["valid_to"]) for row in rows if row["record"] == rows[0]["record"]] == [
        ("SAC", "2026-01-07", stamp(day(1))), ("DIN", "2026-01-14", None),
    ]  # fmt: skip


def test_what_is_said_of_a_committee_counts_for_what_it_owns_and_what_is_said_of_one_of_these_for_that(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1), deliverable(2)], 0)
    first, _ = correct(desk, "ISO/TC 10", "secretariat", "sac", "HK", "the desk moved")
    assert owners_on(desk, 0) == {"1": ("HK", "SAC"), "2": ("HK", "SAC")}
    second, _ = correct(desk, "ISO/CD 2", "secretariat-of-owner", "", "KR", "led from Seoul")
    assert owners_on(desk, 0) == {"1": ("HK", "SAC"), "2": ("KR", "SAC")}
    undo(desk, first)
    assert owners_on(desk, 1) == {"1": ("CN", "SAC"), "2": ("KR", "SAC")}
    poll_deliverables(desk, [deliverable(1), deliverable(2, 4020)], 1)
    assert told(desk) == []  # for China it would be news
    undo(desk, second)
    assert set(owners_on(desk, 1).values()) == {("CN", "SAC")}


OWNERS = ("ISO/TC 10", "ISO/TC 11", "ISO/TC 510", "ISO/TMBG", None)
steps = st.lists(
    st.tuples(
        st.sampled_from([SAC, DIN, None]), st.sampled_from([SAC, DIN, None]), st.booleans(), st.booleans(), st.sampled_from(OWNERS),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(steps, st.integers(0, 2))
def test_the_rule_and_the_view_say_the_same_on_every_day_in_whatever_order_it_is_read(
    weeks: list[tuple[Any, Any, bool, bool, str | None]], order: int
) -> None:
    """The committees change hands and names, or are gone, and a deliverable moves among them."""
    polls: list[list[tuple[Callable[..., Any], list[Any], int]]] = [[], []]
    for week, (one, other, renamed, listed, owner) in enumerate(weeks):
        rows = [
            {**row(10, one), "reference": "ISO/TC 510" if renamed else "ISO/TC 10"},
            *([row(11, other)] if listed else []),
            row(12),
        ]
        polls[0].append((poll_committees, rows, week))
        polls[1].append((poll_deliverables, [deliverable(1, owner=owner), deliverable(2)], week))
    ordered = [[*polls[0], *polls[1]], [*polls[1], *polls[0]], [each for pair in zip(*polls, strict=True) for each in pair]][order]
    with tempfile.TemporaryDirectory() as folder:
        desk = RunContext(open_database(Path(folder) / "w.db"), Path(folder), load_attributor(), [])
        for poll, rows, week in ordered:
            poll(desk, rows, week)
        connection = connection_of(desk.db)
        for week, (*_, owner) in enumerate(weeks):
            for name, key in ((owner, "1"), ("ISO/TC 10", "2")):
                seen = [r for r in history.leaders(desk.db, day(week), role="secretariat-of-owner") if r["record"] == key]
                claims = [Claim("secretariat-of-owner", name, Evidence("u", "ownerCommittee", name))] if name else []
                said = [by_owner(claim, load_owners(connection, "ISO", day(week))) for claim in claims]
                assert [(r["country"], r["party"], r["rule"], r["confidence"], r["organisation"]) for r in seen] == [
                    (a.country, a.party, a.rule, a.confidence, a.organisation) for a in said
                ]
        ids = [each["id"] for each in desk.db.query("SELECT id FROM attributions")]
        assert len(ids) == len(set(ids))


def test_a_block_move_is_one_event(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(n) for n in range(1, 12)], 0)
    moved = [deliverable(n, owner="ISO/TC 11") for n in range(1, 11)]
    poll_deliverables(desk, [*moved, deliverable(11, 3020)], 1)
    assert told(desk) == [("moved", "1"), ("consultation-opened", "11")]
    headline = alerts(desk)[0]["headline"]
    assert headline.startswith("10 documents moved from ISO/TC 10 to ISO/TC 11 (led by SAC (China), now DIN (Germany)): ISO/CD 1, ")
    assert headline.endswith("and 2 more")


def test_successor_and_predecessor_are_one_event(desk: RunContext) -> None:
    poll_committees(desk, [LED], 0)
    old, new = {"reference": "ISO 5:2015"}, {"reference": "ISO 5"}
    poll_deliverables(desk, [deliverable(1, 9092, **old), deliverable(2, 6000, **new), deliverable(3, 9060)], 0)
    published = deliverable(2, 6060, reference="ISO 5:2026", publicationDate="2026-01-12")
    poll_deliverables(desk, [deliverable(1, 9599, **old, replacedBy=[2]), published, deliverable(3, 9599)], 1)
    assert sorted(told(desk)) == [("published", "2"), ("withdrawn", "3")]
    (headline,) = [a["headline"] for a in alerts(desk) if a["record"] == "2"]
    assert "replaces ISO 5:2015, now withdrawn" in headline


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
    assert line.startswith("in ISO/TC 10, 2 EU/EEA members take part, ")
    assert " AT BE " in line
    assert " DE " not in line.partition(";")[2]


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
    assert "stage" in (run.error or "")

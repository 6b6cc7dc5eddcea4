"""Deliverables and the committees that own them: who leads, and when, as the committees change hands and names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.attribute import load_attributor
from bot.context import RunContext
from bot.run.attribution import correct, undo
from bot.run.replay import replay, sessions
from sources.base import Follow, Page, Record
from sources.iso import committees, deliverables
from state.db import connection_of
from state.encode import stamp
from tests.opened import opened
from tests.rows import columns
from tests.worlds.committee_list import DIN, SAC, day, jsonl, row, warc
from tests.worlds.committee_list import committees as all_committees
from tests.worlds.iso import FEW, deliverable, owners_on, poll_committees, poll_deliverables, told

LED, OTHER = row(10, SAC), row(11, DIN)


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
    assert len(columns(desk.db, "attributions", "party", "role = 'secretariat-of-owner'")) == 2


def test_deliverables_have_one_leader_after_the_other_as_a_secretariat_passes(desk: RunContext) -> None:
    poll_committees(desk, [LED, OTHER], 0)
    poll_deliverables(desk, [deliverable(1)], 0)
    poll_committees(desk, [row(10, DIN), OTHER], 1)
    assert set(columns(desk.db, "attributions", "party, valid_from, valid_to", "role = 'secretariat-of-owner'")) == {
        ("SAC", stamp(day(0)), stamp(day(1))), ("DIN", stamp(day(1)), None),
    }  # fmt: skip


def test_a_secretariat_that_passes_writes_as_many_rows_however_much_the_committee_owns(tmp_path: Path) -> None:
    def written(deliverables: int) -> int:
        desk = RunContext(opened(tmp_path / f"{deliverables}.db"), tmp_path, load_attributor(), [])
        poll_committees(desk, [LED, OTHER], 0)
        poll_deliverables(desk, [deliverable(n) for n in range(deliverables)], 0)
        before = connection_of(desk.db).total_changes
        poll_committees(desk, [row(10, DIN), OTHER], 1)
        assert owners_on(desk, 1) == {str(n): ("DE", "DIN") for n in range(deliverables)}
        return connection_of(desk.db).total_changes - before

    assert written(1) == written(40)


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

"""New rules: every printed party is judged again in place, for all times, as if these rules had always been there."""

import re
import sqlite3
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribute import load_attributor
from bot.attribute.attributor import Attributor
from bot.attribute.roles import Holder, verdict_periods, verdicts
from bot.context import RunContext
from bot.parse.result import Fetched
from bot.run.attribution import correct
from bot.run.pipeline import poll
from sources.base import Claim, Evidence, Expect, Page, Record, Source
from state.db import connection_of, open_database
from state.encode import stamp
from state.model import Attribution, Capture
from state.queries import history
from state.runs import Run
from tests.rows import columns

URL = "https://example.org/items"
BEGIN = datetime(2026, 1, 7, 6, tzinfo=UTC)
SHARED, OWN = "supporting-member", "editor"


@dataclass(frozen=True, slots=True)
class Rules(Attributor):
    """Rules that know the countries of a few parties, and divide a printed list at some separators."""

    countries: tuple[tuple[str, str | None], ...] = ()
    separators: str = ", "
    no_party: str = ""

    def judge(self, body: str, claim: Claim) -> list[Attribution]:
        parties = re.split(self.separators, claim.party) if claim.role == SHARED else [claim.party]
        known = dict(self.countries)
        return [
            Attribution(claim.role, party, known.get(party), party, self.version, 0.9, claim.evidence, None, claim=claim)
            for party in parties
            if party != self.no_party
        ]


def rules(version: str, separators: str = ", ", no_party: str = "", **countries: str | None) -> Rules:
    return Rules(load_attributor().reader, version, tuple(countries.items()), separators, no_party)


def day(week: int) -> datetime:
    return BEGIN + timedelta(weeks=week)


def show(desk: RunContext, week: int, roles: dict[str, list[str]], expect: Expect | None = None) -> Run:
    """Poll a source of one record with these printed parties by role."""

    def parse(page: Page) -> Any:
        claims = [Claim(role, party, Evidence(URL, role, party)) for role, parties in roles.items() for party in parties]
        fields = {role: frozenset(parties) for role, parties in roles.items()}
        yield Record("1", "item", "An item", reference="Y.1", url=URL, claims=tuple(claims), fields=fields)

    class Answer:
        captures = (Capture(URL, day(week), 200, f"{week}"),)
        requests = not_modified = 0

        def __call__(self, follow: object) -> Fetched:
            return Fetched(Page(URL, str(roles).encode(), day(week)), self.captures[0])

    expect = expect or Expect(records=(1, 9), max_gone=1.0)
    source = Source("items", "EX", [URL], "example", parse, "daily 06:00", expect)
    return poll(desk, source, lambda run: nullcontext(Answer()), day(week), "run")


def seen(desk: RunContext, weeks: int) -> list[set[tuple[str, str, str | None, str, str]]]:
    """Who held a role in each week: role, party, country, verdict, rule."""
    rows = [[row for role in (SHARED, OWN) for row in history.leaders(desk.db, day(week), role=role)] for week in range(weeks)]
    return [{(r["role"], r["party"], r["country"], r["verdict"], r["rule"]) for r in each} for each in rows]


def opened(folder: str, attributor: Attributor) -> RunContext:
    return RunContext(open_database(Path(folder) / "w.db"), Path(folder), attributor, [])


PARTIES = st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4, unique=True)
KNOWN = st.fixed_dictionaries({name: st.sampled_from([None, "CN", "DE"]) for name in "ABCD"})


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(PARTIES, PARTIES), min_size=1, max_size=4), KNOWN, KNOWN)
def test_new_rules_count_for_all_times_as_if_they_had_always_been_there(weeks: list[Any], old: Any, new: Any) -> None:
    told = []
    for first in (old, new):
        with tempfile.TemporaryDirectory() as folder:
            desk = opened(folder, rules("old" if first is old else "new", **first))
            for week, (shared, own) in enumerate(weeks):
                assert show(desk, week, {SHARED: shared, OWN: own}).good
            desk = replace(desk, attributor=rules("new", **new))
            assert show(desk, len(weeks), {SHARED: weeks[-1][0], OWN: weeks[-1][1]}).alerts == 0
            told.append(seen(desk, len(weeks) + 1))
            desk.db.close()
    assert told[0] == told[1]


HOLDERS: list[Holder] = [(None, "A"), ("CN", "B"), ("CN", "C"), ("CN", "C (domicile DE)"), ("DE", "D")]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4), st.sampled_from(HOLDERS)), min_size=1, max_size=6))
def test_each_period_of_a_holder_has_the_verdict_of_its_time(spans: list[tuple[int, int, Holder]]) -> None:
    holders = [(str(since), str(since + length), who) for since, length, who in spans]
    found = verdict_periods(SHARED, holders)
    for moment in map(str, range(11)):
        there = [n for n, (since, until, _) in enumerate(holders) if since <= moment < until]
        said = [[verdict for since, until, verdict in found[n] if since <= moment < until] for n in there]
        assert said == [[verdict] for verdict in verdicts(SHARED, [holders[n][2] for n in there])]
    assert all(one[2] != other[2] for pieces in found for one, other in pairwise(pieces))


WHOLE, LISTS, ALL = "(?!)", ", ", ", | & "  # where rules divide what is printed
AND, PAIR, TRIO, LATER = "A, B & D", ["A", "B & D"], ["A", "B", "D"], ["A", "C"]


@pytest.mark.parametrize("lead", [None, "CN"])
@pytest.mark.parametrize(
    ("old", "new", "early", "late"),
    [(LISTS, WHOLE, [AND], ["A, C"]), (WHOLE, LISTS, PAIR, LATER), (LISTS, ALL, TRIO, LATER), (ALL, LISTS, PAIR, LATER)],
)
def test_rules_that_divide_a_printed_list_otherwise_find_its_parties_in_their_time(
    tmp_path: Path, old: str, new: str, early: list[str], late: list[str], lead: str | None
) -> None:
    known = {"A": lead, "B": lead, "D": lead, "B & D": lead}
    desk = opened(str(tmp_path), rules("old", old, **known))
    for week, printed in enumerate([AND, AND, "A, C"]):
        show(desk, week, {SHARED: [printed]})
    show(replace(desk, attributor=rules("new", new, **known)), 3, {SHARED: ["A, C"]})
    told = [{(party, verdict) for _, party, _, verdict, _ in week} for week in seen(desk, 4)]
    expected = [
        set(zip(each, verdicts(SHARED, [(known.get(party), party) for party in each]), strict=True)) for each in (early, late)
    ]
    assert told == [expected[0], expected[0], expected[1], expected[1]]
    desk.db.close()


def test_a_text_in_which_new_rules_see_no_party_counts_no_more_in_the_verdict_of_the_others(tmp_path: Path) -> None:
    desk = opened(str(tmp_path), rules("old", A="CN"))
    show(desk, 0, {SHARED: ["A", "-"]})
    assert seen(desk, 1) == [{(SHARED, "A", "CN", "supports", "old"), (SHARED, "-", None, "supports", "old")}]
    show(replace(desk, attributor=rules("new", no_party="-", A="CN")), 1, {SHARED: ["A", "-"]})
    assert seen(desk, 2) == [{(SHARED, "A", "CN", "leads", "new")}] * 2
    desk.db.close()


def test_what_was_told_and_what_people_said_outlives_new_rules(tmp_path: Path) -> None:
    desk = opened(str(tmp_path), rules("old", A="CN"))
    show(desk, 0, {OWN: ["A"]})
    correct(desk, "Y.1", OWN, "A", "HK", "moved")
    show(replace(desk, attributor=rules("new", A="DE")), 1, {OWN: ["A"]})
    (row,) = columns(desk.db, "attributions", "country, rule, rules_version, valid_from")
    assert row == ("HK", "correction 1: moved", "new", stamp(day(0)))
    desk.db.close()


def steps(desk: RunContext, week: int, roles: dict[str, list[str]]) -> int:
    """How many steps the database takes for a poll, in hundreds."""
    count = 0

    def count_up() -> None:
        nonlocal count
        count += 1

    connection: sqlite3.Connection = connection_of(desk.db)
    connection.set_progress_handler(count_up, 100)
    assert show(desk, week, roles).good
    connection.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize("how", ["first load", "others come", "new rules"])
def test_the_work_grows_with_the_number_of_parties_not_with_its_square(tmp_path: Path, how: str) -> None:
    taken = []
    for number in (400, 1600):
        folder = tmp_path / str(number)
        folder.mkdir()
        desk = opened(str(folder), rules("old"))
        some, others = ([f"{name} {n}" for n in range(number)] for name in ("One", "Other"))
        if how == "first load":
            taken.append(steps(desk, 0, {OWN: some}))
        else:
            show(desk, 0, {OWN: some})
            later = replace(desk, attributor=rules("new")) if how == "new rules" else desk
            taken.append(steps(later, 1, {OWN: some if how == "new rules" else others}))
        desk.db.close()
    assert taken[1] < 6 * taken[0]


@pytest.mark.parametrize(
    ("parties", "reason"),
    [(["A"] * 3 + ["B", "C", "D"], "6 members in `claims`, at most 5"), (["x" * 101], "101 characters, at most 100 are believed")],
)
def test_a_record_beyond_its_bounds_holds_the_run(tmp_path: Path, parties: list[str], reason: str) -> None:
    desk = opened(str(tmp_path), rules("old"))
    run = show(desk, 0, {OWN: parties}, Expect(records=(1, 9), max_gone=1.0, members=5, text=100))
    assert (run.status, reason in run.error) == ("quarantined", True)
    desk.db.close()

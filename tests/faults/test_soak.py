"""A simulated year, and a short form of it: every planted change is alerted exactly once, nothing else is, every outage is told
and its end too, memory stays flat and the database grows evenly."""

import gzip
import re
import resource
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources import all_sources
from state.db import integrity_errors, open_readonly
from state.encode import moment
from tests.rows import columns, rows
from tests.state.tables import troubles
from tests.worlds.bodies import Body, Committees
from tests.worlds.changing_datahub import Documents
from tests.worlds.changing_iso import Deliverables
from tests.worlds.changing_itu import Contributions
from tests.worlds.changing_unesco import Resolutions
from tests.worlds.outages import FAULTS, SINGLE, outcome
from tests.worlds.year import BODIES, BY_NIGHT, NAMES_DAYS, Outage, Report, World

LATE = timedelta(days=4)  # a clock that ran ahead for an hour may have stamped what began then


def simulate(folder: Path, weeks: int, seed: int, start: datetime, storms: float, bodies: Sequence[type[Body]]) -> Report:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of a fork beside threads
        with World(folder, seed, start, storms, bodies) as world:
            return world.run(weeks)


def judge(folder: Path, report: Report, bodies: Sequence[type[Body]]) -> None:
    """Every planted change was alerted once and nothing else was; nothing is left half done; every outage was told."""
    db = folder / "w.db"
    alerts = columns(db, "alerts a LEFT JOIN records r ON r.id = a.record", "source, key, event, status")
    told = Counter(tuple(found) for *found, status in alerts if status != "baseline")
    assert (told - report.planted, report.planted - told) == (Counter(), Counter())
    assert sum(status == "baseline" for *_, status in alerts) == len(bodies)
    shadows = {made.source.name for made in bodies if made.source.mode == "shadow"}
    assert all((status == "shadow") == (source in shadows) for source, *_, status in alerts if status != "baseline")
    assert set(columns(db, "deliveries", "status")) == {"sent"}
    with closing(open_readonly(db)) as held:
        assert integrity_errors(held) == ""
    assert rows(db, "runs", "status = 'running'") == []
    assert rows(db, "changes", "kind = 'reparsed'") == []
    outages(folder, report)


def names_kept(folder: Path, report: Report, end: date) -> tuple[list[bool], list[bool]]:
    """Of each person who left whether the name still stands anywhere: of those who left long ago, and of those who did lately."""
    files = [folder / "w.db", folder / "w.db-wal", *folder.rglob("*.warc.gz")]
    stored = b"".join(gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in files if p.exists())
    days = {name: (end - day).days for name, day in report.left.items()}
    kept = {name: re.search(name.encode() + rb"(?!\d)", stored) is not None for name in days}
    slack = 30  # days until it is noticed that somebody left: when the page has its turn, in an outage later
    return (
        [kept[name] for name, past in days.items() if past > NAMES_DAYS + slack],
        [kept[name] for name, past in days.items() if slack < past < NAMES_DAYS - slack],
    )


def told_of(row: tuple[Any, ...], outage: Outage) -> bool:
    """Whether a trouble is that of an outage."""
    same = (row[0], row[2]) == (outage.source, outcome(outage.fault, outage.part))
    return same and outage.since <= moment(row[4]) <= outage.until + LATE


def outages(folder: Path, report: Report) -> None:
    """Each outage that a poll met was told, and so was its end; and nothing was told that was not."""
    told = troubles(folder / "w.db")
    assert [row for row in told if not (row[5] and row[6] and (row[8] or row[7] is None))] == []
    polls = [row for row in told if row[1] == "poll"]
    met = [outage for outage in report.outages if outage.met and outcome(outage.fault, outage.part)]
    for row in polls:
        if "written" not in row[3]:
            assert any(told_of(row, outage) for outage in met), row
    for outage in met:
        assert any(told_of(row, outage) for row in polls if "written" not in row[3]), outage
    planted = Counter((outage.source, outcome(outage.fault, outage.part)) for outage in met)
    found = Counter((row[0], row[2]) for row in polls if "nothing could be written" not in row[3])
    # while some pages fail, a poll that asks for none of them goes well: then one outage is told with its end, and told again
    in_parts = {(outage.source, outcome(outage.fault, outage.part)) for outage in met if outage.part == "pages"}
    assert planted - found == Counter()
    assert {each for each in found - planted if each not in in_parts} == set()
    assert {row[1] for row in told} <= {"poll", "age", "clock", "jump"}
    for row in told:
        if row[1] == "age":
            assert any(o.source == row[0] and o.since < moment(row[4]) < o.until + LATE for o in report.outages), row
    assert sum(1 for row in told if row[2] == "jump") == report.jumps


def polls_by_night(folder: Path, *days: str) -> list[int]:
    """How often the source of the night was polled with success within the night of a day (UTC dates, all of them in Brussels)."""
    good = "source = ? AND status IN ('ok', 'unchanged') AND observed_at BETWEEN ? AND ?"
    return [len(rows(folder / "w.db", "runs", good, BY_NIGHT, f"{day}T00:00:00Z", f"{day}T03:00:00Z")) for day in days]


def test_every_source_that_has_a_first_page_is_simulated() -> None:
    polled = {name for name, source in all_sources().items() if source.starts(date(2027, 1, 4))}
    assert polled == {made.source.name for made in BODIES}


def test_some_weeks_in_which_everything_goes_wrong(tmp_path: Path) -> None:
    # the weeks about the night of 2027-10-31, in which an hour comes twice; a body of each kind
    bodies = (Committees, Deliverables, Contributions, Documents, Resolutions)
    report = simulate(tmp_path, 6, seed=5, start=datetime(2027, 10, 4, tzinfo=UTC), storms=14.0, bodies=bodies)
    judge(tmp_path, report, bodies)
    assert polls_by_night(tmp_path, "2027-10-30", "2027-10-31", "2027-11-01") == [1, 1, 1]
    assert sum(outage.met for outage in report.outages) >= 4
    assert any(outage.met for outage in report.outages if outage.part != "site")
    assert report.kills + report.full >= 4
    assert sum(report.planted.values()) >= 5


@pytest.mark.soak
@pytest.mark.parametrize("seed", [7])
def test_a_year(tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.perf_counter()
    report = simulate(tmp_path, 52, seed, datetime(2027, 1, 4, tzinfo=UTC), storms=1.0, bodies=BODIES)
    judge(tmp_path, report, BODIES)
    assert {body for body, *_ in report.planted} == {made.source.name for made in BODIES} - {"itu-r-documents"}  # names no country
    met = {(outage.fault, outage.part) for outage in report.outages if outage.met}
    assert {fault for fault, part in met if part == "site"} == set(FAULTS)
    assert len(set(SINGLE) - {fault for fault, part in met if part == "pages"}) < 2  # a page that fails need not be asked for
    assert len([fault for fault, part in met if part == "robots"]) > 4
    assert polls_by_night(tmp_path, "2027-03-28", "2027-10-31") == [1, 1]
    assert sum(outage.met for outage in report.outages) > 40
    assert min(report.kills, report.full, report.jumps, report.parsers) > 2
    long_ago, lately = names_kept(tmp_path, report, date(2028, 1, 3))
    assert len(long_ago) > 3
    assert not any(long_ago)
    assert any(lately)
    assert report.memory[-1] < 1.2 * report.memory[4]
    weekly = [after - before for before, after in zip(report.database, report.database[1:], strict=False)]
    first, second = sum(weekly[4:26]) / 22, sum(weekly[26:]) / len(weekly[26:])
    assert second < 1.5 * first
    archive = sum(path.stat().st_size for path in (tmp_path / "archive").rglob("*.warc.gz"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    figures = (
        f"\n{len(BODIES)} sources, {report.polls} polls, {sum(report.planted.values())} planted changes,"
        f" {len(report.outages)} outages ({sum(outage.met for outage in report.outages)} met, of which"
        f" {dict(Counter(outage.part for outage in report.outages if outage.met))}, {len(met)} kinds), {report.kills} kills,"
        f" {report.full} full disks, {report.jumps} jumps of the clock, {report.parsers} new parsers;"
        f" the database begins at {report.database[0] / 1e6:.1f} MB and grew by"
        f" {first / 1000:.0f} then {second / 1000:.0f} kB a week to {report.database[-1] / 1e6:.1f} MB, the archive to"
        f" {archive / 1e6:.1f} MB; memory {report.memory[4] / 1e6:.0f} then {report.memory[-1] / 1e6:.0f} MB, peak {peak:.0f} MB;"
        f" it took {time.perf_counter() - begun:.0f} s"
    )
    with capsys.disabled():
        print(figures)

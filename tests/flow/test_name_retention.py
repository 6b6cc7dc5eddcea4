"""Names of people who hold no role any more go after the time that is configured, out of everything that is past; what is known of
institutions, roles and days stays, and nothing is told of it."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from bot.app import App
from bot.config import Config
from bot.service import name_retention
from bot.service.cycle import dry_poll, poll_network, prune_expired
from bot.service.doctor import of_archive
from sources.base import Source
from sources.itu.leadership import source as leadership
from state.privacy.erase import ForgottenNames
from state.queries import history
from state.runs import Run
from tests.rows import columns, rows
from tests.state.tables import reword
from tests.worlds.bodies import Asked, Site, open_site

START = datetime(2027, 1, 4, 6, tzinfo=UTC)
SOURCE = replace(leadership, mode="live", start=lambda day: leadership.starts(day)[1:2], pace_s=0.0)
CHINA, KOREA = ("China Telecom", "Shanghai<br/>China"), ("ETRI", "Daejeon<br/>Korea (Rep. of)")
Seats = dict[str, tuple[str, str, tuple[str, str]]]  # Question: given name, family name, whom they work for


class World:
    """A desk that polls the rapporteurs of a study group on loopback, at the days that a test names."""

    def __init__(self, folder: Path, names_days: int | None):
        self.folder, self.seats, self.more = folder, Seats(), ""
        self.server, origin = open_site(Site(self.publish))
        tables = {"http": {"mirrors": {"https://www.itu.int": origin}}, "privacy": {"names_days": names_days}}
        self.app = App(Config.model_validate(tables), folder / "w.db")
        self.app.create()
        self.desk = self.app.run_context(telling=False)

    def publish(self, asked: Asked) -> bytes | None:
        rows = ""
        for n, (question, (given, family, (company, address))) in enumerate(self.seats.items()):
            ids = {"lblQWP": f"{question}/2 (WP1/2)", "lblFName": given, "lblLName": family, "lblRole": "Rapporteur",
                   "lblCompany": company, "lblAddress": address}  # fmt: skip
            spans = "".join(f'<span id="C_dtl_ctl{n:02}_{part}">{text}</span>' for part, text in ids.items())
            rows += f"<tr><td>{spans}</td></tr>"
        return f"<html><body><table>{rows}</table>{self.more}</body></html>".encode()

    def poll(self, day: int, source: Source = SOURCE, **seats: tuple[str, str, tuple[str, str]]) -> Run:
        """Poll on the n-th day, after some seats were given to others."""
        self.seats |= seats
        with time_machine.travel(START + timedelta(days=day), tick=False):
            return poll_network(self.app, self.desk, source, sleep=lambda seconds: None)

    def kept(self) -> bytes:
        """Every byte of the data folder, archives unpacked."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return b"".join(gzip.decompress(p.read_bytes()) if p.name.endswith(".gz") else p.read_bytes() for p in files)

    def counts(self) -> list[int]:
        return [len(rows(self.desk.db, view)) for view in ("changes", "alerts", "versions", "attributions")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, names_days=30)
    yield made
    made.app.close()
    made.server.shutdown()
    made.server.server_close()


def test_who_left_long_ago_is_named_no_more_and_all_others_are(world: World) -> None:
    first = world.poll(
        0, Q1=("Ann", "Stays", KOREA), Q2=("Xoán", "QUIZ", CHINA), Q3=("Bo", "Returns", CHINA), Q4=("Cy", "Gone", KOREA)
    )
    assert first.status == "baseline"
    left = world.poll(10, Q2=("Eve", "Other", CHINA), Q3=("Dan", "Next", KOREA), Q4=("Fay", "Late", KOREA))
    assert left.changed == 3
    world.poll(35, Q4=("Bo", "Returns", CHINA))  # who left on day 10, and is here again
    before = world.counts()
    assert b"Xo\xc3\xa1n" in world.kept()

    assert world.poll(45).status == "unchanged"  # and afterwards names are let go of
    left_over = world.kept()
    for name in ("Xo\u00e1n", "QUIZ", "Cy", "Gone"):
        assert name.encode() not in left_over, name
    for name in ("Ann", "Stays", "Bo", "Returns", "Eve", "Other", "Dan", "Fay", "Late"):  # Fay left ten days ago
        assert name.encode() in left_over, name
    assert world.counts() == before
    assert not ForgottenNames(world.desk.db)

    # institution, country, role and days stay, and the newest page
    seat = history.record(world.desk.db, "Q2/2")
    assert seat is not None
    (change,) = [each for each in seat["changes"] if each["field"] == "rapporteur"]
    assert (change["before"], change["after"]) == (["[removed] (China Telecom, China)"], ["Eve Other (China Telecom, China)"])
    (standing,) = seat["attributions"]  # the same institution leads on
    assert (standing["country"], standing["valid_from"][:10], standing["valid_to"]) == ("CN", "2027-01-04", None)
    assert standing["evidence_text"] == "[removed] (China Telecom, China)"
    assert (standing["erased"], standing["file"]) == (True, None)  # the page of that day went with the name
    on = list(history.leaders(world.desk.db, START + timedelta(days=5), country="CN"))
    assert [each["record"] for each in on] == ["2025-2028 Q2/2", "2025-2028 Q3/2"]
    assert [finding.level for finding in of_archive(world.app)] == ["fine", "fine"]

    # what is held is what the page says: nothing is told when it is read again, and who comes back is named
    later = world.poll(46, Q2=("Xoán", "QUIZ", CHINA))
    assert (later.status, later.changed, later.alerts or 0) == ("ok", 1, 0)
    assert world.poll(47).status == "unchanged"
    assert b"QUIZ" in world.kept()


def test_a_seat_that_is_listed_no_more_loses_its_name_when_its_time_is_over(world: World) -> None:
    people = {f"Q{n}": (f"Given{chr(64 + n)}", f"FAMILY{chr(64 + n)}", KOREA) for n in range(1, 9)}
    world.poll(0, **people)
    del world.seats["Q8"]
    world.poll(10)
    assert world.poll(11).removed == 1
    world.poll(41)
    assert b"FAMILYH" not in world.kept()
    assert b"FAMILYG" in world.kept()
    back = world.poll(42, **people)  # and what is found again is found as before, with its name
    assert (back.added, b"FAMILYH" in world.kept()) == (1, True)


def test_a_study_period_that_is_over_ends_all_its_roles(world: World) -> None:
    """Nobody asks for its pages again: their newest bodies lose the names, too, and a new parser does not find them there."""
    world.poll(0, Q1=("Ann", "Stays", KOREA), Q2=("Xoán", "QUIZ", CHINA))
    world.poll(700)
    assert b"QUIZ" in world.kept()
    world.poll(730, Q2=("Eve", "Other", CHINA))  # 2029: the next period
    assert b"QUIZ" in world.kept()
    world.poll(761)
    assert (b"QUIZ" in world.kept(), b"Ann" in world.kept()) == (False, True)
    run = world.poll(762, replace(SOURCE, parser_version=SOURCE.parser_version + 1))
    assert run.status == "unchanged"
    assert rows(world.desk.db, "changes", "kind = 'reparsed'") == []
    assert b"QUIZ" not in world.kept()


def test_the_newest_body_of_a_page_is_left_as_it_came(world: World) -> None:
    """What is held was read from it: a new parser reads it again, and must find what it found before."""
    world.poll(0, Q1=("Xoán", "QUIZ", CHINA))
    world.more = "<p>With thanks to Xoán Quiz.</p>"
    world.poll(10, Q1=("Eve", "Other", CHINA))
    world.poll(45)
    assert [file is None for file in columns(world.desk.db, "captures", "file", "status = 200")] == [True, False]
    assert b"QUIZ" not in world.kept()
    assert b"thanks to Xo\xc3\xa1n Quiz" in world.kept()
    world.more = ""
    world.poll(46)
    world.poll(80)  # a later page is no reason to look again: whoever left is known no more
    assert b"thanks to Xo\xc3\xa1n Quiz" in world.kept()


def test_nothing_goes_unless_it_is_configured(tmp_path: Path) -> None:
    world = World(tmp_path, names_days=None)
    world.poll(0, Q1=("Xoán", "QUIZ", CHINA))
    world.poll(10, Q1=("Eve", "Other", CHINA))
    world.poll(9000)
    assert b"QUIZ" in world.kept()
    world.app.close()
    world.server.shutdown()
    world.server.server_close()


def test_a_rehearsed_poll_lets_nothing_go(world: World) -> None:
    world.poll(0, Q1=("Xoán", "QUIZ", CHINA))
    world.poll(10, Q1=("Eve", "Other", CHINA))
    files = sorted(world.folder.rglob("*.warc.gz"))
    with time_machine.travel(START + timedelta(days=9000), tick=False):
        dry_poll(world.app, world.desk, SOURCE)
    assert b"QUIZ" in world.kept()
    assert set(files) <= set(world.folder.rglob("*.warc.gz"))


def test_whoever_is_stopped_in_between_begins_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive comes first: as long as a name stands in it, the database knows for whom to look."""
    world.poll(0, Q1=("Xoán", "QUIZ", CHINA), Q2=("Ann", "Stays", KOREA))
    world.poll(1, Q2=("Bo", "Begins", KOREA))
    world.poll(10, Q1=("Eve", "Other", CHINA))
    real = Path.unlink

    def stopped(path: Path, missing_ok: bool = False) -> None:
        if path.name.endswith(".warc.gz"):
            raise KeyboardInterrupt
        real(path, missing_ok)

    with time_machine.travel(START + timedelta(days=41), tick=False):
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", stopped)
            with pytest.raises(KeyboardInterrupt):
                prune_expired(world.app, world.desk)
        assert b"QUIZ" in world.kept()
    with time_machine.travel(START + timedelta(days=42), tick=False):
        prune_expired(world.app, world.desk)
    assert b"QUIZ" not in world.kept()


def test_a_night_has_its_limit_and_who_left_first_goes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_retention, "A_NIGHT", 1)
    world.poll(0, Q1=("Gil", "Second", CHINA), Q2=("Hal", "First", KOREA))
    world.poll(5, Q2=("Ida", "Here", KOREA))
    world.poll(6, Q1=("Jo", "Too", CHINA))
    world.poll(40)
    assert (b"First" in world.kept(), b"Second" in world.kept()) == (False, True)
    world.poll(41)
    assert b"Second" not in world.kept()


def test_what_a_record_says_today_is_left_as_it_is_said(world: World) -> None:
    """Text that happens to hold the name of somebody who left is no role: the body prints it, so it is held as printed."""
    world.poll(0, Q1=("Xoán", "QUIZ", CHINA))
    world.poll(10, Q1=("Eve", "Other", CHINA))
    reword(world.desk.db, "After Xoán Quiz", note="by Xoán Quiz")
    world.poll(41)
    ((title, fields),) = columns(world.desk.db, "records", "title, fields")
    assert title == "After Xoán Quiz"
    assert "by Xoán Quiz" in fields


def test_who_is_named_in_another_way_is_kept(world: World) -> None:
    """A claim that is not known as a person's is a role all the same: its party must not change under what is held."""
    world.poll(0, Q1=("Xoán", "QUIZ", CHINA))
    world.poll(10, Q1=("Eve", "Other", ("Bureau Xoán Quiz", "Shanghai<br/>China")))
    world.poll(41)
    assert b"Xo\xc3\xa1n QUIZ (" in world.kept()
    run = world.poll(42)
    assert (run.status, run.changed) == ("unchanged", 0)

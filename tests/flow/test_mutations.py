"""Random damage of the real committee lists never makes a false alarm and never loses the last good state."""

import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.attribute import load_attributor
from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.run.replay import replay, sessions
from sources.iso.committees import source
from state.db import connection_of, open_database
from tests.opened import opened
from tests.rows import columns
from tests.shared import shared
from tests.worlds.committee_list import jsonl, warc

DAYS = "real/iso/committees-2025-06-12_07-30.warc.gz"
OTHER = b'{"id":1,"reference":"ISO 1","title":{"en":"A deliverable"},"ownerCommittee":"ISO/TC 1","currentStage":6060}\n'
EVERYBODY = load_watchlist("all", "china", {"countries": ["CN", "DE", "FR", "US", "JP", "GB", "KR", "IT", "SE", "AU"]})


def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body))]


def duplicate(body: bytes, chance: random.Random) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join([*lines, *chance.sample(lines, chance.randint(1, 5))])


def shuffle(body: bytes, chance: random.Random) -> bytes:
    lines = body.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def drop(body: bytes, chance: random.Random) -> bytes:
    lines = body.splitlines(keepends=True)
    gone = set(chance.sample(range(len(lines)), chance.choice([1, 2, 5, 15, 16, 100, 700])))
    return b"".join(line for number, line in enumerate(lines) if number not in gone)


def swap(body: bytes, chance: random.Random) -> bytes:
    return chance.choice([OTHER * 785, b"<html><title>Just a moment...</title></html>", b"[]", b"{}\n" * 785, b"null"])


def scramble(body: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(body))
    return body[:place] + bytes([chance.randrange(256)]) * chance.randint(1, 200) + body[place + chance.randint(0, 200) :]


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    first = sessions([shared(DAYS)], [source])[0]
    body = next(iter(first.pages.values())).open().read()
    folder = tmp_path_factory.mktemp("baseline")
    with open_database(folder / "w.db") as db:
        desk = RunContext(db, folder, load_attributor(), [EVERYBODY])
        assert replay(desk, sessions([warc(folder / "first.warc.gz", [body])], [source])[0]).status == "baseline"
        connection_of(db).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "w.db", body


def state(db: Path) -> list[tuple[object, ...]]:
    return [
        *columns(db, "records JOIN versions v ON v.record = id", "key, reference, title, status, fields, claims, removed_at"),
        *columns(db, "attributions", "record, role, party, valid_from, valid_to"),
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from([cut, duplicate, shuffle, drop, swap, scramble]), st.integers(min_value=0))
def test_no_mutation_makes_a_false_alarm(baseline: tuple[Path, bytes], mutate, seed: int) -> None:
    good, body = baseline
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(good, folder / "w.db")
        before = state(folder / "w.db")
        bodies = [mutate(body, chance), body]
        with open_database(folder / "w.db") as db:
            desk = RunContext(db, folder, load_attributor(), [EVERYBODY])
            damaged, again = (replay(desk, each) for each in sessions([warc(folder / "x.warc.gz", bodies, first=1)], [source]))
        assert (damaged.alerts, again.alerts) == (0, 0)
        assert (damaged.removed, damaged.added) == (0, 0) if mutate is not scramble else damaged.removed == 0
        if mutate is not scramble or not damaged.good:
            assert again.status in ("ok", "unchanged")
            assert state(folder / "w.db") == before


def test_a_stale_copy_is_held(tmp_path: Path) -> None:
    days = sessions([shared(DAYS)], [source])
    desk = RunContext(opened(tmp_path / "w.db"), tmp_path, load_attributor(), [EVERYBODY])
    first, last = days[0], days[-1]
    assert replay(desk, last).status == "baseline"
    (url,) = first.pages
    later = replace(first.pages[url], fetched_at=last.observed_at.replace(month=8))
    run = replay(desk, replace(first, pages={url: later}))
    assert (run.status, run.alerts) == ("quarantined", 0)
    assert "older than the copy" in (run.error or "")


def test_the_mutations_do_damage() -> None:
    body = jsonl([{"id": number} for number in range(800)])
    for mutate in (cut, duplicate, shuffle, drop, swap, scramble):
        assert mutate(body, random.Random(1)) != body

"""Politeness: the pace is kept by all processes together, and what a host asks for is heard by all."""

import itertools
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import Refused
from sources.base import Access, Follow
from state import politeness
from state.db import open_database
from tests.opened import opened
from tests.worlds.fault_plays import PAGE
from tests.worlds.fault_server import Play, answer, faults, in_turn
from tests.worlds.fault_source import HOME, make_fetcher, make_source

ROOT = Path(__file__).resolve().parents[2]
LIST = Follow(f"{HOME}/list")


def process(folder: Path, origin: str, pace_s: float, pages: int) -> "subprocess.Popen[str]":
    """Another process that fetches pages of the same host."""
    script = [sys.executable, "-m", "tests.faults.fetch_pages", str(folder), origin, str(pace_s), str(pages)]
    return subprocess.Popen(script, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def slowly(play: Play) -> Play:
    """A play that takes a while, so that two at once would be seen."""

    def slow(request, wire):  # type: ignore[no-untyped-def]
        time.sleep(0.05)
        play(request, wire)

    return slow


def test_two_processes_keep_the_pace_together(tmp_path: Path) -> None:
    open_database(tmp_path / "watch.db").close()
    with faults({"/list": slowly(answer(PAGE))}) as server:
        both = [process(tmp_path, server.origin, 0.2, 4) for _ in range(2)]
        told = [each.communicate(timeout=60)[0].strip() for each in both]
        assert told == ["4", "4"]
        assert server.most_at_once == 1
        at = sorted(each.at for each in server.asked)
        assert len(server.pages()) == 8
        assert min(b - a for a, b in itertools.pairwise(at)) >= 0.19


def test_a_retry_after_met_by_one_process_holds_the_others(tmp_path: Path) -> None:
    with faults({"/list": answer(b"", "Retry-After: 3600", status="429 Slow")}) as server:
        assert process(tmp_path, server.origin, 0.0, 1).communicate(timeout=60)[0].strip() == "Refused"
        asked = len(server.asked)
        with make_fetcher(tmp_path, server.origin, make_source(name="other")) as fetcher, pytest.raises(Refused) as refused:
            fetcher(LIST)
        assert len(server.asked) == asked
    assert refused.value.until is not None
    assert timedelta(minutes=55) < refused.value.until - datetime.now(UTC) <= timedelta(hours=1)


def test_a_retry_after_as_a_date_is_waited_for(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 24, 12, 0, tzinfo=UTC)]
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += timedelta(seconds=seconds)

    busy = answer(b"", "Retry-After: Tue, 24 Nov 2026 12:00:30 GMT", status="503 Busy")
    with (
        faults({"/list": in_turn(busy, answer(PAGE))}) as server,
        make_fetcher(tmp_path, server.origin, clock=lambda: now[0], sleep=sleep) as fetcher,
    ):
        assert fetcher(LIST) is not None
    assert sum(slept) == pytest.approx(30, abs=0.1)


def test_a_killed_process_does_not_keep_its_host(tmp_path: Path) -> None:
    def stuck(request, wire):  # type: ignore[no-untyped-def]
        time.sleep(20 if request.n == 1 else 0)
        answer(PAGE)(request, wire)

    with faults({"/list": stuck}) as server:
        other = process(tmp_path, server.origin, 0.0, 1)
        while not server.pages():
            time.sleep(0.02)
        other.kill()
        other.communicate(timeout=10)
        begun = time.monotonic()
        with make_fetcher(tmp_path, server.origin) as fetcher:
            assert fetcher(LIST) is not None
    assert time.monotonic() - begun < 60  # the dead process would have held the host for minutes


def test_the_budget_of_a_day_is_kept_over_runs_and_is_new_the_next_day(tmp_path: Path) -> None:
    source = make_source(access=Access(pages_a_day=3))
    now = [datetime(2026, 11, 24, 23, 0, tzinfo=UTC)]
    with faults({"/list": answer(PAGE)}) as server:
        for _ in range(2):
            with make_fetcher(tmp_path, server.origin, source, clock=lambda: now[0]) as fetcher:
                fetcher(LIST)
        with make_fetcher(tmp_path, server.origin, source, clock=lambda: now[0]) as fetcher:
            fetcher(LIST)
            with pytest.raises(Refused, match="3 requests a day") as refused:
                fetcher(LIST)
            assert refused.value.until == datetime(2026, 11, 25, tzinfo=UTC)
            now[0] += timedelta(hours=1)
            assert fetcher(LIST) is not None
        assert len(server.pages()) == 4


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=2), timedelta(seconds=-3)])
@pytest.mark.parametrize("asked", [False, True])
def test_a_clock_that_is_set_makes_nobody_wait_longer_than_the_pause(tmp_path: Path, jump: timedelta, asked: bool) -> None:
    """The clock jumps during the first wait, and is right again during the second."""
    now, slept = [datetime(2026, 11, 24, tzinfo=UTC)], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += timedelta(seconds=seconds) + (jump if len(slept) == 2 else -jump if len(slept) == 3 else timedelta(0))

    refusal = [answer(b"", "Retry-After: 30", status="429 Slow")] if asked else []
    plays = in_turn(*refusal, answer(PAGE), answer(PAGE), answer(PAGE))
    with (
        faults({"/list": plays}) as server,
        make_fetcher(tmp_path, server.origin, make_source(pace_s=5.0), clock=lambda: now[0], sleep=sleep) as fetcher,
    ):
        for _ in range(3):
            assert fetcher(LIST) is not None
    assert len(slept) == len(server.asked)
    assert max(slept) <= (30 if asked else 5 * 1.25)
    assert slept[0] == 0


@pytest.mark.parametrize("hours", [-48, -1, 0, 1])
def test_a_clock_set_back_keeps_no_poll_off_for_longer_than_the_host_asked(tmp_path: Path, hours: int) -> None:
    now = [datetime(2026, 11, 24, tzinfo=UTC)]
    politeness.pause(opened(tmp_path / "watch.db"), "data.example.org", now[0], now[0] + timedelta(hours=1), asked=True)
    now[0] += timedelta(hours=hours)
    with faults({"/list": answer(PAGE)}) as server, make_fetcher(tmp_path, server.origin, clock=lambda: now[0]) as fetcher:
        if hours < 1:
            with pytest.raises(Refused, match="asked to be left alone") as refused:
                fetcher(LIST)
            assert refused.value.until == now[0] + timedelta(hours=1)
        now[0] += timedelta(hours=1)
        assert fetcher(LIST) is not None


def test_what_a_host_asks_for_is_not_shortened_by_less(tmp_path: Path) -> None:
    db, now = opened(tmp_path / "watch.db"), datetime(2026, 11, 24, tzinfo=UTC)
    for seconds in (20, 7):
        politeness.pause(db, "example.org", now, now + timedelta(seconds=seconds), asked=True)
    assert politeness.wait_s(db, "example.org", now) == (20, True)
    politeness.pause(db, "example.org", now, now + timedelta(seconds=1))
    assert politeness.wait_s(db, "example.org", now) == (1, False), "the request after that was sent"


@pytest.mark.parametrize(
    ("play", "allowed"),
    [
        (answer(b"User-agent: *\nDisallow: /list\n", type="text/plain"), False),
        (answer(b"User-agent: *\nDisallow: /\n\nUser-agent: standards-watch\nDisallow: /other\n", type="text/plain"), True),
        (answer(b"User-agent: standards-watch\nDisallow: /\n", type="text/plain"), False),
        (answer(b"", status="401 No"), False),
        (answer(b"", status="403 No"), False),
        (answer(b"", status="404 None"), True),
        (answer(b"", status="503 Busy"), True),
        (lambda request, wire: wire.close(), True),
    ],
)
def test_robots_txt_is_obeyed(play: Play, allowed: bool, tmp_path: Path) -> None:
    with faults({"/list": answer(PAGE), "/robots.txt": play}) as server:
        for _ in range(2):
            with make_fetcher(tmp_path, server.origin) as fetcher:
                if allowed:
                    assert fetcher(LIST) is not None
                else:
                    with pytest.raises(Refused, match=r"robots\.txt of data\.example\.org forbids"):
                        fetcher(LIST)
        assert len(server.pages()) == (2 if allowed else 0)


def test_robots_txt_is_asked_for_once_a_day_and_not_for_documented_apis(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 24, tzinfo=UTC)]
    rules = answer(b"User-agent: *\nDisallow: /list\n", type="text/plain")
    with faults({"/list": answer(PAGE), "/robots.txt": rules}) as server:
        for hours in (0, 23, 2):
            now[0] += timedelta(hours=hours)
            with make_fetcher(tmp_path, server.origin, clock=lambda: now[0]) as fetcher, pytest.raises(Refused):
                fetcher(LIST)
        assert [each.path for each in server.asked] == ["/robots.txt", "/robots.txt"]
        with make_fetcher(tmp_path, server.origin, make_source(access=Access(robots=False))) as fetcher:
            assert fetcher(LIST) is not None
        assert [each.path for each in server.asked][2:] == ["/list"]


def test_a_crawl_delay_is_kept(tmp_path: Path) -> None:
    rules = answer(b"User-agent: *\nCrawl-delay: 7\n", type="text/plain")
    slept: list[float] = []
    now = [datetime(2026, 11, 24, tzinfo=UTC)]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += timedelta(seconds=seconds)

    with (
        faults({"/list": answer(PAGE), "/robots.txt": rules}) as server,
        make_fetcher(tmp_path, server.origin, clock=lambda: now[0], sleep=sleep) as fetcher,
    ):
        fetcher(LIST)
        fetcher(LIST)
    assert sum(slept) >= 7

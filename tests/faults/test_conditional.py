"""What a host says of its pages and of our haste is kept for the next request, and not for ever."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import Refused
from sources.base import Answer, Follow
from state.model import Capture
from tests.worlds.fault_plays import PAGE
from tests.worlds.fault_server import answer, faults, in_turn
from tests.worlds.fault_source import HOME, make_fetcher, make_source

LIST = Follow(f"{HOME}/list")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_every_request_for_an_unchanged_page_is_conditional_though_a_304_does_not_repeat_its_etag(tmp_path: Path) -> None:
    first = answer(PAGE, 'ETag: "one"', "Last-Modified: Tue, 24 Nov 2026 12:00:00 GMT")
    last: Capture | None = None
    with faults({"/list": in_turn(first, answer(b"", status="304 Not Modified"))}) as server:
        bulk = make_source(answer=Answer(bulk=True))
        for number in range(4):
            with make_fetcher(tmp_path, server.origin, bulk, lambda url: last, run_id=number) as fetcher:  # noqa: B023
                got = fetcher(LIST)
                assert got is not None
                last = got.capture
        asked = [(page.headers.get("if-none-match"), page.headers.get("if-modified-since")) for page in server.pages()]
    assert asked == [(None, None), *[('"one"', "Tue, 24 Nov 2026 12:00:00 GMT")] * 3]


@pytest.mark.parametrize("wish", ["31536000", "Tue, 24 Nov 2037 12:00:00 GMT"])
def test_a_host_that_asks_for_years_is_left_alone_for_a_day(tmp_path: Path, wish: str) -> None:
    now = [NOW]
    with faults({"/list": in_turn(answer(b"", f"Retry-After: {wish}", status="429 Slow"), answer(PAGE))}) as server:
        for hours in (0, 23):
            now[0] = NOW + timedelta(hours=hours)
            with make_fetcher(tmp_path, server.origin, clock=lambda: now[0]) as fetcher, pytest.raises(Refused) as refused:
                fetcher(LIST)
            assert refused.value.until == NOW + timedelta(days=1)
        now[0] = NOW + timedelta(hours=25)
        with make_fetcher(tmp_path, server.origin, clock=lambda: now[0]) as fetcher:
            assert fetcher(LIST) is not None

"""What the pages of a poll give, and where reading ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

from bot.parse.result import CrawlResult, parse_deferred, parse_page
from sources.base import Expect, Follow, Page, Record
from sources.page import LayoutChanged
from tests.worlds.fault_source import HOME, make_source


def endless(page: Page) -> Iterator[Record]:
    yield from (Record(key=str(number), kind="committee", title="x", url=page.url) for number in count())


def test_a_page_of_rows_without_end_ends_in_one_sentence() -> None:
    source = make_source(parse=endless, expect=Expect((0, 2000), 1.0))
    page = Page.of(HOME, b"", datetime(2026, 1, 1, tzinfo=UTC))
    words = "more than 20,000 rows, where at most 2,000 records are expected"
    with pytest.raises(LayoutChanged, match=words):
        parse_page(source, page, {}, Follow(HOME), CrawlResult())
    with pytest.raises(LayoutChanged, match=words):
        list(parse_deferred(source, page, {}))

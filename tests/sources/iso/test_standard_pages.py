"""Pages of standards: recorded ones of all layouts, and small ones of our own for what must be refused (iso.md §2.1)."""

import re
from datetime import UTC, datetime

import pytest

from sources.base import LayoutChanged, Page, records_of
from sources.iso import standard_pages
from state.archive.reader import read_archive
from state.model import Record, Ref
from tests.shared import shared

NOW = datetime(2024, 2, 2, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html lang="{lang}"><head>
<!-- iso.md §2.1 -->
<meta name="category" content="{category}"><meta name="pubdate" content="20230427">
<meta property="og:title" content="ISO 99999:2023"><meta property="og:description" content="Invented -- Part 1: Tests">
<meta property="og:url" content="https://www.iso.org/{path}standard/99999.html"></head><body>
<ul class="dropdown-menu"><li class="active"><a href="/">Home</a></li></ul>
<span itemprop="productID">{id}</span>
<ul class="dropdown-menu">
<li><a href="#"><span class="stage-code">60.00</span> <span class="stage-date">2023-03-01</span></a></li>
<li class="active"><a href="#"><span class="stage-code">60.60</span> <span class="stage-date">{date}</span></a></li>
<li><a href="#"><span class="stage-code">90.20</span> <span class="stage-date"></span></a></li></ul>
<div class="entry-name"><a href="/committee/54904.html">ISO/TC 211</a></div>
<div class="entry-name"><a href="/ics/35.240.70.html">35.240.70</a></div></body></html>"""


def read(body: bytes, url: str = "https://www.iso.org/standard/99999.html") -> Record:
    (record,) = records_of(standard_pages.parse(Page.of(url, body, NOW)))
    return record


def page(lang: str = "en", category: str = "p", path: str = "", id: str = "99999", date: str = "2023-04-27") -> bytes:
    return PAGE.format(lang=lang, category=category, path=path, id=id, date=date).encode()


def test_a_page() -> None:
    record = read(page())
    assert (record.key, record.reference, record.title, record.status) == (
        "99999", "ISO 99999:2023", "Invented — Part 1: Tests", "published",
    )  # fmt: skip
    assert record.fields == {
        "stage": "60.60",
        "stage_date": "2023-04-27",
        "committee": Ref("54904", "ISO/TC 211"),
        "ics": frozenset({"35.240.70"}),
        "history": frozenset({"60.00 2023-03-01", "60.60 2023-04-27"}),
    }


def test_a_stage_without_day_takes_that_of_the_meta_tag() -> None:
    assert read(page(date="")).fields["stage_date"] == "2023-04-27"


@pytest.mark.parametrize(
    "body",
    [page(lang="fr"), page(lang="ru"), page(path="fr/"), page(path="cms/render/live/ru/sites/isoorg/"), page(id="99998"),
     page(category="x"), b"<html lang=en><body><h1>ISO</h1></body></html>", b""],
)  # fmt: skip
def test_what_is_refused(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        read(body)


def test_french_addresses_are_recognised_to_be_refused() -> None:
    assert standard_pages.source.recognises("https://www.iso.org/fr/standard/99999.html")
    with pytest.raises(LayoutChanged):
        read(page(), "https://www.iso.org/fr/standard/99999.html")


def test_every_recorded_page_of_every_layout_is_read() -> None:
    read_pages: list[Record] = []
    for recorded in read_archive(shared("real/iso/standard-pages.warc.gz")):
        with recorded.open() as stream:
            record = read(stream.read(), recorded.url)
        read_pages.append(record)
        assert record.key in recorded.url
        assert record.reference
        assert record.status in standard_pages.STATUS.values()
        assert re.fullmatch(r"\d\d\.\d\d", str(record.fields["stage"]))
        assert datetime.fromisoformat(str(record.fields["stage_date"])) <= recorded.fetched_at.replace(tzinfo=None)
        committee = record.fields["committee"]
        assert isinstance(committee, Ref)
        assert committee.name.startswith("ISO/")
        assert record.fields["ics"]
        assert f"{record.fields['stage']} {record.fields['stage_date']}" in record.fields["history"]  # type: ignore[operator]
    assert len(read_pages) == 44
    known = {(each.key, each.fields["stage"], each.fields["stage_date"], each.status) for each in read_pages}
    assert {
        ("85632", "30.60", "2023-04-27", "under development"), ("77374", "20.98", "2019-10-23", "deleted"),
        ("26020", "95.99", "2014-03-19", "withdrawn"), ("78888", "60.60", "2022-03-21", "published"),
    } <= known  # fmt: skip
    untitled = {each.key for each in read_pages if not each.title}
    assert untitled == {"44361", "73118", "78888"}  # amendments and a corrigendum in the oldest layouts
    assert untitled <= {each.key for each in read_pages if each.title}  # later pages of theirs have it

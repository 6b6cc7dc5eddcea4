"""The explorer in a real browser."""

import sqlite3
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.rows import rows

pytestmark = pytest.mark.browser
PAGES = (
    "", "watch", "watch/records", "watch/attributions", "watch/alerts", "watch/league?body=&role=&day=",
    "watch/engagement_gaps?we=&they=", "watch/who_leads?country=CN&body=&role=&day=", "watch/review", "watch/tracked/1",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 1440])
def test_a_page_loads_alone_and_keeps_its_width(explorer: str, watched: Any, name: str, width: int) -> None:
    tab = watched(width, explorer)
    tab.open(f"{explorer}/{name}")
    assert tab.faults == []
    assert tab.overflow() <= 0


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(explorer: str, watched: Any, name: str) -> None:
    tab = watched(1200, explorer)
    tab.open(f"{explorer}/{name}")
    assert tab.serious() == []


def test_charts_of_the_front_page_show_the_numbers_of_their_tables(explorer: str, watched: Any) -> None:
    page = watched(1440, explorer).open(explorer)
    figures = page.locator("figure")
    assert figures.count() > 1
    for at in range(figures.count()):
        drawn = sorted(figures.nth(at).locator("svg [data-value]").evaluate_all("nodes => nodes.map(n => Number(n.dataset.value))"))
        told = sorted(figures.nth(at).locator("table.numbers td").evaluate_all("nodes => nodes.map(n => Number(n.textContent))"))
        assert drawn == told


def test_a_bar_leads_to_its_rows(explorer: str, watched: Any) -> None:
    page = watched(1440, explorer).open(explorer)
    bar = page.locator("figure").first.locator("svg a").first
    count = int(bar.locator("[data-value]").get_attribute("data-value"))
    bar.click()
    page.wait_for_url("**/who_leads**")
    assert page.locator("table.rows-and-columns tbody tr").count() == count


def test_search_and_sort(explorer: str, watched: Any) -> None:
    page = watched(1440, explorer).open(explorer)
    page.get_by_role("searchbox").fill("quantum 9")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/find**")
    texts = page.locator("table.rows-and-columns tbody tr").all_inner_texts()
    assert texts
    assert all("quantum" in text.lower() and "9" in text for text in texts)
    page = watched(1440, explorer).open(f"{explorer}/watch/records?_search=blockchain&_sort_desc=title")
    titles = page.locator("td.col-title").all_inner_texts()
    assert len(titles) > 2
    assert all("blockchain" in title.lower() for title in titles)
    assert titles == sorted(titles, reverse=True)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_texts_change_nothing(hostile_explorer: str, watched: Any, name: str) -> None:
    tab = watched(1440, hostile_explorer)
    page = tab.open(f"{hostile_explorer}/{name}")
    page.wait_for_timeout(50)
    assert tab.faults == []
    assert "owned" not in page.title()
    assert page.locator("td script, td img, [onerror], [onload]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


@pytest.mark.parametrize(
    "sql", ["DELETE+FROM+runs", "UPDATE+runs+SET+status='x'", "PRAGMA+writable_schema=1", "ATTACH+'/tmp/x.db'+AS+x", "VACUUM"]
)
def test_it_cannot_write(explorer: str, calm: Path, sql: str) -> None:
    before = rows(calm, "runs")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{explorer}/watch.json?sql={sql}", timeout=5)
    assert refused.value.code in (400, 403)
    refused.value.close()
    assert rows(calm, "runs") == before != []


def test_it_shows_what_a_poll_writes_meanwhile(explorer: str, calm: Path) -> None:
    def count() -> int:
        with urllib.request.urlopen(f"{explorer}/watch.json?sql=select+count(*)+from+runs&_shape=arrays", timeout=5) as answer:
            return orjson.loads(answer.read())["rows"][0][0]

    first = count()
    with sqlite3.connect(calm, timeout=5) as writer:
        writer.execute("INSERT INTO runs (source, trigger, observed_at, status) VALUES ('x', 'run', '2026-11-20T06:00:00Z', 'ok')")
    writer.close()
    assert count() == first + 1

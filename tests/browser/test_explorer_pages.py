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
def test_it_cannot_write(explorer_with_sql: str, calm: Path, sql: str) -> None:
    before = rows(calm, "runs")
    assert status(f"{explorer_with_sql}/watch.json?sql={sql}") == 400
    assert rows(calm, "runs") == before != []


def test_visitors_write_no_sql_unless_it_is_allowed(explorer: str, explorer_with_sql: str) -> None:
    for address, expected in ((explorer, 403), (explorer_with_sql, 200)):
        assert status(f"{address}/watch.json?sql=select+1") == expected
        assert status(f"{address}/watch/records.json?_where=1") == expected


def test_it_answers_to_its_own_host_names_only(explorer: str) -> None:
    assert status(urllib.request.Request(explorer, headers={"Host": "rebound.example"})) == 421
    assert status(urllib.request.Request(f"{explorer}/watch.json", headers={"Host": "rebound.example"})) == 421
    assert status(urllib.request.Request(explorer, headers={"Host": "localhost:1"})) == 200


@pytest.mark.parametrize("sql", ["select+randomblob(900000000)", "select+randomblob(4000000)+from+records"])
def test_no_query_takes_the_memory_of_the_machine(explorer_with_sql: str, sql: str) -> None:
    assert status(f"{explorer_with_sql}/watch.json?sql={sql}") == 400


def status(what: str | urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(what, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def test_it_shows_what_a_poll_writes_meanwhile(explorer: str, calm: Path) -> None:
    def count() -> int:
        with urllib.request.urlopen(f"{explorer}/watch/runs.json?_size=0", timeout=5) as answer:
            return orjson.loads(answer.read())["filtered_table_rows_count"]

    first = count()
    with sqlite3.connect(calm, timeout=5) as writer:
        writer.execute("INSERT INTO runs (source, trigger, observed_at, status) VALUES ('x', 'run', '2026-11-20T06:00:00Z', 'ok')")
    writer.close()
    assert count() == first + 1

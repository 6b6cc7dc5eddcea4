"""The report in a real browser, from a folder."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGES = (
    "index.html", "body-iso.html", "body-itu.html", "rows-iso-secretariat.html", "led.html", "timeline.html", "institutions.html",
    "topics.html", "gaps.html", "compare.html", "decided.html", "item",
)  # fmt: skip


def address(site: Path, name: str) -> str:
    return (next(iter(sorted((site / "items").glob("*.html")))) if name == "item" else site / name).as_uri()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 1440])
def test_a_page_loads_alone_and_keeps_its_width(site: Path, watched: Any, name: str, width: int) -> None:
    tab = watched(width, site.as_uri())
    tab.open(address(site, name))
    assert tab.faults == []
    assert tab.overflow() <= 0


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_serious_fault(site: Path, watched: Any, name: str, dark: bool) -> None:
    tab = watched(1000, site.as_uri(), dark=dark)
    tab.open(address(site, name))
    assert tab.serious() == []


@pytest.mark.parametrize("name", ["led.html", "gaps.html"])
def test_axe_finds_no_serious_fault_on_a_phone(site: Path, watched: Any, name: str) -> None:
    tab = watched(360, site.as_uri())
    tab.open(address(site, name))
    assert tab.serious() == []


def test_search_and_sort(site: Path, watched: Any) -> None:
    page = watched(1440, site.as_uri()).open(address(site, "led.html"))
    rows = page.locator("table.led tbody tr")
    whole = rows.count()
    page.get_by_role("searchbox").fill("QUANTUM iso")
    shown = page.locator("table.led tbody tr:visible")
    assert 0 < shown.count() < whole
    assert all("quantum" in text.lower() and "iso" in text.lower() for text in shown.all_inner_texts())
    assert page.locator(".find output").inner_text() == f"{shown.count()} of {whole}"
    page.get_by_role("searchbox").fill("")
    assert shown.count() == min(whole, 40)
    if whole > 40:
        page.get_by_role("button", name="Show all").click()
    assert shown.count() == whole
    page.get_by_role("button", name="absent").click()
    numbers = [int(text) for text in page.locator("table.led tbody td[data-name='absent of us']").all_inner_texts() if text]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1
    page.get_by_role("button", name="absent").click()
    down = [int(text) for text in page.locator("table.led tbody td[data-name='absent of us']").all_inner_texts() if text]
    assert down == sorted(numbers, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("absent")


def test_an_address_may_ask(site: Path, watched: Any) -> None:
    page = watched(1440, site.as_uri()).open(f"{address(site, 'led.html')}#q=blockchain")
    assert page.locator("table.led tbody tr:visible").count() < page.locator("table.led tbody tr").count()


def test_it_is_whole_without_script(site: Path, watched: Any) -> None:
    page = watched(1440, site.as_uri(), script=False).open(address(site, "led.html"))
    assert page.locator("table.led tbody tr:visible").count() == page.locator("table.led tbody tr").count() > 20
    assert page.locator(".find").count() == 0


@pytest.mark.parametrize("name", ["index.html", "body-iso.html", "body-itu.html", "gaps.html"])
def test_charts_show_the_numbers_of_their_tables(site: Path, watched: Any, name: str) -> None:
    page = watched(1440, site.as_uri()).open(address(site, name))
    figures = page.locator("figure")
    assert figures.count() > 0
    for at in range(figures.count()):
        figure = figures.nth(at)
        drawn = sorted(figure.locator("svg [data-value]").evaluate_all("nodes => nodes.map(n => Number(n.dataset.value))"))
        told = sorted(figure.locator("table.numbers td").evaluate_all("nodes => nodes.map(n => Number(n.textContent))"))
        assert drawn == told
        assert figure.locator("svg").bounding_box()["width"] <= figure.bounding_box()["width"]


def test_bars_are_as_long_as_their_numbers(site: Path, watched: Any) -> None:
    page = watched(1440, site.as_uri()).open(address(site, "body-iso.html"))
    measure = "g => [Number(g.querySelector('[data-value]').dataset.value), g.querySelector('.f').getBoundingClientRect().width]"
    bars = page.locator("figure").first.locator("svg g").evaluate_all(f"gs => gs.map({measure})")
    value, width = bars[0]
    for other, wide in bars:
        assert wide == pytest.approx(width * other / value, abs=1)


def test_a_number_leads_to_the_rows_that_it_counts(site: Path, watched: Any) -> None:
    page = watched(1440, site.as_uri()).open(address(site, "body-iso.html"))
    link = page.locator("table.league").first.locator("tbody tr", has_text="China").locator("a")
    count = int(link.inner_text())
    link.click()
    page.wait_for_url("**/rows-iso-*.html#cn")
    assert page.locator("tbody#cn tr:visible").count() == count + 1
    assert page.locator("tbody#de tr:visible").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_hostile_texts_change_nothing(hostile_site: Path, watched: Any, name: str) -> None:
    tab = watched(1440, hostile_site.as_uri())
    page = tab.open(address(hostile_site, name))
    page.wait_for_timeout(50)
    assert tab.faults == []
    assert "owned" not in page.title()
    assert page.locator("main script, main img, [onerror], [onload]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


def test_it_prints(site: Path, watched: Any) -> None:
    tab = watched(794, site.as_uri())
    page = tab.open(address(site, "body-iso.html"))
    page.emulate_media(media="print")
    assert tab.overflow() <= 0
    assert not page.locator("nav.main").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")

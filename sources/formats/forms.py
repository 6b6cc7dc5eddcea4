"""ASP.NET pages: options of selects, and postbacks by which grids turn to the next page."""

import re
from collections.abc import Mapping
from urllib.parse import urldefrag, urljoin

from bs4 import Tag

from sources.base import Follow, LayoutChanged, Page

_POSTBACK = re.compile(r"__doPostBack\(\s*'([^']+)'\s*,\s*'Page\$(\d+|Next)'\s*\)")
_NO_CHOICE = frozenset({"", "-1"})


def options(page: Page, part: str) -> dict[str, str]:
    """Return the options of a select, value → text, without those that mean "any". The select is found by a part of its id or
    name; empty when there is none."""
    select = page.maybe(f'select[id*="{part}"], select[name*="{part}"]')
    offered = {str(each.get("value", "")): each.get_text(" ", strip=True) for each in select.select("option")} if select else {}
    return {value: text for value, text in offered.items() if value not in _NO_CHOICE}


def chosen(page: Page, part: str) -> str:
    """Return the selected value of a select; empty when there is no such select."""
    select = page.maybe(f'select[id*="{part}"], select[name*="{part}"]')
    return _value(select) if select else ""


def postback(page: Page, target: str, argument: str = "", changes: Mapping[str, str] | None = None) -> Follow:
    """Return the follow of a script link: the whole form again, with target, argument and `changes`."""
    form = page.soup.select_one("form:has(input[name=__VIEWSTATE])") or page.soup.select_one("form")
    if form is None:
        raise LayoutChanged("the page turns by postback, but has no form")
    fields = {str(each["name"]): _value(each) for each in form.select("input[name], select[name], textarea[name]") if _sent(each)}
    address = urldefrag(urljoin(page.url, str(form.get("action") or ""))).url
    return Follow(address, {**fields, "__EVENTTARGET": target, "__EVENTARGUMENT": argument, **(changes or {})})


def next_page(page: Page, grid: Tag) -> Follow | None:
    """Return the follow to the next page of a grid by its pager; None on the last page and without a pager."""
    turns: dict[str, str] = {}
    pager = None
    for link in grid.select('a[href*="__doPostBack"]'):
        if found := _POSTBACK.search(str(link["href"])):
            turns[found[2]] = found[1]
            pager = pager or link.find_parent("tr")
    if "Next" in turns:
        return postback(page, turns["Next"], "Page$Next")
    if not turns or pager is None:
        return None
    after = str(_current(pager, turns) + 1)
    return postback(page, turns[after], f"Page${after}") if after in turns else None


def _current(pager: Tag, turns: dict[str, str]) -> int:
    """Return the number of the page shown: the one that the pager prints without a link."""
    for span in pager.select("span"):
        if (text := span.get_text(strip=True)).isdigit() and not span.find_parent("a"):
            return int(text)
    return next(number for number in range(1, len(turns) + 2) if str(number) not in turns)


def _sent(control: Tag) -> bool:
    """Return True if a browser would send this control."""
    kind = str(control.get("type", "")).lower()
    if kind in ("checkbox", "radio"):
        return control.has_attr("checked")
    return kind not in ("submit", "button", "image", "reset", "file") and not control.has_attr("disabled")


def _value(control: Tag) -> str:
    if control.name == "select":
        option = control.select_one("option[selected]") or control.select_one("option")
        return str(option.get("value", option.get_text(strip=True))) if option else ""
    return control.get_text() if control.name == "textarea" else str(control.get("value", ""))

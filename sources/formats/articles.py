"""Articles in HTML of unknown layout: title, day and text from JSON-LD, Open Graph and the main part of the page."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import orjson
from bs4 import Tag

from sources.page import LayoutChanged, Page, words

BLOCKS = "h1, h2, h3, h4, p, li, tr, div.field__item, address, blockquote"


def headline(page: Page) -> str:
    """Return the title of a page: from JSON-LD, else Open Graph, else the first `h1`. Raises LayoutChanged when there is none."""
    data = json_ld(page)
    title = str(data.get("headline") or data.get("name") or meta(page, "og:title") or heading(page) or "").strip()
    if not title:
        raise LayoutChanged("the page has no title")
    return title


def published(page: Page) -> str | None:
    """Return the day of publication from the page's metadata, or None."""
    printed = str(json_ld(page).get("datePublished") or meta(page, "article:published_time") or "")
    try:
        return date.fromisoformat(printed[:10]).isoformat()
    except ValueError:
        return None


def text_lines(page: Page) -> list[str]:
    """Return the text of the page's main part: one line a block, one line a table row."""
    main = page.maybe("main") or page.maybe("#block-unesco-content") or page.maybe("article") or page.maybe("body")
    if main is None:
        raise LayoutChanged("the page has no body")
    blocks: list[Tag] = [each for each in main.select(BLOCKS) if not each.find_parent(["nav", "header", "footer", "form"])]
    lines = [words(each) for each in blocks if each.name == "tr" or not each.select_one("p, li, tr, div.field__item")]
    return [line for line in lines if line and not line.startswith("Last update")]


def value_below(lines: Sequence[str], label: str) -> str | None:
    """Return the line below a label ("Location", "Type :"), or None where there is no such label."""
    return next((below for line, below in pairwise(lines) if line.rstrip(" :") == label), None)


def json_ld(page: Page) -> dict[str, Any]:
    """Return the first article or event described in JSON-LD; empty when there is none."""
    for script in page.soup.select('script[type="application/ld+json"]'):
        try:
            data = orjson.loads(script.get_text())
        except orjson.JSONDecodeError:
            page.note("JSON-LD that is no JSON")
            continue
        for each in [data, *(data.get("@graph") or [] if isinstance(data, dict) else data)]:
            if isinstance(each, dict) and (each.get("headline") or each.get("datePublished")):
                return each
    return {}


def meta(page: Page, name: str) -> str | None:
    """Return the content of a meta element by its property or name, or None."""
    found = page.maybe(f'meta[property="{name}"], meta[name="{name}"]')
    return str(found.get("content") or "") or None if found is not None else None


def heading(page: Page) -> str | None:
    found = page.maybe("main h1") or page.maybe("h1")
    return words(found) if found is not None else None

"""News, press releases, events and the pages of councils and committees on www.unesco.org, from its sitemap: `lastmod` says which
pages changed. Articles are read when they changed lately, seen from the day on which the sitemap was read last (while it is the
same it is not read again); pages of councils whenever they change: title and date from JSON-LD, Open Graph, then `h1`; roles and
mentions from the text (roles.py), seats and officers from lists.

Log: no page source could be had when this was written: shadow. Many automatic readers are answered 403. There is no RSS.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import orjson

from sources.base import Access, Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.formats.parties import titled_person, without_title
from sources.formats.xml import sitemap_pages
from sources.page import words
from sources.unesco.elections import officers, seats
from sources.unesco.roles import claims_in, mentions_in

SITEMAP = "https://www.unesco.org/sitemap.xml"
ARTICLE = re.compile(r"^https://(?:www|articles)\.unesco\.org/en/articles/([^/?#]+)")
ORGAN = re.compile(
    r"^https://www\.unesco\.org/en/((?:[\w-]+/){0,3}[\w-]*"
    r"(?:council|committee|bureau|executive-board|commission|organs|members|elections)[\w-]*)(?:[?#]|$)"
)
RECENT = timedelta(days=21)
BLOCKS = "h1, h2, h3, h4, p, li, tr, div.field__item, address, blockquote"
KINDS = ("News", "Event", "Press release", "Article")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield from a sitemap the follows to changed pages, from a page its record. Raises LayoutChanged on a page without any
    title."""
    if found := ARTICLE.match(page.url) or ORGAN.match(page.url):
        yield page_record(page, found[1], "organ" if ORGAN.match(page.url) else "article")
    for each in sitemap_pages(page) if "/sitemap.xml" in page.url else ():
        if isinstance(each, Follow):
            yield each
        elif organ := ORGAN.match(each.url):
            yield Follow(each.url, key=organ[1], digest=each.digest)
        elif (found := ARTICLE.match(each.url)) and page.observed_at - each.modified <= RECENT:
            yield Follow(each.url, key=found[1], digest=each.digest)


def page_record(page: Page, key: str, kind: str) -> Record:
    """Return the record of an article or of a council's page."""
    title, lines, url = headline(page), text_lines(page), page.url.split("?")[0]
    held = seats(lines)
    members = [Claim("member", seat.state, Evidence(url, "seats", seat.line), seat.state) for seat in held]
    roles = [Claim(o.role, o.person or o.state, Evidence(url, "officers", o.line), o.state) for o in officers(lines)]
    text = "\n".join(dict.fromkeys([title, *lines]))
    roles += claims_in(text, url, "text")
    return Record(
        key=key, kind=kind, title=title, reference="", url=url, status=next((line for line in lines if line in KINDS), ""),
        fields={
            "published": published(page),
            "countries": frozenset(words(each) for each in page.soup.select(".field--name-field-ref-countries .country--link")),
            "seats": frozenset(map(str, held)),
            "roles": frozenset(f"{claim.role}: {claim.party}" for claim in roles),
            "location": value_below(lines, "Location"),
            "meeting": value_below(lines, "Type"),
        },
        claims=tuple({(claim.role, claim.party): claim for claim in [*members, *roles]}.values()),
        mentions=tuple(mentions_in(text, url, "text")),
    )  # fmt: skip


def headline(page: Page) -> str:
    """Return the title of a page: from JSON-LD, else Open Graph, else the first `h1`. Raises LayoutChanged when there is none."""
    data, heading = json_ld(page), page.maybe("main h1") or page.maybe("h1")
    printed = data.get("headline") or data.get("name") or meta(page, "og:title") or (words(heading) if heading else "")
    title = str(printed).strip()
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
    blocks = [each for each in main.select(BLOCKS) if not each.find_parent(["nav", "header", "footer", "form"])]
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


def person(claim: Claim) -> str:
    """Return the name of an officer beside whose office a State is printed, or of a party that is printed with a title."""
    if claim.evidence.field == "officers":
        return without_title(claim.party) if claim.party != claim.country else ""
    return titled_person(claim)


source = Source(
    name="unesco-news",
    body="UNESCO",
    start=[SITEMAP],
    match=r"^https://www\.unesco\.org/sitemap\.xml|" + ARTICLE.pattern + "|" + ORGAN.pattern,
    parse=parse,
    answer=Answer(otherwise={r"/sitemap\.xml": "xml"}),
    schedule="daily 07:10",
    expect=Expect(records=(0, 200_000), max_gone=1.0),
    parser_version=4,
    mode="shadow",
    person=person,
    history=History(append_only=True),
    access=Access(hosts=("www.unesco.org", "articles.unesco.org")),
    terms=Terms(
        licence="CC BY-SA 3.0 IGO (texts)",
        attribution="UNESCO, https://www.unesco.org",
        contact="https://www.unesco.org/en/contact",
    ),
)

"""News, press releases, events and the pages of councils and committees on www.unesco.org.

Start page: the sitemap (an index of sitemaps, or one with `loc` and `lastmod`); its `lastmod` says which pages changed. Articles
are read when they were changed in the last weeks, pages of councils and committees whenever they change. Title and date are taken
from JSON-LD, Open Graph, then `h1`; roles from the phrases of the text; seats and officers from lists (see elections.py).

Log: no page source could be had when this was written, so the source is in shadow. Many automatic readers are answered 403: then it
is blocked and says so. There is no RSS.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sources.articles import headline, published, text_lines
from sources.base import Claim, Evidence, Expect, Follow, LayoutChanged, Page, Record, Source
from sources.page import words
from sources.unesco.elections import officers, seats
from sources.unesco.phrases import claims_in
from sources.xmls import child_text, elements

SITEMAP = "https://www.unesco.org/sitemap.xml"
ARTICLE = re.compile(r"^https://(?:www|articles)\.unesco\.org/en/articles/([^/?#]+)")
ORGAN = re.compile(
    r"^https://www\.unesco\.org/en/((?:[\w-]+/){0,3}[\w-]*"
    r"(?:council|committee|bureau|executive-board|commission|organs|members|elections)[\w-]*)(?:[?#]|$)"
)
RECENT = timedelta(days=21)


def parse(page: Page) -> Iterator[Record | Follow]:
    """From a sitemap the follows to changed pages; from a page its record. Raises LayoutChanged on a page without any title."""
    if re.search(r"/sitemap\.xml", page.url):
        yield from changed(page)
    elif found := ARTICLE.match(page.url) or ORGAN.match(page.url):
        yield story(page, found[1], "organ" if ORGAN.match(page.url) else "article")


def changed(page: Page) -> Iterator[Follow]:
    """The further sitemaps of an index, or the pages of a sitemap that are watched and changed lately."""
    count = 0
    for element in elements(page, "sitemap", "url"):
        count += 1
        address, modified = child_text(element, "loc"), child_text(element, "lastmod")
        if str(element.tag).endswith("}sitemap"):
            yield Follow(address)
            continue
        article, organ = ARTICLE.match(address), ORGAN.match(address)
        found = article or organ
        if found and (organ or page.observed_at - moment(modified) <= RECENT):
            digest = hashlib.blake2b(f"{address} {modified}".encode(), digest_size=16).digest()
            yield Follow(address, key=found[1], digest=digest)
    if not count:
        raise LayoutChanged("the sitemap lists nothing")


def story(page: Page, key: str, kind: str) -> Record:
    """The record of an article or of a council's page."""
    title, lines = headline(page), text_lines(page)
    url = page.url.split("?")[0]
    listed = seats(lines)
    members = [Claim("member", seat.state, Evidence(url, seat.group, seat.line), seat.state) for seat in listed]
    chairs = [Claim(o.role, o.person or o.state, Evidence(url, "officers", o.line), o.state) for o in officers(lines)]
    phrases = [claim for line in dict.fromkeys([title, *lines]) for claim in claims_in(line, url, "text")]
    first = next((line for line in lines if line in ("News", "Event", "Press release", "Article")), None)
    return Record(
        key=key,
        kind=kind,
        title=title,
        reference="",
        url=url,
        status=first or "",
        fields={
            "published": published(page),
            "countries": frozenset(words(each) for each in page.soup.select(".field--name-field-ref-countries .country--link")),
            "seats": frozenset(f"{seat.group}: {seat.state}" for seat in listed),
        },
        claims=tuple({(claim.role, claim.party): claim for claim in [*members, *chairs, *phrases]}.values()),
    )


def moment(printed: str) -> datetime:
    """A sitemap's time, aware UTC; the beginning of time when there is none."""
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found.replace(tzinfo=found.tzinfo or UTC)


source = Source(
    name="unesco-news",
    body="UNESCO",
    start=[SITEMAP],
    match=r"^https://www\.unesco\.org/sitemap\.xml|" + ARTICLE.pattern + "|" + ORGAN.pattern,
    parse=parse,
    otherwise={r"/sitemap\.xml": "xml"},
    schedule="daily 07:10",
    expect=Expect(records=(0, 200_000), max_gone=1.0),
    mode="shadow",
    fleeting=True,
    hosts=("www.unesco.org", "articles.unesco.org"),
    licence="CC BY-SA 3.0 IGO (texts)",
    attribution="UNESCO, https://www.unesco.org",
    contact="https://www.unesco.org/en/contact",
)

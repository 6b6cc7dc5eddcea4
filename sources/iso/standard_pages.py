"""Pages of single standards at www.iso.org: what Open Data lacks, the dates of the stages. Off by default: since mid-2026 the site
answers programs with 403, and that is respected.

Page: `https://www.iso.org/standard/{id}.html`, seen in five layouts from 2019 to 2024. What is read stands in all five alike: the
product id, meta tags with reference, status and date of the stage, the list of stages, the links to committee and ICS. The title is
in a meta tag that the oldest layout lacks on some pages. The planned month of publication, prices and address variants are noise.

It has no first page: it reads the pages that it is given, and absence from a poll says nothing.

Log: some captures of ISO/IEC 2382 have an active stage without date; the meta tag has it then.
"""

import re
from collections.abc import Iterator

from bs4 import Tag

from sources.base import Expect, Follow, History, LayoutChanged, Page, Record, Ref
from sources.iso import website
from sources.iso.stages import EVENTS, means
from sources.page import words
from sources.text import first_group, folded

OTHER_LANGUAGE = re.compile(r"//[^/]+/(?:.*/live/)?(?:fr|ru|es)/")
OWN_ADDRESS = 'head meta[property="og:url"], head link[rel~="canonical"]'
STATUS = {"p": "published", "w": "withdrawn", "u": "under development", "d": "deleted"}
STAGES = "ul.dropdown-menu > li"


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the standard of the page.

    Raises LayoutChanged for a page in another language than English, one without its document (the site has answered 200 with such
    pages), one of another document, or another layout.
    """
    in_english(page)
    key, stage = words(page.one('[itemprop="productID"]')), words(page.one(f"{STAGES}.active > a > span.stage-code"))
    if key != first_group(r"/standard/(\d+)\.html", page.url):
        raise LayoutChanged(f"the page is of the document {key}, not of the one asked for")
    if not re.fullmatch(r"\d\d\.\d\d", stage):
        raise LayoutChanged(f"the stage is printed as {stage!r}")
    if (status := meta(page, "category")) not in STATUS:
        raise LayoutChanged(f"the status is printed as {status!r}")
    yield Record(
        key=key,
        kind="standard-page",
        title=title(page),
        reference=meta(page, "og:title"),
        url=f"https://www.iso.org/standard/{key}.html",
        status=STATUS[status],
        fields={
            "stage": stage,
            "stage_date": stage_date(page),
            "committee": committee(page),
            "ics": frozenset(words(a) for a in page.soup.select('.entry-name a[href*="/ics/"]')),
            "history": frozenset(history(page)),
        },
    )


def in_english(page: Page) -> None:
    """Raise LayoutChanged unless the page declares itself English: the labels of other languages are translated."""
    language = str(page.first("html").get("lang") or "none")
    own = [str(tag.get("content") or tag.get("href")) for tag in page.soup.select(OWN_ADDRESS)]
    if not language.lower().startswith("en") or any(OTHER_LANGUAGE.search(each) for each in [page.url, *own]):
        raise LayoutChanged(f"the page is not the English one (its language is {language})")


def meta(page: Page, name: str) -> str:
    """Return the content of a required meta tag that is not empty."""
    content = folded(str(page.one(f'meta[property="{name}"], meta[name="{name}"]').get("content") or ""))
    if not content:
        raise LayoutChanged(f"the meta tag {name} is empty")
    return content


def title(page: Page) -> str:
    tag, heading = page.maybe('meta[property="og:description"]'), page.maybe('h2[itemprop="description"]')
    printed = folded(str(tag.get("content") or "")) if tag else words(heading) if heading else ""
    return printed.replace(" -- ", " — ")  # the oldest pages print the dash in two hyphens


def stage_date(page: Page) -> str:
    """Return the day of the active stage, as 2014-03-19."""
    printed = page.maybe(f"{STAGES}.active > a > span.stage-date")
    compact = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", meta(page, "pubdate"))
    if printed and re.fullmatch(r"\d{4}-\d\d-\d\d", words(printed)):
        return words(printed)
    if compact is None:
        raise LayoutChanged("the active stage has no date")
    return "-".join(compact.groups())


def committee(page: Page) -> Ref:
    for a in page.some('.entry-name a[href*="/committee/"]'):
        if key := first_group(r"/committee/(\d+)\.html", str(a["href"])):
            return Ref(key, words(a))
    raise LayoutChanged("the link to the committee has no id")


def history(page: Page) -> Iterator[str]:
    """Yield the stages that were reached, each with its day: "40.20 2013-01-15"."""
    for entry in page.some(f"{STAGES} > a > span.stage-code"):
        day = entry.find_next_sibling("span", class_="stage-date")
        if isinstance(day, Tag) and words(day):
            yield f"{words(entry)} {words(day)}"


source = website(
    name="iso-standard-pages",
    match=r"//www\.iso\.org/(?:\w\w/)?standard/\d+\.html",
    parse=parse,
    schedule="weekly Mon 05:00",
    expect=Expect(records=(1, 200_000), max_gone=1.0, filled={"stage": 1.0, "stage_date": 1.0, "reference": 1.0}),
    history=History(means=means, events=EVENTS, append_only=True),
)

"""Documents of UNESCO: publications and papers of its governing bodies, from the UNESDOC catalogue in the DataHub (`doc001`).

Page: the export of `doc001`, one object a language version, gated by the catalogue. Fields read: url, title, year, language, type
or document_type, creator, subject, document_code or ref_code. Versions are brought together by their pf number. Rights, covers, the
cataloguers' notes and uuid are noise.

Log: the API prints "/fre" behind the number where the public site has "_fre"; two readers saw two names for the document code.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from sources.base import Answer, Claim, Evidence, Expect, Follow, LayoutChanged, Page, Record, Source
from sources.formats.json import Object, groups
from sources.text import folded, parse_time
from sources.unesco import UNESDOC
from sources.unesco.datahub import CATALOGUE, IS_CATALOGUE, export, fault, gated_export, raise_fault, results_of, texts
from sources.unesco.roles import claims_in

BODIES = {"C": "General Conference", "EX": "Executive Board"}
ARK = re.compile(r"ark:/48223/(pf\d{10})(?:[/_]([a-z]{3}))?")
PREFERRED = ("eng", "fre", "spa")
FIRST_YEAR, LAST_YEAR = 2022, 2029
_MAIN = re.compile(r"(?<![\w/])(\d{1,3})\s*(C|EX)\s*/\s*(.+)$", re.IGNORECASE)
_ORGAN = re.compile(
    r"^(?P<sector>[A-Z]{2,4})[/-](?P<year>\d{2,4})/(?P<session>\d{1,3})\s*\.?\s*(?P<organ>[A-Z]{2,5}(?:\s?WG)?)\s*/\s*(?P<item>.+)$"
)
_PART = re.compile(r"\bPart\s+([IVXLC]+|\d+)\b", re.IGNORECASE)
_MARKS = re.compile(r"[\s.,/(-]+(REV|CORR|ADD|INF|PROV)\b\.?\s*(\d*)\)?", re.IGNORECASE)
_STATES = re.compile(r"\(([^()]+)\)\s*$")
_NATIONAL = re.compile(
    r"national commission|commission nationale|comisión nacional|"
    r"\. (?:ministry|ministère|ministerio|government|permanent delegation)\b",
    re.IGNORECASE,
)


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield from the catalogue the follow to the documents, from an export a record a document.

    Raises LayoutChanged on an object without an address with a pf number, or without a title.
    """
    if re.search(IS_CATALOGUE, page.url):
        yield limit_years(gated_export(page, "doc001", export("doc001")))
        return
    raise_fault(page)
    for key, versions in by_document(page):
        yield document(page, key, versions)


def document(page: Page, key: str, versions: Sequence[Object]) -> Record:
    """Return the record of a document from its language versions."""
    best = min(versions, key=rank)
    title = folded(str(best.get("title") or ""))
    if not title:
        raise LayoutChanged(f"{key} has no title")
    printed = next((str(code) for each in versions if (code := each.get("document_code") or each.get("ref_code"))), "")
    code = parse_code(printed)
    url = f"https://unesdoc.unesco.org/ark:/48223/{key}"
    creator = str(best.get("creator") or "").strip()
    return Record(
        key=key, kind="document", title=title, reference=printed, url=url,
        fields={
            "languages": frozenset(lang for each in versions for lang in languages(each)),
            "year": ", ".join(sorted({year for each in versions for year in texts(each.get("year"))})),
            "type": next(iter(texts(best.get("type"))), None) or best.get("document_type"),
            "creator": creator or None,
            "subjects": frozenset(subject for each in versions for subject in texts(each.get("subject"))),
            "body": code.body if code else None,
            "session": code.session if code else None,
            "item": " ".join(filter(None, [code.item, code.part and f"Part {code.part}"])) if code else None,
        },
        claims=tuple(document_claims(url, title, "creator", filter(None, [creator]), code)),
    )  # fmt: skip


def by_document(page: Page) -> Iterator[tuple[str, list[Object]]]:
    """Yield pf number and language versions of each document of an export, or of a page of records."""
    if not page.url.split("?")[0].endswith("/records"):
        yield from groups(page, pf_number)
        return
    versions: dict[str, list[Object]] = {}
    for each in results_of(page):
        versions.setdefault(pf_number(each), []).append(each)
    yield from versions.items()


def pf_number(version: Object) -> str:
    """Return the pf number of a language version, from its address."""
    found = ARK.search(str(next(iter(texts(version.get("url"))), "")))
    if found is None:
        raise LayoutChanged(f"a document has no address with a pf number: {str(version.get('url'))[:100]!r}")
    return found[1]


def languages(version: Object) -> list[str]:
    """Return the languages of a version: as listed, else that of its address."""
    found = ARK.search(str(version.get("url")))
    return texts(version.get("language")) or ([found[2]] if found and found[2] else [])


def rank(version: Object) -> tuple[int, str]:
    """Return the sort key of versions for the choice of the title: English, French, Spanish, then by address."""
    spoken = languages(version)
    return next((place for place, code in enumerate(PREFERRED) if code in spoken), len(PREFERRED)), str(version.get("url"))


def limit_years(follow: Follow) -> Follow:
    """Return the follow to all documents, limited to the watched years.

    The years end with the one in which the data were last published, or with the strategy's last where the catalogue prints no
    time. A follow without a gate is returned as it is.
    """
    if follow.gate is None:
        return follow
    published = parse_time(follow.gate)
    return replace(follow, url=export_of_years(published.year if published else LAST_YEAR))


def export_of_years(year: int) -> str:
    """Return the export of all documents of the watched years, up to the year after the given one."""
    years = ",".join(f'"{each}"' for each in range(FIRST_YEAR, year + 2))
    return export("doc001", f"year in ({years})")


class Code(NamedTuple):
    """Code of a governing-body document: body, session, and item or paper. `marks` are those of revisions and addenda; `states`
    is the text in brackets of a draft resolution: the States that submit it."""

    body: str
    session: int
    item: str
    part: str = ""
    marks: tuple[str, ...] = ()
    states: str = ""


def parse_code(printed: str) -> Code | None:
    """Return the code of a governing-body document, or None for any other code."""
    text = " ".join(unicodedata.normalize("NFKC", printed).replace("‑", "-").replace("–", "-").split())
    if found := _MAIN.search(text):
        return _code(BODIES[found[2].upper()], int(found[1]), found[3])
    if found := _ORGAN.match(text):
        return _code(f"{found['sector']} {found['organ']}", int(found["session"]), found["item"])
    return None


def _code(body: str, session: int, rest: str) -> Code:
    states = ""
    if rest.upper().startswith("DR") and (bracket := _STATES.search(rest)):
        states, rest = bracket[1].strip(), rest[: bracket.start()]
    part = found[1].upper() if (found := _PART.search(rest)) else ""
    marks = tuple(f"{mark.upper()}{f'.{number}' if number else ''}" for mark, number in _MARKS.findall(rest))
    item = _MARKS.sub("", _PART.sub("", rest)).strip(" .,;/-")
    return Code(body, session, item, part, marks, states)


def document_claims(url: str, title: str, field: str, creators: Iterable[str], code: Code | None) -> Iterator[Claim]:
    """Yield the claims of a document; `field` is the name of the field that prints its creators.

    National bodies among the creators are the source of their text; other authors only take part. Persons beside a national body
    cannot be told apart from the commas of its name. The code of a draft resolution names the States that submit it.
    """
    yield from claims_in(title, url, "title")
    for creator in creators:
        national = [name for name in creator.split(", ") if _NATIONAL.search(name)]
        for name in national or [creator]:
            yield Claim("source" if national else "author", name, Evidence(url, field, creator))
    for state in re.split(r",\s*|\s+and\s+", code.states) if code and code.states else ():
        yield Claim("submitter", state, Evidence(url, "document_code", code.states if code else ""), state)


source = Source(
    name="unesco-documents",
    body="UNESCO",
    start=[CATALOGUE],
    match=rf"{IS_CATALOGUE}|/catalog/datasets/doc001/(exports/json|records)\b",
    parse=parse,
    answer=Answer(kind="json", fault=fault),
    schedule="daily 06:30",
    expect=Expect(records=(1, 400_000), max_gone=0.02, filled={"title": 1.0, "languages": 0.9}),
    parser_version=4,
    terms=replace(UNESDOC, attribution=f"{UNESDOC.attribution}, through UNESCO DataHub"),
)

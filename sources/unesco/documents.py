"""Documents of UNESCO: publications and papers of its governing bodies, from the UNESDOC catalogue in the DataHub (`doc001`).

Page: the export of `doc001`, one object a language version, gated by the catalogue. Fields read: url, title, year, language, type
or document_type, creator, subject, document_code or ref_code. Versions are brought together by their pf number. Rights, covers, the
cataloguers' notes and uuid are noise. Documents are asked for from the first year of the Medium-Term Strategy 2022-2029 on.

Log: the API prints "/fre" behind the number where the public site has "_fre"; two readers saw two names for the document code.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sources.arrays import Object, groups
from sources.base import Claim, Evidence, Expect, Follow, LayoutChanged, Page, Record, Source
from sources.unesco.codes import Code, governing
from sources.unesco.datahub import CATALOGUE, HOST, IS_CATALOGUE, behind, export, fault, is_catalogue, listed, refuse_fault
from sources.unesco.phrases import claims_in

FIRST_YEAR = 2022
ARK = re.compile(r"ark:/48223/(pf\d{10})(?:[/_]([a-z]{3}))?")
PREFERRED = ("eng", "fre", "spa")
NATIONAL = re.compile(
    r"national commission|commission nationale|comisión nacional|"
    r"\. (?:ministry|ministère|ministerio|government|permanent delegation)\b",
    re.IGNORECASE,
)


def parse(page: Page) -> Iterator[Record | Follow]:
    """From the catalogue the follow to the documents; from an export a record a document. Raises LayoutChanged on an object that
    has no address with a pf number, or no title."""
    if is_catalogue(page):
        yield behind(page, "doc001", asked_for(page.observed_at.year))
        return
    refuse_fault(page)
    if page.url.split("?")[0].endswith("/records"):
        versions: dict[str, list[Object]] = {}
        for each in listed(page):
            versions.setdefault(number(each), []).append(each)
        yield from (document(page, key, some) for key, some in versions.items())
        return
    for key, some in groups(page, number):
        yield document(page, key, some)


def asked_for(year: int) -> str:
    """The export of all documents of the years that are watched, up to those dated ahead."""
    years = ",".join(f'"{each}"' for each in range(FIRST_YEAR, year + 2))
    return export("doc001", f"year in ({years})")


def document(page: Page, key: str, versions: Sequence[Object]) -> Record:
    """The record of a document from its language versions."""
    best = min(versions, key=rank)
    title = " ".join(str(best.get("title") or "").split())
    if not title:
        raise LayoutChanged(f"{key} has no title")
    printed = next((str(code) for each in versions if (code := each.get("document_code") or each.get("ref_code"))), "")
    code = governing(printed)
    url = f"https://unesdoc.unesco.org/ark:/48223/{key}"
    creator = str(best.get("creator") or "").strip()
    return Record(
        key=key,
        kind="document",
        title=title,
        reference=printed,
        url=url,
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
        claims=tuple(claims(url, title, creator, code)),
    )


def claims(url: str, title: str, creator: str, code: Code | None) -> Iterator[Claim]:
    """The roles that title, creator and code print. National bodies among the creators are the source; authors only take part."""
    yield from claims_in(title, url, "title")
    if creator:
        role = "source" if NATIONAL.search(creator) else "author"
        yield Claim(role, creator, Evidence(url, "creator", creator))
    for state in re.split(r",\s*|\s+and\s+", code.states) if code and code.states else ():
        yield Claim("submitter", state, Evidence(url, "document_code", code.states if code else ""), state)


def number(version: Object) -> str:
    """The pf number of a language version, from its address."""
    found = ARK.search(str(next(iter(texts(version.get("url"))), "")))
    if found is None:
        raise LayoutChanged(f"a document has no address with a pf number: {str(version.get('url'))[:100]!r}")
    return found[1]


def languages(version: Object) -> list[str]:
    """The languages of a version: as listed, else that of its address."""
    found = ARK.search(str(version.get("url")))
    return texts(version.get("language")) or ([found[2]] if found and found[2] else [])


def rank(version: Object) -> tuple[int, str]:
    """The order in which versions are taken for the title: English, French, Spanish, then by address."""
    spoken = languages(version)
    return next((place for place, code in enumerate(PREFERRED) if code in spoken), len(PREFERRED)), str(version.get("url"))


def texts(values: Any) -> list[str]:
    """A value that is a list of texts, or one text, or null, as a list."""
    every: Iterable[Any] = values if isinstance(values, list) else [values]
    return [str(each).strip() for each in every if each not in (None, "")]


source = Source(
    name="unesco-documents",
    body="UNESCO",
    start=[CATALOGUE],
    match=rf"{IS_CATALOGUE}|/catalog/datasets/doc001/(exports/json|records)\b",
    parse=parse,
    expects="json",
    fault=fault,
    schedule="daily 06:30",
    expect=Expect(records=(1, 400_000), max_gone=0.02, filled={"title": 1.0, "languages": 0.9}),
    hosts=(HOST,),
    licence="CC BY-SA 3.0 IGO",
    attribution="UNESDOC Digital Library, UNESCO, through UNESCO DataHub",
    contact="https://unesdoc.unesco.org",
)

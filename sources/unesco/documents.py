"""Documents of UNESCO: publications and papers of its governing bodies, from the UNESDOC catalogue in the DataHub (`doc001`).

Page: the export of `doc001`, one object a language version, gated by the catalogue. Fields read: url, title, year, language, type
or document_type, creator, subject, document_code or ref_code. Versions are brought together by their pf number. Rights, covers, the
cataloguers' notes and uuid are noise.

Log: the API prints "/fre" behind the number where the public site has "_fre"; two readers saw two names for the document code.
"""

from collections.abc import Iterator, Sequence

from sources.base import Answer, Expect, Follow, LayoutChanged, Page, Record, Source, Terms
from sources.formats.json import Object
from sources.unesco.datahub import CATALOGUE, IS_CATALOGUE, export, fault, gated_export, is_catalogue, raise_fault
from sources.unesco.document_fields import by_document, document_claims, languages, limit_years, parse_code, rank, texts


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield from the catalogue the follow to the documents, from an export a record a document.

    Raises LayoutChanged on an object without an address with a pf number, or without a title.
    """
    if is_catalogue(page):
        yield limit_years(gated_export(page, "doc001", export("doc001")))
        return
    raise_fault(page)
    for key, versions in by_document(page):
        yield document(page, key, versions)


def document(page: Page, key: str, versions: Sequence[Object]) -> Record:
    """Return the record of a document from its language versions."""
    best = min(versions, key=rank)
    title = " ".join(str(best.get("title") or "").split())
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
    terms=Terms(
        licence="CC BY-SA 3.0 IGO",
        attribution="UNESDOC Digital Library, UNESCO, through UNESCO DataHub",
        contact="https://unesdoc.unesco.org",
    ),
)

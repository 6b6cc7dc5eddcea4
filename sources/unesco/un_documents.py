"""Resolutions of the UN on watched topics, with sponsors and votes, from the UN Digital Library in MARCXML. Off by default.

Page: a search with `of=xm`. Fields read: 001 number; 191 $a or, on voting records, 791 $a symbol; 245 $a $b title; 269 $a date;
991 $d or 650 $a subjects; 993 $a drafts (ind1 2) and meetings (ind1 4); 952 $a meeting; 700 and 710 $a sponsors; the votes.

Log: an answer with status 202 and no body is a challenge: the page counts as refused, not as empty.
"""

from collections.abc import Iterator

import lxml.etree as etree

from sources.base import Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.formats.xml import control_field, data_fields, elements, first_subfield, subfield, subfields
from sources.unesco.states import is_state

SEARCH = "https://digitallibrary.un.org/search?ln=en&c=Resource+Type&c=UN+Bodies&rg=100&jrec=1&of=xm&p="
TOPICS = ("%22artificial+intelligence%22", "neurotechnology")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a resolution, draft or voting record a MARC record. Raises LayoutChanged when there is no collection of records."""
    count = 0
    for element in elements(page, "record"):
        count += 1
        yield resolution(page, element)
    if not count and b"<collection" not in page.body:
        raise LayoutChanged("the answer is no collection of MARC records")


def resolution(page: Page, element: etree._Element) -> Record:
    """Return the record of a MARC record. Raises LayoutChanged when it has neither number nor symbol."""
    number = control_field(element, "001")
    symbol = first_subfield(element, "191", "a") or first_subfield(element, "791", "a")
    if not (number or symbol):
        raise LayoutChanged("a MARC record has neither number nor symbol")
    title = " ".join(part for code in "ab" if (part := first_subfield(element, "245", code).strip(" :/"))) or symbol
    url = f"https://digitallibrary.un.org/record/{number}" if number else page.url
    sponsors = [name for tag in ("710", "700") for name in subfields(element, tag, "a") if is_state(name)]
    return Record(
        key=number or symbol, kind="resolution", title=title, reference=symbol, url=url,
        fields={
            "date": first_subfield(element, "269", "a") or None,
            "subjects": frozenset([*subfields(element, "991", "d"), *subfields(element, "650", "a")]),
            "drafts": frozenset(related_symbols(element, "2")),
            "meeting": first_subfield(element, "952", "a") or next(iter(related_symbols(element, "4")), None),
            **vote_counts(element),
        },
        claims=(
            *(Claim("submitter", name, Evidence(url, "710", name), name) for name in sponsors),
            *(vote_claim(url, field) for field in data_fields(element, "967")),
        ),
    )  # fmt: skip


def related_symbols(element: etree._Element, kind: str) -> list[str]:
    """Return the symbols of related documents of a kind: "2" drafts and reports, "4" meeting records."""
    return [subfield(field, "a") for field in data_fields(element, "993") if field.get("ind1") == kind]


COUNTS = {"yes": "b", "no": "c", "abstained": "d", "not_voting": "e", "all": "f"}
VOTES = {"Y": "voted-yes", "N": "voted-no", "A": "abstained", "": "not-voting"}


def vote_counts(element: etree._Element) -> dict[str, int | None]:
    """Return the counts of votes by name; None where no number is printed."""
    return {name: int(told) if (told := first_subfield(element, "996", code)).isdigit() else None for name, code in COUNTS.items()}


def vote_claim(url: str, field: etree._Element) -> Claim:
    """Return the vote of a State as a claim."""
    name = subfield(field, "e")
    return Claim(VOTES.get(subfield(field, "d"), "not-voting"), name, Evidence(url, "967", name), subfield(field, "c"))


source = Source(
    name="un-documents",
    body="UN",
    start=[SEARCH + topic for topic in TOPICS],
    match=r"^https://digitallibrary\.un\.org/(search\?.*\bof=xm|record/\d+.*\bof=xm)",
    parse=parse,
    answer=Answer(kind="xml"),
    schedule="Wed 07:20",
    expect=Expect(records=(0, 5000), max_gone=1.0),
    mode="shadow",
    history=History(append_only=True),
    enabled=False,
    pace_s=3.0,
    terms=Terms(
        attribution="United Nations Digital Library, https://digitallibrary.un.org", contact="https://digitallibrary.un.org"
    ),
)

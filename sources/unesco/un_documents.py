"""Resolutions of the UN on watched topics, with sponsors and votes, from the UN Digital Library in MARCXML. Off by default.

Page: a search with `of=xm`. Fields read: 001 number; 191 $a or, on voting records, 791 $a symbol; 245 $a $b title; 269 $a date;
991 $d or 650 $a subjects; 993 $a drafts (ind1 2) and meetings (ind1 4); 952 $a meeting; 700 and 710 $a sponsors; the votes.

Log: an answer with status 202 and no body is a challenge: the page counts as refused, not as empty.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import lxml.etree as etree

from sources.base import Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.formats.xml import elements
from sources.unesco.states import is_state

SEARCH = "https://digitallibrary.un.org/search?ln=en&c=Resource+Type&c=UN+Bodies&rg=100&jrec=1&of=xm&p="
TOPICS = ("%22artificial+intelligence%22", "neurotechnology")
COUNTS = {"yes": "b", "no": "c", "abstained": "d", "not_voting": "e", "all": "f"}
VOTES = {"Y": "voted-yes", "N": "voted-no", "A": "abstained", "": "not-voting"}
Marc = Mapping[str, list[dict[str, str]]]  # the fields with a tag, each with its subfields by their letters


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
    marc, number = data_fields(element), element.findtext("{*}controlfield[@tag='001']") or ""
    symbol = first(marc, "191", "a") or first(marc, "791", "a")
    if not (number or symbol):
        raise LayoutChanged("a MARC record has neither number nor symbol")
    title = " ".join(part for code in "ab" if (part := first(marc, "245", code).strip(" :/"))) or symbol
    url = f"https://digitallibrary.un.org/record/{number}" if number else page.url
    sponsors = [name for tag in ("710", "700") for name in texts(marc, tag, "a") if is_state(name)]
    related = {kind: [each.get("a", "") for each in marc["993"] if each["ind1"] == kind] for kind in ("2", "4")}
    counts = {name: first(marc, "996", code) for name, code in COUNTS.items()}
    return Record(
        key=number or symbol, kind="resolution", title=title, reference=symbol, url=url,
        fields={
            "date": first(marc, "269", "a") or None,
            "subjects": frozenset([*texts(marc, "991", "d"), *texts(marc, "650", "a")]),
            "drafts": frozenset(related["2"]),
            "meeting": first(marc, "952", "a") or next(iter(related["4"]), None),
            **{name: int(told) if told.isdigit() else None for name, told in counts.items()},
        },
        claims=(
            *(Claim("submitter", name, Evidence(url, "710", name), name) for name in sponsors),
            *(vote_claim(url, field) for field in marc["967"]),
        ),
    )  # fmt: skip


def data_fields(record: etree._Element) -> Marc:
    """Return the data fields of a record by tag: of each its first indicator (`ind1`) and the first text of each subfield."""
    fields: dict[str, list[dict[str, str]]] = defaultdict(list)
    for each in record.iterfind("{*}datafield"):
        subfields = [(one.get("code", ""), " ".join((one.text or "").split())) for one in each.iterfind("{*}subfield")]
        fields[each.get("tag", "")].append({**dict(reversed(subfields)), "ind1": each.get("ind1", "")})
    return fields


def texts(marc: Marc, tag: str, code: str) -> list[str]:
    """Return the texts of a subfield in all fields with a tag."""
    return [text for each in marc[tag] if (text := each.get(code))]


def first(marc: Marc, tag: str, code: str) -> str:
    """Return the first text of a subfield in the fields with a tag; empty when there is none."""
    return next(iter(texts(marc, tag, code)), "")


def vote_claim(url: str, field: Mapping[str, str]) -> Claim:
    """Return the vote of a State as a claim."""
    name = field.get("e", "")
    return Claim(VOTES.get(field.get("d", ""), "not-voting"), name, Evidence(url, "967", name), field.get("c", ""))


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
    terms=Terms("", "United Nations Digital Library, https://digitallibrary.un.org", "https://digitallibrary.un.org"),
)

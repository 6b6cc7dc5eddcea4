"""Pages of committees at www.iso.org: chair, committee manager, secretariat as printed, participation, twinned secretariats. Off by
default, for the site answers programs with 403; and in shadow mode, for no such page could be looked at when this was written.

Pages: `/committee/{id}.html` (a list of labels with values), the same with `?view=participation` (tables of P- and O-members) and
`/member/{id}.html?view=participation&t=TS` (the committees whose secretariat a member holds as a twin). Values are found by their
label, never by their place. The chair's nationality is not on the page and is not guessed.

It has no first page: it reads the pages that it is given, and absence from a poll says nothing.
"""

import re
from collections.abc import Iterator

from bs4 import Tag

from sources.base import Access, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source, Terms
from sources.formats.parties import without_title
from sources.iso.standard_pages import in_english
from sources.page import words

COMMITTEE = re.compile(r"/committee/(\d+)\.html")
MEMBER = re.compile(r"/member/(\d+)\.html")
REFERENCE = re.compile(r"\b(?:ISO|IEC|ISO/IEC|IEC/ISO)[ /](?:TC|PC|JTC|WS|JSyC|CASCO|COPOLCO|DEVCO)(?: ?\w+)?(?:/SC \d+)?")
LABEL = re.compile(r"(?P<label>[^:()]{3,60}?)\s*(?:\((?P<aside>[^)]*)\))?\s*:\s*(?P<value>.+)")
ROLES = {"chairperson": "chair", "chair": "chair", "committee manager": "committee-manager", "secretary": "committee-manager"}
ROLE_FIELDS = ("secretariat", "twinned-secretariat", "chair", "committee-manager")
LINES = frozenset({"li", "p", "tr", "dd"})
UNTIL = re.compile(r"until end(?: of)? (\d{4})")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield the records of a page of a committee or of a member.

    Raises LayoutChanged for a page in another language, and for one without the label or table by which it is known.
    """
    in_english(page)
    if found := MEMBER.search(page.url):
        yield from twinned_secretariats(page, found[1])
    elif found := COMMITTEE.search(page.url):
        yield participation(page, found[1]) if "view=participation" in page.url else committee(page, found[1])


def committee(page: Page, key: str) -> Record:
    """Return a committee with its officers and its secretariat."""
    labels = labelled(page)
    if "secretariat" not in labels and "secretary" not in labels:
        raise LayoutChanged("the page has no label Secretariat or Secretary")
    claims = []
    for label, role in ROLES.items():
        if label in labels:
            claims.append(Claim(role, labels[label].value, Evidence(page.url, label, labels[label].text)))
    for label, role in (("secretariat", "secretariat"), ("twinned secretariat", "twinned-secretariat")):
        if label in labels:
            claims.append(secretariat(page, role, label, labels[label]))
    heading = words(page.first("h1, nav.section-navigation, section.section-navigation"))
    reference = REFERENCE.search(heading)
    if reference is None:
        raise LayoutChanged("the heading names no committee")
    chair = labels.get("chairperson", labels.get("chair"))
    until = UNTIL.search(chair.aside) if chair else None
    return Record(
        key=key,
        kind="committee-page",
        title=heading.replace(reference[0], "").replace("[STANDBY]", "").strip(" —-:"),
        reference=reference[0],
        url=f"https://www.iso.org/committee/{key}.html",
        status="Standby" if "[STANDBY]" in heading else "Active",
        fields={
            **{role.replace("-", "_"): next((c.party for c in claims if c.role == role), None) for role in ROLE_FIELDS},
            "chair_until": until[1] if until else None,
            "created": labels["creation date"].value if "creation date" in labels else None,
        },
        claims=tuple(claims),
    )


class Labelled:
    """Value of a label: the value, the text in brackets after the label (`aside`), the whole text as printed, and the element."""

    def __init__(self, value: str, aside: str, text: str, element: Tag):
        self.value, self.aside, self.text, self.element = value, aside, text, element


def labelled(page: Page) -> dict[str, Labelled]:
    """Return each innermost element of the form "Label (aside): value", by its label in lower case."""
    found: dict[str, Labelled] = {}
    for element in innermost(page, ":"):
        text = words(element)
        if match := LABEL.fullmatch(text):
            found.setdefault(match["label"].strip().lower(), Labelled(match["value"].strip(), match["aside"] or "", text, element))
    return found


def innermost(page: Page, sign: str) -> list[Tag]:
    """Return the elements that hold one line of text with a sign in it, and no other such element."""
    around = (next((outer for outer in text.parents if outer.name in LINES), None) for text in page.soup.strings if sign in text)
    lines = {id(line): line for line in around if line is not None}
    return [line for line in lines.values() if line.find(list(LINES)) is None]


def secretariat(page: Page, role: str, label: str, found: Labelled) -> Claim:
    """Return the claim of the member body that holds a secretariat: acronym and id by its link, country as printed beside it."""
    link = found.element.select_one('a[href*="/member/"]')
    member = MEMBER.search(str(link["href"])) if link else None
    printed = re.fullmatch(r"(?P<country>[^()]+?)\s*\((?P<acronym>[^()]+)\)", found.value)
    party = printed["acronym"] if printed else words(link) if link else found.value
    country = printed["country"].partition(" - ")[0] if printed else None
    return Claim(role, party, Evidence(page.url, label, found.text), country, member[1] if member else None)


def person(claim: Claim) -> str:
    """Return the name of an officer."""
    return without_title(claim.party) if claim.role in ROLES.values() else ""


def participation(page: Page, key: str) -> Record:
    """Return a committee with its P- and O-members."""
    claims = [*members(page, "p-member", "PART_P_OC"), *members(page, "o-member", "PART_O_OC")]
    reference = REFERENCE.search(words(page.first("h1, nav.section-navigation, section.section-navigation")))
    if reference is None:
        raise LayoutChanged("the heading names no committee")
    return Record(
        key=f"{key}/participation",
        kind="committee-page",
        title=f"Participation in {reference[0]}",
        reference=reference[0],
        url=f"https://www.iso.org/committee/{key}.html?view=participation",
        fields={
            f"{role.replace('-', '_')}s": frozenset(claim.party for claim in claims if claim.role == role)
            for role in ("p-member", "o-member")
        },
        claims=tuple(claims),
    )


def members(page: Page, role: str, table: str) -> Iterator[Claim]:
    for row in page.one(f"#datatable-{table}").select("tbody tr"):
        country, acronym = row.select_one('td[data-title^="Country"]'), row.select_one('td[data-title="Acronym"]')
        if country is None or acronym is None:
            raise LayoutChanged(f"a row of {table} has no country or acronym")
        link = acronym.select_one("a[href]")
        member = MEMBER.search(str(link["href"])) if link else None
        yield Claim(role, words(acronym), Evidence(page.url, table, words(row)), words(country), member[1] if member else None)


def twinned_secretariats(page: Page, member: str) -> Iterator[Record]:
    """Yield the committees whose secretariat a member holds as a twin."""
    if "t=TS" not in page.url:
        raise LayoutChanged("of a member only the page of its twinned secretariats is read")
    for row in page.table("table#datatable-participation", columns=("Committee", "Title")):
        found = COMMITTEE.search(row.link("Committee"))
        if found is None:
            raise LayoutChanged("a committee has no id in its link")
        reference = row.text("Committee")
        yield Record(
            key=f"{found[1]}/twin/{member}",
            kind="committee-page",
            title=row.text("Title"),
            reference=reference,
            url=f"https://www.iso.org/committee/{found[1]}.html",
            fields={"twinned_secretariat": member},
            claims=(Claim("twinned-secretariat", member, Evidence(page.url, "Committee", reference), party_id=member),),
        )
        row.done()


source = Source(
    name="iso-committee-pages",
    body="ISO",
    start=[],
    match=r"//www\.iso\.org/(?:\w\w/)?(?:committee/\d+\.html(?:\?view=participation)?$|member/\d+\.html\?view=participation&t=TS$)",
    parse=parse,
    schedule="weekly Mon 05:30",
    expect=Expect(records=(1, 5_000), max_gone=1.0, filled={"reference": 1.0}),
    mode="shadow",
    person=person,
    history=History(append_only=True),
    pace_s=5.0,
    access=Access(hosts=("www.iso.org",)),
    enabled=False,
    terms=Terms(
        licence="all rights reserved by ISO; facts only",
        attribution="Facts as shown by www.iso.org, © ISO.",
        contact="ISO Central Secretariat, https://www.iso.org/contact-iso.html",
    ),
)

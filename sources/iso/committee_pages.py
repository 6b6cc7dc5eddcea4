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

from sources.base import Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record
from sources.formats.parties import without_title
from sources.iso import website
from sources.iso.standard_pages import in_english
from sources.page import words
from sources.text import first_group

COMMITTEE = re.compile(r"/committee/(\d+)\.html")
MEMBER = re.compile(r"/member/(\d+)\.html")
REFERENCE = re.compile(r"\b(?:ISO|IEC|ISO/IEC|IEC/ISO)[ /](?:TC|PC|JTC|WS|JSyC|CASCO|COPOLCO|DEVCO)(?: ?\w+)?(?:/SC \d+)?")
LABEL = re.compile(r"(?P<label>[^:()]{3,60}?)\s*(?:\((?P<aside>[^)]*)\))?\s*:\s*(?P<value>.+)")
ROLES = {
    "chairperson": "chair", "chair": "chair", "committee manager": "committee-manager", "secretary": "committee-manager",
    "secretariat": "secretariat", "twinned secretariat": "twinned-secretariat",
}  # fmt: skip
FIELDS = {role.replace("-", "_"): role for role in ("secretariat", "twinned-secretariat", "chair", "committee-manager")}
OFFICES = ("chair", "committee-manager")
TABLES = {"p-member": "PART_P_OC", "o-member": "PART_O_OC"}
LINES = ["li", "p", "tr", "dd"]


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
    if not labels.keys() & {"secretariat", "secretary"}:
        raise LayoutChanged("the page has no label Secretariat or Secretary")
    claims = [claim(page, role, *labels[label]) for label, role in ROLES.items() if label in labels]
    reference, heading = named(page)
    chair, _ = labels.get("chairperson", labels.get("chair", (None, None)))
    created, _ = labels.get("creation date", (None, None))
    return Record(
        key=key,
        kind="committee-page",
        title=heading.replace(reference, "").replace("[STANDBY]", "").strip(" —-:"),
        reference=reference,
        url=f"https://www.iso.org/committee/{key}.html",
        status="Standby" if "[STANDBY]" in heading else "Active",
        fields={
            **{name: next((each.party for each in claims if each.role == role), None) for name, role in FIELDS.items()},
            "chair_until": first_group(r"until end(?: of)? (\d{4})", chair["aside"] or "") if chair else None,
            "created": created["value"].strip() if created else None,
        },
        claims=tuple(claims),
    )


def named(page: Page) -> tuple[str, str]:
    """Return the committee that the heading of a page names, and the heading."""
    heading = words(page.first("h1, nav.section-navigation, section.section-navigation"))
    if (found := REFERENCE.search(heading)) is None:
        raise LayoutChanged("the heading names no committee")
    return found[0], heading


def labelled(page: Page) -> dict[str, tuple[re.Match[str], Tag]]:
    """Return each innermost line of the form "Label (aside): value", with its element, by its label in lower case."""
    found: dict[str, tuple[re.Match[str], Tag]] = {}
    for text in page.soup.find_all(string=re.compile(":")):
        line = text.find_parent(LINES)
        if line and not line.find(LINES) and (printed := LABEL.fullmatch(words(line))):
            found.setdefault(printed["label"].strip().lower(), (printed, line))
    return found


def claim(page: Page, role: str, line: re.Match[str], element: Tag) -> Claim:
    """Return the claim of a line: an officer by name, a member body by acronym and id of its link, with the country beside it."""
    party, evidence = line["value"].strip(), Evidence(page.url, line["label"].strip().lower(), line[0])
    if role in OFFICES:
        return Claim(role, party, evidence)
    link = element.select_one('a[href*="/member/"]')
    if printed := re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)", party):
        return Claim(role, printed[2], evidence, printed[1].partition(" - ")[0], member_id(link))
    return Claim(role, words(link) if link else party, evidence, None, member_id(link))


def member_id(link: Tag | None) -> str | None:
    """Return the id of the member body to which a link leads."""
    return first_group(MEMBER, str(link["href"])) if link else None


def person(claim: Claim) -> str:
    """Return the name of an officer."""
    return without_title(claim.party) if claim.role in OFFICES else ""


def participation(page: Page, key: str) -> Record:
    """Return a committee with its P- and O-members."""
    held = {role: list(members(page, role, table)) for role, table in TABLES.items()}
    reference, _ = named(page)
    return Record(
        key=f"{key}/participation",
        kind="committee-page",
        title=f"Participation in {reference}",
        reference=reference,
        url=f"https://www.iso.org/committee/{key}.html?view=participation",
        fields={f"{role.replace('-', '_')}s": frozenset(claim.party for claim in claims) for role, claims in held.items()},
        claims=tuple(claim for claims in held.values() for claim in claims),
    )


def members(page: Page, role: str, table: str) -> Iterator[Claim]:
    for row in page.one(f"#datatable-{table}").select("tbody tr"):
        country, acronym = row.select_one('td[data-title^="Country"]'), row.select_one('td[data-title="Acronym"]')
        if country is None or acronym is None:
            raise LayoutChanged(f"a row of {table} has no country or acronym")
        member = member_id(acronym.select_one("a[href]"))
        yield Claim(role, words(acronym), Evidence(page.url, table, words(row)), words(country), member)


def twinned_secretariats(page: Page, member: str) -> Iterator[Record]:
    """Yield the committees whose secretariat a member holds as a twin."""
    if "t=TS" not in page.url:
        raise LayoutChanged("of a member only the page of its twinned secretariats is read")
    for row in page.table("table#datatable-participation", columns=("Committee", "Title")):
        if (key := first_group(COMMITTEE, row.link("Committee"))) is None:
            raise LayoutChanged("a committee has no id in its link")
        reference = row.text("Committee")
        yield Record(
            key=f"{key}/twin/{member}",
            kind="committee-page",
            title=row.text("Title"),
            reference=reference,
            url=f"https://www.iso.org/committee/{key}.html",
            fields={"twinned_secretariat": member},
            claims=(Claim("twinned-secretariat", member, Evidence(page.url, "Committee", reference), party_id=member),),
        )
        row.done()


source = website(
    name="iso-committee-pages",
    match=r"//www\.iso\.org/(?:\w\w/)?(?:committee/\d+\.html(?:\?view=participation)?$|member/\d+\.html\?view=participation&t=TS$)",
    parse=parse,
    schedule="weekly Mon 05:30",
    expect=Expect(records=(1, 5_000), max_gone=1.0, filled={"reference": 1.0}),
    person=person,
    history=History(append_only=True),
)

"""Chairs of the study groups and working parties of ITU-T, and rapporteurs of their Questions.

Pages, one each a study group and study period: `mgmt.aspx` (chairs, vice-chairs, chairs of working parties) and `loqr.aspx`
(rapporteurs and associates by Question). A person is a set of spans whose ids differ in one word: lblLName, lblFName, lblTitle or
lblRole, lblSubrole, lblWP, lblCompany, lblAddress. The last line of the address is the country. Staff of the ITU is left out. A
record is a group, a working party or a Question in one study period; a place without a person is recorded as vacant.

Log: written after working programs of others; the layout was not verified live.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bs4 import Tag

from sources.base import Access, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Source
from sources.itu import GROUPS, period_of, period_start, terms
from sources.page import words
from sources.text import folded

LISTS = "https://www.itu.int/net4/ITU-T/lists/"
ROLES = (
    (r"vice-?\s?chair", "vice-chair"), (r"\bchair", "chair"), (r"associate rapporteur", "associate-rapporteur"),
    (r"liaison rapporteur", "liaison-rapporteur"), (r"rapporteur", "rapporteur"),
)  # fmt: skip
STAFF = re.compile(r"counsell?or|officer|assistant|secretar|administrat|\btsb\b|engineer", re.IGNORECASE)
NEAR = ("lblFName", "lblTitle", "lblSubrole", "lblRole", "lblWP", "lblCompany", "lblAddress")  # beside a family name
VACANT = re.compile(r"^(?:[\s?-]*|vacant.*|open|tbd|tbc|to be .*)$", re.IGNORECASE)


@dataclass
class GroupPage:
    """Study group, working party or Question while its page is read: claims of those who hold a role, and vacant roles."""

    name: str
    kind: str
    title: str
    claims: list[Claim] = field(default_factory=list)
    vacant: set[str] = field(default_factory=set)


def start(day: date) -> list[str]:
    """Return both lists of all study groups in the study period of a day."""
    number = (period_start(day) - 1953) // 4
    return [f"{LISTS}{page}.aspx?Group={group}&Period={number}" for group in GROUPS for page in ("mgmt", "loqr")]


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield each body that a page names. Raises LayoutChanged when nobody on the page holds a known role."""
    asked = {name.lower(): int(number) for name, number in re.findall(r"(Group|Period)=(\d+)", page.url, re.IGNORECASE)}
    group, period = asked["group"], period_of(asked["period"])
    bodies: dict[str, GroupPage] = {}
    current = GroupPage(f"SG{group}", "study-group", f"Study Group {group}")
    if "mgmt" in page.url.lower():
        bodies[current.name] = current
    for span in page.some('span[id*="lblLName"], span[id*="lblQWP"]'):
        if "lblQWP" in str(span["id"]):
            current = question(page, span, group)
            bodies[current.name] = current
        else:
            add_person(page, span, current, bodies)
    if not any(body.claims or body.vacant for body in bodies.values()):
        raise LayoutChanged("nobody on the page holds a role that is known")
    yield from (record(page, body, period) for body in bodies.values())


def question(page: Page, span: Tag, group: int) -> GroupPage:
    """Return the Question that a heading such as `Q2/13 (WP3/13)` opens."""
    if not (found := re.search(rf"Q\d+/{group}\b", text := words(span))):
        raise LayoutChanged(f"a Question is printed as {text!r}")
    return GroupPage(found[0], "question", sibling_text(page, span, "lblQWP", "lblQuestion") or text)


def add_person(page: Page, span: Tag, current: GroupPage, bodies: dict[str, GroupPage]) -> None:
    """Add a person, or a vacancy, to the body to which it belongs."""
    near = {name: sibling_text(page, span, "lblLName", name) for name in NEAR}
    title, company = folded(f"{near['lblTitle']} {near['lblSubrole']} {near['lblRole']}"), near["lblCompany"]
    role = next((name for pattern, name in ROLES if re.search(pattern, title, re.IGNORECASE)), None)
    if role is None:
        if not STAFF.search(title):
            page.note(f"unread role: {title}")
        return
    if party := re.search(r"WP\s?(\d+/\d+)", near["lblWP"], re.IGNORECASE):
        new = GroupPage(f"WP{party[1]}", "working-party", f"Working Party {party[1]}")
        current, role = bodies.setdefault(new.name, new), f"wp-{role}"
    if VACANT.match(family := words(span)):
        current.vacant.add(role)
        return
    country, person = near["lblAddress"].rpartition("\n")[2], folded(f"{near['lblFName']} {family}")
    printed = f"{person} ({', '.join(filter(None, [company, country]))})"
    current.claims.append(Claim(role, company or person, Evidence(page.url, title, printed), country or None))


def person(claim: Claim) -> str:
    """Return the name before organisation and country, as `add_person` writes them."""
    printed = claim.evidence.text
    company = claim.party if printed != claim.party and not printed.startswith(f"{claim.party} (") else None
    return printed.removesuffix(f" ({', '.join(filter(None, [company, claim.country]))})")


def sibling_text(page: Page, span: Tag, own: str, other: str) -> str:
    """Return the text, one line a part, of the span whose id differs from that of another in one word; empty when there is none."""
    near = page.soup.find(id=re.compile(re.escape(str(span["id"])).replace(own, other) + "$"))
    if near is None and other == "lblQuestion":
        near = span.find_next("span", id=re.compile("lblQuestion"))
    return "\n".join(map(folded, near.stripped_strings)) if isinstance(near, Tag) else ""


def record(page: Page, body: GroupPage, period: str) -> Record:
    """Return the record of a body: holders of each role with organisation and country, and the vacant roles."""
    held: dict[str, frozenset[str]] = {}
    for claim in body.claims:
        role = claim.role.replace("-", "_")
        held[role] = held.get(role, frozenset()) | {claim.evidence.text}
    return Record(
        key=f"{period} {body.name}",
        kind=body.kind,
        title=folded(body.title),
        reference=body.name,
        url=page.url,
        fields={"period": period, "body": body.name, "vacant": frozenset(body.vacant), **held},
        claims=tuple(body.claims),
    )


source = Source(
    name="itu-leadership",
    body="ITU",
    division="ITU-T",
    start=start,
    match=r"(?i)^https?://(?:www\.)?itu\.int/net4/itu-t/lists/(?:mgmt|loqr)\.aspx\?",
    parse=parse,
    schedule="daily 04:40",
    expect=Expect(records=(1, 600), max_gone=0.2, filled={"title": 1.0}),
    mode="shadow",
    person=person,
    history=History(part="period", continues="body", ignored_fields=("body",)),
    access=Access(pages_a_day=60),
    terms=terms("study group management"),
)

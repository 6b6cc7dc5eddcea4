"""Technical committees of ISO, from the committee list of ISO Open Data: secretariat, P-members and O-members.

Page: `iso_technical_committees.jsonl`, one JSON object a committee, published weekly (observed: Wednesdays, about 00:40 UTC).
Fields read: id, reference, status, title.en, scope.en, secretariat, parentId, pMembers, oMembers. The scope is kept for topics and
never compared, because it is reformatted at will. Everything else is known and not wanted: French titles are reformatted, too,
liaison lists are re-ordered from file to file, children follow from parents.

Log: 2025-07-02 `title.fr` and `scope.fr` came; 2025-08-20 ISO/IEC/JTC 4 was renamed ISO/IEC JTC 4 under the same id.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sources.base import Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Ref, Row
from sources.iso import open_data, open_data_file

ADDRESS = open_data_file("iso_technical_committees")
IGNORED = ("creationDate", "childrenId", "committeeLiaisons", "organizationLiaisons", "sortKey")
HOLDERS = (("secretariat", "secretariat"), ("p-member", "pMembers"), ("o-member", "oMembers"))  # role and field


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a committee a line. Raises LayoutChanged when a line lacks its id, reference, status, title or a members field."""
    for row in page.lines():
        key, parent = str(row.number("id")), row.take("parentId")
        secretariat = member(row.take("secretariat"))
        held = {"secretariat": [secretariat] if secretariat else [], "pMembers": members(row, "pMembers")}
        held["oMembers"] = members(row, "oMembers")
        row.ignore(*IGNORED)
        yield Record(
            key=key,
            kind="committee",
            title=Row(page, row.typed("title", dict) or {}, where="the title").text("en"),
            reference=row.text("reference"),
            status=row.text("status"),
            url=f"https://www.iso.org/committee/{key}.html",
            fields={
                "secretariat": secretariat,
                "parent": None if parent is None else str(parent),
                "scope": scope(row.maybe("scope")),
                "p_members": frozenset(held["pMembers"]),
                "o_members": frozenset(held["oMembers"]),
            },
            claims=tuple(claim(role, page.url, name, each.name, each.id) for role, name in HOLDERS for each in held[name]),
        )
        row.done()


def member(printed: Any) -> Ref | None:
    """Return a member body printed as `{id, acronym}`; None for null and for an object of nulls."""
    if printed is None or (isinstance(printed, dict) and printed.get("id") is None):
        return None
    if not isinstance(printed, dict) or not isinstance(printed["id"], int) or not printed.get("acronym"):
        raise LayoutChanged(f"a member body is printed as {printed!r}")
    return Ref(str(printed["id"]), str(printed["acronym"]))


def members(row: Row, name: str) -> list[Ref]:
    """Return a list of member bodies by name, each once; the file prints null for none, never an empty list."""
    return sorted({ref for each in row.typed(name, list) or () if (ref := member(each))}, key=lambda ref: ref.name)


def scope(printed: Any) -> str | None:
    """Return the English scope as printed, or None; early files print one text, later ones a text a language."""
    text = printed.get("en") if isinstance(printed, dict) else printed
    return text if isinstance(text, str) else None


@lru_cache(maxsize=2000)  # some 170 member bodies, each in 200 committees
def claim(role: str, url: str, field: str, name: str, id: str) -> Claim:
    return Claim(role, name, Evidence(url, field, name), party_id=id)


source = open_data(
    name="iso-committees",
    start=[ADDRESS],
    match=r"/iso_technical_committees\.jsonl$",
    parse=parse,
    schedule="daily 06:10",
    expect=Expect(
        records=(700, 1100), max_gone=0.02, filled={"title": 1.0, "secretariat": 0.97, "p_members": 0.95}, keeps=("secretariat",)
    ),
    parser_version=2,
    history=History(ignored_fields=("scope",)),
)

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

from sources.base import Answer, Claim, Evidence, Expect, Follow, History, LayoutChanged, Page, Record, Ref, Row, Source, Terms

ADDRESS = (
    "https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/"
    "iso_technical_committees/json/iso_technical_committees.jsonl"
)
IGNORED = ("creationDate", "childrenId", "committeeLiaisons", "organizationLiaisons", "sortKey")


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a committee a line. Raises LayoutChanged when a line lacks its id, reference, status, title or a members field."""
    for row in page.lines():
        key = str(row.number("id"))
        secretariat = member(row.take("secretariat"))
        p_members = members(row, "pMembers")
        o_members = members(row, "oMembers")
        row.ignore(*IGNORED)
        yield Record(
            key=key,
            kind="committee",
            title=english_title(row.take("title")),
            reference=row.text("reference"),
            status=row.text("status"),
            url=f"https://www.iso.org/committee/{key}.html",
            fields={
                "secretariat": secretariat,
                "parent": parent(row.take("parentId")),
                "scope": scope(row.maybe("scope")),
                "p_members": p_members,
                "o_members": o_members,
            },
            claims=(
                *([claim("secretariat", page.url, "secretariat", secretariat.name, secretariat.id)] if secretariat else []),
                *(claim("p-member", page.url, "pMembers", each.name, each.id) for each in sorted(p_members, key=by_name)),
                *(claim("o-member", page.url, "oMembers", each.name, each.id) for each in sorted(o_members, key=by_name)),
            ),
        )
        row.done()


def member(printed: Any) -> Ref | None:
    """Return a member body printed as `{id, acronym}`; None for null and for an object of nulls."""
    if printed is None or (isinstance(printed, dict) and printed.get("id") is None):
        return None
    if not isinstance(printed, dict) or not isinstance(printed["id"], int) or not printed.get("acronym"):
        raise LayoutChanged(f"a member body is printed as {printed!r}")
    return Ref(str(printed["id"]), str(printed["acronym"]))


def members(row: Row, name: str) -> frozenset[Ref]:
    """Return a list of member bodies as a set; the file prints null for none, never an empty list."""
    printed = row.take(name)
    if printed is not None and not isinstance(printed, list):
        raise LayoutChanged(f"{name} is printed as {printed!r}")
    return frozenset(ref for each in printed or [] if (ref := member(each)))


def parent(printed: Any) -> str | None:
    return None if printed is None else str(printed)


def english_title(title: Any) -> str:
    if not isinstance(title, dict) or not isinstance(title.get("en"), str) or not title["en"].strip():
        raise LayoutChanged("a committee has no English title")
    return str(title["en"]).strip()


def scope(printed: Any) -> str | None:
    """Return the English scope as printed, or None; early files print one text, later ones a text a language."""
    text = printed.get("en") if isinstance(printed, dict) else printed
    return text if isinstance(text, str) else None


def by_name(ref: Ref) -> str:
    return ref.name


@lru_cache(maxsize=2000)  # some 170 member bodies, each in 200 committees
def claim(role: str, url: str, field: str, name: str, id: str) -> Claim:
    return Claim(role, name, Evidence(url, field, name), party_id=id)


source = Source(
    name="iso-committees",
    body="ISO",
    start=[ADDRESS],
    match=r"/iso_technical_committees\.jsonl$",
    parse=parse,
    schedule="daily 06:10",
    expect=Expect(
        records=(700, 1100), max_gone=0.02, filled={"title": 1.0, "secretariat": 0.97, "p_members": 0.95}, keeps=("secretariat",)
    ),
    parser_version=2,
    history=History(ignored_fields=("scope",)),
    answer=Answer(bulk=True, kind="jsonl"),
    terms=Terms(
        licence="ODC-By 1.0",
        attribution="Contains information from ISO Open Data, made available under the ODC Attribution License.",
        contact="ISO Open Data, https://www.iso.org/open-data.html",
    ),
)

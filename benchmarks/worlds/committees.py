"""Weekly states of an invented committee list in shape, size and rate of change of ISO's: some 790 committees with 21 P- and 18
O-members on average; each week some 70 memberships change and a secretariat or two pass on."""

import random
from collections.abc import Iterator
from typing import Any

import orjson

KNOWN = (
    "SAC", "DIN", "AFNOR", "ANSI", "JISC", "BSI", "KATS", "BIS", "UNI", "NEN", "SIS", "SN", "SFS", "DS", "UNE", "NBN", "ASI", "SNV",
    "PKN", "SCC", "SA", "ABNT", "DGN", "IRAM", "SABS", "TSE", "SII", "MSB", "TISI", "BSN", "SSC", "SASO", "EOS", "IPQ", "NSAI",
)  # fmt: skip
MEMBERS = [{"id": 1500 + number, "acronym": name} for number, name in enumerate([*KNOWN, *(f"NB{n:03}" for n in range(100))])]
COMMITTEES, WEEKLY = 788, 70
SUBJECTS = ("coatings", "pumps", "fasteners", "tubes", "reactors", "textiles", "optics", "valves", "tractors", "cranes", "glass")

Row = dict[str, Any]


def weekly(weeks: int, count: int = COMMITTEES, steady: bool = False, seed: int = 7) -> Iterator[bytes]:
    """Yield the file of each week, as JSON Lines. As in ISO's files of summer 2025, in three weeks of seven the liaisons of most
    committees change their order, and now and then a committee is new; in a `steady` list neither happens."""
    chance = random.Random(seed)
    rows = [committee(number, chance) for number in range(1, count + 1)]
    for week in range(weeks):
        if week:
            pass_on(rows, chance, max(1, WEEKLY * count // COMMITTEES), week)
            if not steady and week % 7 in (1, 3, 4):
                reorder(rows, chance)
            if not steady and week % 6 == 0:
                rows.append(committee(len(rows) + 1, chance))
        yield b"".join(orjson.dumps(row) + b"\n" for row in rows)


def committee(number: int, chance: random.Random) -> Row:
    """Return an invented committee; SAC leads one in twelve."""
    members = chance.sample(MEMBERS, chance.randint(25, 53))
    lead = MEMBERS[0] if number % 12 == 0 else chance.choice(MEMBERS[1 : len(KNOWN)])
    others = [each for each in members if each is not lead]
    half = len(others) * 21 // 39
    subject = f"{chance.choice(SUBJECTS)} and {chance.choice(SUBJECTS)}"
    return {
        "id": 900_000 + number,
        "reference": f"ISO/TC {number}",
        "status": "Active",
        "title": {"en": f"Invented {subject}", "fr": f"Invention: {subject}"},
        "secretariat": lead,
        "creationDate": f"{1950 + number % 70}-01-01",
        "scope": {language: f"<p>Standardization of {' '.join(chance.choices(SUBJECTS, k=45))}.</p>" for language in ("en", "fr")},
        "parentId": None,
        "childrenId": None,
        "pMembers": [lead, *others[:half]],
        "oMembers": others[half:],
        "committeeLiaisons": [{"id": 900_000 + n, "reference": f"ISO/TC {n}"} for n in chance.sample(range(1, 700), 6)],
        "organizationLiaisons": [{"id": 3000 + n, "acronym": f"Organisation {n}"} for n in chance.sample(range(1, 300), 4)],
        "sortKey": f"ISO/TC {number:03}",
    }


def reorder(rows: list[Row], chance: random.Random) -> None:
    """Shuffle the liaisons of most committees."""
    for row in rows:
        if chance.random() < 0.6:
            chance.shuffle(row["committeeLiaisons"])


def pass_on(rows: list[Row], chance: random.Random, changes: int, week: int) -> None:
    """Change a list to that of the next week: members join and leave, a secretariat passes on."""
    for row in chance.choices(rows, k=changes):
        kind = chance.choice(("pMembers", "oMembers"))
        there = {each["id"] for each in (*row["pMembers"], *row["oMembers"])}
        absent = [each for each in MEMBERS if each["id"] not in there]
        if chance.random() < 0.5:
            row[kind] = [*row[kind], chance.choice(absent)]
        elif len(row[kind]) > 2:
            row[kind] = row[kind][:-1]
    handed = rows[week * 12 % len(rows)]
    handed["secretariat"] = chance.choice(MEMBERS[: len(KNOWN)])

"""Invented file of deliverables in the shape of ISO's: its fields, and its lengths of titles and scopes."""

import random
from collections.abc import Iterator

import orjson

WORDS = (
    "test method determination requirements guidelines vocabulary systems general part materials safety measurement quality data",
    "interface performance specification sampling analysis equipment vehicles plastics rubber textiles water information",
    "technology design evaluation procedure classification management principles environmental machinery hydraulic electrical",
)
VOCABULARY = [word for line in WORDS for word in line.split()]
STAGES = (6060, 9093, 9060, 9599, 9092, 9020, 4020, 4060, 4000, 5020, 3020, 2000, 1099, 6000)
BODIES = ((1635, "SAC"), (1511, "DIN"), (2188, "ANSI"), (1738, "AFNOR"), (2064, "JISC"), (2067, "BSI"))
COMMITTEES = 780


def deliverable_lines(rows: int, changed: int = 0) -> Iterator[bytes]:
    """Yield `rows` lines; `changed` of them, spread over the file, have a later stage."""
    chance = random.Random(2026)
    every = rows // changed if changed else 0
    for number in range(1, rows + 1):
        line = deliverable(number, chance)
        if every and number % every == 0 and number // every <= changed:
            line["currentStage"] = 9092 if line["currentStage"] != 9092 else 9599
        yield orjson.dumps(line) + b"\n"


def weekly(weeks: int, rows: int, changed: int) -> Iterator[bytes]:
    """Yield the file of each week; `changed` rows have another stage than the week before."""
    chance = random.Random(2026)
    held = [deliverable(number, chance) for number in range(1, rows + 1)]
    lines = [orjson.dumps(each) + b"\n" for each in held]
    for week in range(weeks):
        for place in chance.sample(range(rows), changed if week else 0):
            held[place]["currentStage"] = chance.choice([stage for stage in STAGES if stage != held[place]["currentStage"]])
            lines[place] = orjson.dumps(held[place]) + b"\n"
        yield b"".join(lines)


def deliverable(number: int, chance: random.Random) -> dict[str, object]:
    title = f"{words(chance, 3).capitalize()} — {words(chance, 6)} — Part {number % 9 + 1}: {words(chance, 5)}"
    year = 1990 + number % 35
    return {
        "id": number,
        "deliverableType": chance.choice(("IS", "IS", "IS", "TR", "TS")),
        "supplementType": chance.choice((None, None, None, "Amd")),
        "reference": f"ISO {number}-{number % 9 + 1}:{year}",
        "title": {"en": title, "fr": f"{title} (en français: {words(chance, 3)} — é)"},
        "publicationDate": f"{year}-{number % 12 + 1:02}-15",
        "edition": number % 4 + 1,
        "icsCode": [f"{number % 97 + 1:02}.{number % 60:03}.{number % 30:02}"],
        "ownerCommittee": owner(number),
        "currentStage": chance.choice(STAGES),
        "replaces": [number - 1] if number % 5 == 0 else None,
        "replacedBy": [number + 1] if number % 5 == 4 else None,
        "languages": ["en", "fr"],
        "pages": {"en": number % 80 + 4},
        "scope": {"en": f"<p>{words(chance, 30)}.</p>\n<ul><li>{words(chance, 6)};</li></ul>"},
    }


def owner(number: int) -> str:
    return f"ISO/TC {number % COMMITTEES + 1}" if number % 100 else "ISO/TMBG"


def committee_lines() -> Iterator[bytes]:
    """Yield the committees that own the deliverables."""
    for number in range(1, COMMITTEES + 1):
        members = [{"id": id, "acronym": acronym} for id, acronym in BODIES]
        yield orjson.dumps(
            {
                "id": 900_000 + number, "reference": f"ISO/TC {number}", "status": "Active",
                "title": {"en": f"Invented committee {number}", "fr": f"Comité inventé {number}"},
                "secretariat": members[number % len(members)], "creationDate": "2001-01-01", "scope": {"en": None, "fr": None},
                "parentId": None, "childrenId": None, "pMembers": members, "oMembers": None, "committeeLiaisons": None,
                "organizationLiaisons": None, "sortKey": f"ISO/TC {number:03}",
            }
        ) + b"\n"  # fmt: skip


def words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(VOCABULARY, k=count))

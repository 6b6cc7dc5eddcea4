"""A database as large as the real ones, or small and hostile, written straight into the tables: for the report and the explorer."""

import random
import sqlite3
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from state.attributions import BEGIN, Addresses, Judgements
from state.db import open_database, write
from state.encode import stamp
from state.model import Attribution, Evidence, Verdict
from state.owners import settle_terms
from tests.state.tables import put_owner, put_record, put_source

FIRST = datetime(2026, 1, 7, 6, tzinfo=UTC)
LAST = datetime(2026, 11, 18, 6, tzinfo=UTC)
PARTIES = (("CN", "SAC"), ("DE", "DIN"), ("US", "ANSI"), ("FR", "AFNOR"), ("JP", "JISC"), ("GB", "BSI"), ("KR", "KATS"))
MEMBERS = ("CN", "DE", "US", "FR", "JP", "GB", "KR", "NL", "SE", "IT", "ES", "AT", "FI", "PL", "BE", "DK", "PT", "IN", "BR", "CA")
TITLES = (
    "Artificial intelligence systems in sector", "Quantum computing, part", "Road vehicles, part", "Rubber hoses, part",
    "Facial recognition for access control", "Blockchain services, part", "Smart cities, part", "Steel wire ropes, part",
)  # fmt: skip
STAGES = ("60.60",) * 8 + ("90.93", "95.99", "40.20", "30.20", "20.00")
FORMAT_AND_CONTROL = "".join(
    each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")
)
HOSTILE = (
    "<script>document.title='owned'</script>", "\"><img src=x onerror=\"document.title='owned'\">", '=HYPERLINK("http://evil";"x")',
    "</title></svg><svg onload=alert(1)>", "{{ 7*7 }} {% raw %}",
    "javascript:alert(1)", "'; DROP TABLE alerts; --", "\u202egnp.exe",
    f"a{FORMAT_AND_CONTROL}b", "long " * 40_000,
)  # fmt: skip


class World:
    """Writes records and roles through one connection; the n-th hostile text comes with the n-th record."""

    def __init__(self, connection: sqlite3.Connection, hostile: bool) -> None:
        self.connection, self.hostile, self.number = connection, hostile, 0
        self.judgements = Judgements(connection, "ISO")

    def bad(self, number: int) -> str:
        return HOSTILE[number % len(HOSTILE)] if self.hostile else ""

    def start(self) -> None:
        for source in ("iso-committees", "iso-deliverables", "itu-work-programme"):
            put_source(self.connection, name=source, accepted_at=stamp(LAST), parser_version=1)
            for when, status in ((FIRST, "baseline"), (LAST, "ok")):
                self.connection.execute(
                    "INSERT INTO runs (source, trigger, observed_at, status, records) VALUES (?, 'run', ?, ?, 0)",
                    [source, stamp(when), status],
                )

    def record(self, source: str, body: str, kind: str, reference: str, title: str, fields: dict, owner: str = "") -> int:
        self.number += 1
        bad = self.bad(self.number)
        url = "javascript:alert(1)" if self.hostile and self.number % 2 else f"https://example.org/{self.number}"
        claims = [["secretariat-of-owner", "https://example.org", "ownerCommittee", [[owner]]]] if owner else []
        put_record(
            self.connection, id=self.number, source=source, key=str(900000 + self.number), kind=kind, body=body,
            reference=f"{reference} {bad}".strip(), title=f"{title} {bad}".strip(), url=url, status="Active",
            fields=orjson.dumps(fields).decode(), claims=orjson.dumps(claims).decode(), first_seen=stamp(FIRST),
        )  # fmt: skip
        return self.number

    def holds(
        self, row: int, role: str, verdict: Verdict, who: tuple[str, str], since: datetime = FIRST, until: datetime | None = None
    ) -> None:
        bad = self.bad(row) if verdict == "leads" else ""
        party = who[1] + bad
        evidence = Evidence(bad or f"https://example.org/evidence/{row}", role, party)
        held = Attribution(role, party, who[0], party, "national-body-id", 1, evidence, verdict=verdict)
        self.connection.execute(BEGIN, self.judgements.standing(row, held, None, stamp(since), until and stamp(until)))

    def owns(self, row: int, owner: str) -> None:
        address = Addresses(self.connection).row("https://example.org")
        put_owner(
            self.connection, record=row, body="ISO", name=owner, address=address, field="ownerCommittee", valid_from=stamp(FIRST)
        )


def build(path: Path, committees: int = 60, deliverables: int = 200, items: int = 40, hostile: bool = False) -> Path:
    """A database with so many committees, deliverables and work items; China leads a seventh. With `hostile` the titles, parties,
    references and addresses attack whoever shows them."""
    luck = random.Random(7)
    db = open_database(path)
    with write(db) as connection:
        world = World(connection, hostile)
        world.start()
        owners = [committee(world, luck, n) for n in range(1, committees + 1)]
        for n in range(deliverables):
            owner = owners[n % len(owners)]
            fields = {"stage": luck.choice(STAGES), "ownerCommittee": owner}
            title = f"{TITLES[n % 8]} {n}"
            row = world.record("iso-deliverables", "ISO", "deliverable", f"ISO {10000 + n}", title, fields, owner)
            world.owns(row, owner)
        settle_terms(connection, "ISO")
        for n in range(items):
            until = (LAST + timedelta(days=n % 200 + 8)).date().isoformat()
            fields = {
                "study_group": f"SG{2 + n % 15}",
                "state": "open",
                "inherited": False,
                "status_date": None,
                "timing": "",
                "timing_until": until,
            }
            row = world.record("itu-work-programme", "ITU", "work-item", f"Y.new-{n}", f"{TITLES[n % 8]} {n}", fields)
            country, party = PARTIES[n % len(PARTIES)]
            world.holds(row, "editor", "leads", (country, f"{party} lab {n % 9}"))
            world.holds(row, "supporting-member", "supports", (luck.choice(MEMBERS), "a member"))
    db.close()
    return path


def committee(world: World, luck: random.Random, n: int) -> str:
    """The n-th committee with its members; every 21st passed from DIN to who has it now. Gives its reference."""
    row = world.record("iso-committees", "ISO", "committee", f"ISO/TC {n}", f"{TITLES[n % 8]} {n}", {})
    who = PARTIES[n % len(PARTIES)]
    since = FIRST
    if n % 21 == 0:
        since = FIRST + timedelta(days=luck.randrange(20, 300))
        world.holds(row, "secretariat", "leads", ("DE", "DIN"), until=since)
    world.holds(row, "secretariat", "leads", who, since)
    for member in luck.sample(MEMBERS, 15):
        world.holds(row, luck.choice(("p-member", "p-member", "o-member")), "takes part", (member, f"NB-{member}"))
    return f"ISO/TC {n} {world.bad(row)}".strip()

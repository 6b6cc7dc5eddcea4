"""Which claims are of people, and how long records name them."""

from pathlib import Path

import pytest

from sources import all_sources
from sources.base import Claim, Evidence, no_person
from sources.formats.parties import without_title
from state.db import open_database
from state.privacy.role_periods import over, role_periods

PAGE = "https://example.org/page"


def claim(role: str, party: str, text: str = "", country: str | None = None, field: str = "label") -> Claim:
    return Claim(role, party, Evidence(PAGE, field, text or party), country)


@pytest.mark.parametrize(
    ("source", "printed", "person"),
    [
        ("itu-leadership", claim("chair", "ETRI", "Ann Example (ETRI, Korea (Rep. of))", "Korea (Rep. of)"), "Ann Example"),
        ("itu-leadership", claim("chair", "ETRI", "Ann (Annie) Example (ETRI)"), "Ann (Annie) Example"),
        ("itu-leadership", claim("chair", "Ann Example", "Ann Example (Korea)", "Korea"), "Ann Example"),
        ("itu-leadership", claim("chair", "Ann Example", "Ann Example ()"), "Ann Example"),
        ("itu-work-programme", claim("editor", "Ann Example (@etri.example)", "Ann Example, Editor"), "Ann Example"),
        ("itu-work-programme", claim("editor", "Ann Example"), "Ann Example"),
        ("itu-work-programme", claim("supporting-member", "China Mobile, China Telecom"), ""),
        ("iso-committee-pages", claim("chair", "Dr.-Ing. Ann Example"), "Ann Example"),
        ("iso-committee-pages", claim("committee-manager", "Ms Ann Example"), "Ann Example"),
        ("iso-committee-pages", claim("secretariat", "SAC"), ""),
        ("unesco-news", claim("chair", "H.E. Ms Ann Example", country="Egypt", field="officers"), "Ann Example"),
        ("unesco-news", claim("chair", "Ann Example", country="Egypt", field="officers"), "Ann Example"),
        ("unesco-news", claim("chair", "Egypt", country="Egypt", field="officers"), ""),
        ("unesco-news", claim("chair", "Mr Bo Example", country="Egypt", field="text"), "Bo Example"),
        ("unesco-news", claim("host", "Government of Egypt", country="Egypt", field="text"), ""),
        ("iso-committees", claim("secretariat", "SAC"), ""),
    ],
)  # fmt: skip
def test_a_source_says_who_is_a_person(source: str, printed: Claim, person: str) -> None:
    assert all_sources()[source].person(printed) == person


def test_titles_are_no_part_of_a_name() -> None:
    assert [without_title(name) for name in ("Prof. Dr. Ann Example", "Mrs Ann Example", "Drew Example", "Msgr Example")] == [
        "Ann Example", "Ann Example", "Drew Example", "Msgr Example",
    ]  # fmt: skip


def test_the_sources_that_print_people_are_these() -> None:
    assert {name for name, source in all_sources().items() if source.person is not no_person} == {
        "itu-leadership", "itu-work-programme", "iso-committee-pages", "unesco-news",
    }  # fmt: skip


def test_a_claim_ends_with_the_next_state_the_removal_or_the_part_of_the_whole() -> None:
    db = open_database(Path(":memory:"))
    db.execute("INSERT INTO runs (id, source, trigger, observed_at, status) VALUES (1, 's', 'run', 'x', 'ok')")
    rows = [
        # key, part, first seen, missing since, removed
        ("stays", "2029", "2029-01-01", None, None),
        ("removed", "2029", "2029-01-02", "2029-05-01", "2029-05-02"),
        ("of-before", "2025", "2025-01-01", None, None),
        ("removed-of-before", "2025", "2025-01-01", "2026-02-01", "2026-02-02"),
    ]
    for id, (key, part, *times) in enumerate(rows, start=1):
        db.execute(
            "INSERT INTO tracked (id, source, key, kind, body, fields, claims, n, since, run, first_seen, missing_since,"
            " removed_at) VALUES (?, 's', ?, 'k', 'EX', ?, ?, 3, ?, 1, ?, ?, ?)",
            [id, key, f'{{"period": "{part}"}}', chaired_by("New"), f"{times[0][:4]}-03-03", *times],
        )
        for n in (1, 2):
            past = [id, n, f"{times[0][:4]}-0{n}-03", chaired_by("Old")]
            db.execute("INSERT INTO past (record, n, observed_at, run, fields, claims) VALUES (?, ?, ?, 1, '{}', ?)", past)
    connection = db.conn
    assert connection is not None
    ended = over(connection, "s", "period")
    assert ended == {2: "2029-05-01", 3: "2029-01-01", 4: "2026-02-01"}
    assert over(connection, "s", "") == {2: "2029-05-01", 4: "2026-02-01"}
    found = {(each.record, each.claim.party): each.until for each in role_periods(connection, "s", ended)}  # the last of each
    assert found == {
        (1, "Old"): "2029-03-03", (1, "New"): None, (2, "Old"): "2029-03-03", (2, "New"): "2029-05-01",
        (3, "Old"): "2025-03-03", (3, "New"): "2029-01-01", (4, "Old"): "2025-03-03", (4, "New"): "2026-02-01",
    }  # fmt: skip
    db.close()


def chaired_by(who: str) -> str:
    return f'[["chair", "{PAGE}", "label", [["{who}"]]]]'

"""How long records name somebody in a role, as the tables have it."""

from datetime import UTC, datetime
from pathlib import Path

from state import runs
from state.db import connection_of
from state.privacy.role_periods import delisted, role_periods
from tests.opened import opened
from tests.state.tables import put_past, put_record

PAGE = "https://example.org/page"


def test_a_claim_ends_with_the_next_state_the_removal_or_the_part_of_the_whole() -> None:
    db = opened(Path(":memory:"))
    runs.begin(db, "s", datetime(2029, 1, 1, tzinfo=UTC), "run", "0")
    rows = [
        # key, part, first seen, missing since, removed
        ("stays", "2029", "2029-01-01", None, None),
        ("removed", "2029", "2029-01-02", "2029-05-01", "2029-05-02"),
        ("of-before", "2025", "2025-01-01", None, None),
        ("removed-of-before", "2025", "2025-01-01", "2026-02-01", "2026-02-02"),
    ]
    for id, (key, part, *times) in enumerate(rows, start=1):
        seen = dict(zip(("first_seen", "missing_since", "removed_at"), times, strict=True))
        state = {
            "fields": f'{{"period": "{part}"}}',
            "claims": chaired_by("New"),
            "n": 3,
            "since": f"{times[0][:4]}-03-03",
            "run": 1,
        }
        put_record(db, id=id, source="s", key=key, **state, **seen)
        for n in (1, 2):
            put_past(db, record=id, n=n, observed_at=f"{times[0][:4]}-0{n}-03", claims=chaired_by("Old"))
    connection = connection_of(db)
    ended = delisted(connection, "s", "period")
    assert ended == {2: "2029-05-01", 3: "2029-01-01", 4: "2026-02-01"}
    assert delisted(connection, "s", "") == {2: "2029-05-01", 4: "2026-02-01"}
    found = {(each.record, each.claim.party): each.until for each in role_periods(connection, "s", ended)}  # the last of each
    assert found == {
        (1, "Old"): "2029-03-03", (1, "New"): None, (2, "Old"): "2029-03-03", (2, "New"): "2029-05-01",
        (3, "Old"): "2025-03-03", (3, "New"): "2029-01-01", (4, "Old"): "2025-03-03", (4, "New"): "2026-02-01",
    }  # fmt: skip


def chaired_by(who: str) -> str:
    return f'[["chair", "{PAGE}", "label", [["{who}"]]]]'

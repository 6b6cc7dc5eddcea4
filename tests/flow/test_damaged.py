"""Damaged answers: no removal, no false alert, the old state untouched, the reason told, and a whole answer is then taken."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.context import RunContext
from bot.run.replay import replay, sessions
from sources import all_sources
from state.runs import Run
from tests.rows import columns, rows
from tests.shared import shared
from tests.worlds.committee_list import AFNOR, SAC, committees, jsonl, row, warc

SOURCE = [all_sources()["iso-committees"]]
VIEWS = ("records", "versions", "changes", "attributions", "alerts", "deliveries")


def run_all(desk: RunContext, *archives: Path) -> list[Run]:
    return [replay(desk, session) for session in sessions(archives, SOURCE)]


def state(desk: RunContext) -> dict[str, list[dict[str, Any]]]:
    return {view: rows(desk.db, view) for view in VIEWS}


def rows_of(body: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in body.splitlines()]


def without_id(body: bytes) -> bytes:
    first, *rest = rows_of(body)
    del first["id"]
    return jsonl([first, *rest])


def null_secretariat(body: bytes) -> bytes:
    rows = rows_of(body)
    led = next(each for each in rows if (each["secretariat"] or {}).get("acronym") == "SAC")
    led["secretariat"] = None
    return jsonl(rows)


def nulls_for_secretariat(body: bytes) -> bytes:
    return null_secretariat(body).replace(b'"secretariat":null', b'"secretariat":{"id":null,"acronym":null}')


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "cut in the middle of a line": (lambda body: body[: len(body) * 2 // 3], "failed", "not whole JSON"),
    "empty": (lambda body: b"", "failed", "empty"),
    "an HTML page": (lambda body: b"<!DOCTYPE html>\n<html><body>Request Rejected</body></html>\n", "failed", ""),
    "an HTML page on one line": (lambda body: b"<html><head><title>Sorry</title></head></html>", "failed", ""),
    "300 rows": (lambda body: jsonl(rows_of(body)[:300]), "quarantined", "300 records"),
    "a few rows too many gone": (
        lambda body: jsonl(rows_of(body)[:-18]),
        "quarantined",
        "absent at once",
    ),
    "a row without id": (without_id, "failed", "no 'id'"),
    "a null secretariat": (null_secretariat, "quarantined", "no secretariat any more"),
    "an object of nulls as secretariat": (nulls_for_secretariat, "quarantined", "no secretariat any more"),
    "invalid UTF-8": (
        lambda body: body.replace(b"committee", b"comm\xc3\x28ttee", 1).replace(b"ISO", b"I\xffO", 1),
        "failed",
        "UTF-8",
    ),
    "a row twice": (lambda body: body + body.splitlines(keepends=True)[0], "quarantined", "twice"),
    "a title that is none": (lambda body: jsonl([{**r, "title": None} for r in rows_of(body)]), "failed", "title"),
    "a list where an object was": (lambda body: b"[" + body.replace(b"\n", b",")[:-1] + b"]", "failed", "expected JSON Lines"),
    "null bytes": (lambda body: b"\x00" * len(body), "failed", ""),
}


def check(desk: RunContext, first: bytes, later: bytes, damage: str, folder: Path) -> None:
    spoil, status, reason = DAMAGE[damage]
    (baseline,) = run_all(desk, warc(folder / "first.warc.gz", [first]))
    assert baseline.status == "baseline"
    before = state(desk)
    (damaged,) = run_all(desk, warc(folder / "damaged.warc.gz", [spoil(first)], first=1))
    assert damaged.status == status
    assert damaged.error
    assert reason in damaged.error
    assert (damaged.alerts, damaged.removed) == (0, 0)
    assert state(desk) == before
    (taken,) = run_all(desk, warc(folder / "later.warc.gz", [later], first=2))
    assert taken.status == "ok"


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_leaves_the_state_untouched(desk: RunContext, tmp_path: Path, damage: str) -> None:
    later = committees(changed={10: row(10, AFNOR, [SAC])})
    check(desk, jsonl(committees()), jsonl(later), damage, tmp_path)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_of_the_real_list(desk: RunContext, tmp_path: Path, damage: str) -> None:
    bodies = [session.pages[url] for session in sessions([shared("real/iso/committees-2025-06-12_07-30.warc.gz")], SOURCE)
              for url in session.pages]  # fmt: skip
    check(desk, bodies[0].open().read(), bodies[-1].open().read(), damage, tmp_path)


def test_a_body_shorter_than_announced_is_cut(desk: RunContext, tmp_path: Path) -> None:
    whole = jsonl(committees())
    (run,) = run_all(desk, warc(tmp_path / "cut.warc.gz", [jsonl(committees()[:-3])], **{"Content-Length": str(len(whole))}))
    assert run.status == "failed"
    assert re.search(r"was cut: \d+ bytes came of \d+", run.error or "")


def test_one_absence_is_no_removal_two_are(desk: RunContext, tmp_path: Path) -> None:
    bodies = [jsonl(committees()), jsonl(committees(without=[10])), jsonl(committees(without=[10]))]
    runs = run_all(desk, warc(tmp_path / "gone.warc.gz", bodies))
    assert [(run.status, run.removed, run.alerts) for run in runs] == [("baseline", 0, 0), ("ok", 0, 0), ("ok", 1, 1)]


def test_an_absence_that_ends_is_nothing(desk: RunContext, tmp_path: Path) -> None:
    bodies = [jsonl(committees()), jsonl(committees(without=[10])), jsonl(committees()), jsonl(committees(without=[10]))]
    runs = run_all(desk, warc(tmp_path / "back.warc.gz", bodies))
    assert [(run.removed, run.added, run.alerts) for run in runs] == [(0, 0, 0)] * 4


def test_a_failed_poll_does_not_count_as_an_absence(desk: RunContext, tmp_path: Path) -> None:
    bodies = [jsonl(committees()), jsonl(committees(without=[10])), b"", jsonl(committees())]
    runs = run_all(desk, warc(tmp_path / "between.warc.gz", bodies))
    assert [(run.status, run.removed) for run in runs] == [("baseline", 0), ("ok", 0), ("failed", 0), ("ok", 0)]


def test_what_was_removed_and_comes_back_is_restored(desk: RunContext, tmp_path: Path) -> None:
    gone = jsonl(committees(without=[10]))
    runs = run_all(desk, warc(tmp_path / "again.warc.gz", [jsonl(committees()), gone, gone, jsonl(committees())]))
    assert (runs[-1].added, runs[-1].alerts) == (1, 1)
    assert columns(desk.db, "changes", "kind") == ["removed", "restored"]


def test_an_unknown_key_is_noted_and_harmless(desk: RunContext, tmp_path: Path) -> None:
    (run,) = run_all(desk, warc(tmp_path / "new.warc.gz", [jsonl([{**each, "website": "x"} for each in committees()])]))
    assert run.status == "baseline"
    assert run.notes == {"unread: website": 720}

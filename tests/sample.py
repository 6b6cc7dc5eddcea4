"""Writer of the sample of `demo`: the facts of ISO's committee list on three dates, from recorded captures.

    python -m tests.sample ../shared/real/iso/committees-2025-06-12_07-30.warc.gz bot/sample

The first file has all committees, a later one those that differ, in the rows of ISO Open Data. Scopes, liaisons and French
titles are left out. A committee that is no longer listed is `{"id": …, "gone": true}`.
"""

import gzip
import sys
from pathlib import Path
from typing import Any

import orjson

from bot.commands.first_steps import STATES
from state.archive.reader import read_archive

FACTS = ("id", "reference", "status", "secretariat", "creationDate", "parentId", "pMembers", "oMembers")
Rows = dict[int, dict[str, Any]]


def facts(body: bytes) -> Rows:
    """Return the rows of a committee list by id, with what the sample keeps."""
    rows = map(orjson.loads, body.splitlines())
    return {row["id"]: {**{name: row[name] for name in FACTS}, "title": {"en": row["title"]["en"]}} for row in rows}


def differences(before: Rows, now: Rows) -> list[dict[str, Any]]:
    """Return the rows that are new or differ, and the ids that are gone."""
    gone = [{"id": key, "gone": True} for key in before if key not in now]
    return [*(row for key, row in now.items() if before.get(key) != row), *gone]


def sample(archive: Path) -> dict[str, bytes]:
    """Return the files of the sample by name."""
    lists = {f"{each.fetched_at:%Y-%m-%d}": facts(each.open().read()) for each in read_archive(archive)}
    before: Rows = {}
    made = {}
    for day in STATES:
        lines = map(orjson.dumps, differences(before, lists[day]))
        made[f"iso-committees.{day}.jsonl.gz"] = gzip.compress(b"\n".join(lines), 9, mtime=0)
        before = lists[day]
    return made


if __name__ == "__main__":
    for name, content in sample(Path(sys.argv[1])).items():
        (Path(sys.argv[2]) / name).write_bytes(content)

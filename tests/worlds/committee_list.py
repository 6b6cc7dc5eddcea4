"""A small world for tests: ISO committee files in the structure of the published one, and WARC files that hold them."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from bot.parse.result import Fetched
from sources.base import Follow
from sources.iso.committees import ADDRESS
from state.model import Capture
from state.runs import Run
from tests.warc import Captured, write_warc

SAC, DIN, AFNOR, ANSI = (1635, "SAC"), (1511, "DIN"), (1738, "AFNOR"), (2188, "ANSI")
DAY_ONE = datetime(2026, 1, 7, 6, tzinfo=UTC)


def row(number: int, secretariat: tuple[int, str] | None = DIN, p: Iterable[Any] = (), o: Iterable[Any] = ()) -> dict[str, Any]:
    """A line of the committee list: invented committee `number`."""
    return {
        "id": 900000 + number,
        "reference": f"ISO/TC {number}",
        "status": "Active",
        "title": {"en": f"Invented committee {number}", "fr": f"Comité inventé {number}"},
        "secretariat": member(secretariat),
        "creationDate": "2001-01-01",
        "scope": {"en": None, "fr": None},
        "parentId": None,
        "childrenId": None,
        "pMembers": [member(each) for each in (*([secretariat] if secretariat else []), *p)] or None,
        "oMembers": [member(each) for each in o] or None,
        "committeeLiaisons": None,
        "organizationLiaisons": None,
        "sortKey": f"ISO/TC {number:03}",
    }


def member(party: tuple[int, str] | None) -> dict[str, Any]:
    return {"id": party and party[0], "acronym": party and party[1]}


def committees(
    count: int = 720, changed: Mapping[int, dict[str, Any]] | None = None, without: Iterable[int] = ()
) -> list[dict[str, Any]]:
    """A whole committee list: every tenth committee is led by SAC. `changed` replaces lines by number, `without` drops some."""
    rows = {number: row(number, SAC if number % 10 == 0 else DIN, [AFNOR, ANSI]) for number in range(1, count + 1)}
    return [line for number, line in {**rows, **(changed or {})}.items() if number not in set(without)]


def jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as the file has them."""
    return b"".join(orjson.dumps(each) + b"\n" for each in rows)


def day(number: int) -> datetime:
    """The observation time of the n-th weekly state, from 0."""
    return DAY_ONE + timedelta(days=7 * number)


def warc(path: Path, bodies: Iterable[bytes], url: str = ADDRESS, first: int = 0, **headers: str) -> Path:
    """A WARC file with one capture a week of an address."""
    return write_warc(path, (Captured(url, day(number), body, headers) for number, body in enumerate(bodies, start=first)))


class Given:
    """A `get` that a test gives as a function, with the count that every `get` keeps."""

    def __init__(self, answer: Callable[[Follow], Fetched | None]) -> None:
        self.answer, self.requests, self.not_modified = answer, 0, 0
        self.captures: list[Capture] = []

    def __call__(self, follow: Follow) -> Fetched | None:
        self.requests += 1
        got = self.answer(follow)
        self.captures += [got.capture] if got else []
        return got


def way(answer: Callable[[Follow], Fetched | None]) -> Callable[[Run], AbstractContextManager[Given]]:
    """The way of a poll to answers that a test gives."""
    return lambda run: nullcontext(Given(answer))

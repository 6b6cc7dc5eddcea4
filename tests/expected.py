"""A made-up page and the records that a person expects of it. The first run writes the expected file and fails."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.fetch.blocked import non_answer
from sources.base import LayoutChanged, Page, Ref, Source, records_of

DAY = datetime(2026, 11, 24, 6, tzinfo=UTC)


def as_expected(source: Source, url: str, file: Path) -> None:
    """Assert that the page in `file` gives the records of `<file>.expected.json`, and that a person has signed these."""
    expected = file.with_suffix(".expected.json")
    body = file.read_bytes()
    assert refused_by_form(source, url, body) is None
    page = Page.of(url, body, DAY)
    records = json.loads(json.dumps([asdict(each) for each in records_of(source.parse(page))], default=plain))
    assert not page.notes, f"{file.name} has what the parser does not read: {', '.join(page.notes)}"
    if not expected.exists():
        expected.write_text(json.dumps({"read_by": "", "records": records}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    kept = json.loads(expected.read_text(encoding="utf-8"))
    assert records == kept["records"], f"{file.name} is read otherwise; to accept it, remove {expected.name} and run the test again"
    assert kept["read_by"], f"Read {expected} beside {file.name}; if every value is right, put your name into read_by."


def refused(source: Source, url: str, body: bytes) -> bool:
    """Return True if a body with status 200 is taken for no answer, or for another layout."""
    if refused_by_form(source, url, body):
        return True
    try:
        list(source.parse(Page.of(url, body, DAY)))
    except LayoutChanged:
        return True
    return False


def refused_by_form(source: Source, url: str, body: bytes) -> str | None:
    """Return the reason why a body with status 200 is no answer, or None."""
    found = non_answer(200, [], body, url, source)
    return found.reason if found else None


def plain(value: Any) -> Any:
    """Return a set as a list in a fixed order, and a Ref as an object: for JSON."""
    if isinstance(value, Ref):
        return asdict(value)
    return sorted(value, key=lambda each: each.id if isinstance(each, Ref) else str(each))

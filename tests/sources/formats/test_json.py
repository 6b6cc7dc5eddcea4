"""Streams of JSON arrays and CSV: the same objects wherever the blocks end, and nothing from an answer that broke off."""

import io
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sources.formats.json
from sources.base import LayoutChanged, Page
from sources.formats.csv import csv_objects
from sources.formats.json import groups, objects, rows
from sources.formats.xml import child_text, elements

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SCALARS = st.none() | st.integers(-(10**9), 10**9) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.booleans()
OBJECTS = st.lists(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), SCALARS, max_size=4), max_size=8)


def page(body: bytes, **more: Any) -> Page:
    return Page.of("https://example.org/a.json", body, NOW, **more)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources.formats.json, "BLOCK", 5)


@settings(max_examples=60, deadline=None)
@given(OBJECTS, st.booleans())
def test_an_array_is_read_whole_or_refused(every: list[dict], indented: bool) -> None:
    sources.formats.json.BLOCK = 5
    body = orjson.dumps(every, option=orjson.OPT_INDENT_2 if indented else None)
    assert [each for _, each in objects(page(body))] == every
    assert [each for _, each in objects(page(b"\xef\xbb\xbf" + body + b"\n"))] == every
    for cut in {1, len(body) // 2, len(body) - 1}:
        with pytest.raises(LayoutChanged):
            list(objects(page(body[:cut])))


def test_rows_known_from_last_time_are_not_given_again() -> None:
    first = page(b'[{"id": 1, "title": "a"}, {"id": 2, "title": "b"}]')
    known = {}
    for row in rows(first):
        known[first.digest] = str(row.number("id"))
    second = page(b'[{"id": 2, "title": "b"}, {"id": 1, "title": "changed"}]', known=known)
    assert [row.text("title") for row in rows(second)] == ["changed"]
    assert second.same == ["2"]


def test_groups_gather_rows_wherever_they_stand_and_skip_those_known() -> None:
    body = b'[{"k":"a","n":1},{"k":"b","n":2},{"k":"a","n":3}]'
    first = page(body)
    known = {}
    for key, members in groups(first, lambda each: each["k"]):
        known[first.digest] = key
        assert [each["n"] for each in members] == {"a": [1, 3], "b": [2]}[key]
    turned = page(b'[{"k":"b","n":2},{"k":"a","n":3},{"k":"a","n":1}]', known=known)
    assert list(groups(turned, lambda each: each["k"])) == []
    assert sorted(turned.same) == ["a", "b"]
    grown = page(body[:-1] + b',{"k":"b","n":4}]', known=known)
    assert [key for key, _ in groups(grown, lambda each: each["k"])] == ["b"]


@pytest.mark.parametrize(
    "body", [b'[{"a": 1}] trailing', b'[{"a": 1} {"b": 2}]', b"[[]]", b'{"a": []}', b'[{"a": "\xff"}]', b"null"]
)
def test_what_is_no_array_of_objects_is_refused(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        list(objects(page(body)))


def test_csv_with_either_delimiter_and_line_breaks_in_cells() -> None:
    for delimiter in (";", ","):
        body = f'\ufeffname{delimiter}note\r\nA{delimiter}"two\nlines"\r\n\r\n'.encode()
        assert list(csv_objects(page(body), ("name",))) == [{"name": "A", "note": "two\nlines"}]
    for body in (b"", b"<html>", b"one column\n1\n", b"name;note\n\xff;\n"):
        with pytest.raises(LayoutChanged):
            list(csv_objects(page(body)))
    with pytest.raises(LayoutChanged, match="no column 'key'"):
        list(csv_objects(page(b"name;note\nA;b\n"), ("key",)))


def test_xml_is_streamed_and_its_entities_left_alone() -> None:
    body = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a xmlns="urn:x"><i><n> one </n></i><i><n>&e;</n></i></a>'
    assert [child_text(each, "n") for each in elements(page(body), "i")] == ["one", ""]
    with pytest.raises(LayoutChanged):
        list(elements(page(b"<a><i>"), "i"))


def test_a_broken_array_is_not_read_to_its_end_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources.formats.json, "LONGEST", 1000)
    monkeypatch.setattr(sources.formats.json, "BLOCK", 100)
    stream = io.BytesIO(b'[{"a": "' + b"x" * 100_000)
    broken = Page("https://example.org/a.json", lambda: stream, NOW)
    stream.close = lambda: None  # type: ignore[method-assign]
    with pytest.raises(LayoutChanged):
        list(objects(broken))
    assert stream.tell() < 2000

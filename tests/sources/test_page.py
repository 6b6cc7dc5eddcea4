"""The selectors of a page fail loudly when the layout is another."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sources.base import LayoutChanged, Page, Row

NOW = datetime(2026, 1, 7, tzinfo=UTC)
HTML = b"""<html><body><h1>List</h1>
<table class="items"><tr><th>Reference</th><th>Title</th></tr>
<tr><td><a href="/c/1">TC&nbsp;1</a></td><td>Screw  threads</td></tr>
<tr><td>TC 2</td><td>Fasteners</td></tr></table>
<table class="facts"><tr><td>Status:</td><td>Under study </td></tr><tr><td>Timing:</td><td>-</td></tr></table>
</body></html>"""


def page(body: bytes = HTML, **more: object) -> Page:
    return Page.of("https://example.org/list", body, NOW, **more)


def test_table_rows_give_texts_and_links() -> None:
    first, second = page().table("table.items", ("Reference", "Title"))
    assert (first.link("Reference"), first.take("Reference"), first.take("Title")) == (
        "https://example.org/c/1",
        "TC 1",
        "Screw threads",
    )
    assert second.take("Title") == "Fasteners"


def test_an_unknown_column_is_an_error_live_and_a_note_in_shadow() -> None:
    with pytest.raises(LayoutChanged, match="unknown column 'Title'"):
        list(page().table("table.items", ("Reference",)))
    shadow = page(strict=False)
    assert len(list(shadow.table("table.items", ("Reference",)))) == 2
    assert shadow.notes == {"unknown column: Title": 1}


@pytest.mark.parametrize(
    ("select", "reason"),
    [
        (lambda p: list(p.table("table.items", ("Secretariat",))), "no column 'Secretariat'"),
        (lambda p: list(p.table("table.none", ())), "0 elements match"),
        (lambda p: p.one("td"), "expected one"),
        (lambda p: p.some("h1", at_least=2), "expected 2"),
        (lambda p: p.labels("table.facts", required=("Supporting members",)), "no label 'Supporting members'"),
        (lambda p: p.labels("table.facts").take("Version"), "no 'Version'"),
        (lambda p: p.json("results"), "not whole JSON"),
        (lambda p: list(p.lines()), "not whole JSON"),
    ],
)
def test_selectors_fail_loudly(select: Callable[[Page], object], reason: str) -> None:
    with pytest.raises(LayoutChanged, match=reason):
        select(page())


def test_labels_and_what_was_left_unread() -> None:
    facts = page()
    row = facts.labels("table.facts", required=("Status",))
    assert row.take("Status") == "Under study"
    row.done()
    assert facts.notes == {"unread: Timing": 1}


def test_a_typed_cell_is_of_its_type_or_null() -> None:
    def row() -> Row:
        return Row(page(), {"edition": 2, "draft": True, "owner": None})

    assert (row().typed("edition", int), row().typed("owner", str), row().typed("title", str, required=False)) == (2, None, None)
    for name, kind in (("edition", str), ("draft", int), ("title", str)):
        with pytest.raises(LayoutChanged, match=name):
            row().typed(name, kind)


def test_an_optional_text_is_folded_and_a_lone_dash_is_none() -> None:
    row = Row(page(), {"timing": " 2027\xa0-  Q4 ", "version": " - ", "summary": ""})
    assert [row.maybe_text(name) for name in ("timing", "version", "summary", "comment")] == ["2027 - Q4", None, None, None]


def test_maybe_may_find_nothing() -> None:
    assert page().maybe("h2") is None


def test_json_paths() -> None:
    assert page(b'{"results": [{"title": "x"}]}').json("results", 0, "title") == "x"
    with pytest.raises(LayoutChanged, match=r"nothing at results\.1"):
        page(b'{"results": []}').json("results", 1)


@pytest.mark.parametrize("body", [b"", b'{"id": 1}\n{"id": 2', b"[1]\n", b'{"id": "\xff"}\n', b"<html></html>"])
def test_lines_that_are_no_objects_are_refused(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        list(page(body).lines())


def test_known_lines_are_counted_and_not_parsed() -> None:
    first = page(b'{"id": 1}\n{"id": 2}\n')
    digests = {}
    for row in first.lines():
        digests[first.digest] = str(row.number("id"))
    again = page(b'{"id": 2}\n{"id": 3}\n', known=digests)
    assert [row.number("id") for row in again.lines()] == [3]
    assert again.same == ["2"]


@pytest.mark.parametrize("cell", ["", "  ", 7, None])
def test_a_text_must_be_one(cell: object) -> None:
    import orjson

    (row,) = page(orjson.dumps({"title": cell})).lines()
    with pytest.raises(LayoutChanged, match="no text in 'title'"):
        row.text("title")

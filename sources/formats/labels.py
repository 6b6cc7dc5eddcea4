"""Pages of labels and values, read by label and never by id: tables of label and value cells, or plain text."""

import re
from collections.abc import Collection, Iterator

from bs4 import Comment, Doctype, Tag
from bs4.element import PageElement

from sources.page import LayoutChanged, Page, Row, cells_of
from sources.text import digest_of, folded

_BLOCKS = frozenset(
    [
        "address", "article", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
        "section", "table", "tbody", "td", "th", "tr", "ul",
    ]
)  # fmt: skip
_UNSEEN = frozenset({"script", "style", "title"})
_MARKUP = re.compile(rb"<(?:html|body|table|td|div|p|span|br)\b", re.IGNORECASE)


def labelled(page: Page, labels: Collection[str], required: Collection[str] = ()) -> Row:
    """Return the values of `labels` (given without colons) as one row; a value keeps its lines, a label without a value is left
    out.

    A label stands in the first cell of a table row with its value in the second, or both stand in one cell on lines of their own;
    cells of tables within a value do not count. A page without such a table is read as text, where a label begins a line. Raises
    LayoutChanged when one of `required` is missing.
    """
    known = {_label_key(label): label for label in labels}
    cells: dict[str, str] = {}
    for label, value in _labels_in_tables(page, known):
        cells.setdefault(label, value)
    if not cells or any(label not in cells for label in required):
        for label, value in _labels_in_text(page_text(page), known):
            cells.setdefault(label, value)
    if missing := [label for label in required if label not in cells]:
        raise LayoutChanged(f"the page has no label {missing[0]!r}")
    return Row(page, cells, where="the labels")


def cell_beside(page: Page, label: str) -> Tag | None:
    """Return the cell beside a label, for what its text does not have (links); None where the page has no such label."""
    for tr in page.soup.select("tr"):
        cells = cells_of(tr)
        if len(cells) > 1 and not cells[0].find("table") and _label_key(visible_text(cells[0])) == _label_key(label):
            return cells[1]
    return None


def visible_text(element: Tag) -> str:
    """Return the visible text of an element: one line a block, white space collapsed, inline parts joined without a gap."""
    pieces: list[str] = []
    for node in element.descendants:
        if isinstance(node, Tag):
            if node.name in _BLOCKS:
                pieces.append("\n")
        elif _is_visible(node):
            pieces.append(re.sub(r"\s+", " ", str(node)))
    return "\n".join(line for raw in "".join(pieces).split("\n") if (line := folded(raw)))


def texts_of(tr: Tag) -> list[str]:
    """Return the visible text of each cell of a table row, on one line."""
    return [folded(visible_text(cell)) for cell in cells_of(tr)]


def row_digest(element: Tag | None) -> bytes | None:
    """Return the digest of an element's visible text, by which a list row is known again; None for no element."""
    return digest_of(visible_text(element)) if element else None


def page_text(page: Page) -> str:
    """Return the page as text, one line a block; a page without markup as it is."""
    return visible_text(page.soup) if _MARKUP.search(page.body) else page.body.decode(page.charset, errors="replace")


def _is_visible(node: PageElement) -> bool:
    return not isinstance(node, Comment | Doctype) and node.parent is not None and node.parent.name not in _UNSEEN


def _label_key(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.lower())


def _labels_in_tables(page: Page, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    for tr in page.soup.select("tr"):
        cells = cells_of(tr)
        if not cells or cells[0].find("table"):
            continue
        head, _, rest = visible_text(cells[0]).partition("\n")
        if not (label := known.get(_label_key(head))):
            label, rest = _label_at_start(head, known)
        if label and (rest if len(cells) == 1 else not rest):  # a lone label without a value is the entry of a menu
            yield label, visible_text(cells[1]) if len(cells) > 1 else rest
        elif len(cells) > 1 and head.endswith(":") and not rest:
            page.note(f"unread: {head.rstrip(':')}")


def _labels_in_text(text: str, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    label, value = "", []
    for raw in text.splitlines():
        line = folded(raw).strip("| ")
        found, rest = _label_at_start(line, known)
        if not found:
            value.append(line)
            continue
        if label:
            yield label, _joined(value)
        label, value = found, [rest]
    if label:
        yield label, _joined(value)


def _label_at_start(line: str, known: dict[str, str]) -> tuple[str, str]:
    """Return the label that a line is, or begins with, and the text after its colon."""
    if label := known.get(_label_key(line)):
        return label, ""
    head, colon, rest = line.partition(":")
    return (known.get(_label_key(head), ""), rest.strip()) if colon else ("", "")


def _joined(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line)

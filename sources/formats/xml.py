"""Answers in XML: sitemaps, MARCXML. Elements are read one by one; entities and networks are left alone."""

from collections.abc import Iterator

import lxml.etree as etree

from sources.page import LayoutChanged, Page


def elements(page: Page, *names: str) -> Iterator[etree._Element]:
    """The elements with these local names (whatever their namespace), each whole when it comes and dropped after. Raises
    LayoutChanged when the answer is no whole XML."""
    with page.open() as stream:
        tags = [f"{{*}}{name}" for name in names]
        try:
            for _, element in etree.iterparse(stream, events=("end",), tag=tags, resolve_entities=False, no_network=True):
                yield element
                element.clear()
                while element.getprevious() is not None and (parent := element.getparent()) is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise LayoutChanged(f"the answer is no whole XML ({error})") from error


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child with this local name; empty when there is none."""
    found = element.find(f"{{*}}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""


def control(record: etree._Element, tag: str) -> str:
    """The text of a control field (001 to 009); empty when there is none."""
    return next((str(each.text) for each in record.iterfind("{*}controlfield") if each.get("tag") == tag), "")


def fields(record: etree._Element, tag: str) -> list[etree._Element]:
    """All data fields with a tag."""
    return [each for each in record.iterfind("{*}datafield") if each.get("tag") == tag]


def inner(field: etree._Element, code: str) -> str:
    """The text of the first subfield with a letter; empty when there is none."""
    return next((" ".join((each.text or "").split()) for each in field.iterfind("{*}subfield") if each.get("code") == code), "")


def every(record: etree._Element, tag: str, code: str) -> list[str]:
    """The texts of a subfield in all fields with a tag."""
    return [text for field in fields(record, tag) if (text := inner(field, code))]


def first(record: etree._Element, tag: str, code: str) -> str:
    """The first of these; empty when there is none."""
    return next(iter(every(record, tag, code)), "")

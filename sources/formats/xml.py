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

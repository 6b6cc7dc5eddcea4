"""Records in MARCXML: fields by their three-digit tag, and the letters of their subfields."""

import lxml.etree as etree


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

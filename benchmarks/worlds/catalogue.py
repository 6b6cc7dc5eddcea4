"""Invented document catalogue in the shape of UNESCO's `doc001`; every seventh document has three language versions."""

from collections.abc import Iterator

import orjson

RIGHTS = f'<a href="https://creativecommons.org/licenses/by-sa/3.0/igo/" title="{"licence text " * 18}">CC BY-SA 3.0 IGO</a>'
CREATORS = ("Invented Institute for Education", "Invented National Commission for UNESCO", "UNESCO, Doe, Jo")
SUBJECTS = ("Higher education", "Student evaluation", "Academic standards", "Ethics of technology", "Cultural heritage")


def rows(count: int) -> Iterator[bytes]:
    """Yield `count` rows of the catalogue as JSON objects."""
    number = written = 0
    while written < count:
        number += 1
        for language in ("eng", "fre", "spa")[: 3 if number % 7 == 0 else 1]:
            written += 1
            if written > count:
                return
            yield orjson.dumps(row(number, language))


def row(number: int, language: str) -> dict[str, object]:
    """Return invented document `number` in a language."""
    return {
        "url": f"https://unesdoc.unesco.org/ark:/48223/pf{number:010}" + ("" if language == "eng" else f"/{language}"),
        "uuid": f"{number:08x}-ebb7-4000-8000-000000000000",
        "title": f"Report number {number} on the invented programme, with proposals for its future in {2000 + number % 25}",
        "year": [str(1950 + number % 77)], "language": [language], "type": ["programme and meeting document"],
        "document_type": "programme and meeting document", "description": "Includes bibliography", "subject": list(SUBJECTS),
        "creator": CREATORS[number % 3], "rights": RIGHTS, "isbn": None, "document_code": f"{number % 222 + 1} EX/{number % 60}",
    }  # fmt: skip


def catalogue(count: int) -> Iterator[bytes]:
    """Yield the export of `count` rows, in parts."""
    yield b"["
    for number, each in enumerate(rows(count)):
        yield b"," * (number > 0) + each
    yield b"]"

"""The labels of a record page of UNESDOC, each with its values below: "Conference", "Document code", "Language" …"""

import re
from collections.abc import Sequence

LABELS = (
    "Corporate author", "Person as author", "Conference", "Document code", "Collation", "Language", "Also available in", "ISBN",
    "Year of publication",
)  # fmt: skip
_VALUE = re.compile(r"^\s*[-•·]\s*(.+)$")


def labels(lines: Sequence[str]) -> dict[str, list[str]]:
    """The values below each label; a line that is neither ends them."""
    told: dict[str, list[str]] = {}
    label = ""
    for line in lines:
        if line in LABELS:
            label = line
        elif label and (value := _VALUE.match(line)):
            told.setdefault(label, []).append(value[1].strip())
        elif line:
            label = ""
    return told


def first(told: dict[str, list[str]], label: str) -> str | None:
    """The first value of a label, or None."""
    return next(iter(told.get(label, [])), None)

"""How States voted on a resolution, as a MARC record of the UN Digital Library prints it: 996 the counts, 967 a State each."""

import lxml.etree as etree

from sources.base import Claim, Evidence
from sources.formats.marc import first, inner

COUNTS = {"yes": "b", "no": "c", "abstained": "d", "not_voting": "e", "all": "f"}
VOTES = {"Y": "voted-yes", "N": "voted-no", "A": "abstained", "": "not-voting"}


def counted(element: etree._Element) -> dict[str, int | None]:
    """The counts of a record by name; None where no number is printed."""
    return {name: int(told) if (told := first(element, "996", code)).isdigit() else None for name, code in COUNTS.items()}


def vote(url: str, field: etree._Element) -> Claim:
    """How a State voted."""
    name = inner(field, "e")
    return Claim(VOTES.get(inner(field, "d"), "not-voting"), name, Evidence(url, "967", name), inner(field, "c"))

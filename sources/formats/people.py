"""Names of people among the parties of claims. Each source that prints people says by its `person` which claims are of one."""

import re

from sources.base import Claim

TITLES = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Mme|Dr|Prof|Professor|H\. ?E|S\. ?E)\b\.?(?:-Ing\.?)?\s*)+", re.IGNORECASE)


def untitled(name: str) -> str:
    """A name without the titles before it."""
    return name[found.end() :] if (found := TITLES.match(name)) else name


def titled(claim: Claim) -> str:
    """The person of a claim whose party is printed with a title; empty for any other party."""
    return untitled(claim.party) if TITLES.match(claim.party) else ""

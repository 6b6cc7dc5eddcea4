"""Names of roles for people, and how it is said that one was gained, lost or passed on."""

from typing import NamedTuple


class Words(NamedTuple):
    """How it is said that a role was gained, lost, taken over, passed on."""

    gained: str
    lost: str
    taken: str
    passed: str


# named after the office, the others after who holds it
SEATS = frozenset({"secretariat", "secretariat-of-owner", "chair", "wp-chair"})


def words(role: str) -> Words:
    """How a role is spoken of: "gained the secretariat", but "is now rapporteur"."""
    name = role_name(role)
    if role in SEATS:
        return Words(f"gained the {name}", f"lost the {name}", f"took over the {name}", f"passed the {name}")
    return Words(f"is now {name}", f"is no longer {name}", f"took over as {name}", f"handed over as {name}")


def plural(count: int, noun: str) -> str:
    """A count with its noun: "90 secretariats"."""
    head, of, rest = noun.partition(" of ")
    return f"{count} {noun}" if count == 1 else f"{count} {head}s{of}{rest}"


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def role_name(role: str) -> str:
    """A role as people write it: "P-member", "secretariat"."""
    own = {"p-member": "P-member", "o-member": "O-member", "secretariat-of-owner": "secretariat of the owner"}
    return own.get(role, role.replace("-", " "))

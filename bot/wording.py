"""Words for people: names of countries and roles, plurals and possessives. Imports no step, so that every step may use it."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, Protocol


class RolePhrases(NamedTuple):
    """Verb phrases for one role: gained, lost, taken over from another party, passed on to another party."""

    gained: str
    lost: str
    taken: str
    passed: str


# These roles are named after the office ("gained the secretariat"), all others after the holder ("is now rapporteur").
OFFICES = frozenset({"secretariat", "secretariat-of-owner", "chair", "wp-chair"})


def role_phrases(role: str) -> RolePhrases:
    """Return the verb phrases of a role: "gained the secretariat", but "is now rapporteur"."""
    name = role_name(role)
    if role in OFFICES:
        return RolePhrases(f"gained the {name}", f"lost the {name}", f"took over the {name}", f"passed the {name}")
    return RolePhrases(f"is now {name}", f"is no longer {name}", f"took over as {name}", f"handed over as {name}")


def role_name(role: str) -> str:
    """Return a role as people write it: "P-member", "secretariat"."""
    own = {"p-member": "P-member", "o-member": "O-member", "secretariat-of-owner": "secretariat of the owner"}
    return own.get(role, role.replace("-", " "))


@cache
def country_name(code: str | None) -> str:
    """Return the short English name of an ISO 3166 alpha-2 code ("China", "South Korea"): the code itself when it is unknown,
    "unknown" for None."""
    if code is None:
        return "unknown"
    import pycountry  # imported late because it is slow and only runs that alert need it

    found = pycountry.countries.get(alpha_2=code)
    if found is None:
        return code
    return str(getattr(found, "common_name", found.name)).split(",")[0]


SHARED_VERBS = {"supporting-member": "supported", "source": "submitted"}  # what the holders of a shared role did


class Holder(Protocol):
    """Party in a role, with its country (ISO 3166 alpha-2, None: unknown)."""

    @property
    def party(self) -> str: ...

    @property
    def country(self) -> str | None: ...


def by_country(holders: Iterable[Holder]) -> str:
    """Return parties grouped by country: "BUPT, China Telecom (China); ETRI (South Korea)"."""
    parties: dict[str, dict[str, None]] = {}
    for holder in holders:
        parties.setdefault("country unknown" if holder.country is None else country_name(holder.country), {})[holder.party] = None
    return "; ".join(f"{', '.join(names)} ({country})" for country, names in parties.items())


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: "90 secretariats"."""
    head, of, rest = noun.partition(" of ")
    return f"{count} {noun}" if count == 1 else f"{count} {head}s{of}{rest}"


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def shortened(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, cut at a word, with an ellipsis where it was cut."""
    if len(text) <= longest:
        return text
    kept = text[:longest].rpartition(" ")[0]
    return f"{(kept if len(kept) > longest // 2 else text[: longest - 1]).rstrip(' ,;:—–-')}…"

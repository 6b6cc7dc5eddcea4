"""The attributor: each claim of a record goes through the rules in order; the first that knows the party decides."""

import csv
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from state.model import LEADING_ROLES, Attribution, Claim, Record
from state.model import Verdict as Standing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule found: country and organisation, by which rule, how sure."""

    country: str | None
    organisation: str
    rule: str
    confidence: float


Rule = Callable[[str, Claim], Verdict | None]


@dataclass(frozen=True, slots=True)
class Attributor:
    """All rules with their data; `version` changes whenever either does."""

    rules: tuple[Rule, ...]
    version: str

    def attribute(self, body: str, record: Record) -> tuple[Attribution, ...]:
        """The attributions of a record's claims, in their order. What no rule knows stays unknown: country None."""
        return tuple(self._one(body, claim) for claim in record.claims)

    def _one(self, body: str, claim: Claim) -> Attribution:
        found = next((v for rule in self.rules if (v := rule(body, claim))), Verdict(None, claim.party, "unknown", 0.0))
        verdict: Standing = "leads" if claim.role in LEADING_ROLES else "takes part"
        return Attribution(
            claim.role, claim.party, found.country, found.organisation, found.rule, found.confidence, claim.evidence,
            claim.party_id, verdict,
        )  # fmt: skip


def national_body_id(members: Mapping[str, str]) -> Rule:
    """Rule: the id of a national member body within ISO, as ISO's own data print it."""

    def rule(body: str, claim: Claim) -> Verdict | None:
        if body != "ISO" or claim.party_id is None or (country := members.get(claim.party_id)) is None:
            return None
        return Verdict(country, claim.party, "national-body-id", 1.0)

    return rule


@cache
def load_attributor(gazetteer: Path | None = None) -> Attributor:
    """The attributor with the shipped gazetteer."""
    text = files("bot").joinpath("gazetteer", "iso_members.csv").read_text(encoding="utf-8")
    members = {row["id"]: row["country"] for row in csv.DictReader(text.splitlines())}
    return Attributor((national_body_id(members),), hashlib.sha256(text.encode()).hexdigest()[:12])

"""Attributor: the claims of a record → its attributions, by named rules and a gazetteer that people edit.

Who holds the secretariat of the owner committee leads a deliverable; an owner that is no known committee stays unknown.
"""

import gc
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.attribute.gazetteer import SHIPPED, Gazetteer
from bot.attribute.lexicon import SURE, PartyMatch
from bot.attribute.resolve import UNKNOWN, Resolver
from bot.attribute.roles import JOINT_ROLES, SHARED_ROLES, field_of, verdicts
from bot.attribute.text import Party, TextReader, countries_named, countries_of, leading
from state.model import DOMICILE, OWNED, Attribution, Claim, Meaning, Record, seat_of
from state.queries.committees import Owners

RULE = "secretariat-of-owner"
UNKNOWN_OWNER = "owner-unknown"
NO_SECRETARIAT = "owner-without-secretariat"


def by_owner(claim: Claim, owners: Owners | None) -> Attribution:
    """Return the attribution of a claim that names an owner committee, with country and organisation of its secretariat."""
    if owners is None:
        return _unknown(claim, UNKNOWN_OWNER)
    if (known := owners.judged.get(claim)) is None:
        known = owners.judged[claim] = _judge(claim, owners)
    return known


def _judge(claim: Claim, owners: Owners) -> Attribution:
    committee = owners.by_name.get(claim.party)
    if committee is None:
        return _unknown(claim, UNKNOWN_OWNER)
    held = committee.secretariat(owners.at)
    if held is None:
        return _unknown(claim, NO_SECRETARIAT, committee.key)
    known = f", as first listed on {committee.first_seen.date()}" if owners.at < committee.first_seen else ""
    return Attribution(
        OWNED, held.party, held.country, held.organisation, f"{RULE}{known}", held.confidence, claim.evidence, held.party_id,
        "leads", committee.key,
    )  # fmt: skip


def _unknown(claim: Claim, rule: str, via: str = "") -> Attribution:
    return Attribution(OWNED, claim.party, None, claim.party, rule, 0.0, claim.evidence, claim.party_id, "leads", via)


def owner_of(record: Record) -> str | None:
    """Return the name of the committee that owns a record, as printed, or None."""
    return next((claim.party for claim in record.claims if claim.role == OWNED), None)


def owner_moves(old: Record | None, new: Record, owners: Owners | None) -> list[Meaning]:
    """Return the meaning that a record moved from one committee to another; none when the committee only changed its name."""
    was, now = owner_of(old) if old else None, owner_of(new)
    if was is None or now is None or was == now or (owners and owners.same(was, now)):
        return []
    return [Meaning("moved", "notable", f"moved from {was} to {now}", field="ownerCommittee")]


RULES = 6
"""Version of the rules. Raise it whenever a rule or its confidence changes: attributions are then renewed without alerts."""

_GROUPS = frozenset({"company", "SOE"})
_FIRM = frozenset({"national-body", "national-body-id", "country-name", "state"})
_UNDECIDED = frozenset({"joint-venture", "no-country"})


@dataclass(frozen=True, slots=True)
class Attributor:
    """All rules with their data; `version` changes whenever either does."""

    reader: TextReader
    version: str

    def attribute(self, body: str, record: Record, owners: Owners | None = None) -> tuple[Attribution, ...]:
        """Return the attributions of the claims of a record, in their order. A list of parties gives one for each party, as
        printed. A party that no rule knows has country None. `owners` are the committees of the body, for claims of an owner
        committee."""
        found: list[Attribution] = []
        for claim in record.claims:
            found += [by_owner(claim, owners)] if claim.role == OWNED else self.judge(body, claim)
        return _with_verdicts(list(dict.fromkeys(found)))

    def attribute_text(self, text: str, role: str | None = None, body: str | None = None) -> dict[str, Any]:
        """Attribute one printed string: `country` is that of the first-named party or None, `countries` are all, in printed
        order."""
        parties = self.reader.parties(text, role, body)
        first = leading(parties)
        found = first.found if first else PartyMatch(None, "", "no-party", 0.0)
        return {
            "country": found.country,
            "countries": countries_of(parties),
            "organisation": _organisation(found),
            "rule": found.rule,
            "confidence": found.confidence,
            "domicile": found.domicile,
            "parties": [
                {
                    "party": p.text,
                    "country": p.found.country,
                    "domicile": p.found.domicile,
                    "rule": p.found.rule,
                    "confidence": p.found.confidence,
                }
                for p in parties
            ],
        }

    def countries_named(self, text: str, body: str | None = None) -> set[str]:
        """Return the countries that running text names (see naming.countries_named)."""
        return countries_named(text, self.reader.resolver.gazetteer, field_of(None, body).context)

    def judge(self, body: str, claim: Claim) -> list[Attribution]:
        """Return what the rules say of one claim, whatever else is claimed in its record: one attribution for each party that it
        names, without a verdict on shared roles."""
        member = self.reader.resolver.gazetteer.members.get(claim.party_id or "") if body in ("ISO", "IEC") else None
        if member is not None:
            return [_attribution(claim, claim.party, PartyMatch(member[0], claim.party, "national-body-id", 1.0))]
        if claim.role in SHARED_ROLES:
            parties = self.reader.parties(claim.party, claim.role, body)
            if len(parties) == 1:
                return [_attribution(claim, parties[0].text, self._with_printed_country(parties[0].found, claim.country))]
            return [_attribution(claim, party.text, party.found) for party in parties]
        if claim.role in JOINT_ROLES and (parties := self._joint_parties(claim, body)):
            return [_attribution(claim, party.text, party.found) for party in parties]
        return [_attribution(claim, claim.party, self._with_printed_country(self._single(claim, body), claim.country))]

    def _joint_parties(self, claim: Claim, body: str) -> tuple[Party, ...]:
        """Return the parties of one printed name that is several ("Google and Huawei") when each is known for sure, else none."""
        parties = self.reader.parties(claim.party, claim.role, body)
        return parties if len(parties) > 1 and all(party.found.rule in SURE for party in parties) else ()

    def _single(self, claim: Claim, body: str) -> PartyMatch:
        """Return the match of the holder of a role with one holder; of several printed parties the first."""
        first = leading(self.reader.parties(claim.party, claim.role, body))
        return first.found if first else PartyMatch(None, claim.party, UNKNOWN, 0.0)

    def _with_printed_country(self, found: PartyMatch, printed: str | None) -> PartyMatch:
        """Return the match, corrected by the country printed beside the party. The printed country decides where the institution is
        unknown, the name is ambiguous, or only a weak rule matched. The control of a group outweighs it; it is then kept as the
        domicile."""
        country = self.reader.resolver.gazetteer.countries.coded(printed) if printed else None
        if country is None or country == found.country:
            return found
        if found.rule in _UNDECIDED or found.rule in _FIRM or (country == "CN" and found.country in ("HK", "MO", "TW")):
            return found._replace(domicile=country)
        if found.country is not None and found.kind in _GROUPS:
            return found._replace(rule="group-control", domicile=country)
        return PartyMatch(country, found.organisation, "printed-country", 0.75 if found.confidence >= 0.9 else 0.9)


def _attribution(claim: Claim, party: str, found: PartyMatch) -> Attribution:
    return Attribution(
        claim.role,
        party,
        found.country,
        _organisation(found) or party,
        found.rule,
        found.confidence,
        claim.evidence,
        claim.party_id if party == claim.party else None,
        claim=claim,
    )


def _organisation(found: PartyMatch) -> str:
    return f"{found.organisation}{DOMICILE}{found.domicile})" if found.domicile else found.organisation


def by_seat(attributions: Iterable[Attribution]) -> tuple[Attribution, ...]:
    """Return attributions by the country of the seat instead of the group's, with the verdicts that follow."""
    return _with_verdicts([replace(a, country=seat_of(a.country, a.organisation)) for a in attributions])


def _with_verdicts(found: list[Attribution]) -> tuple[Attribution, ...]:
    """Return the attributions with their verdicts, which depend on all holders of a role."""
    roles: dict[str, list[int]] = defaultdict(list)
    for place, attribution in enumerate(found):
        roles[attribution.role].append(place)
    for role, places in roles.items():
        for place, verdict in zip(places, verdicts(role, [(found[p].country, found[p].organisation) for p in places]), strict=True):
            if found[place].verdict != verdict:
                found[place] = found[place].judged(verdict)
    return tuple(found)


@cache
def load_attributor(gazetteer: Path | None = None) -> Attributor:
    """Load the attributor with the shipped gazetteer, with that of another folder, or with one file that replaces a shipped one."""
    gc.disable()  # nothing that is loaded here is garbage
    try:
        data = Gazetteer(*_folder_and_file(gazetteer))
        version = hashlib.sha256(f"{RULES} {data.digest}".encode()).hexdigest()[:12]
        loaded = Attributor(TextReader(Resolver(data)), version)
        gc.freeze()  # spares the garbage collector some 70,000 permanent objects
    finally:
        gc.enable()
    return loaded


def _folder_and_file(gazetteer: Path | None) -> tuple[Path, Path | None]:
    if gazetteer is None:
        return SHIPPED, None
    return (gazetteer, None) if gazetteer.is_dir() else (SHIPPED, gazetteer)


def attribute_text(text: str, role: str | None = None, body: str | None = None) -> dict[str, Any]:
    """Attribute one printed string with the shipped gazetteer (see Attributor.attribute_text)."""
    return load_attributor().attribute_text(text, role, body)

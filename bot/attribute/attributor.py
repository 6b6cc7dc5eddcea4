"""The attributor: the claims of a record → its attributions, by named rules and a gazetteer that people edit."""

import gc
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.attribute.gazetteer import SHIPPED, Gazetteer
from bot.attribute.lexicon import PartyMatch
from bot.attribute.naming import countries_named
from bot.attribute.owner import by_owner
from bot.attribute.resolve import UNKNOWN, Resolver
from bot.attribute.roles import JOINT_ROLES, SHARED_ROLES, field_of, verdicts
from bot.attribute.text import SURE, Party, TextReader, countries_of, leading
from sources.formats.parties import split_list
from state.model import Attribution, Claim, Record
from state.queries.committees import OWNED, Owners

RULES = 5
"""Raise it whenever a rule, or the confidence of one, changes: attributions are then made anew without raising an alarm."""

_GROUPS = frozenset({"company", "SOE"})
_STANDS = frozenset({"national-body", "national-body-id", "country-name", "state"})
_UNDECIDED = frozenset({"joint-venture", "no-country"})


@dataclass(frozen=True, slots=True)
class Attributor:
    """All rules with their data; `version` changes whenever either does."""

    reader: TextReader
    version: str

    def attribute(self, body: str, record: Record, owners: Owners | None = None) -> tuple[Attribution, ...]:
        """The attributions of a record's claims, in their order; a list of parties gives one for each party, as printed. What no
        rule knows stays unknown: country None. `owners` are the committees of the body, for what follows from the owner of a
        deliverable."""
        found: list[Attribution] = []
        for claim in record.claims:
            found += [by_owner(claim, owners)] if claim.role == OWNED else self._of(body, claim)
        return _judged(list(dict.fromkeys(found)))

    def attribute_text(self, text: str, role: str | None = None, body: str | None = None) -> dict[str, Any]:
        """A single printed string: `country` is that of the first-named party or None, `countries` are all, in printed order."""
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
                {"party": p.text, "country": p.found.country, "rule": p.found.rule, "confidence": p.found.confidence}
                for p in parties
            ],
        }

    def countries_named(self, text: str, body: str | None = None) -> set[str]:
        """Return the countries that running text names (see naming.countries_named)."""
        return countries_named(text, self.reader.resolver.gazetteer, field_of(None, body).context)

    def _of(self, body: str, claim: Claim) -> list[Attribution]:
        member = self.reader.resolver.gazetteer.members.get(claim.party_id or "") if body in ("ISO", "IEC") else None
        if member is not None:
            return [_attribution(claim, claim.party, PartyMatch(member[0], claim.party, "national-body-id", 1.0))]
        if claim.role in SHARED_ROLES:
            parties = self._listed(claim, body)
            if len(parties) == 1:
                return [_attribution(claim, parties[0].text, self._beside(parties[0].found, claim.country))]
            return [_attribution(claim, party.text, party.found) for party in parties]
        if claim.role in JOINT_ROLES and (parties := self._together(claim, body)):
            return [_attribution(claim, party.text, party.found) for party in parties]
        return [_attribution(claim, claim.party, self._beside(self._single(claim, body), claim.country))]

    def _listed(self, claim: Claim, body: str) -> tuple[Party, ...]:
        """The parties of a shared role. A line of supporting members is cut as its source cuts it, so that both name the same."""
        if claim.role != "supporting-member":
            return self.reader.parties(claim.party, claim.role, body)
        return tuple(party for name in split_list(claim.party) for party in self.reader.parties(name, claim.role, body))

    def _together(self, claim: Claim, body: str) -> tuple[Party, ...]:
        """The parties of one printed name that is several ("Google and Huawei"), where each is surely known; else none."""
        parties = self.reader.parties(claim.party, claim.role, body)
        return parties if len(parties) > 1 and all(party.found.rule in SURE for party in parties) else ()

    def _single(self, claim: Claim, body: str) -> PartyMatch:
        """The finding for the holder of a role that has one holder: where several are printed, the first-named."""
        first = leading(self.reader.parties(claim.party, claim.role, body))
        return first.found if first else PartyMatch(None, claim.party, UNKNOWN, 0.0)

    def _beside(self, found: PartyMatch, printed: str | None) -> PartyMatch:
        """The finding with the country that is printed beside the party: it decides where the institution is unknown, the name is
        shared or only a weak rule spoke; a group's control stands above it, and it is kept as the domicile."""
        country = self.reader.resolver.gazetteer.countries.coded(printed) if printed else None
        if country is None or country == found.country:
            return found
        if found.rule in _UNDECIDED or found.rule in _STANDS or (country == "CN" and found.country in ("HK", "MO", "TW")):
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
    )


def _organisation(found: PartyMatch) -> str:
    return f"{found.organisation} (domicile {found.domicile})" if found.domicile else found.organisation


def _judged(found: list[Attribution]) -> tuple[Attribution, ...]:
    """The attributions with their verdicts, which the holders of a role have from one another."""
    roles: dict[str, list[int]] = defaultdict(list)
    for place, attribution in enumerate(found):
        roles[attribution.role].append(place)
    for role, places in roles.items():
        for place, verdict in zip(places, verdicts(role, [found[p].country for p in places]), strict=True):
            if found[place].verdict != verdict:
                found[place] = found[place].judged(verdict)
    return tuple(found)


@cache
def load_attributor(gazetteer: Path | None = None) -> Attributor:
    """The attributor with the shipped gazetteer, or with the one in another folder or of one file that replaces a shipped one."""
    data = Gazetteer(*_folder_and_file(gazetteer))
    version = hashlib.sha256(f"{RULES} {data.digest}".encode()).hexdigest()[:12]
    loaded = Attributor(TextReader(Resolver(data)), version)
    gc.freeze()  # some 40,000 objects that stay for good: the collector need not look at them again and again
    return loaded


def _folder_and_file(gazetteer: Path | None) -> tuple[Path, Path | None]:
    if gazetteer is None:
        return SHIPPED, None
    return (gazetteer, None) if gazetteer.is_dir() else (SHIPPED, gazetteer)


def attribute_text(text: str, role: str | None = None, body: str | None = None) -> dict[str, Any]:
    """Attribute one printed string with the shipped gazetteer (see Attributor.attribute_text)."""
    return load_attributor().attribute_text(text, role, body)

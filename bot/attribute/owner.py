"""Rule for deliverables: the secretariat of the owner committee leads what is developed there. Pure.

The rule says nothing about the project leader. An owner that is not a known committee stays unknown."""

from state.model import OWNED, Attribution, Claim, Evidence, Meaning, Record
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
    known = f", as first seen on {committee.first_seen.date()}" if owners.at < committee.first_seen else ""
    text = f"{claim.party}; secretariat of {committee.reference}: {held.evidence.text}{known}"
    return Attribution(
        OWNED, held.party, held.country, held.organisation, RULE, held.confidence,
        Evidence(claim.evidence.url, claim.evidence.field, text), held.party_id, "leads",
        committee.key,
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

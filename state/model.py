"""Types of the domain, shared by all three packages (see docs/words.md). All times are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

ChangeKind = Literal["added", "changed", "removed", "restored", "reparsed"]
Severity = Literal["info", "notable", "major"]
Verdict = Literal["leads", "supports", "takes part"]

OWNED = "secretariat-of-owner"  # the role of a claim that names the committee which owns a record
# A holder of one of these roles leads the work; only these roles alert by default.
LEADING_ROLES = frozenset(
    [
        "secretariat", OWNED, "chair", "wp-chair", "convenor", "rapporteur", "editor", "source", "host",
        "submitter", "funder",
    ]
)  # fmt: skip
# Holders of these roles support the work, take part in it, or gain by it. Every role that a source names is in one of these sets.
OTHER_ROLES = frozenset(
    [
        "supporting-member", "vice-chair", "wp-vice-chair", "wp-rapporteur", "associate-rapporteur", "liaison-rapporteur",
        "twinned-secretariat", "committee-manager", "p-member", "o-member", "member", "author", "beneficiary", "voted-yes",
        "voted-no", "abstained", "not-voting",
    ]
)  # fmt: skip
# Roles with one holder at a time: a new holder means that the role passed.
SINGLE_ROLES = frozenset({"secretariat", OWNED, "chair", "wp-chair", "convenor"})
# Roles with many holders at once: the lead is decided by country, from all of them together.
SHARED_ROLES = frozenset({"supporting-member"})


@dataclass(frozen=True, slots=True)
class Ref:
    """Reference to a thing by its body's stable id. Equal ids are equal Refs, however the name is printed."""

    id: str
    name: str = field(compare=False)


Scalar = str | int | bool | None | Ref
Value = Scalar | frozenset[str] | frozenset[Ref]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence of a claim: page address, name of the field or label, and the text as printed."""

    url: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Party in a role, as printed. `party_id` is the body's own id of the party, or None; `country` is the country as printed
    beside the party, or None."""

    role: str
    party: str
    evidence: Evidence
    country: str | None = None
    party_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Sentence of running text with a role word, as printed (at most 300 characters): for a person to read, no verdict. `url` and
    `field` are its page address and field."""

    text: str
    url: str
    field: str


@dataclass(frozen=True, slots=True)
class Record:
    """Tracked committee, deliverable, project …, as its source shows it now. `key` is the body's stable id of it."""

    key: str
    kind: str
    title: str
    reference: str = ""
    url: str = ""
    status: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()

    def compared(self) -> dict[str, Value]:
        """Return the fields that are compared, by name."""
        return {"title": self.title, "reference": self.reference, "status": self.status, **self.fields}


DOMICILE = " (domicile "
"""Mark between an organisation and the country of its seat, where a group of another country controls it."""


def seat_of(country: str | None, organisation: str) -> str | None:
    """Return the country of an organisation's seat: the domicile printed beside its name, else the country that counts."""
    _, mark, code = organisation.partition(DOMICILE)
    return code.rstrip(")") if mark else country


@dataclass(frozen=True, slots=True)
class Attribution:
    """Claim resolved to a country (ISO 3166 alpha-2, None while unknown) and an organisation, by a named `rule`. `via` is the key
    of the committee through which the role is held, or empty; `behind` is the id of the joined record whose claim it is, or 0."""

    role: str
    party: str
    country: str | None
    organisation: str
    rule: str
    confidence: float
    evidence: Evidence
    party_id: str | None = None
    verdict: Verdict = "leads"
    via: str = ""
    behind: int = 0
    claim: Claim | None = field(default=None, compare=False, repr=False)

    def judged(self, verdict: Verdict) -> "Attribution":
        """Return the attribution with a verdict. Written out because it takes a third of the time of `replace`."""
        return Attribution(
            self.role, self.party, self.country, self.organisation, self.rule, self.confidence, self.evidence, self.party_id,
            verdict, self.via, self.behind, self.claim,
        )  # fmt: skip

    @property
    def printed(self) -> Claim:
        """The claim that was judged."""
        return self.claim or Claim(self.role, self.party, self.evidence, None, self.party_id)

    @property
    def holder(self) -> tuple[str, str]:
        """Role and party (id or name): the identity of an attribution of a record over time."""
        return self.role, self.party_id or self.party

    @property
    def standing(self) -> tuple[str, str, str, str, str]:
        """Holder with country, verdict and `via`: while it stays the same, the attribution stays open."""
        return *self.holder, self.country or "", self.verdict, self.via


@dataclass(frozen=True, slots=True)
class Change:
    """Field, or whole record (`field` is None), that differs from the last accepted state. For a set field `before` holds the
    members that left and `after` those that joined."""

    key: str
    kind: ChangeKind
    field: str | None = None
    before: Value = None
    after: Value = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """Meaning of a change in its body's terms: the event (`ballot-opened`, `published`, `withdrawn`, …), its severity, what
    happened in a few words, and the next date to act on, `estimated` where the body does not print it. `field` is the changed
    field, `details` are further lines, each as "label: text". A `general` meaning alerts even when no country leads the record."""

    event: str
    severity: Severity
    text: str
    due: date | None = None
    estimated: bool = False
    field: str = ""
    general: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Event: the meaning of a change in the field's terms. `before` and `after` are the attributions between which a role passed
    (one is None where it was gained or lost), `change` is the place of its change among those of the record, `note` an additional
    sentence ("the committee is no longer listed"), `due` the next date to act on. `others` are the references of further records of
    the same event, `holders` all holders of a shared role, `details` further lines ("label: text"). A `general` event concerns
    every watchlist."""

    name: str
    severity: Severity
    record: Record
    role: str = ""
    before: Attribution | None = None
    after: Attribution | None = None
    change: int | None = None
    note: str = ""
    due: date | None = None
    due_estimated: bool = False
    others: tuple[str, ...] = ()
    general: bool = False
    holders: tuple[Attribution, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Event that matches a watchlist. `about` is the attribution of the watched country, the evidence of the alert. A baseline
    summary has no event."""

    watchlist: str
    name: str
    severity: Severity
    headline: str
    reasons: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    event: Event | None = None
    about: Attribution | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """Response as received. `file` and `offset` (bytes) are its place in the evidence archive; a `revisit` has no body there and
    refers to the one stored before. Times are aware UTC."""

    url: str
    fetched_at: datetime
    status: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    file: str | None = None
    offset: int | None = None
    revisit: bool = False

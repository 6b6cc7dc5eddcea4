"""The words of the project as types, shared by all three rooms (see docs/words.md). All times are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

ChangeKind = Literal["added", "changed", "removed", "restored", "reparsed"]
Severity = Literal["info", "notable", "major"]
Verdict = Literal["leads", "supports", "takes part"]

OWNED = "secretariat-of-owner"  # the role of a claim that names the committee which owns a record
# Who holds one of these leads the work (a rule of the house: only these alert by default).
LEADING_ROLES = frozenset(
    [
        "secretariat", OWNED, "chair", "wp-chair", "convenor", "rapporteur", "editor", "source", "host",
        "submitter", "funder",
    ]
)  # fmt: skip
# Roles of which a record has one holder at a time: a new holder means that the role passed from one to the other.
SINGLE_ROLES = frozenset({"secretariat", OWNED, "chair", "wp-chair", "convenor"})
# Roles that many hold at once: who leads is decided for a country, by all of them together.
SHARED_ROLES = frozenset({"supporting-member"})


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing that its body names by a stable id. Two are the same when their ids are, however the name is printed."""

    id: str
    name: str = field(compare=False)


Scalar = str | int | bool | None | Ref
Value = Scalar | frozenset[str] | frozenset[Ref]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim stands: page address, name of the field or label, and the text as printed."""

    url: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Who plays which role, as printed. `party_id` is the body's own id of the party where it gives one; `country` is
    the country as printed beside the party, or None."""

    role: str
    party: str
    evidence: Evidence
    country: str | None = None
    party_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence of running text with a word of roles in it, as printed (at most 300 characters): something for a person to read,
    no verdict. `url` and `field` say where it stands."""

    text: str
    url: str
    field: str


@dataclass(frozen=True, slots=True)
class Record:
    """One tracked thing as its source shows it now. `key` is the body's stable id; the reference is an attribute."""

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
        """All that a change can be told of, by field name."""
        return {"title": self.title, "reference": self.reference, "status": self.status, **self.fields}


@dataclass(frozen=True, slots=True)
class Attribution:
    """A claim resolved: `country` is an ISO 3166 alpha-2 code, or None while unknown; `rule` says by what. `via` is the key of the
    committee through which the role is held, where it follows from one."""

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

    def judged(self, verdict: Verdict) -> "Attribution":
        """The same with a verdict; many are made so, and by hand it takes a third of the time."""
        return Attribution(
            self.role, self.party, self.country, self.organisation, self.rule, self.confidence, self.evidence, self.party_id,
            verdict, self.via,
        )  # fmt: skip

    @property
    def holder(self) -> tuple[str, str]:
        """Who holds which role: what makes two attributions of one record the same over time."""
        return self.role, self.party_id or self.party

    @property
    def standing(self) -> tuple[str, str, str, str, str]:
        """The holder with what is made of it: while this is the same, the attribution goes on."""
        return *self.holder, self.country or "", self.verdict, self.via


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the last accepted state of a record. For a set field `before` holds the members that left and
    `after` those that joined; for a whole record `field` is None."""

    key: str
    kind: ChangeKind
    field: str | None = None
    before: Value = None
    after: Value = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a change of a record means in its body's terms: the event (`ballot-opened`, `published`, `withdrawn`, …), how severe,
    a sentence for people, and the next date to act on, `estimated` where the body does not print it. `field` is the one whose
    change it tells of. What is `general` is told even when no country leads the record."""

    event: str
    severity: Severity
    text: str
    due: date | None = None
    estimated: bool = False
    field: str = ""
    general: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What a change means in the field's terms. `before` and `after` are the attributions between which a role moved (one of
    them is None where it was gained or lost), `change` is the place of its change among those of the record, and `note` is a
    sentence of its own ("the committee is no longer listed"). `due` is the next date to act on. `others` are the references of
    further records of which the event tells, too. A `general` event concerns every watchlist."""

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


@dataclass(frozen=True, slots=True)
class Alert:
    """An event that a watchlist wants people to see. `about` is the watched side's attribution, which proves it; a baseline
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
    """One response as received. `file` and `offset` say where it lies in the evidence archive; one that is a `revisit` says there
    only that the body is the one kept before. Times are aware UTC."""

    url: str
    fetched_at: datetime
    status: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    file: str | None = None
    offset: int | None = None
    revisit: bool = False

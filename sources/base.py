"""The contract of a source: what an author declares (`Source`, `Expect`) and what `parse` is given and yields.

`parse(page)` is pure: no input or output, no clock. It reads a `Page` and yields `Record`s, and `Follow`s for further pages.

What it yields follows from the page alone, for a page whose bytes are the same is not parsed again. One thing may depend on when
the page was observed: whether a follow to a detail is left out because it is too old to be asked for. The follows of the last
reading stand until the page changes, so that a detail goes on to be asked for, or known as unchanged, a little longer.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sources.page import LayoutChanged, Page, Row
from state.model import Claim, Evidence, Meaning, Mention, Record, Ref

__all__ = [
    "Claim", "Evidence", "Expect", "Fault", "Follow", "Join", "LayoutChanged", "Meaning", "Mention", "Page", "Record", "Ref", "Row",
    "Source",
]  # fmt: skip


Kind = Literal["html", "json", "jsonl", "xml", "csv", "any"]  # any: the parser says what it is


@dataclass(frozen=True, slots=True)
class Follow:
    """Asks for another page: a detail, the next page of a list, a postback (`form`).

    A follow with a `key` is a detail page of that record, and `digest` sums up what its list says of it: while the digest is
    the one already known, the page need not be read again and the record counts as present. `instead` is the address of
    another page that says the same, for when this one cannot be had.

    A follow with a `gate` leads to one file of any size that asks for no further pages, and `gate` is what a cheaper page says of
    its state (the time at which the data were published). While every gate of a poll says what it said at the last accepted one,
    no page behind a gate is asked for and all records of the source are as they were. One gate that says something else opens all
    of them.
    """

    url: str
    form: Mapping[str, str] | None = None
    key: str | None = None
    digest: bytes | None = None
    instead: str = ""
    gate: str | None = None

    @property
    def seal(self) -> bytes:
        """The digest by which to know the gate again, with the address it guards."""
        return hashlib.blake2b(f"{self.name}\n{self.gate}".encode(), digest_size=16).digest()

    @property
    def name(self) -> str:
        """The address by which its answer is archived and found again: a postback is told apart by its form."""
        if not self.form:
            return self.url
        form = repr(sorted(self.form.items())).encode()
        return f"{self.url}#post-{hashlib.blake2b(form, digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Expect:
    """What a whole, plausible answer looks like. `records`: least and most; `filled`: least share of records that have the
    field; `max_gone`: largest share of known records that may be absent at once; `keeps`: fields that a record which had them
    is not seen without."""

    records: tuple[int, int]
    max_gone: float
    filled: Mapping[str, float] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Names the record of another source that stands behind one: the record's `field` holds its key, or what it has in its own
    field `theirs`. Who leads or supports that record does so for this one too."""

    source: str
    field: str
    theirs: str = ""


def as_it_is(url: str) -> str:
    """An address as it is."""
    return url


def nobody(claim: Claim) -> str:
    """The person of a claim where only institutions and States are printed."""
    return ""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as a body tells it: the reason in one sentence, and until when it wants no further requests (aware UTC)."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of one body. `start` is the list of first addresses (a `Follow` where another page may stand in for one), or a
    function of the day; `match` are patterns of the page addresses that it recognises, live or replayed; `mode` is `shadow` until
    the layout was verified live.

    The answer of a `bulk` source is one file that is whole alone: the same bytes as last time need no parsing. `means` tells
    what the step from an old record (None: new) to a new one means, seen on a day. Detail pages whose list row is unchanged
    are read again once in `reread_days` days (0: never). A `fleeting` source lists only what is new (news, contributions,
    search results): a record that is absent is not gone, so none is ever removed.

    `expects` is what an answer's body is made of, but for addresses of the patterns in `otherwise`, and `language` the code that
    its pages declare: anything else is no answer. `encoding` is that of pages which declare none. `hosts` are the hosts
    that follows and redirects may lead to, beside those of the start addresses. `pages_a_day` is the most requests made for it in
    a UTC day. `robots=False` passes over robots.txt: only for documented APIs.

    `canonical` gives the one address that stands for all addresses of one page. `quiet` are fields that are kept, but whose change
    is never told, for they are noise or follow from another field. `scope` is the field (a study period, say) that says in which
    part of the whole a record is listed: records of a part of which an answer shows nothing are not missed. `continues` is the
    field by which a new record goes on from an older one of another key. `join` names the record of another source that stands
    behind each of these. `steady` takes the record as held and as read, and gives the one read with what is only noise against the
    held one set back. `fault` reads an error answer of the body's own making; None when the answer is none. `person` gives the name
    of the person whom a claim prints as the holder of its role, and an empty text where it prints none."""

    name: str
    body: str
    start: Sequence[str | Follow] | Callable[[date], Sequence[str | Follow]]
    match: str
    parse: Callable[[Page], Iterator[Record | Follow]]
    schedule: str
    expect: Expect
    parser_version: int = 1
    mode: Literal["live", "shadow"] = "live"
    means: Callable[[Record | None, Record, date], Iterable[Meaning]] | None = None
    reread_days: int = 0
    bulk: bool = False
    fleeting: bool = False
    encoding: str = ""
    canonical: Callable[[str], str] = as_it_is
    quiet: tuple[str, ...] = ()
    scope: str = ""
    continues: str = ""
    join: Join | None = None
    steady: Callable[[Record, Record], Record] | None = None
    fault: Callable[[bytes], Fault | None] | None = None
    person: Callable[[Claim], str] = nobody
    pace_s: float = 1.0
    hosts: tuple[str, ...] = ()
    expects: Kind = "html"
    otherwise: Mapping[str, Kind] = field(default_factory=dict)
    language: str | None = None
    pages_a_day: int = 500
    robots: bool = True
    enabled: bool = True
    licence: str = ""
    attribution: str = ""
    contact: str = ""

    def first(self, day: date) -> list[Follow]:
        """The follows with which a poll of that day begins."""
        every = self.start(day) if callable(self.start) else self.start
        return [each if isinstance(each, Follow) else Follow(each) for each in every]

    def starts(self, day: date) -> list[str]:
        """The first addresses to ask for on that day."""
        return [follow.url for follow in self.first(day)]

    def expected(self, url: str) -> Kind:
        """What the answer at an address is to be made of."""
        return next((kind for pattern, kind in self.otherwise.items() if re.search(pattern, url)), self.expects)

    def recognises(self, url: str) -> bool:
        """Whether a page at this address is one of this source's."""
        return re.search(self.match, url) is not None


def records_of(items: Iterable[Record | Follow]) -> list[Record]:
    """Only the records among what `parse` yields (for tests and by hand)."""
    return [item for item in items if isinstance(item, Record)]

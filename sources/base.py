"""The contract of a source: what an author declares (`Source`) and what `parse` is given (`Page`) and yields.

`parse(page)` is pure: no input or output, no clock. It yields `Record`s, and `Follow`s for further pages.

The result must depend on the page alone, because a page with the same bytes is not parsed again. One exception is allowed: a parser
may leave out a follow to a detail page that is too old on the day of the poll. While the list page stays the same, the follows of
its last parse stand, so such a detail is asked for a little longer.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from traceback import extract_tb
from typing import Any, Literal, ParamSpec, TypeVar, cast

from sources.page import LayoutChanged, Page, Row, SourceError
from sources.text import digest_of
from state.model import Claim, Evidence, Meaning, Mention, Record, Ref

__all__ = [
    "Access", "Answer", "Claim", "Evidence", "Expect", "Fault", "Follow", "History", "Join", "LayoutChanged", "Meaning", "Mention",
    "Page", "Record", "Ref", "Row", "Source", "Terms",
]  # fmt: skip


Kind = Literal["html", "json", "jsonl", "xml", "csv", "any"]  # any: the parser decides whether it is an answer
P = ParamSpec("P")
T = TypeVar("T")
HERE = Path(__file__).parent


@contextmanager
def faults() -> Iterator[None]:
    """Raise LayoutChanged, with file and line, for any fault in the code of a source. A full disk or memory is none."""
    try:
        yield
    except (SourceError, OSError, MemoryError):
        raise
    except Exception as error:
        raise LayoutChanged(fault_text(error)) from error


def contained(function: Callable[P, T]) -> Callable[P, T]:
    """Return a function of a source with its faults contained, also those while its items are taken."""

    @wraps(function)
    def within(*args: P.args, **kwargs: P.kwargs) -> T:
        with faults():
            found = function(*args, **kwargs)
        return cast(T, items(found)) if isinstance(found, Iterator) else found

    def items(found: Iterator[Any]) -> Iterator[Any]:
        with faults():
            yield from found

    return within


def contain(declared: object, *names: str) -> None:
    """Contain the faults of functions that a source declares."""
    for name in names:
        if (function := getattr(declared, name)) not in (None, unchanged, no_person):
            object.__setattr__(declared, name, contained(function))


def fault_text(error: Exception) -> str:
    """Return a fault in one sentence, with the last place in the code of a source that it passed."""
    places = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    own = [place for place in places if HERE in place[0].parents and place[0] != Path(__file__)]
    file, line = (own or places)[-1]
    name = file.relative_to(HERE.parent) if HERE in file.parents else file.name
    return f"the source fails with {type(error).__name__} ({error}) in {name}, line {line}: another layout, or a fault in its code"


@dataclass(frozen=True, slots=True)
class Follow:
    """Request for another page: a detail, the next page of a list, a postback (`form`).

    `key` marks the detail page of that record, and `digest` sums up its list row. While the digest is the stored one, the page is
    not read again and the record counts as present. `fallback_url` is another page with the same content, for when this one cannot
    be had.

    `gate` marks a data file that asks for no further pages. Its value is the file's state as a cheaper page prints it (the time of
    publication). While all gates of a poll have the values of the last accepted poll, no gated file is asked for and all records
    of the source count as present. One gate with another value opens all of them.
    """

    url: str
    form: Mapping[str, str] | None = None
    key: str | None = None
    digest: bytes | None = None
    fallback_url: str = ""
    gate: str | None = None

    @property
    def change_token(self) -> bytes:
        """Digest (16 bytes) of the gate's value and the address it guards."""
        return digest_of(f"{self.name}\n{self.gate}")

    @property
    def name(self) -> str:
        """Address by which the answer is archived and found again; postbacks to one address differ by a digest of their form."""
        if not self.form:
            return self.url
        form = repr(sorted(self.form.items())).encode()
        return f"{self.url}#post-{hashlib.blake2b(form, digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Expect:
    """Bounds of a plausible answer; outside of them the run is held.

    `records`: least and most. `max_gone`: largest share of known records that may be absent at once. `filled`: least share of
    records that have a field. `keeps`: fields that no record loses. `together`: fields that may change in all records at once.
    `members`: most claims of a record, and most members of a set field. `text`: longest text, in characters.
    `max_unread`: largest share of the listed detail pages that may fail in a poll; one always may.
    """

    records: tuple[int, int]
    max_gone: float
    filled: Mapping[str, float] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    members: int = 20_000
    text: int = 100_000
    max_unread: float = 0.02


@dataclass(frozen=True, slots=True)
class Join:
    """Link to the record of another source that stands behind a record: who leads or supports that one does so here, too.

    The record's `field` holds the key of the other record, or the value of its field `theirs`.
    """

    source: str
    field: str
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Error as a body tells it: the reason in one sentence, and until when it wants no further requests (aware UTC)."""

    reason: str
    until: datetime | None = None


def unchanged(url: str) -> str:
    """Return the address as it is."""
    return url


def no_person(claim: Claim) -> str:
    """Return an empty name, for a source that prints only institutions and States."""
    return ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of publication: the licence, the attribution text that we must print, and whom to write to at the body."""

    licence: str = ""
    attribution: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Rules for the requests of a source.

    `hosts`: hosts that follows and redirects may lead to, beside those of the start addresses. `pages_a_day`: most requests in a
    UTC day. `canonical` maps all addresses of one page to one. `robots=False` ignores robots.txt: only for documented public APIs,
    whose makers ask programs in by their documentation. No shipped source uses it.
    """

    hosts: tuple[str, ...] = ()
    pages_a_day: int = 500
    canonical: Callable[[str], str] = unchanged
    robots: bool = True

    def __post_init__(self) -> None:
        contain(self, "canonical")


@dataclass(frozen=True, slots=True)
class Answer:
    """Form of a whole answer; anything else fails the poll.

    `kind`: format of the body. `otherwise`: format by pattern, for addresses that match one. `encoding`: of pages that declare
    none. `bulk`: the answer is one file that is complete alone, and the same bytes need no parsing. `fault` reads the body's own
    error answer and returns None where the answer is no error.
    """

    kind: Kind = "html"
    otherwise: Mapping[str, Kind] = field(default_factory=dict)
    encoding: str = ""
    bulk: bool = False
    fault: Callable[[bytes], Fault | None] | None = None

    def __post_init__(self) -> None:
        contain(self, "fault")

    @contained
    def kind_at(self, url: str) -> Kind:
        """Return the format that the answer at an address must have."""
        return next((kind for pattern, kind in self.otherwise.items() if re.search(pattern, url)), self.kind)


@dataclass(frozen=True, slots=True)
class History:
    """Rules for comparing a record with its stored version.

    `means(old, new, day)` yields the meanings of a change seen on `day`, whose events are among `events`; `old` is None for a new
    record. `ignored_fields` are kept,
    but no change of them is told. `noise_filter(old, new)` returns the new record with mere noise set back to the stored value.
    `append_only`: lists show only what is new (news, search results), so an absent record is never removed. `max_age_days`: detail
    pages with an unchanged list row are read again once in so many days (0: never).

    `part` names the field (a study period) that says in which part of the whole a record is listed: records of a part that an
    answer does not show are not missed. `continues` names the field by which a new record carries on an older one of another key.
    `join` links each record to the record of another source that stands behind it.
    """

    means: Callable[[Record | None, Record, date], Iterable[Meaning]] | None = None
    events: Iterable[str] = ()
    ignored_fields: tuple[str, ...] = ()
    noise_filter: Callable[[Record, Record], Record] | None = None
    append_only: bool = False
    max_age_days: int = 0
    part: str = ""
    continues: str = ""
    join: Join | None = None

    def __post_init__(self) -> None:
        contain(self, "means", "noise_filter")


@dataclass(frozen=True, slots=True)
class Source:
    """One source of one body.

    `start`: first addresses (a `Follow` for one with a fallback), or a function of the day that returns them. `match`: pattern of
    the page addresses that the source recognises, live or replayed. `pace_s`: seconds between requests. `needs`: sources
    to read before this one, because they say who leads what it lists. `mode`: `shadow` until the layout was verified live.
    `division`: the part of the body whose work it lists, as people name it (ITU-T). `parser_version` rises with each change of what
    `parse` yields. `person(claim)` returns the name of the person whom a claim prints as the holder of its role, or an empty text.
    """

    name: str
    body: str
    start: Sequence[str | Follow] | Callable[[date], Sequence[str | Follow]]
    match: str
    parse: Callable[[Page], Iterator[Record | Follow]]
    schedule: str
    expect: Expect
    parser_version: int = 1
    mode: Literal["live", "shadow"] = "live"
    pace_s: float = 1.0
    needs: tuple[str, ...] = ()
    division: str = ""
    enabled: bool = True
    person: Callable[[Claim], str] = no_person
    terms: Terms = Terms()
    access: Access = Access()
    answer: Answer = Answer()
    history: History = History()

    def __post_init__(self) -> None:
        contain(self, "parse", "person")

    @contained
    def first(self, day: date) -> list[Follow]:
        """Return the follows with which a poll of that day begins."""
        every = self.start(day) if callable(self.start) else self.start
        return [each if isinstance(each, Follow) else Follow(each) for each in every]

    def starts(self, day: date) -> list[str]:
        """Return the first addresses to ask for on that day."""
        return [follow.url for follow in self.first(day)]

    @contained
    def recognises(self, url: str) -> bool:
        """Return True if a page at this address belongs to this source."""
        return re.search(self.match, url) is not None


def records_of(items: Iterable[Record | Follow]) -> list[Record]:
    """Return only the records among what `parse` yields (for tests and by hand)."""
    return [item for item in items if isinstance(item, Record)]

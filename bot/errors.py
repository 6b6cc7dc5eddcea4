"""Errors, arranged by what happens next.

WatchError
├── ConfigError              wrong usage or configuration: exit 2
│   └── UnknownName          a name that is not known, with the nearest ones
└── DeliveryError
    ├── RetryLater           try again after `wait_s`
    │   └── ChannelRejected  the channel itself is refused (token, address, rights): reported at once, retried for hours
    ├── Permanent            failed, reported to people
    └── OutcomeUnknown       sent without an answer: check for arrival before sending again
SourceError  (declared in sources/page.py, because parsers raise it too)
├── Unreachable              no answer, or an incomplete one: retried within the run, then the poll fails
│   └── HostUnresolved       the name has no address: no request was made, so there is nothing to wait for
├── Refused                  401, 403, robots.txt, a challenge: not retried, reported, left alone for hours
├── LayoutChanged            not built as the source expects: not retried, the page is kept
└── Implausible              complete but not plausible: the run is held
"""

from datetime import datetime

from sources.page import LayoutChanged, SourceError

__all__ = [
    "ChannelRejected", "ConfigError", "DeliveryError", "HostUnresolved", "Implausible", "LayoutChanged", "OutcomeUnknown",
    "Permanent", "Refused", "RetryLater", "SourceError", "UnknownName", "Unreachable", "WatchError",
]  # fmt: skip


class WatchError(Exception):
    """An error shown in one sentence that says what to do."""


class ConfigError(WatchError):
    """Wrong usage or configuration."""


class UnknownName(ConfigError, ValueError):
    """A name that is not known, with the nearest ones; a ValueError too, so that models report it with its key."""

    def __str__(self) -> str:
        """Return the message as a sentence."""
        text = super().__str__()
        return text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")


class Unreachable(SourceError):
    """No answer, or an incomplete one."""


class HostUnresolved(Unreachable):
    """The name of a host has no address, or no name server answered. No request was made."""


class Refused(SourceError):
    """The body refuses requests for now; `until` is the end of the wait where it named one (aware UTC)."""

    def __init__(self, message: str, until: datetime | None = None):
        super().__init__(message)
        self.until = until


class Implausible(SourceError):
    """The answer is complete but not plausible; a person must accept it."""


class DeliveryError(WatchError):
    """An alert did not reach its channel."""


class RetryLater(DeliveryError):
    """A temporary failure: retry after `wait_s` seconds, or after the usual back-off when that is 0."""

    def __init__(self, message: str, wait_s: float = 0):
        super().__init__(message)
        self.wait_s = wait_s


class ChannelRejected(RetryLater):
    """The channel refuses every message until a person repairs it: retry after `wait_s` seconds or the usual back-off, the
    longer."""


class Permanent(DeliveryError):
    """A failure that no retry can mend."""


class OutcomeUnknown(DeliveryError):
    """The message was sent, but no answer came."""

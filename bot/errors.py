"""What can go wrong, by what happens next.

WatchError
├── ConfigError              wrong usage or configuration: exit 2
└── DeliveryError
    ├── RetryLater           try again after `wait_s`
    │   └── ChannelRejected  the channel itself is refused (token, address, rights): told at once, tried again for hours
    ├── Permanent            failed, told to people
    └── OutcomeUnknown       it went out and no answer came: look before sending again
SourceError  (declared in sources/page.py, for parsers raise it too)
├── Unreachable              no answer, or one that was not whole: retried within the run, then the poll failed
│   └── HostUnresolved       a name that leads nowhere: nobody was asked, so there is nothing to wait for
├── Refused                  401, 403, robots.txt, a challenge: not retried, told, left alone for hours
├── LayoutChanged            not built as the source expects: not retried, the page is kept
└── Implausible              whole, but not to be believed: the run is held
"""

from datetime import datetime

from sources.page import LayoutChanged, SourceError

__all__ = [
    "ChannelRejected", "ConfigError", "DeliveryError", "HostUnresolved", "Implausible", "LayoutChanged", "OutcomeUnknown",
    "Permanent", "Refused", "RetryLater", "SourceError", "Unreachable", "WatchError",
]  # fmt: skip


class WatchError(Exception):
    """An error that is told in one sentence with what to do."""


class ConfigError(WatchError):
    """Wrong usage or configuration."""


class Unreachable(SourceError):
    """No answer, or one that was not whole."""


class HostUnresolved(Unreachable):
    """The name of a host leads nowhere, or nobody could say where: no request was made."""


class Refused(SourceError):
    """The body does not want us there now; `until` says how long, where it said so (aware UTC)."""

    def __init__(self, message: str, until: datetime | None = None):
        super().__init__(message)
        self.until = until


class Implausible(SourceError):
    """The answer came whole, but is not to be believed without a person's word."""


class DeliveryError(WatchError):
    """An alert did not reach its channel."""


class RetryLater(DeliveryError):
    """Not now: try again after `wait_s` seconds, or by the usual back-off when that is longer."""

    def __init__(self, message: str, wait_s: float = 0):
        super().__init__(message)
        self.wait_s = wait_s


class ChannelRejected(RetryLater):
    """Everything that goes to this channel is refused until a person mends it."""


class Permanent(DeliveryError):
    """It will not work however often it is tried."""


class OutcomeUnknown(DeliveryError):
    """It went out and no answer came."""

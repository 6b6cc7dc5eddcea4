"""Which withdrawals are told with the publication that takes their place, and which alone."""

import pytest

from bot.decide.events import merge
from state.model import Attribution, Event, Evidence, Record


def event(name: str, reference: str, country: str = "CN") -> Event:
    led = Attribution("secretariat-of-owner", country, country, country, "test", 1.0, Evidence("https://example.org", "x", country))
    return Event(name, "notable", Record(reference, "deliverable", "Work", reference), led.role, None, led, note=name)


def merged(*events: Event) -> list[tuple[str, str]]:
    return [(each.name, each.record.reference) for each in merge(events)]


@pytest.mark.parametrize("old", ["ISO 5:2015", "ISO 5:2015/Amd 1:2020"])
def test_what_the_new_edition_replaces_is_told_with_it(old: str) -> None:
    (only,) = merge([event("withdrawn", old), event("published", "ISO 5:2026")])
    assert only.details == (f"replaces: {old}, now withdrawn",)


@pytest.mark.parametrize("old", ["ISO 5:2026/Amd 1:2026", "ISO 5:2027", "ISO 55:2015", "ISO 5-1:2015", "ISO 5"])
def test_what_it_does_not_replace_is_told_alone(old: str) -> None:
    assert merged(event("withdrawn", old), event("published", "ISO 5:2026")) == [("withdrawn", old), ("published", "ISO 5:2026")]


def test_a_withdrawal_is_not_told_with_the_publication_of_another_country() -> None:
    told = merged(event("withdrawn", "ISO 5:2015"), event("published", "ISO 5:2026", "DE"))
    assert told == [("withdrawn", "ISO 5:2015"), ("published", "ISO 5:2026")]

"""Step 6, decide, first half: what the changes of one record mean in the field's terms. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from state.model import LEADING_ROLES, SINGLE_ROLES, Attribution, Change, Event, Record, Severity
from state.store import Difference

MAJOR_ROLES = frozenset({"secretariat", "chair"})


def events(difference: Difference) -> list[Event]:
    """The events of one record: who gained, lost or passed which role, and whose membership moved. A record that is new,
    or that came back, gains what it shows; one that is gone loses it."""
    record, before, after = difference.record, difference.before, difference.after
    note, change = _whole(record, difference.changes)
    if note == GONE:
        after = ()
    told = [*_roles(record, before, after, note), *_memberships(record, before, after), *_meant(difference)]
    return [_placed(event, difference.changes, change) for event in told]


GONE = "no longer listed"
NEW = "new"
BACK = "listed again"


def _whole(record: Record, changes: tuple[Change, ...]) -> tuple[str, int | None]:
    notes = {"added": NEW, "removed": GONE, "restored": BACK}
    for place, change in enumerate(changes):
        if change.kind in notes:
            return notes[change.kind], place
    return "", None


def _roles(record: Record, before: Iterable[Attribution], after: Iterable[Attribution], note: str) -> Iterator[Event]:
    led, leads = _leading(before), _leading(after)
    for role in sorted({role for role, _ in led.keys() | leads.keys()}):
        lost = [a for holder, a in led.items() if holder[0] == role and holder not in leads]
        gained = [a for holder, a in leads.items() if holder[0] == role and holder not in led]
        severity: Severity = "major" if role in MAJOR_ROLES else "notable"
        if role in SINGLE_ROLES and len(lost) == len(gained) == 1:
            yield Event("role-passed", severity, record, role, lost[0], gained[0], note=note)
            continue
        for each in gained:
            yield Event("role-gained", severity, record, role, None, each, note=note)
        for each in lost:
            yield Event("role-lost", severity, record, role, each, None, note=note)


def _leading(attributions: Iterable[Attribution]) -> dict[tuple[str, str], Attribution]:
    return {a.holder: a for a in attributions if a.verdict == "leads"}


def _memberships(record: Record, before: Iterable[Attribution], after: Iterable[Attribution]) -> Iterator[Event]:
    was, now = _members(before), _members(after)
    for party in sorted(was.keys() | now.keys()):
        left, joined = was.get(party), now.get(party)
        if (left and left.role) != (joined and joined.role):
            role = (joined or left).role  # type: ignore[union-attr]
            yield Event("membership", "info", record, role, left, joined)


def _members(attributions: Iterable[Attribution]) -> dict[str, Attribution]:
    return {a.party_id or a.party: a for a in attributions if a.role not in LEADING_ROLES and a.verdict != "leads"}


def _meant(difference: Difference) -> Iterator[Event]:
    """What the source says that the change means, once for each country that leads the record; once in all when it is general
    and none does."""
    leads = {a.country: a for a in difference.after if a.verdict == "leads"}
    for meaning in difference.meanings:
        for a in leads.values():
            yield Event(
                meaning.event, meaning.severity, difference.record, a.role, None, a,
                note=meaning.text, due=meaning.due, due_estimated=meaning.estimated,
            )  # fmt: skip
        if meaning.general and not leads:
            yield Event(meaning.event, meaning.severity, difference.record, note=meaning.text, due=meaning.due, general=True)


def _placed(event: Event, changes: tuple[Change, ...], whole: int | None) -> Event:
    """The event with the place of the change that it tells of: the whole record's, or that of the field named like its role."""
    place = whole
    if place is None:
        field = event.role.replace("-", "_")
        places = [n for n, change in enumerate(changes) if change.field in (field, field + "s")]
        place = places[0] if places else (0 if changes else None)
    return replace(event, change=place)

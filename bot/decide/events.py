"""Events: the meaning of a record's changes in the field's terms. Several events of a run can be merged into one. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from state.model import LEADING_ROLES, OWNED, SHARED_ROLES, SINGLE_ROLES, Attribution, Change, Event, Meaning, Record, Severity
from state.records import Difference

# Events of every source, beside those that a source declares with the meaning of its changes.
EVENTS = frozenset({"role-gained", "role-lost", "role-passed", "membership", "moved", "item-removed", "mention"})
MAJOR_ROLES = frozenset({"secretariat", "chair"})
MOVED = "moved"


def events(difference: Difference) -> list[Event]:
    """Return the events of one record: roles gained, lost and passed, changed memberships, and meanings declared by its source. A
    new or restored record gains what it shows; a removed one loses it. Where the source declares the meaning of a new record, or
    that a record is carried on elsewhere, only the declared events count. A record that continues an earlier one is compared with
    that one."""
    record, before, after = difference.record, difference.before, difference.after
    note, change = _whole_record_change(record, difference.changes)
    if note == GONE:
        after = ()
    if difference.earlier:
        before, note = difference.earlier.attributions, ""
    declared = list(_declared(difference))
    if (note == NEW and difference.meanings) or any(meaning.event == "carried-on" for meaning in difference.meanings):
        return [_with_change(event, difference.changes, change) for event in declared]
    found = [*_roles(record, before, after, note), *_memberships(record, before, after), *declared]
    if note == GONE:
        found += _removed_item(record, before)
    return [_with_change(event, difference.changes, change) for event in found]


GONE = "no longer listed"
NEW = "new"
BACK = "listed again"


def _whole_record_change(record: Record, changes: tuple[Change, ...]) -> tuple[str, int | None]:
    """Return the note and the index of the change that added, removed or restored the whole record."""
    notes = {"added": NEW, "removed": GONE, "restored": BACK}
    for place, change in enumerate(changes):
        if change.kind in notes:
            return notes[change.kind], place
    return "", None


def _roles(record: Record, before: Sequence[Attribution], after: Sequence[Attribution], note: str) -> Iterator[Event]:
    led, leads = _leading(before), _leading(after)
    for role in sorted({role for role, _ in led.keys() | leads.keys()}):
        lost = [a for holder, a in led.items() if holder[0] == role and holder not in leads]
        gained = [a for holder, a in leads.items() if holder[0] == role and holder not in led]
        severity: Severity = "major" if role in MAJOR_ROLES else "notable"
        if role in SINGLE_ROLES and len(lost) == len(gained) == 1:
            yield Event("role-passed", severity, record, role, lost[0], gained[0], note=note)
            continue
        for each in gained:
            yield Event("role-gained", severity, record, role, None, each, note=note, holders=_holders(role, after))
        for each in lost:
            yield Event("role-lost", severity, record, role, each, None, note=note, holders=_holders(role, before))


def _holders(role: str, attributions: Iterable[Attribution]) -> tuple[Attribution, ...]:
    return tuple(a for a in attributions if a.role == role) if role in SHARED_ROLES else ()


def _leading(attributions: Iterable[Attribution]) -> dict[tuple[str, str], Attribution]:
    """Return the leading attributions by role and holder. A shared role is held by the country, whoever of it joins or leaves.
    Roles through the owner committee are left out: they change with that committee, which has its own event."""
    leads = [a for a in attributions if a.verdict == "leads" and a.role != OWNED]
    return {(a.role, a.country or "") if a.role in SHARED_ROLES else a.holder: a for a in leads}


def _memberships(record: Record, before: Iterable[Attribution], after: Iterable[Attribution]) -> Iterator[Event]:
    before, after = tuple(before), tuple(after)
    moved = _leading(before).keys() ^ _leading(after).keys()  # reported as a role
    was, now = _members(before), _members(after)
    for party in sorted(was.keys() | now.keys()):
        left, joined = was.get(party), now.get(party)
        if (left and left.role) != (joined and joined.role):
            role, country = (joined or left).role, (joined or left).country or ""  # type: ignore[union-attr]
            if role in SHARED_ROLES and (role, country) in moved:
                continue
            yield Event("membership", "info", record, role, left, joined)


def _members(attributions: Iterable[Attribution]) -> dict[str, Attribution]:
    return {
        a.party_id or a.party: a
        for a in attributions
        if a.role not in LEADING_ROLES and (a.role in SHARED_ROLES or a.verdict != "leads")
    }


def _declared(difference: Difference) -> Iterator[Event]:
    """Yield the events that the source declares: one for each country that leads the record or led it before it moved, and one in
    all for a general meaning when none does."""
    was = {a.country: a for a in difference.before if a.verdict == "leads"}
    leads = {a.country: a for a in reversed(difference.after) if a.verdict == "leads"}  # the first of each country
    for meaning in difference.meanings:
        passed = meaning.event == MOVED and len(was) == len(leads) == 1
        sides = [(*was.values(), *leads.values())] if passed else [(None, a) for a in leads.values()]
        for before, after in sides:
            yield Event(
                meaning.event, meaning.severity, difference.record, after.role, before, after, _change_index(difference, meaning),
                meaning.text, meaning.due, meaning.estimated, (), False, _holders(after.role, difference.after), meaning.details,
            )  # fmt: skip
        if meaning.general and not leads:
            yield Event(meaning.event, meaning.severity, difference.record, note=meaning.text, due=meaning.due, general=True)


def _change_index(difference: Difference, meaning: Meaning) -> int | None:
    """Return the index of the change of the field that a meaning names, or None."""
    return next((n for n, change in enumerate(difference.changes) if meaning.field and change.field == meaning.field), None)


def _removed_item(record: Record, before: Iterable[Attribution]) -> Iterator[Event]:
    """Yield the removal of a deliverable that has an owner committee. It has no role of its own to lose."""
    return (Event("item-removed", "notable", record, a.role, None, a, note=GONE) for a in before if a.role == OWNED)


def _with_change(event: Event, changes: tuple[Change, ...], whole: int | None) -> Event:
    """Return the event with the index of its change: of the whole record, or of the field named like its role."""
    place = event.change if event.change is not None else whole
    if place is None:
        field = event.role.replace("-", "_")
        places = [n for n, change in enumerate(changes) if change.field in (field, field + "s")]
        place = places[0] if places else (0 if changes else None)
    return event if place == event.change else replace(event, change=place)


EDITION = re.compile(r"(?P<number>[^:]+):(?P<year>\d{4})\b")


def merge(events: Iterable[Event]) -> list[Event]:
    """Merge the moves of a block into one event, and the withdrawal of an old edition into the publication of its successor."""
    return _merge_moves(_merge_successions(list(events)))


def _merge_moves(events: list[Event]) -> list[Event]:
    """Merge documents that moved between the same two committees into one event, which carries the first of them."""
    blocks: dict[object, list[Event]] = {}
    for number, event in enumerate(events):
        sides = tuple(side and side.standing for side in (event.before, event.after))
        key = (event.note, sides) if event.name == "moved" else number
        blocks.setdefault(key, []).append(event)
    return [replace(first, others=tuple(_name(each.record) for each in rest)) for first, *rest in blocks.values()]


def _merge_successions(events: list[Event]) -> list[Event]:
    withdrawn = {(e.record.key, _country(e)): e for e in events if e.name == "withdrawn"}
    absorbed: set[int] = set()
    merged = []
    for event in events:
        if event.name == "published":
            old = [w for (_, country), w in withdrawn.items() if country == _country(event) and _succeeds(event.record, w.record)]
            absorbed |= {id(each) for each in old}
            if old:
                names = ", ".join(_name(w.record) for w in old)
                event = replace(event, details=(*event.details, f"replaces: {names}, now withdrawn"))
        merged.append(event)
    return [event for event in merged if id(event) not in absorbed]


def _succeeds(new: Record, old: Record) -> bool:
    """Return True when one record replaces the other: as the body says, or by their references (ISO 123:2025 replaces ISO 123:2010
    and its amendments)."""
    if new.key in _keys(old, "replaced_by") or old.key in _keys(new, "replaces"):
        return True
    edition, former = EDITION.fullmatch(new.reference), EDITION.match(old.reference)
    return bool(edition and former and edition["number"] == former["number"] and former["year"] < edition["year"])


def _keys(record: Record, name: str) -> frozenset[object]:
    value = record.fields.get(name)
    return frozenset(value) if isinstance(value, frozenset) else frozenset()


def _country(event: Event) -> str | None:
    return event.after.country if event.after else None


def _name(record: Record) -> str:
    return record.reference or record.key

"""Step 4, diff: the changes between a stored record and the same record as read now. Pure."""

import html
import re
import unicodedata
from typing import cast

from state.model import Change, Record, Ref, Value
from state.privacy.erase import REMOVED

_HYPHENS = re.compile("[‐‑‒–—―−﹣－]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_REMOVED = re.compile(rf"{re.escape(REMOVED)}(?:[\W_]{{1,3}}{re.escape(REMOVED)})+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def diff(old: Record | None, new: Record) -> list[Change]:
    """Return the changes from `old` to `new`; without `old`, the one change that the record was added. Order, white space, Unicode
    form and the printed form of a member's name are not changes."""
    if old is None:
        return [Change(new.key, "added", after=new.title)]
    before, after = old.compared(), new.compared()
    changes = []
    for name in sorted(before.keys() | after.keys()):
        left, joined = before.get(name), after.get(name)
        if left == joined or comparable(left) == comparable(joined):
            continue
        if isinstance(left, frozenset) or isinstance(joined, frozenset):
            left, joined = _moved(left, joined)
        changes.append(Change(new.key, "changed", name, left, joined))
    return changes


def _moved(before: Value, after: Value) -> tuple[Value, Value]:
    was = {comparable(each): each for each in _members(before)}
    now = {comparable(each): each for each in _members(after)}
    left = frozenset(was[each] for each in was.keys() - now.keys())
    joined = frozenset(now[each] for each in now.keys() - was.keys())
    return cast(Value, left), cast(Value, joined)


def _members(value: Value) -> frozenset[str] | frozenset[Ref]:
    if isinstance(value, frozenset):
        return value
    return frozenset() if value is None else frozenset([str(value)])


def comparable(value: Value) -> object:
    """Return a value in the form in which it is compared: a Ref as its id, a set as its members, a text without typographic noise,
    anything empty as None."""
    if isinstance(value, frozenset):
        return frozenset(comparable(each) for each in value) or None
    if isinstance(value, Ref):
        return ("ref", value.id)
    if isinstance(value, str):
        return fold(value) or None
    return value


def fold(text: str) -> str:
    """Return a text without what never counts as a change: Unicode form, HTML entities, kinds of hyphens, quotes and white space.
    Erased names next to each other become one, because the number of words in a name is no change."""
    if REMOVED in text:
        text = _REMOVED.sub(REMOVED, text)
    if text.isascii() and "&" not in text:
        return " ".join(text.split())
    text = unicodedata.normalize("NFKC", html.unescape(text))
    text = _INVISIBLE.sub("", _HYPHENS.sub("-", text)).translate(_QUOTES)
    return " ".join(text.split())

"""Countries named in running text: a State, its people, or a known institution. A name in a sentence is not a role, so nothing is
decided by it."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from bot.attribute.gazetteer import Gazetteer
from bot.attribute.lexicon import Entry
from bot.attribute.normalise import clean, is_far_eastern, key

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"([^\W_]+)'s\b")


def countries_named(text: str, gazetteer: Gazetteer, context: str = "") -> set[str]:
    """Return the countries (ISO 3166 alpha-2) that a text names; `context` is the body in whose fields an acronym may be read (see
    roles.Field). Cities do not count as countries here, nor brands that are words of a language ("Apple") as institutions."""
    text, heads = clean(text), gazetteer.lexicon.heads
    plain = _POSSESSIVE.sub(lambda match: match[0 if key(match[0]) in heads else 1], text)  # but not in "People's Republic"
    found = {code for each in {text, plain} for code in _by_words(each, gazetteer, context)}
    if is_far_eastern(text):
        joined = key(text).replace(" ", "")
        names = (entries for lexicon in gazetteer.in_text for _, _, entries in lexicon.find_han(joined))
        found.update(code for entries in names for code in _countries(entries, context))
    return found


def _by_words(text: str, gazetteer: Gazetteer, context: str) -> Iterable[str]:
    """Yield the countries of names in a text with spaces between words. Names need a capital letter (china is not China), except
    those of peoples."""
    words = key(text).split(" ")
    capital = {word for token in _WORD.findall(text) if not token.islower() for word in key(token).split()}
    for start, end, entries in chain.from_iterable(lexicon.find(words) for lexicon in gazetteer.in_text):
        large = not capital.isdisjoint(words[start:end])
        fitting = [entry for entry in entries if large or entry.sort == "demonym"]
        yield from _countries(fitting, context)


def _countries(entries: Sequence[Entry], context: str) -> set[str]:
    """Return the countries of the entries of a name, all of them where several share it."""
    return {
        entry.country
        for entry in entries
        if entry.country
        and (
            entry.sort in ("country", "demonym")
            or (entry.sort == "institution" and entry.match == "anywhere" and (not entry.contexts or context in entry.contexts))
        )
    }

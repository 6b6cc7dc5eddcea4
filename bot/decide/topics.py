"""Topics of a title or text: tags of bot/decide/topics.toml with the words that show them. A tag never says who leads."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.attribute.normalise import clean, key
from sources.formats.phrases import Phrases, is_far_eastern

SHIPPED = Path(__file__).with_name("topics.toml")
LONGEST = 200_000  # characters; the rest of a text is not searched
_LANGUAGES = ("en", "fr", "es", "zh")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """One term of a tag. A weak term has other meanings too and never shows its tag alone."""

    tag: str
    term: str
    weak: bool


@dataclass(slots=True)
class Topics:
    """All terms: by words, by characters in scripts without spaces, and as patterns. A search is one pass over the text, however
    many terms there are. `labels` and `groups` are by tag, `classes` are the tags by class."""

    labels: dict[str, str] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    classes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    terms: Phrases[TopicTerm] = field(default_factory=Phrases)
    patterns: list[tuple[re.Pattern[str], TopicTerm]] = field(default_factory=list)

    def add(self, term: TopicTerm) -> None:
        """Add a term, with its plural in scripts with spaces."""
        if is_far_eastern(term.term):
            self.terms.add(clean(term.term).casefold(), term)
            return
        words = [word for word, _, _ in _words(clean(term.term))]
        for last in dict.fromkeys((words[-1], words[-1] + "s", words[-1] + "es")):
            self.terms.add(" ".join((*words[:-1], last)), term)

    def find(self, text: str) -> Iterator[tuple[TopicTerm, str]]:
        """Yield every term in a text with the words as printed, weak terms and terms within longer ones too."""
        text = clean(text[:LONGEST])
        words = _words(text)
        spelled = [word for word, _, _ in words]
        for at, (_, start, _) in enumerate(words):
            for end, terms in self.terms.at(spelled, at):
                yield from ((term, text[start : words[end - 1][2]]) for term in terms)
        if is_far_eastern(text):
            folded = text.casefold()
            for start in range(len(folded) - 1):
                for end, terms in self.terms.at_character(folded, start):
                    yield from ((term, folded[start:end]) for term in terms)
        for pattern, term in self.patterns:
            if match := pattern.search(text):
                yield term, match[0]


def topics_of(text: str, least: int = 1) -> list[tuple[str, str]]:
    """Return the topics of a text with the words that show each, as printed, in the order of topics.toml. A topic needs one strong
    term or two weak ones; in a long text, which also tells of neighbours, `least` different terms."""
    topics = load_topics()
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    seen: dict[str, set[str]] = defaultdict(set)
    for term, printed in topics.find(text):
        found[term.tag].setdefault(printed, term.weak)
        seen[term.tag].add(term.term if term.weak or least > 1 else "")
    return [
        (tag, next((p for p, weak in found[tag].items() if not weak), next(iter(found[tag]))))
        for tag in topics.labels
        if tag in found and ("" in seen[tag] or len(seen[tag]) > 1)
    ]


@cache
def load_topics(file: Path = SHIPPED) -> Topics:
    """Load the topics of a file in the form of topics.toml."""
    topics = Topics()
    for tag, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
        topics.labels[tag], topics.groups[tag] = table["label"], tuple(table["groups"])
        for each in table.get("classes", ()):
            topics.classes[each].append(tag)
        for term in _terms(tag, table):
            topics.add(term)
        for name, weak in (("patterns", False), ("weak_patterns", True)):
            topics.patterns += [(re.compile(p), TopicTerm(tag, p, weak)) for p in table.get(name, ())]
    return topics


def _terms(tag: str, table: dict[str, Iterable[str]]) -> Iterator[TopicTerm]:
    for language in _LANGUAGES:
        yield from (TopicTerm(tag, term, False) for term in table.get(language, ()))
    yield from (TopicTerm(tag, term, True) for term in table.get("weak", ()))


def _words(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a clean text in compared form, each with its start and end."""
    plain = text.isascii()
    return [(m[0].lower() if plain else key(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]

"""Topics of a record: tags of bot/decide/topics.toml, each with the reason. A tag never says who leads.

Five signals show a topic: words of the title, words of the scope or summary, a class that the body gives (ICS code, study group),
the topics of the committee that owns the record or is its parent, and what a person set. Only the last is stored.
"""

import html
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from bot.attribute.attributor import owner_of
from bot.decide.topics import load_topics, topics_of
from state.corrections import set_tags
from state.encode import record_of
from state.model import Record
from state.queries.committees import committee_named, record_by_key
from state.queries.holdings import Fact

Signal = Literal["person", "title", "class", "committee", "scope"]
SCOPES = ("scope", "summary")
SCOPE_LENGTH = 1500  # characters; what follows tells of neighbours
_MARKUP = re.compile(r"<[^>]*>")
_ASIDE = re.compile(r"(?i)\b(?:exclud(?:ed|es|ing)|not includ(?:ed|ing)|except(?:ed|ing)?|note(?: \d+)?\s*:|liaison)")
_GROUP_OF_QUESTION = re.compile(r"Q\w+/(\d+)")


class Topic(NamedTuple):
    """A tag of a record, with the reason in words and the signal that showed it."""

    tag: str
    reason: str
    signal: Signal


class Subject(NamedTuple):
    """Facts from which topics are decided. `owner` is the printed name of the owning committee, or None."""

    source: str
    body: str
    key: str
    title: str
    fields: Mapping[str, Any]
    owner: str | None


@dataclass(slots=True)
class TopicFinder:
    """Topics of records as they are now; each committee is looked up once."""

    connection: sqlite3.Connection
    by_person: dict[tuple[str, str], dict[str, bool]] = field(init=False)
    committees: dict[tuple[str, str], tuple[Topic, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_person = set_tags(self.connection)

    def of_record(self, source: str, body: str, record: Record) -> tuple[Topic, ...]:
        """Return the topics of a record of a source."""
        return self.of(Subject(source, body, record.key, record.title, record.fields, owner_of(record)))

    def tags(self, source: str, body: str, record: Record) -> tuple[str, ...]:
        """Return the tags of a record of a source."""
        return tuple(topic.tag for topic in self.of_record(source, body, record))

    def of_fact(self, fact: Fact) -> tuple[Topic, ...]:
        """Return the topics of a record as snapshots have it."""
        return self.of(Subject(fact.source, fact.body, fact.key, fact.title, fact.fields, fact.owner))

    def of(self, subject: Subject) -> tuple[Topic, ...]:
        """Return the topics of a record, one reason a tag, in the order of topics.toml."""
        said = self.by_person.get((subject.source, subject.key), {})
        found = {tag: Topic(tag, "set by a person", "person") for tag, wanted in said.items() if wanted}
        for topic in (*own_topics(subject), *self.handed_down(subject)):
            if said.get(topic.tag, True):
                found.setdefault(topic.tag, topic)
        return tuple(found[tag] for tag in load_topics().labels if tag in found)

    def handed_down(self, subject: Subject) -> Iterator[Topic]:
        """Yield the topics of the owning committee, and those of the parent committee that its scope alone does not show."""
        name = subject.owner or subject.fields.get("committee")
        parent = subject.fields.get("parent")
        row = committee_named(self.connection, subject.body, str(name)) if name else None
        if row is None and parent:
            row = record_by_key(self.connection, subject.source, str(parent))
        if row is None or (row["source"], row["key"]) == (subject.source, subject.key):
            return
        for topic in self.of_committee(row):
            if name or topic.signal != "scope":
                why = topic.reason if topic.signal == "committee" else f"committee {row['reference']}: {topic.reason}"
                yield Topic(topic.tag, why, "committee")

    def of_committee(self, row: sqlite3.Row) -> tuple[Topic, ...]:
        place = (row["source"], row["key"])
        if place not in self.committees:
            self.committees[place] = self.of_record(row["source"], row["body"], record_of(row))
        return self.committees[place]


def own_topics(subject: Subject) -> Iterator[Topic]:
    """Yield the topics that a record shows by itself, surest signals first."""
    for tag, word in topics_of(subject.title):
        yield Topic(tag, f"“{word}” in the title", "title")
    for code in classes_of(subject):
        for known in (code[:end] for end in range(len(code), 0, -1) if end == len(code) or code[end] == "."):
            for tag in load_topics().classes.get(known, ()):
                yield Topic(tag, f"classified as {code}", "class")
    for name in SCOPES:
        if isinstance(printed := subject.fields.get(name), str):
            for tag, word in topics_of(f"{subject.title}: {scope_itself(printed)}", least=2):
                yield Topic(tag, f"“{word}” in the {name}", "scope")


def scope_itself(printed: str) -> str:
    """Return the part of a scope that says what is in it, as plain text: not what it excludes, nor its notes on neighbours."""
    text = " ".join(html.unescape(_MARKUP.sub(" ", printed)).split())
    return _ASIDE.split(text, maxsplit=1)[0][:SCOPE_LENGTH]


def classes_of(subject: Subject) -> list[str]:
    """Return the classes that a body gives a record, as topics.toml writes them: "ICS 35.240", "ITU SG17"."""
    fields = subject.fields
    found = [f"ICS {code}" for code in sorted(fields.get("ics") or ())]
    groups = {str(fields[name]) for name in ("study_group", "body") if fields.get(name)}
    groups |= {f"SG{group}" for each in fields.get("questions") or () for group in _GROUP_OF_QUESTION.findall(str(each))}
    return found + [f"{subject.body} {group}" for group in sorted(groups)]

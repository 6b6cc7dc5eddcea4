"""Names that people write in configuration and on the command line: of a source, body, country, role, event or topic.

Each kind of name is understood in its usual forms, and what is unknown is answered with the nearest right names. The types at the
end are for pydantic models."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from bot.attribute.countries import name_key, read_countries
from bot.attribute.gazetteer import SHIPPED
from bot.decide.events import EVENTS
from bot.decide.participation import groups
from bot.decide.topics import load_topics
from bot.errors import UnknownName
from bot.wording import role_name
from sources import all_sources
from state.model import LEADING_ROLES, OTHER_ROLES

SHORT = 3  # letters; too few to say which name is near
SHIPPED_WATCHLISTS = Path(__file__).parent.parent / "watchlists"


@dataclass(frozen=True, slots=True)
class Names:
    """Known names of a kind (`noun`), by every form that is understood. `lookup` knows further forms, `shown` how people are told a
    name, and `hint` what to do where none is near (empty: all names are listed)."""

    noun: str
    forms: Mapping[str, str]
    lookup: Callable[[str], str | None] = lambda text: None
    hint: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)

    def find(self, text: str) -> str:
        """Return the name that a text means. Raises UnknownName with the nearest names."""
        found = self.forms.get(name_key(text)) or self.lookup(text)
        if found is None:
            raise UnknownName(f"there is no {self.noun} {text!r}{self.instead_of(text)}")
        return found

    def instead_of(self, text: str) -> str:
        """Return the end of a sentence about an unknown name: the nearest names, the hint, or all names."""
        if near := self.near(name_key(text)):
            names = dict.fromkeys(self.shown.get(name, name) for name in map(self.forms.__getitem__, near))
            return f"; did you mean {' or '.join(list(names)[:3])}?"
        return f"; {self.hint}" if self.hint else f"; there are: {', '.join(sorted(set(self.forms.values())))}"

    def near(self, asked: str) -> list[str]:
        """Return forms like the one asked for (a key), or longer than it."""
        longer = [form for form in self.forms if form.startswith(asked)] if len(asked) >= SHORT else []
        return longer or (get_close_matches(asked, self.forms, n=5, cutoff=0.7) if len(asked) > SHORT else [])


def names_of(noun: str, names: Iterable[str], forms: Callable[[str], Iterable[str]] = lambda name: (), hint: str = "") -> Names:
    """Return a kind of names, each understood as it is, whatever its case and signs, and in its further `forms`."""
    known = list(names)
    further = {name_key(form): name for name in known for form in forms(name)}
    return Names(noun, further | {name_key(name): name for name in known}, hint=hint)


@cache
def countries_by_code() -> dict[str, dict[str, str]]:
    """Return the rows of gazetteer/countries.csv by code of two letters."""
    with (SHIPPED / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def countries() -> Names:
    """Return the countries: codes of ISO 3166 (two or three letters), and names in the languages of the gazetteer."""
    known = read_countries(countries_by_code().values())
    shown = {code: f"{row['name']} ({code})" for code, row in countries_by_code().items()}
    return Names("country", known.names, known.coded, "give a name, or a code of two letters (ISO 3166)", shown)


def country(text: str) -> str:
    """Return the code of a country that a text means. Raises UnknownName. Codes are known without loading all names."""
    return text if text in countries_by_code() else countries().find(text)


def sources() -> Names:
    """Return the sources, those that the configuration describes included."""
    return names_of("source", all_sources())


def bodies() -> Names:
    """Return the bodies of all sources."""
    return names_of("body", {source.body for source in all_sources().values()})


def roles() -> Names:
    """Return the roles, as people write them too ("P-member", "secretariats")."""
    return names_of("role", LEADING_ROLES | OTHER_ROLES, lambda role: (role_name(role), f"{role}s"))


def events() -> Names:
    """Return the events that any source can have."""
    return names_of("event", EVENTS.union(*(source.history.events for source in all_sources().values())))


def roles_and_events() -> Names:
    """Return the names that may have a severity of their own."""
    return Names("role or event", {**events().forms, **roles().forms})


def topics() -> Names:
    """Return the tags of topics, by their labels too, and the groups of topics."""
    known = load_topics()
    groups = {group for groups in known.groups.values() for group in groups}
    return names_of("topic", groups.union(known.labels), lambda name: filter(None, [known.labels.get(name)]))


def tags_named(texts: Iterable[str]) -> frozenset[str]:
    """Return the tags that texts mean: each a topic, or all topics of a group. Raises UnknownName."""
    named = set(map(topics().find, texts))
    return frozenset(tag for tag, groups in load_topics().groups.items() if not named.isdisjoint((tag, *groups)))


def tag(text: str) -> str:
    """Return the tag of the topic that a text means. Raises UnknownName, for a group of topics too, with its topics."""
    name, found = topics().find(text), tags_named([text])
    if name not in found:
        raise UnknownName(f"{text!r} is a group of topics; give one of: {', '.join(sorted(found))}")
    return name


def country_groups() -> Names:
    """Return the shipped groups of countries."""
    return names_of("group of countries", groups())


def shipped_watchlists() -> Names:
    """Return the watchlists that come with the program."""
    names = sorted(path.stem for path in SHIPPED_WATCHLISTS.glob("*.toml"))
    return names_of("watchlist", names, hint=f"there are: {', '.join(names)}, or give the path of a TOML file")


@dataclass(frozen=True, slots=True)
class BodyPart:
    """Body, or a part of it: the work of one `division` by its sources (ITU-T), or references that begin with `prefix`
    (ISO/IEC)."""

    name: str
    body: str
    division: str = ""
    prefix: str = ""

    def sources(self) -> list[str]:
        """Return the names of the sources that list its work."""
        known = all_sources().values()
        return [each.name for each in known if each.body == self.body and self.division in ("", each.division)]

    def has(self, source: str, reference: str) -> bool:
        """Return True when a record belongs to it."""
        if self.prefix:
            return reference.startswith((f"{self.prefix}/", f"{self.prefix} "))
        return not self.division or all_sources()[source].division == self.division


def body_part(text: str) -> BodyPart:
    """Return the body or part of a body that a text means. Raises UnknownName."""
    parts = {each.division: BodyPart(each.division, each.body, each.division) for each in all_sources().values() if each.division}
    parts["ISO/IEC"] = BodyPart("ISO/IEC", "ISO", prefix="ISO/IEC")
    whole = {body: BodyPart(body, body) for body in bodies().forms.values()}
    return (parts | whole)[names_of("body", [*parts, *whole]).find(text)]


def listed(names: Callable[[], Names]) -> AfterValidator:
    """Return the validator of a text that must be a name of some kind; it gives the name in its own form."""
    return AfterValidator(lambda text: names().find(text))


Body = Annotated[str, listed(bodies)]
Country = Annotated[str, AfterValidator(country)]
CountryGroupName = Annotated[str, listed(country_groups)]
EventName = Annotated[str, listed(events)]
Role = Annotated[str, listed(roles)]
RoleOrEvent = Annotated[str, listed(roles_and_events)]
Topics = Annotated[frozenset[Annotated[str, listed(topics)]], AfterValidator(tags_named)]

"""Gazetteer, data that people edit, loaded into one lexicon. The columns are described in gazetteer/README.md."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path

from bot.attribute.countries import Countries, name_key, read_countries
from bot.attribute.lexicon import Entry, Lexicon, Match, Sort
from bot.attribute.normalise import key
from sources.formats.phrases import is_far_eastern

SHIPPED = Path(__file__).parent.parent / "gazetteer"
INSTITUTIONS = ("institutions_cn.csv", "institutions_world.csv")
OWNERSHIP = "ownership.csv"
_MATCH: dict[str, Match] = {"": "anywhere", "start": "start", "whole": "whole"}
_COLUMNS = ("name", "native", "aliases", "acronyms", "kind", "country", "parent", "match")
_SORTS: tuple[Sort, ...] = ("place", "word")


@dataclass(slots=True, frozen=True)
class Registered:
    """An organisation of the second table (ROR). `suffixed`: the registry adds the country to the name of every company, so that
    the country proves registration at most."""

    country: str
    name: str
    suffixed: bool


class Gazetteer:
    """All names with the entries they stand for. `digest` changes whenever any of the files does."""

    def __init__(self, folder: Path = SHIPPED, replacement: Path | None = None) -> None:
        """Load a folder. The file `replacement` replaces the file of its name, or comes before the world's institutions."""
        self.files = {file.name: file.read_bytes() for file in sorted(folder.glob("*.csv"))}
        self.institutions: tuple[str, ...] = INSTITUTIONS
        if replacement is not None:
            self.files[replacement.name] = replacement.read_bytes()
            if replacement.name not in {file.name for file in folder.glob("*.csv")}:
                self.institutions = (replacement.name, *INSTITUTIONS)
        self.digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + data for name, data in self.files.items())).hexdigest()
        self.lexicon = Lexicon()
        self._parents: dict[str, str] = {}
        self.countries = self._countries()
        self.members = {row["id"]: (row["country"], row["acronym"]) for row in self.rows("iso_members.csv")}
        self.acronyms = {key(row["acronym"]): row["country"] for row in self.rows("iso_members.csv")}
        self.acronyms |= {key(row["acronym"]): row["country"] for row in self.rows("iso_members_former.csv")}
        self.domains = {row["domain"]: (row["country"], row["name"]) for row in self.rows("domains.csv")}
        self._institutions()
        self._places()

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Return the rows of one file; none when the folder lacks it."""
        lines = csv.reader(self.files.get(name, b"").decode("utf-8").splitlines())
        header = next(lines, [])
        return (dict(zip(header, line, strict=True)) for line in lines if line)

    def columns(self, name: str, wanted: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Return some columns of one file, row by row: the fast way to read a long file."""
        lines = csv.reader(self.files[name].decode("utf-8").splitlines())
        header = next(lines)
        return map(itemgetter(*map(header.index, wanted)), filter(None, lines))

    def _countries(self) -> Countries:
        for row in self.rows("countries.csv"):
            code, name = row["code"], row["name"]
            entry = Entry("country", code, name)
            for printed in (name, *filter(None, row["names"].split("|"))):
                self.lexicon.add(name_key(printed), entry)
            people = Entry("demonym", code, name)
            for spelled in map(key, filter(None, row["demonyms"].split("|"))):
                self.lexicon.add(spelled, people)
                if spelled.endswith(("e", "o", "a", "en")):  # "autorités sénégalaises"
                    self.lexicon.add(f"{spelled}s", people)
        return read_countries(self.rows("countries.csv"))

    def _institutions(self) -> None:
        """Add all names of the institutions. A line on its owner decides the country of a company: none for a joint venture."""
        owned = {row["name"]: row for row in self.rows(OWNERSHIP)}
        add, contexts = self.lexicon.add, cache(_contexts)
        for file in self.institutions:
            for name, native, aliases, acronyms, kind, country, parent, at in self.columns(file, _COLUMNS):
                domicile = None
                if name in owned:
                    country, domicile = owned[name]["country"], owned[name]["domicile"] or None
                    kind = kind if country else "joint venture"
                if parent:
                    self._parents[name] = parent
                entry = Entry("institution", country or None, name, kind, _MATCH[at], domicile=domicile)
                for printed in f"{name}|{native}|{aliases}".split("|"):
                    if printed:
                        add(name_key(printed), entry)
                for acronym in acronyms.split("|") if acronyms else ():
                    short, _, where = acronym.partition("@")
                    add(key(short), entry._replace(contexts=contexts(where), acronym=True))

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """The organisation above an institution, both by their names in the gazetteer."""
        known = ((name, self.lexicon.names.get(name_key(parent), ())) for name, parent in self._parents.items())
        return {name: entries[0].name for name, entries in known if entries}

    def _places(self) -> None:
        for file, sort in zip(("places.csv", "words.csv"), _SORTS, strict=True):
            for row in self.rows(file):
                for printed in row["names"].split("|"):
                    if spelled := name_key(printed):
                        self.lexicon.add(spelled, Entry(sort, row["country"], printed))

    @cached_property
    def registered(self) -> Mapping[str, Registered | None]:
        """Organisations of the second table by key, loaded on first use; None where two countries share a name."""
        found: dict[str, Registered | None] = {}
        for row in self.rows("ror.csv"):
            one = Registered(row["country"], row["name"], bool(row["company"]))
            for printed in (row["name"], *row["names"].split("|")):
                spelled = name_key(printed)
                if len(spelled) > 4 or (len(spelled) > 2 and is_far_eastern(spelled)):
                    known = found.setdefault(spelled, one)
                    if known is not None and known.country != one.country:
                        found[spelled] = None
        return found

    @cached_property
    def in_text(self) -> tuple[Lexicon, Lexicon]:
        """Lexicons of names in running text: that of all names, and the names of several words in the second table."""
        second = Lexicon()
        for spelled, one in self.registered.items():
            if one and (" " in spelled or is_far_eastern(spelled)):
                second.add(spelled, Entry("institution", one.country, one.name))
        return self.lexicon, second

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All single words of the names, used to split words that were printed without a space between them."""
        return frozenset(word for name in self.lexicon.names for word in name.split() if len(word) > 3 and word.isascii())


def _contexts(where: str) -> frozenset[str]:
    return frozenset() if where in ("", "any") else frozenset(where.split())

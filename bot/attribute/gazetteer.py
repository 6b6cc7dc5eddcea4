"""Gazetteer, data that people edit, loaded into one lexicon. The columns are described in gazetteer/README.md."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.attribute.countries import Countries, name_key, read_countries
from bot.attribute.lexicon import Entry, Lexicon, Match, Sort
from bot.attribute.normalise import key
from sources.formats.phrases import is_far_eastern

SHIPPED = Path(__file__).parent.parent / "gazetteer"
INSTITUTIONS = ("institutions_cn.csv", "institutions_world.csv")
OWNERSHIP = "ownership.csv"
_MATCH: dict[str, Match] = {"": "anywhere", "start": "start", "whole": "whole"}
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

    def _countries(self) -> Countries:
        for row in self.rows("countries.csv"):
            code, name = row["code"], row["name"]
            entry = Entry("country", code, name)
            for printed in (name, *filter(None, row["names"].split("|"))):
                self.lexicon.add(name_key(printed), entry)
            for printed in filter(None, row["demonyms"].split("|")):
                self.lexicon.add(key(printed), Entry("demonym", code, name))
                if printed.endswith(("e", "o", "a", "en")):  # "autorités sénégalaises"
                    self.lexicon.add(key(f"{printed}s"), Entry("demonym", code, name))
        return read_countries(self.rows("countries.csv"))

    def _institutions(self) -> None:
        owned = {row["name"]: row for row in self.rows(OWNERSHIP)}
        for file in self.institutions:
            for row in self.rows(file):
                self._institution(row, owned.get(row["name"]))

    def _institution(self, row: dict[str, str], owned: dict[str, str] | None) -> None:
        """Add all names of an institution. A line on its owner decides its country: none for a joint venture."""
        country, kind, domicile = row["country"] or None, row["kind"], None
        if owned is not None:
            country, domicile = owned["country"] or None, owned["domicile"] or None
            kind = kind if country else "joint venture"
        if row["parent"]:
            self._parents[row["name"]] = row["parent"]
        match = _MATCH[row["match"]]
        entry = Entry("institution", country, row["name"], kind, match, domicile=domicile)
        for printed in f"{row['name']}|{row['native']}|{row['aliases']}".split("|"):
            if spelled := name_key(printed):
                self.lexicon.add(spelled, entry)
        for acronym in row["acronyms"].split("|") if row["acronyms"] else ():
            short, _, where = acronym.partition("@")
            contexts = frozenset() if where in ("", "any") else frozenset(where.split())
            self.lexicon.add(
                key(short), Entry("institution", country, row["name"], kind, match, contexts, acronym=True, domicile=domicile)
            )

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

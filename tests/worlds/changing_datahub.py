"""The DataHub of UNESCO as simulated bodies: datasets that change, behind the catalogue as their gate."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from sources.unesco import datahub, documents
from sources.unesco.dataset import sources as datasets
from tests.worlds.bodies import Asked, Body, Told
from tests.worlds.datahub import DataHub, element, version

HERITAGE, SITES = (next(each for each in datasets if each.name.endswith(name)) for name in ("ich001", "whc001"))


class Hub(Body):
    """Dataset on the DataHub. When it is published anew, the catalogue says so at least."""

    dataset = ""
    published = 0

    def join(self, others: Sequence["Hub"]) -> None:
        """Know what else is on the hub: the catalogue is one for all."""
        self.others = [each for each in others if each is not self]

    def entries(self, half: bool = False) -> DataHub:
        """The hub with what this one has published."""
        rows = self.rows()
        hub = DataHub({self.dataset: rows[: len(rows) // 2] if half else rows})  # of a document one row a language: not every other
        hub.processed[self.dataset] = "published by mistake" if half else f"2027-01-01T{self.published:06}"
        return hub

    @abstractmethod
    def rows(self) -> Sequence[dict[str, Any]]:
        """The rows of the dataset now."""

    def begin(self) -> None:
        self.site.content_type = "application/json; charset=utf-8"
        self.others: list[Hub] = []
        self.lines: list[dict[str, Any]] = []

    def publish(self, asked: Asked) -> bytes | None:
        if not asked.path.startswith("/api/explore/v2.1/catalog/datasets"):
            return None
        hub = self.entries(asked.half)
        for each in [other.entries() for other in self.others]:
            hub.datasets |= each.datasets
            hub.processed |= each.processed
            hub.titles |= each.titles
        hub.datasets = dict(sorted(hub.datasets.items()))
        status, body = hub.answer(f"https://data.unesco.org{asked.path}")
        return body if status == 200 else None


class Catalogue(Hub):
    """The catalogue itself: some datasets are new, a few of them worth watching."""

    source = datahub.source

    def begin(self) -> None:
        super().begin()
        self.titles = {f"set{n:03}": f"Invented statistics {n}" for n in range(1, 131)}

    def rows(self) -> Sequence[dict[str, Any]]:
        """None: its datasets are the catalogue."""
        return ()

    def entries(self, half: bool = False) -> DataHub:
        hub = DataHub({name: [] for name in list(self.titles)[:: 2 if half else 1]})
        hub.titles = self.titles
        return hub

    def change(self) -> list[Told]:
        return self.now_and_then((0.1, lambda: self.add("Invented UNITWIN chairs")), (0.2, lambda: self.add("Invented statistics")))

    def add(self, title: str) -> list[Told]:
        name = f"set{len(self.titles) + 1:03}"
        self.titles[name] = f"{title} {name}"
        return [(name, "candidate")] if "chairs" in title else []


class Elements(Hub):
    """Intangible heritage: who submitted an element."""

    source, dataset = HERITAGE, "ich001"

    def begin(self) -> None:
        super().begin()
        self.lines = [element(n, ("CN",) if n % 9 == 0 else ("PE", "BO")) for n in range(1, 761)]

    def rows(self) -> Sequence[dict[str, Any]]:
        return self.lines

    def change(self) -> list[Told]:
        self.published += 1  # every week, whether anything changed or not
        self.dice.shuffle(self.lines)
        return self.now_and_then((0.25, lambda: self.add(("CN", "MN"))), (0.3, lambda: self.add(("FR",))))

    def add(self, countries: tuple[str, ...]) -> list[Told]:
        number = len(self.lines) + 1
        self.lines.append(element(number, countries))
        return [(f"id-{number}", "role-gained")] if "CN" in countries else []


class Places(Hub):
    """World heritage: who submitted a property, and what is in danger."""

    source, dataset = SITES, "whc001"

    def begin(self) -> None:
        super().begin()
        self.lines = [self.place(n, "CN" if n % 20 == 0 else "IT") for n in range(1, 1101)]

    @staticmethod
    def place(number: int, country: str) -> dict[str, Any]:
        return {
            "id_no": str(number), "name_en": f"Invented place {number}", "name_fr": f"Lieu inventé {number}", "iso_codes": country,
            "date_inscribed": "1999", "danger": "False", "category": "Cultural", "states_names": [country],
            "transboundary": "False", "criteria_txt": "(i)(ii)", "region_code": "APA",
            "short_description_en": "Invented.", "uuid": f"u{number}",
        }  # fmt: skip

    def rows(self) -> Sequence[dict[str, Any]]:
        return self.lines

    def change(self) -> list[Told]:
        self.published += self.dice.random() < 0.5
        return self.now_and_then((0.25, lambda: self.add("CN")), (0.2, self.describe))

    def add(self, country: str) -> list[Told]:
        self.published += 1
        self.lines.append(self.place(len(self.lines) + 1, country))
        return [(str(len(self.lines)), "role-gained")]

    def describe(self) -> list[Told]:
        """Words about a place are no news."""
        self.published += 1
        number = self.dice.randrange(len(self.lines))
        self.lines[number] = {**self.lines[number], "short_description_en": f"Invented, as of {self.today}."}
        return []


class Documents(Hub):
    """The catalogue of documents; some print who submitted them."""

    source, dataset = documents.source, "doc001"

    def begin(self) -> None:
        super().begin()
        self.lines = [version(n, language) for n in range(1, 301) for language in ("eng", "fre")]

    def rows(self) -> Sequence[dict[str, Any]]:
        return self.lines

    def change(self) -> list[Told]:
        self.published += 1
        told = self.now_and_then((0.3, lambda: self.add("Proposal by China for the proclamation of an international day")))
        return told + self.now_and_then((0.6, lambda: self.add("Report of the Director-General")), (0.4, self.translate))

    def add(self, title: str) -> list[Told]:
        number = len(self.lines) + 1
        self.lines.append(version(number, title=f"{title} {number}"))
        return [(f"pf{number:010}", "role-gained")] if "China" in title else []

    def translate(self) -> list[Told]:
        number = self.dice.randint(1, 300)
        if not any(f"{number:010}/spa" in each["url"] for each in self.lines):
            self.lines.append(version(number, "spa"))
        return []


BODIES = (Catalogue, Elements, Places, Documents)

"""UNESCO and the UN as simulated bodies: the DataHub with its catalogue as a gate, news, projects, and the UN Digital Library."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sources.unesco import catalogue, documents, news, projects, un_documents
from sources.unesco.dataset import sources as datasets
from tests.worlds.bodies import Asked, Body, Told
from tests.worlds.datahub import DataHub, element, version
from tests.worlds.outages import WITHOUT_HALF

CHAIRS = {"Egypt": "Ms Ana Sow", "China": "Ms Eva Kipp"}
HERITAGE, SITES = (next(each for each in datasets if each.name.endswith(name)) for name in ("ich001", "whc001"))


class Hub(Body):
    """What is on the DataHub. A dataset that is published anew says so in the catalogue, at least."""

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

    source = catalogue.source

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


class News(Body):
    """Articles by the sitemap, and the page of a council whose chair changes."""

    source = replace(news.source, mode="live")

    def begin(self) -> None:
        self.faults = WITHOUT_HALF
        self.articles: dict[str, tuple[str, Any]] = {f"old-{n}": ("An invented forum met.", self.today) for n in range(5)}
        self.chair, self.chaired = "Egypt", self.today

    def publish(self, asked: Asked) -> bytes | None:
        if asked.path.startswith("/sitemap.xml"):
            return self.sitemap("page=" in asked.path)
        slug = asked.path.removeprefix("/en/articles/")
        if asked.path == "/en/invented/council":
            return self.page("Invented Council", "Group IV: Japan and India", f"Chairperson: {CHAIRS[self.chair]} ({self.chair})")
        return self.page(f"On {slug}", "News", self.articles[slug][0]) if slug in self.articles else None

    def page(self, title: str, *lines: str) -> bytes:
        text = "".join(f"<p>{line}</p>" for line in lines)
        token = f"<!-- {self.dice.random()} -->"
        main = f"{token}<main><h1>{title}</h1>{text}</main>"
        return f'<html lang="en"><head><title>{title}</title></head><body>{main}</body></html>'.encode()

    def sitemap(self, whole: bool) -> bytes:
        space, home = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', "https://www.unesco.org"
        if not whole:
            inner = f"<sitemap><loc>{home}/sitemap.xml?page=1</loc></sitemap>"
            return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex {space}>{inner}</sitemapindex>'.encode()
        listed = {f"/en/articles/{slug}": day for slug, (_, day) in self.articles.items()} | {"/en/invented/council": self.chaired}
        inner = "".join(
            f"<url><loc>{home}{path}</loc><lastmod>{day}T02:00:00+01:00</lastmod></url>" for path, day in listed.items()
        )
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset {space}>{inner}</urlset>'.encode()

    def change(self) -> list[Told]:
        return self.now_and_then(
            (0.4, lambda: self.write("The forum was hosted by China in an invented town.", True)),
            (0.6, lambda: self.write("The forum was hosted by Kenya in Nairobi.", False)),
            (0.1, self.elect),
        )

    def write(self, text: str, led: bool) -> list[Told]:
        slug = f"forum-{len(self.articles)}"
        self.articles[slug] = (text, self.today)
        return [(slug, "role-gained")] if led else []

    def elect(self) -> list[Told]:
        self.chair, self.chaired = "Egypt" if self.chair == "China" else "China", self.today
        return [("invented/council", "role-passed")]


class Projects(Body):
    """Projects as a CSV, by quarters, or as the listing alone; who funds them."""

    source = replace(projects.source, mode="live")

    def begin(self) -> None:
        self.site.content_type = "text/csv; charset=utf-8"
        self.rows = {f"570INT{n:04}": ("Japan" if n % 7 else "China", 100_000) for n in range(1, 401)}

    def publish(self, asked: Asked) -> bytes | None:
        if asked.path.startswith("/en/uses-of-funding"):
            return self.listing(asked.path)
        if not asked.path.startswith("/en/projects/export/csv"):
            return None
        lines = [
            f"{code};Invented project {code};Kenya;{donor};{budget:,};{self.dice.randint(1, budget)};2026-03-01;2028-12-31"
            for code, (donor, budget) in list(self.rows.items())[:: 2 if asked.half else 1]
        ]
        head = "Project code;Title;Beneficiary;Donor;Budget;Expenditure;Start date;End date"
        return ("\ufeff" + "\r\n".join([head, *lines]) + "\r\n").encode()

    def change(self) -> list[Told]:
        for code in self.dice.sample(list(self.rows), 5):  # a budget moves a little
            donor, budget = self.rows[code]
            self.rows[code] = (donor, 100_000 + (budget + 1_000) % 5_000)
        return self.now_and_then((0.3, lambda: self.fund("China")), (0.3, lambda: self.fund("Japan")))

    def listing(self, path: str) -> bytes:
        """A page of the listing, two hundred projects each; it prints no donors."""
        number = int(path.partition("page=")[2].split("%2C")[0] or 0)
        rows = list(self.rows.items())[200 * number : 200 * (number + 1)]
        lines = "".join(
            f"<tr><td>{code} Invented project {code}</td><td>Kenya</td><td>{budget:,}</td><td>1</td><td>2026-03-01</td>"
            "<td>2028-12-31</td></tr>"
            for code, (_, budget) in rows
        )
        more = f'<a href="?page={number + 1}%2C%2C%2C0">next</a>' if len(self.rows) > 200 * (number + 1) else ""
        return f'<!DOCTYPE html><html lang="en"><body><table>{lines}</table>{more}</body></html>'.encode()

    def fund(self, donor: str) -> list[Told]:
        code = f"570INT{len(self.rows) + 1:04}"
        self.rows[code] = (donor, 100_000)
        return [(code, "role-gained")] if donor == "China" else []


class Resolutions(Body):
    """Resolutions in MARCXML, with their sponsors; in shadow mode, so that what is found is kept and told nobody."""

    source = un_documents.source

    def begin(self) -> None:
        self.faults = WITHOUT_HALF
        self.site.content_type = "text/xml"
        self.sponsors = ["Kenya", "Japan", "China"]

    def publish(self, asked: Asked) -> bytes | None:
        if not asked.path.startswith("/search?") or "of=xm" not in asked.path:
            return None
        first = 1 if "neurotechnology" in asked.path else 0  # each topic finds every other resolution
        every = list(enumerate(self.sponsors))[first::2]
        records = "".join(
            f'<record><controlfield tag="001">{4_000_000 + n}</controlfield>'
            + field("191", "a", f"A/RES/81/{n}") + field("245", "a", f"On invented matter {n}") + field("710", "a", sponsor)
            + "</record>"
            for n, sponsor in every
        )  # fmt: skip
        return f'<?xml version="1.0" encoding="UTF-8"?><collection xmlns="http://www.loc.gov/MARC21/slim">{records}</collection>'.encode()

    def change(self) -> list[Told]:
        return self.now_and_then((0.2, lambda: self.adopt("China")), (0.3, lambda: self.adopt("Kenya")))

    def adopt(self, sponsor: str) -> list[Told]:
        self.sponsors.append(sponsor)
        return [(str(4_000_000 + len(self.sponsors) - 1), "role-gained")] if sponsor == "China" else []


def field(tag: str, code: str, text: str) -> str:
    return f'<datafield tag="{tag}" ind1=" " ind2=" "><subfield code="{code}">{text}</subfield></datafield>'


BODIES = (Catalogue, Elements, Places, Documents, News, Projects, Resolutions)

"""UNESCO and the UN as simulated bodies: news, projects, and the UN Digital Library."""

from dataclasses import replace
from typing import Any

from sources.unesco import news, projects, un_documents
from tests.worlds.bodies import Asked, Body, Told
from tests.worlds.outages import WITHOUT_HALF

CHAIRS = {"Egypt": "Ms Ana Sow", "China": "Ms Eva Kipp"}


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


BODIES = (News, Projects, Resolutions)

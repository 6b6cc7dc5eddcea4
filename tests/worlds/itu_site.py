"""A simulated ITU in the structure that the dossier of ITU describes (work programme §2, leadership §5): pages written here, with
selects, lists of 20 rows that turn by postback, and item pages of labels and values. It answers a poll as a fetch would."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from urllib.parse import parse_qs, urlsplit

from bot.context import RunContext
from bot.errors import Unreachable
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from sources.base import Follow, Page, Source
from sources.formats.parties import split_list
from state.model import LEADING_ROLES, Attribution, Capture, Claim, Record
from state.runs import Run
from tests.rows import columns, rows

DAY = datetime(2026, 9, 1, 6, tzinfo=UTC)
PERIODS = {"8265": "2022-2024", "9677": "2025-2028"}
NOT_FOUND = b"<html><body><h1>Page not found</h1><p>The page you are looking for is not here.</p></body></html>"
COUNTRIES = {
    "China Mobile": "CN",
    "China Telecom": "CN",
    "China Unicom": "CN",
    "China": "CN",
    "Orange": "FR",
    "UK": "GB",
    "ETRI": "KR",
}


@dataclass(frozen=True)
class Item:
    """A work item as the site holds it."""

    isn: int
    name: str
    supporters: str = "-"
    status: str = "Under study"
    timing: str = "2027-Q4 (Medium priority)"
    editors: tuple[str, ...] = ()
    note: str = ""

    def page(self, path: str) -> str:
        rows = {
            "Work item:": self.name, "Subject/title:": f"On {self.name}", "Status:": self.status, "Approval process:": "AAP",
            "Type of work item:": "Recommendation", "Version:": "New", "Equivalent number:": "-", "Timing:": self.timing,
            "Liaison:": "-", "Supporting members:": self.supporters, "Summary:": "What it is about.", "Comment:": "-",
        }  # fmt: skip
        body = "".join(f"<tr><td>\n   {label}\n </td><td><span> {escape(value)} </span></td></tr>" for label, value in rows.items())
        people = "".join(
            f'<tr><td><span><a href="mailto:someone(AT){domain}">{name}</a>, Editor</span></td></tr>'
            for name, domain in (each.split("@") for each in self.editors)
        )
        return (
            f"<html><body><p>Connecting the world and beyond {self.note}</p><span>{path}</span><table>{body}"
            f"<tr><td>Reference(s):</td><td><table><tr><td>Status: TD1/WP1</td><td>x</td></tr></table></td></tr>"
            f"<tr><td>Contact(s):</td><td><table>{people}</table></td></tr>"
            f"<tr><td>Last update:<br/><span>2026-08-01 10:00:0{len(self.note) % 10}</span></td></tr></table></body></html>"
        )


@dataclass
class Site:
    """The work programme: items by period, study group and Question (the numbers are the ISNs of the selects)."""

    items: dict[tuple[str, str, str], list[Item]] = field(default_factory=dict)
    periods: dict[str, str] = field(default_factory=lambda: dict(PERIODS))
    fails: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    size: int = 20
    pager: bool = True
    page_sizes: bool = True

    def put(self, period: str, group: str, question: str, *items: Item) -> None:
        self.items.setdefault((period, group, question), []).extend(items)

    def change(self, isn: int, **changes: object) -> None:
        for listed in self.items.values():
            listed[:] = [replace(each, **changes) if each.isn == isn else each for each in listed]  # type: ignore[arg-type]

    def __call__(self, follow: Follow) -> Fetched | None:
        self.asked.append(follow.name)
        if any(part in follow.name for part in self.fails):
            raise Unreachable(f"{follow.url}: it answers with status 503")
        return answer(follow, self.body(follow), DAY)

    def body(self, follow: Follow) -> bytes:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(follow.url).query).items()}
        if "isn" in asked:
            for (period, group, question), listed in self.items.items():
                for each in listed:
                    if str(each.isn) == asked["isn"]:
                        return each.page(f"[{self.periods[period]}] : [SG{group[1:]}] : [{question}/{group[1:]}]").encode()
            return NOT_FOUND
        return self.list(asked, dict(follow.form or {})).encode()

    def list(self, asked: dict[str, str], form: dict[str, str]) -> str:
        period, group, question = (asked.get(name, "-1") for name in ("isn_sp", "isn_sg", "isn_qu"))
        groups = sorted({g for p, g, _ in self.items if p == period})
        questions = sorted({q for p, g, q in self.items if (p, g) == (period, group)})
        rows = [
            each
            for (p, g, q), listed in self.items.items()
            if p == period and group in ("-1", g) and question in ("-1", q)
            for each in listed
        ]
        size = 100 if form.get("ctl00$ddl_page_size") == "100" else self.size
        number = int(form.get("__EVENTARGUMENT", "Page$1").partition("$")[2] or 1)
        assert not form or form["__VIEWSTATE"] == f"state of {period} {group} {question}"
        shown = rows[(number - 1) * size : number * size]
        pages = -(-len(rows) // size)
        turns = "".join(
            f"<td><span>{n}</span></td>" if n == number
            else f"<td><a href=\"javascript:__doPostBack('ctl00$tab$gd_wp_tabular','Page${n}')\">{n}</a></td>"
            for n in range(1, pages + 1)
        )  # fmt: skip
        pager = f"<tr><td colspan=10><table><tr>{turns}</tr></table></td></tr>" if pages > 1 and self.pager else ""
        return (
            f'<html><body><form method="post" action="./wp_search.aspx?{"&amp;".join(f"{k}={v}" for k, v in asked.items())}">'
            f'<input type="hidden" name="__VIEWSTATE" value="state of {period} {group} {question}"/>'
            + select("study_period", self.periods, period)
            + (select("study_group", {g: f"SG{g[1:]}: Something" for g in groups}, group) if period != "-1" else "")
            + (select("question", {q: f"{q}/{group[1:]}: Something" for q in questions}, question) if group != "-1" else "")
            + (select("page_size", {"20": "20", "100": "100"}, str(size)) if self.page_sizes else "")
            + '<table id="ctl00_TabContainer1_tab_tabular_view_gd_wp_tabular"><tr><th>Work item</th><th>Status</th></tr>'
            + "".join(
                f'<tr><td><a href="http://www.itu.int/itu-t/workprog/wp_item.aspx?isn={each.isn}">{escape(each.name)}</a></td>'
                f"<td>{each.status}</td></tr>"
                for each in shown
            )
            + f"{pager}</table></form></body></html>"
        )


def select(part: str, options: dict[str, str], chosen: str) -> str:
    marks = {value: " selected" if value == chosen else "" for value in ("-1", *options)}
    offered = "".join(f'<option value="{value}"{marks[value]}>{escape(text)}</option>' for value, text in options.items())
    return f'<select id="ctl00_ddl_{part}" name="ctl00$ddl_{part}"><option value="-1">Any</option>{offered}</select>'


def answer(follow: Follow, body: bytes, when: datetime, content_type: str = "text/html; charset=utf-8") -> Fetched:
    capture = Capture(follow.name, when, 200, sha256(body).hexdigest())
    return Fetched(Page.of(follow.name, body, when, content_type=content_type), capture)


@dataclass
class Pages:
    """A site that is a dict of pages by address; one that is not there cannot be had."""

    pages: dict[str, str | bytes]
    content_type: str = "text/html; charset=utf-8"

    def __call__(self, follow: Follow) -> Fetched | None:
        body = self.pages.get(follow.name)
        if body is None:
            return None
        return answer(follow, body.encode() if isinstance(body, str) else body, DAY, self.content_type)


class ByName:
    """An attributor for these tests: it knows a few names, and leaves the verdict to the majority of a shared role."""

    version = "test"

    def judge(self, body: str, claim: Claim) -> list[Attribution]:
        parties = split_list(claim.party) if claim.role == "supporting-member" else [claim.party]
        lands = [COUNTRIES.get(party) or ("CN" if claim.country == "China" else None) for party in parties]
        found = []
        for party, land in zip(parties, lands, strict=True):
            leads = 2 * lands.count(land) > len(lands) if claim.role == "supporting-member" else claim.role in LEADING_ROLES
            verdict = "leads" if leads else "supports" if claim.role == "supporting-member" else "takes part"
            confidence = 0.9 if land else 0.0
            found.append(
                Attribution(claim.role, party, land, party, "test", confidence, claim.evidence, None, verdict, claim=claim)
            )
        return found

    def attribute(self, body: str, record: Record, owners: object = None) -> tuple[Attribution, ...]:
        return tuple(each for claim in record.claims for each in self.judge(body, claim))


@dataclass
class Asking:
    """A run's way to a site: it keeps what came, as a fetch does."""

    site: Callable[[Follow], Fetched | None]
    requests: int = 0
    not_modified: int = 0
    captures: list[Capture] = field(default_factory=list)

    def __call__(self, follow: Follow) -> Fetched | None:
        self.requests += 1
        came = self.site(follow)
        if came:
            self.captures.append(came.capture)
        return came


def visit(desk: RunContext, source: Source, site: Callable[[Follow], Fetched | None], day: int) -> Run:
    """Poll a site on the n-th day."""
    return poll(desk, source, lambda run: nullcontext(Asking(site)), DAY + timedelta(days=day), "run")  # type: ignore[arg-type]


def told(desk: RunContext, names: str = "event, severity, headline") -> list[tuple]:
    """The alerts so far, without the summaries."""
    return columns(desk.db, "alerts", names, "event != 'baseline'")


def changed(desk: RunContext, run: Run) -> list[tuple]:
    """The changes of a run: key, kind, field."""
    changes = rows(desk.db, "changes c JOIN records r ON r.id = c.record", "run = ?", run.id)
    return [(each["key"], each["kind"], each["field"]) for each in changes]


def numbered(first: int, count: int, supporters: str = "ETRI") -> Iterable[Item]:
    """Some work items with consecutive numbers."""
    return [Item(isn, f"Y.item-{isn}", supporters) for isn in range(first, first + count)]

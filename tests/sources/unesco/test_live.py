"""UNESCO's sources over loopback sockets: the quota of the DataHub, pages that are forbidden, and the sitemap as the cursor."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape

import orjson
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.context import RunContext
from bot.fetch.fetcher import Fetcher
from bot.run.pipeline import poll
from sources.base import Expect, Source
from sources.unesco import documents, news, projects
from sources.unesco.dataset import sources as datasets
from state.archive.captures import last_capture
from state.archive.writer import Archive
from state.queries.history import alerts, changes
from state.runs import Run
from tests.rows import rows
from tests.worlds.bodies import Asked
from tests.worlds.changing_unesco import Projects
from tests.worlds.datahub import QUOTA, DataHub, element, version

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
DOCUMENTS = replace(documents.source, expect=Expect(records=(1, 1000), max_gone=0.5))
CRAFTS = replace(next(each for each in datasets if each.name.endswith("ich001")), expect=Expect(records=(1, 1000), max_gone=0.5))
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Net:
    """The bodies on loopback, and polls of them at given times. `asked` are the addresses that were asked for."""

    def __init__(self, server: HTTPServer, desk: RunContext, origin: str, answer: Callable[[str], tuple[int, bytes, str]]) -> None:
        self.desk, self.asked = desk, list[str]()
        self.mirrors = {origin: server.url_for("").rstrip("/")}
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        server.expect_request(re.compile(".*")).respond_with_handler(self._handler(answer))

    def _handler(self, answer: Callable[[str], tuple[int, bytes, str]]) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            address = request.full_path.rstrip("?")
            self.asked.append(address)
            status, body, kind = answer(address)
            return Response(body, status=status, content_type=kind)

        return handle

    def poll(self, source: Source, at: datetime) -> Run:
        """A poll at a time, on a clock that only its own pauses move on; the addresses of earlier polls are forgotten."""
        self.asked.clear()
        clock = [at]

        def sleep(seconds: float) -> None:
            clock[0] += timedelta(seconds=seconds)

        def way(run: Run) -> Fetcher:
            return Fetcher(
                self.desk.db, source, contact="mailto:desk@example.org", version="1", run_id=run.id,
                last_capture=lambda url: last_capture(self.desk.db, url), mirrors=self.mirrors, archive=Archive(self.desk.data),
                clock=lambda: clock[0], sleep=sleep,
            )  # fmt: skip

        return poll(self.desk, source, way, at, "run")


@pytest.fixture
def hub() -> DataHub:
    return DataHub({"doc001": [version(n) for n in range(1, 41)], "ich001": [element(n) for n in range(1, 21)]})


@pytest.fixture
def net(httpserver: HTTPServer, desk: RunContext, hub: DataHub) -> Net:
    def answer(address: str) -> tuple[int, bytes, str]:
        return *(hub.broken(address) or hub.answer(f"https://data.unesco.org{address}")), "application/json; charset=utf-8"

    return Net(httpserver, desk, "https://data.unesco.org", answer)


def test_no_request_until_the_quota_is_renewed_and_a_whole_poll_after(net: Net, hub: DataHub) -> None:
    hub.broken = lambda url: (429, orjson.dumps(QUOTA)) if "/exports/" in url else None
    refused = net.poll(DOCUMENTS, NOW)
    assert (refused.status, [address.split("?")[0].rpartition("/")[2] for address in net.asked]) == (
        "blocked",
        ["datasets", "json"],
    )
    assert "2026-11-26 00:00 UTC" in (refused.error or "")
    hub.broken = lambda url: None
    for source in (DOCUMENTS, CRAFTS):  # whatever asks: it is the host that wants to be left alone
        early = net.poll(source, NOW + timedelta(hours=12))
        assert (early.status, net.asked) == ("blocked", [])
    first = net.poll(DOCUMENTS, NOW + timedelta(hours=18, seconds=1))
    assert (first.status, first.records, len(net.asked)) == ("baseline", 40, 2)
    assert net.poll(CRAFTS, NOW + timedelta(hours=18, minutes=1)).records == 20


def test_nothing_is_lost_or_invented_by_a_quota_that_ends_a_poll(net: Net, hub: DataHub) -> None:
    net.poll(DOCUMENTS, NOW - timedelta(days=1))
    hub.processed["doc001"] = "2026-11-25T03:00:00+00:00"
    hub.datasets["doc001"] = [version(n) for n in range(1, 40)] + [version(99, title="Draft resolution submitted by China")]
    hub.broken = lambda url: (429, orjson.dumps(QUOTA)) if "/exports/" in url else None
    assert net.poll(DOCUMENTS, NOW).status == "blocked"
    assert list(changes(net.desk.db)) == []
    hub.broken = lambda url: None
    after = net.poll(DOCUMENTS, NOW + timedelta(days=1))
    assert (after.status, after.records, after.added, after.removed) == ("ok", 40, 1, 0)
    assert [(a["event"], a["country"], a["role"]) for a in alerts(net.desk.db)] == [("role-gained", "CN", "submitter")]


class Site:
    """www.unesco.org: pages by slug with the time of their last change, behind an index of sitemaps; or 403 for everything."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.forbidden: Callable[[str], bool] = lambda address: False

    def answer(self, address: str) -> tuple[int, bytes, str]:
        if self.forbidden(address):
            return 403, b"<html><head><title>403 Forbidden</title></head><body>Forbidden</body></html>", "text/html"
        origin = "https://www.unesco.org"
        if address == "/sitemap.xml":
            inner = f"<sitemap><loc>{origin}/sitemap.xml?page=1</loc></sitemap>"
            return 200, f'<?xml version="1.0"?><sitemapindex {SPACE}>{inner}</sitemapindex>'.encode(), "text/xml"
        if address == "/sitemap.xml?page=1":
            urls = "".join(f"<url><loc>{origin}{path}</loc><lastmod>{day}</lastmod></url>" for path, (day, _) in self.pages.items())
            return 200, f'<?xml version="1.0"?><urlset {SPACE}>{urls}</urlset>'.encode(), "text/xml"
        title = escape(address.rpartition("/")[2])
        text = self.pages[address][1]
        body = f'<!DOCTYPE html><html lang="en"><body><main><h1>{title}</h1><p>News</p><p>{escape(text)}</p></main></body></html>'
        return 200, body.encode(), "text/html; charset=utf-8"


@pytest.fixture
def site() -> Site:
    made = Site()
    made.pages = {
        "/en/articles/mangroves": ("2026-11-20T02:21:49+02:00", "The workshop was hosted by Kenya."),
        "/en/articles/robots": ("2026-11-21T02:21:49+02:00", "The forum opens on Monday."),
        "/en/articles/long-ago": ("2019-01-01T00:00:00+00:00", "The congress was hosted by Peru."),
        "/en/invented-programme/council": ("2023-04-20T00:00:00+00:00", "Group IV: China, Japan and Viet Nam"),
    }
    return made


@pytest.fixture
def www(httpserver: HTTPServer, desk: RunContext, site: Site) -> Net:
    return Net(httpserver, desk, "https://www.unesco.org", site.answer)


LISTS = ["/sitemap.xml", "/sitemap.xml?page=1"]


def test_only_pages_that_the_sitemap_says_have_changed_are_asked_for(www: Net, site: Site) -> None:
    first = www.poll(news.source, NOW)
    assert (first.status, first.records) == ("baseline", 3)
    assert sorted(www.asked) == sorted([*LISTS, "/en/articles/mangroves", "/en/articles/robots", "/en/invented-programme/council"])
    again = www.poll(news.source, NOW + timedelta(days=1))
    assert (again.status, www.asked) == ("unchanged", LISTS)
    site.pages["/en/articles/robots"] = ("2026-11-26T10:00:00+01:00", "The forum is hosted by the Government of China.")
    third = www.poll(news.source, NOW + timedelta(days=2))
    assert (third.status, third.changed, www.asked) == ("ok", 1, [*LISTS, "/en/articles/robots"])
    site.pages["/en/articles/robots"] = ("2026-11-26T10:00:00+01:00", "What changes without a new time is not seen.")
    assert www.poll(news.source, NOW + timedelta(days=3)).status == "unchanged"
    assert www.asked == LISTS


def test_a_sitemap_that_stays_the_same_keeps_to_what_was_new_when_it_was_read(www: Net, site: Site) -> None:
    robots = site.pages["/en/articles/robots"]
    www.poll(news.source, NOW)
    later = NOW + timedelta(days=60)  # by now none of its articles is new
    for source in (news.source, replace(news.source, parser_version=news.source.parser_version + 1)):
        run = www.poll(source, later)
        assert (run.status, run.added, run.changed, run.removed) == ("unchanged", 0, 0, 0)
        assert [address for address in www.asked if "articles" in address] == []
        later += timedelta(days=1)
    site.pages["/en/articles/robots"] = (robots[0], "What stands in an old article is not read again.")
    site.pages["/en/articles/whales"] = (f"{later:%Y-%m-%d}T10:00:00+01:00", "The forum is hosted by Kenya.")
    assert www.poll(source, later).added == 1
    assert [address for address in www.asked if "articles" in address] == ["/en/articles/whales"]
    assert len(rows(www.desk.db, "records", "removed_at IS NULL AND missing_runs = 0")) == 4


def test_what_is_new_is_seen_in_the_shadow_and_told_to_nobody(www: Net, site: Site) -> None:
    www.poll(news.source, NOW)
    site.pages["/en/articles/summit"] = ("2026-11-26T10:00:00+01:00", "The summit was hosted by the Government of China.")
    www.poll(news.source, NOW + timedelta(days=2))
    assert news.source.mode == "shadow"
    told = list(alerts(www.desk.db))
    assert [(a["status"], a["country"], a["role"], a["record"], a["deliveries"]) for a in told] == [
        ("shadow", "CN", "host", "summit", [])
    ]


def test_a_sentence_that_names_a_watched_country_is_kept_and_told_to_nobody(www: Net, site: Site) -> None:
    said = "Students of Tsinghua University met the chair of the committee."
    site.pages["/en/articles/robots"] = ("2026-11-21T02:21:49+02:00", said)
    www.poll(news.source, NOW)
    assert list(alerts(www.desk.db, status="mention")) == []
    site.pages["/en/articles/summit"] = ("2026-11-26T10:00:00+01:00", said)
    www.poll(news.source, NOW + timedelta(days=2))
    kept = [(a["headline"], a["country"], a["record"], a["evidence"]["url"]) for a in alerts(www.desk.db, status="mention")]
    assert kept == [(said, "CN", "summit", "https://www.unesco.org/en/articles/summit")]
    assert list(alerts(www.desk.db)) == []


@pytest.mark.parametrize("where", ["/sitemap.xml", "/en/"])
def test_a_403_means_blocked_and_is_said_in_one_sentence(www: Net, site: Site, where: str) -> None:
    www.poll(news.source, NOW)
    site.pages["/en/articles/new"] = ("2026-11-25T20:00:00+01:00", "The forum was hosted by China.")
    site.forbidden = lambda address: address.startswith(where)
    refused = www.poll(news.source, NOW + timedelta(days=1))
    said = refused.error or ""
    assert refused.status == "blocked"
    assert "it forbids the access (403)" in said
    assert "\n" not in said
    assert len(said) < 200
    assert len([address for address in www.asked if site.forbidden(address)]) == 1  # and not tried again
    assert (refused.added, refused.removed) == (0, 0)
    site.forbidden = lambda address: False
    after = www.poll(news.source, NOW + timedelta(days=2))
    assert (after.status, after.added) == ("ok", 1)


def test_the_listing_of_projects_is_read_where_a_page_stands_for_the_csv(httpserver: HTTPServer, desk: RunContext) -> None:
    cells = "<td>Kenya</td><td>1,000</td><td>10</td><td>2024-01-01</td><td>2027-12-31</td>"
    lines = "".join(f"<tr><td>570INT{n:04} Invented atlas {n}</td>{cells}</tr>" for n in range(5000, 5400))
    listing = f'<!DOCTYPE html><html lang="en"><body><table>{lines}</table></body></html>'.encode()
    denied = b"<!DOCTYPE html><html><head><title>Projects</title></head><body>Not here</body></html>"
    csv = "Project code;Title;Beneficiary;Donor;Budget;Expenditure;Start date;End date\r\n" + "".join(
        f"570INT{n:04};Invented atlas {n};Kenya;China;1,000;10;2024-01-01;2027-12-31\r\n" for n in range(5000, 5400)
    )
    at_csv = [denied, b"\xef\xbb\xbf" + csv.encode()]
    web = Net(
        httpserver, desk, "https://core.unesco.org",
        lambda address: (200, at_csv[0], "text/html") if "/csv" in address else (200, listing, "text/html"),
    )  # fmt: skip
    first = web.poll(projects.source, NOW)
    assert (first.status, first.records, len(web.asked)) == ("baseline", 400, 2)
    at_csv.pop(0)
    second = web.poll(projects.source, NOW + timedelta(days=7))
    assert (second.status, len(web.asked)) == ("quarantined", 1)  # a person is to say that 400 donors are no news of this week
    assert second.error == "`donors` is new in 400 of 400 records; more than 25% at once is not believed"


class Portal:
    """core.unesco.org as it is simulated, where the CSV may answer with another status."""

    def __init__(self, httpserver: HTTPServer, desk: RunContext) -> None:
        self.body, self.csv = Projects(seed=1), 200
        self.net = Net(httpserver, desk, "https://core.unesco.org", self.answer)

    def answer(self, address: str) -> tuple[int, bytes, str]:
        is_csv = "/export/csv" in address
        if is_csv and self.csv != 200:
            return self.csv, f"<html><head><title>{self.csv}</title></head><body>Sorry.</body></html>".encode(), "text/html"
        return 200, self.body.publish(Asked(address, {})) or b"", "text/csv" if is_csv else "text/html; charset=utf-8"


@pytest.fixture
def portal(httpserver: HTTPServer, desk: RunContext) -> Portal:
    return Portal(httpserver, desk)


@pytest.mark.parametrize("status", [404, 410])
def test_the_listing_of_projects_is_read_where_the_csv_is_gone(portal: Portal, status: int) -> None:
    portal.csv = status
    first = portal.net.poll(projects.source, NOW)
    assert (first.status, first.records) == ("baseline", 400)
    assert [address.split("?")[0] for address in portal.net.asked] == [
        "/en/projects/export/csv", "/en/uses-of-funding", "/en/uses-of-funding",
    ]  # fmt: skip
    portal.body.rows["570INT9999"] = ("China", 100_000)
    del portal.body.rows["570INT0001"]
    later = [portal.net.poll(projects.source, NOW + timedelta(days=7 * week)) for week in (1, 2)]
    assert [(run.status, run.records, run.added, run.removed) for run in later] == [("ok", 400, 1, 0), ("ok", 400, 0, 1)]


def test_a_csv_of_projects_that_goes_takes_no_donor_with_it(portal: Portal) -> None:
    assert portal.net.poll(projects.source, NOW).records == 400
    portal.csv = 404
    without = portal.net.poll(projects.source, NOW + timedelta(days=7))
    portal.csv = 200
    again = portal.net.poll(projects.source, NOW + timedelta(days=14))
    assert [(run.status, run.records, run.changed) for run in (without, again)] == [("unchanged", 400, 0)] * 2
    assert list(alerts(portal.net.desk.db)) == []
    assert [each["field"] for each in changes(portal.net.desk.db)] == []


def test_a_forbidden_csv_of_projects_is_not_got_round(portal: Portal) -> None:
    portal.csv = 403
    refused = portal.net.poll(projects.source, NOW)
    assert (refused.status, len(portal.net.asked)) == ("blocked", 1)

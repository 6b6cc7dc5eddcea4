"""The work programme over real sockets: a mirror on loopback stands in for the ITU, and turns pages by real postbacks."""

import dataclasses
from functools import partial

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.fetch.fetcher import Fetcher
from bot.run.pipeline import poll
from sources.base import Follow
from sources.itu.work_programme import source
from state.archive import captures
from state.archive.writer import Archive
from state.runs import Run
from tests.worlds.itu_site import DAY, ByName, Item, Site, numbered, told

PROMPT = dataclasses.replace(source, pace_s=0.0)


class Itu:
    """The simulated site behind a web server; it may be throttled."""

    def __init__(self, site: Site):
        self.site, self.status, self.posts = site, 200, 0

    def answer(self, request: Request) -> Response:
        self.posts += request.method == "POST"
        if self.status == 302:
            return Response("", status=302, headers={"Location": "/en/publications/pages/notfound.aspx"})
        if self.status != 200:
            return Response("", status=self.status)
        form = {name: str(value) for name, value in request.form.items()}
        return Response(self.site.body(Follow(request.url, form or None)), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture
def itu(httpserver: HTTPServer) -> Itu:
    made = Itu(Site())
    made.site.put("9677", "917", "Q1", Item(101, "X.one", "China Mobile, China Telecom"), *numbered(300, 22))
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/en/publications/pages/notfound.aspx").respond_with_data(
        "<html><head><title>Page not found</title></head><body>Not found</body></html>", content_type="text/html"
    )
    for page in ("wp_search", "wp_item"):
        httpserver.expect_request(f"/ITU-T/workprog/{page}.aspx").respond_with_handler(made.answer)
    return made


def visit(desk: RunContext, httpserver: HTTPServer, day: int) -> Run:
    """A poll by the real fetch, which does not wait."""
    when = DAY.replace(day=1 + day)
    mirrors = {"https://www.itu.int": httpserver.url_for("").rstrip("/")}

    def way(run: Run) -> Fetcher:
        return Fetcher(
            desk.db, PROMPT, contact="mailto:desk@example.org", version="0", last_capture=partial(captures.last_capture, desk.db),
            run_id=run.id, mirrors=mirrors, archive=Archive(desk.data), clock=lambda: when, sleep=lambda seconds: None,
        )  # fmt: skip

    return poll(desk, PROMPT, way, when, "run")


def test_a_poll_a_new_item_and_throttled_days(itu: Itu, desk: RunContext, httpserver: HTTPServer) -> None:
    desk = dataclasses.replace(desk, attributor=ByName(), watchlists=[load_watchlist("china", "china")])
    first = visit(desk, httpserver, 0)
    assert (first.status, first.records, first.error) == ("baseline", 23, None)
    assert itu.posts == 1
    itu.site.put("9677", "917", "Q1", Item(900, "X.new", "China Mobile, China Unicom"))
    second = visit(desk, httpserver, 1)
    assert (second.status, second.added, second.changed, second.removed) == ("ok", 1, 0, 0)
    for status in (503, 302):
        itu.status = status
        assert visit(desk, httpserver, 2).status == "failed"
    itu.status = 200
    last = visit(desk, httpserver, 3)
    assert (last.records, last.added, last.removed, last.error) == (24, 0, 0, None)
    assert told(desk, "event, status") == [("item-added", "shadow")]

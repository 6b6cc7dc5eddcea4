"""What is asked for at the address to which a request was redirected."""

from pathlib import Path

import pytest

from bot.errors import Unreachable
from sources.base import Follow
from tests.worlds.fault_plays import PAGE
from tests.worlds.fault_server import answer, faults
from tests.worlds.fault_source import HOME, make_fetcher, make_source


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        ("307 Temporary", "POST", b"page=2"), ("308 Permanent", "POST", b"page=2"),
        ("301 Moved", "GET", b""), ("302 Found", "GET", b""), ("303 See Other", "GET", b""),
    ],
)  # fmt: skip
def test_a_form_goes_along_where_the_status_says_so(tmp_path: Path, status: str, method: str, body: bytes) -> None:
    with (
        faults({"/list": answer(b"", "Location: /there", status=status), "/there": answer(PAGE)}) as server,
        make_fetcher(tmp_path, server.origin) as fetcher,
    ):
        assert fetcher(Follow(f"{HOME}/list", {"page": "2"})) is not None
        asked = [(page.path, page.method, page.body) for page in server.pages()]
    assert asked == [("/list", "POST", b"page=2"), ("/there", method, body)]


@pytest.mark.parametrize("status", ["301 Moved", "307 Temporary"])
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://data.example.org/there", "redirects to http://data.example.org/there, which is not encrypted"),
        ("https://data.example.org:8443/there", "a port that the source does not declare"),
        ("https://data.example.org:80/there", "a port that the source does not declare"),
        ("http://data.example.org:8080/there", "a port that the source does not declare"),
        ("//data.example.org:22/there", "a port that the source does not declare"),
        ("https://elsewhere.example.com/", "a host that the source does not declare"),
    ],
)
def test_no_redirect_leads_to_another_port_or_out_of_encryption(tmp_path: Path, status: str, target: str, words: str) -> None:
    away = answer(b"", f"Location: {target}", status=status)
    with faults({"/list": away, "/robots.txt": away}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        with pytest.raises(Unreachable, match=words):
            fetcher(Follow(f"{HOME}/list"))
        assert [page.path for page in server.asked] == ["/robots.txt", "/list"]


def test_a_redirect_into_encryption_and_one_within_a_declared_port_are_followed(tmp_path: Path) -> None:
    plain, odd = "http://data.example.org", "http://data.example.org:8080"
    with faults({"/there": answer(PAGE)}) as server:
        server.plays["/list"] = answer(b"", f"Location: {HOME}/there", status="301 Moved")
        mirrors = {HOME: server.origin, plain: server.origin, odd: server.origin}
        with make_fetcher(tmp_path, "", make_source(start=[f"{plain}/list"]), mirrors=mirrors) as fetcher:
            assert fetcher(Follow(f"{plain}/list")) is not None
        server.plays["/list"] = answer(b"", f"Location: {odd}/there", status="301 Moved")
        with make_fetcher(tmp_path, "", make_source(start=[f"{odd}/list"]), mirrors=mirrors, run_id=8) as fetcher:
            assert fetcher(Follow(f"{odd}/list")) is not None


def test_a_page_that_links_to_another_port_is_not_followed_there(tmp_path: Path) -> None:
    with faults({}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        with pytest.raises(Unreachable, match="a port that the source does not declare"):
            fetcher(Follow(f"{HOME}:8443/list"))
        assert server.asked == []

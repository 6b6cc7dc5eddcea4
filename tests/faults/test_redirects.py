"""What is asked for at the address to which a request was redirected."""

from pathlib import Path

import pytest

from sources.base import Follow
from tests.worlds.fault_plays import PAGE
from tests.worlds.fault_server import answer, faults
from tests.worlds.fault_source import HOME, make_fetcher


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

"""What is no answer, in one table: made up here after the real ones, and the real ones themselves."""

import json

import pytest
from warcio.archiveiterator import ArchiveIterator

from bot.fetch.blocked import non_answer
from sources.base import Answer, Expect, Kind, Source
from tests.shared import shared

URL = "https://www.example.org/list"
PAGE = b"<!DOCTYPE html><html lang='en-US'><head><title>Study groups</title></head><body><p>SG 21</p></body></html>"
HTML = ("Content-Type", "text/html; charset=utf-8")


def a_source(kind: Kind = "html") -> Source:
    return Source("x", "X", [URL], "/", lambda page: iter(()), "daily", Expect((0, 1), 1.0), answer=Answer(kind))


def titled(title: str, body: str = "") -> bytes:
    return f"<html lang='en'><head><title>{title}</title></head><body>{body}</body></html>".encode()


BLOCKED = {
    "F5 with 200": (200, [HTML], titled("Request Rejected", "Your support ID is: 42")),
    "F5 without a title": (200, [HTML], b"<html>The requested URL was rejected. Please consult with your administrator.</html>"),
    "F5 with 500": (500, [HTML], titled("Request Rejected")),
    "F5 wants scripts": (200, [HTML], b"<html>Please enable JavaScript to view the page content.<br/>Your support ID is: 4</html>"),
    "Cloudflare with 200": (200, [HTML], titled("Just a moment...")),
    "Cloudflare in another language": (403, [HTML], titled("Einen Moment", "<script>window._cf_chl_opt={}</script>")),
    "Cloudflare by header": (200, [HTML, ("CF-Mitigated", "challenge")], PAGE),
    "Cloudflare says no": (403, [HTML], titled("Attention Required! | Cloudflare")),
    "AWS WAF": (202, [], b""),
    "AWS WAF by header": (405, [("x-amzn-waf-action", "captcha")], b"<html></html>"),
    "Imperva": (200, [HTML], b"<html><body>Request unsuccessful. Incapsula incident ID: 1-2</body></html>"),
    "Akamai": (200, [HTML], titled("Access Denied", 'You don\'t have permission to access "http&#58;&#47;&#47;x" on this server.')),
    "401": (401, [], b"no"),
    "403": (403, [], b""),
    "429": (429, [], b""),
    "451": (451, [], b""),
    "login": (200, [HTML], titled("Sign in to your account", "<input name=p type='password'>")),
}
FAILED = {
    "empty": (200, [HTML], b""),
    "blank": (200, [HTML], b"\xef\xbb\xbf \r\n\t"),
    "404": (404, [HTML], PAGE),
    "500": (500, [HTML], b""),
    "204": (204, [], b""),
    "206": (206, [HTML], PAGE),
    "304 unasked": (304, [], b""),
    "not found with 200": (200, [HTML], titled("\n  The Publication selected is not available\n")),
    "404 with 200": (200, [HTML], titled("404 - Page not found")),
    "JSON for HTML": (200, [("Content-Type", "application/json")], b'{"a": 1}'),
    "PDF for HTML": (200, [("Content-Type", "application/pdf")], b"%PDF-1.7"),
    "a feed for HTML": (200, [("Content-Type", "text/xml")], b"<?xml version='1.0'?><rss></rss>"),
}


@pytest.mark.parametrize("name", BLOCKED)
def test_blocked(name: str) -> None:
    status, headers, body = BLOCKED[name]
    why = non_answer(status, headers, body, URL, a_source())
    assert why is not None
    assert why.blocked


@pytest.mark.parametrize("name", FAILED)
def test_failed(name: str) -> None:
    status, headers, body = FAILED[name]
    why = non_answer(status, headers, body, URL, a_source())
    assert why is not None
    assert not why.blocked


@pytest.mark.parametrize(
    ("expects", "body"),
    [
        ("json", PAGE),
        ("jsonl", PAGE),
        ("csv", PAGE),
        ("xml", PAGE),
        ("jsonl", b"[1]"),
        ("json", b"id;title"),
        ("csv", b'{"a": 1}'),
        ("json", b"Streaming interrupted due to the following error: x"),
        ("csv", b"Streaming interrupted due to the following error: x"),
        ("json", b'{"error_code": "NotFoundResource", "message": "The requested dataset does not exist."}'),
        ("json", b'{"message": "ODSQL query is malformed", "error_code": "ODSQLError"}'),
        ("json", b'{"error": "no such table"}'),
        ("json", b'[{"id": 1}, {"id"'),
        ("jsonl", b'{"id": 1}\nStreaming interrupted due to the following error: x'),
        ("csv", b"id,title\n1,x\nStreaming interrupted due to the following error: x"),
    ],
)
def test_data_of_another_kind_or_broken_off(expects: Kind, body: bytes) -> None:
    why = non_answer(200, [("Content-Type", "application/octet-stream")], body, URL, a_source(expects), tail=body[-1024:])
    assert why is not None
    assert not why.blocked


@pytest.mark.parametrize(
    ("expects", "type", "body"),
    [
        ("html", "text/html", PAGE),
        ("html", "", b"\xef\xbb\xbf\r\n<!-- x --><html><body>no language given</body></html>"),
        ("html", "text/html", titled("Just a moment in the history of the telegraph")),
        ("html", "text/html", titled("Access denied: how to report it", "You may ask for access")),
        ("html", "text/html", titled("Study groups", "<a href='/login'>Log in</a><form><input type=password></form>")),
        ("html", "text/html", titled("ISO 404:2020", "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>")),
        ("html", "text/html", titled("Sample", "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>")),
        ("jsonl", "application/octet-stream", b'{"id": 1, "title": "Request Rejected"}\n{"id": 2}\n'),
        ("json", "text/html", b'[{"id": 1}]\n'),
        ("json", "application/json", b'{"standards":[]}'),
        ("json", "", b'{"error": null, "data": []}'),
        ("json", "", b'[{"t": "Streaming interrupted due to the following error: none"}]'),
        ("xml", "text/xml", b"<?xml version='1.0'?><collection></collection>"),
        ("csv", "text/csv", b"\xef\xbb\xbfid;title\n1;x\n"),
    ],
)
def test_answers(expects: Kind, type: str, body: bytes) -> None:
    assert non_answer(200, [("Content-Type", type)], body, URL, a_source(expects), tail=body[-1024:]) is None


@pytest.mark.parametrize(
    ("path", "blocked"),
    [
        ("/en/pages/notfound.aspx", False),
        ("/NotFound", False),
        ("/404.html", False),
        ("/login", True),
        ("/adfs/ls/", True),
        ("/sso?to=x", True),
    ],
)
def test_a_redirect_that_ended_elsewhere(path: str, blocked: bool) -> None:
    why = non_answer(200, [HTML], PAGE, f"https://www.example.org{path}", a_source())
    assert why is not None
    assert why.blocked == blocked


@pytest.mark.parametrize("path", ["/404", "/en/404.html", "/error"])
def test_a_page_that_was_asked_for_by_such_an_address_is_an_answer(path: str) -> None:
    url = f"https://www.example.org{path}"
    assert non_answer(200, [HTML], PAGE, url, a_source(), asked=url) is None
    assert non_answer(200, [HTML], titled("404 - Page not found"), url, a_source(), asked=url) is not None


def test_the_recorded_page_that_was_not_found() -> None:
    body = shared("real/itu/blocks/itu.int_en_publications_pages_notfound.aspx__2026-08.html").read_bytes()
    for url in ("https://www.itu.int/en/publications/pages/notfound.aspx", "https://www.itu.int/pub/R-REG-RR-2014"):
        why = non_answer(200, [HTML], body, url, a_source())
        assert why is not None
        assert "not found" in why.reason


def test_the_recorded_errors_of_iso_and_itu() -> None:
    recorded = json.loads(shared("real/itu/blocks/redirects_and_blocks__2026-08.json").read_bytes())
    for each in recorded:
        headers = [(name, values[0]) for name, values in each["headers"].items()]
        assert non_answer(each["status"]["code"], headers, each["body"].encode(), each["uri"], a_source()) is not None
    (error,) = shared("real/iso/http-errors").glob("500__*.headers.json")
    assert non_answer(500, [], b"", json.loads(error.read_bytes())["url"], a_source("json")) is not None


def test_the_recorded_errors_of_the_data_api() -> None:
    recorded = json.loads(shared("real/unesco/opendatasoft_error_samples.json").read_bytes())
    streamed = recorded.pop("export_streaming_error_inside_200_body_text").encode()
    bodies = [json.dumps(each["body"]).encode() for name, each in recorded.items() if name != "_note"]
    assert len(bodies) > 5
    for body in [*bodies, streamed, b'[{"id": 1},\n' + streamed]:
        assert non_answer(200, [("Content-Type", "application/json")], body, URL, a_source("json"), tail=body[-1024:]) is not None


@pytest.mark.parametrize(
    ("file", "expects"),
    [
        ("iso/standard-pages", "html"),
        ("itu/itu-r-pages", "html"),
        ("itu/recommendation-pages", "html"),
        ("itu/work-programme-rebuilt", "html"),
        ("itu/recommendation-api", "json"),
        ("iso/committees-2025-06-12_07-30", "jsonl"),
    ],
)
def test_recorded_answers_are_answers(file: str, expects: Kind) -> None:
    count = 0
    with shared(f"real/{file}.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream):
            body, url = record.content_stream().read(), record.rec_headers["WARC-Target-URI"]
            assert non_answer(200, record.http_headers.headers, body[:65536], url, a_source(expects), body[-1024:]) is None, url
            count += 1
    assert count > 0

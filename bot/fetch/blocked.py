"""Block detection: tell block pages, challenges, "not found" pages and error texts, which often come with status 200, from data.
Used live and in replays."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sources.base import Source

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class NonAnswer:
    """Reason why a response is not an answer. `blocked`: the body refuses requests for now; otherwise the fetch failed."""

    reason: str
    blocked: bool = False


# Block pages: vendor, a word in lower case that must occur (searched first because that is fast), and a pattern that only its block
# pages match. Ordinary pages of a protected site also carry the vendor's scripts.
_BLOCK_PAGES = tuple(
    (name, word, re.compile(mark, re.I | re.S))
    for name, word, mark in (
        ("F5", b"request rejected", rb"<title>\s*Request Rejected\s*</title>"),
        ("F5", b"requested url was rejected", rb"The requested URL was rejected\. Please consult with your administrator"),
        ("F5", b"your support id is", rb"Please enable JavaScript to view the page content\.\s*<br\s*/?>\s*Your support ID is"),
        ("Cloudflare", b"_cf_chl_opt", rb"_cf_chl_opt"),
        ("Cloudflare", b"just a moment...", rb"<title>\s*Just a moment\.\.\.\s*</title>"),
        ("Cloudflare", b"attention required!", rb"<title>\s*Attention Required! \| Cloudflare"),
        ("AWS WAF", b"awswafintegration", rb"AwsWafIntegration\s*\.\s*(?:getToken|forceRefreshToken|checkForceRefresh)"),
        ("AWS WAF", b"human verification", rb"<title>\s*Human Verification\s*</title>"),
        ("Imperva", b"incapsula incident id", rb"Incapsula incident ID"),
        ("Akamai", b"access denied", rb"<title>\s*Access Denied\s*</title>.{0,400}You don't have permission to access"),
        ("a bot filter", b"pardon our interruption", rb"<title>\s*Pardon Our Interruption"),
        ("a bot filter", b"are you a robot?", rb"<title>\s*Are you a robot\?"),
        ("a bot filter", b"bot verification", rb"<title>\s*Bot Verification"),
        ("a bot filter", b"geo.captcha-delivery.com", rb"geo\.captcha-delivery\.com"),
    )
)
_BLOCKING_STATUS = {
    401: "it asks for a login (401)", 403: "it forbids the access (403)", 407: "a proxy asks for a login (407)",
    429: "it asks us to slow down (429)", 451: "it may not be shown for legal reasons (451)",
}  # fmt: skip
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|logon|sso|adfs|saml2?|oauth2?)(?:[/.?]|\Z)", re.I)
_LOGIN_TITLE = re.compile(rb"<title>\s*(?:log ?[io]n|sign ?in|authentication required|connexion)\b", re.I)
_PASSWORD = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.I)
_MISSING_PATH = re.compile(r"/(?:page)?(?:not-?found|404|error)(?:\.aspx?|\.html?)?\Z", re.I)
_MISSING_TITLE = re.compile(
    rb"<title>\W*(?:(?:the |this )?(?:page|publication|document|file|resource)(?: selected| requested)?"
    rb" (?:is |was |could |does |cannot |can )?(?:be )?not (?:be )?(?:found|available|exist)"
    rb"|404\W+(?:page |file )?not found|(?:error )?404\s*<)",
    re.I,
)
_ERROR_OBJECT = re.compile(
    rb"\s*\{\s*(?:\"message\"\s*:\s*\"[^\"]*\"\s*,\s*)?\"error(?:_?code)?\"\s*:(?!\s*(?:null|false|\"\"|0\b|\[\s*\]|\{\s*\}))", re.I
)
_STREAM_ERROR = re.compile(rb"Streaming interrupted due to [^\n]{0,300}")
_NAMES = {"html": "HTML", "json": "JSON", "jsonl": "JSON Lines", "xml": "XML", "csv": "CSV"}


def non_answer(
    status: int, headers: Iterable[tuple[str, str]], head: bytes, url: str, source: Source, tail: bytes = b"", asked: str = ""
) -> NonAnswer | None:
    """Return the reason why a response is not an answer, or None when it is one. `head` is the beginning of the decoded body (some
    KiB, or all of it), `tail` its end where known; `url` is the address of the response after redirects, `asked` the one that was
    asked for."""
    fields = {name.lower(): value for name, value in headers}
    head = head.removeprefix(BOM).lstrip()
    if (kind := source.answer.kind_at(url)) != source.answer.kind:
        source = replace(source, answer=replace(source.answer, kind=kind))
    return (
        _block_page(status, fields, head)
        or _status(status)
        or _empty(head)
        or _login_or_missing_page(url, head, redirected=url != asked)
        or _wrong_kind(fields, head, source)
        or _truncated(head, tail, source)
    )


def _block_page(status: int, fields: dict[str, str], head: bytes) -> NonAnswer | None:
    if "cf-mitigated" in fields:
        return NonAnswer("Cloudflare wants a challenge solved", blocked=True)
    if "x-amzn-waf-action" in fields or (status == 202 and not head):
        return NonAnswer("AWS WAF answers with a challenge in place of the page", blocked=True)
    if _is_markup(head):
        lower = head.lower()
        for name, word, marks in _BLOCK_PAGES:
            if word in lower and marks.search(head):
                return NonAnswer(f"{name} blocks us with a page of its own (status {status})", blocked=True)
    return None


def _status(status: int) -> NonAnswer | None:
    if status in _BLOCKING_STATUS:
        return NonAnswer(_BLOCKING_STATUS[status], blocked=True)
    return None if status == 200 else NonAnswer(f"it answers with status {status}")


def _empty(head: bytes) -> NonAnswer | None:
    return None if head else NonAnswer("the body is empty")


def _login_or_missing_page(url: str, head: bytes, redirected: bool) -> NonAnswer | None:
    path = urlsplit(url).path
    if _LOGIN_PATH.search(path) or (_is_markup(head) and _PASSWORD.search(head) and _LOGIN_TITLE.search(head)):
        return NonAnswer("a login page came in place of the page", blocked=True)
    if (redirected and _MISSING_PATH.search(path)) or (_is_markup(head) and _MISSING_TITLE.search(head)):
        return NonAnswer('a "not found" page came with status 200')
    return None


def _wrong_kind(fields: dict[str, str], head: bytes, source: Source) -> NonAnswer | None:
    # the declared type proves nothing: bulk files come as application/octet-stream, JSON as text/html
    if source.answer.kind in ("json", "jsonl") and _ERROR_OBJECT.match(head):
        return NonAnswer(f"an error message came in place of the data: {_quote(head)}")
    if _is(source.answer.kind, head):
        return None
    came = fields.get("content-type", "").partition(";")[0].strip() or "no declared type"
    return NonAnswer(f"expected {_NAMES[source.answer.kind]}, came {came}: {_quote(head)}")


def _is(kind: str, head: bytes) -> bool:
    start = head[:1]
    match kind:
        case "html":
            return _is_markup(head) and (_is_html(head) or not head.startswith(b"<?xml"))
        case "xml":
            return _is_markup(head) and not _is_html(head)
        case "json":
            return start in (b"{", b"[")
        case "jsonl":
            return start == b"{"
        case "any":
            return True
        case _:
            return start not in (b"<", b"{", b"[") and not head.startswith(b"%PDF") and not _STREAM_ERROR.match(head)


def _truncated(head: bytes, tail: bytes, source: Source) -> NonAnswer | None:
    error = _STREAM_ERROR.search(tail)
    if error and source.answer.kind in ("json", "jsonl", "csv") and not tail.rstrip().endswith((b"}", b"]")):
        return NonAnswer(f"the data breaks off with an error message: {_quote(error.group())}")
    if source.answer.kind == "json" and tail and not tail.rstrip().endswith((b"}", b"]")):
        return NonAnswer(f"the JSON is cut: it ends with {_quote(tail[-60:])}")
    return None


def _is_markup(head: bytes) -> bool:
    return head.startswith(b"<")


def _is_html(head: bytes) -> bool:
    return re.search(rb"<!doctype\s+html|<html\b", head[:4096], re.I) is not None


def _quote(text: bytes) -> str:
    return repr(" ".join(text[:160].decode("utf-8", "replace").split()))

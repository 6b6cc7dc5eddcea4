"""Slack messages: what they say, and that nothing hostile gets through, held against a strict server's own checks."""

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.message import Message
from bot.render.mrkdwn import safe, web_address
from bot.render.slack import payloads, thread_head
from tests.worlds.slack_server import wrong

HOSTILE = [
    "<!channel> *free* <https://evil.example|iso.org>", "=HYPERLINK(\"https://evil.example\")", "<script>alert(1)</script>",
    "x" * 5000, "&" * 5000, "<@U123> @here #general", "مواصفات قياسية للطائرات", "人工智能 管理体系", "one\ntwo\r\n\u202egnp.exe",
    "\x1b[31mred\x1b[0m", "a & b < c > d", "``` code ```", "~gone~ _slanted_ snake_case_name",
]  # fmt: skip
texts = st.one_of(st.text(max_size=400), st.sampled_from(HOSTILE), st.text("<>&!@|*_~`#\n\u202e\x1b", max_size=4000))
urls = st.one_of(
    st.text(max_size=60), st.sampled_from(["javascript:alert(1)", "https://a.example/?x=1&y=2", "https://a|b", "//x", ""])
)


def row(**more: Any) -> dict[str, Any]:
    return {
        "alert": 1, "observed_at": "2025-07-02T06:00:00Z", "status": "new", "watchlist": "china", "severity": "major",
        "event": "role-gained", "headline": "China's SAC gained the secretariat of ISO/TC 352 Digital marketing", "country": "CN",
        "role": "secretariat", "party": "SAC", "due": None, "due_estimated": False, "body": "ISO", "record": "1", "source": "x",
        "url": "https://www.iso.org/committee/1.html", "topics": [], "reasons": ["printed in secretariat: “SAC”"],
        "evidence": {"url": "https://data.example/file.jsonl", "text": "secretariat: SAC"}, **more,
    }  # fmt: skip


@given(texts, texts, texts, st.lists(texts, max_size=30), st.lists(texts, max_size=5), urls, urls, st.booleans())
def test_no_text_breaks_a_message(
    headline: str, role: str, due: str, reasons: list[str], topics: list[str], url: str, proof: str, repeat: bool
) -> None:
    one = row(
        headline=headline or "x", role=role, due=due, reasons=reasons, topics=topics, url=url, evidence={"url": proof, "text": ""}
    )
    for body in payloads(Message("k", alert=one, repeat=repeat), UTC):
        assert list(wrong(body)) == []
    many = Message("k", parts=(one,) * 12, repeat=repeat)
    for body in [*payloads(many, UTC), thread_head(many, UTC)]:
        assert list(wrong(body)) == []
    assert list(wrong(payloads(Message("k", notice=headline or "x"), UTC)[0])) == []


@given(texts, st.integers(2, 400))
def test_safe_texts_are_short_and_hold_no_syntax(text: str, longest: int) -> None:
    made = safe(text, longest)
    assert len(made) <= longest
    assert "<" not in made
    assert ">" not in made
    assert "\n" not in made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel> *free*", "&lt;!channel&gt; ∗free∗"),
        ("snake_case and 2*3", "snake_case and 2*3"),
        ("人工智能 & مواصفات", "人工智能 &amp; مواصفات"),
    ],
)
def test_hostile_texts_stay_readable(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.example/<x>", "https://user@iso.org/", "ftp://x", "https://", "a b", None]
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert web_address(url) is None


def test_a_message_says_what_a_reader_needs() -> None:
    told = row(
        due="2025-08-01", due_estimated=True, topics=["artificial intelligence"],
        reasons=["why China: rule national-body-id, confidence 1.00", "led by: AFNOR (France)",
                 "EU/EEA in ISO/TC 352: 14 take part, 9 observe, 3 absent (DE FR NL)"],
    )  # fmt: skip
    (body,) = payloads(Message("k", alert=told), UTC)
    text = json.dumps(body, ensure_ascii=False)
    for part in (
        "gained the secretariat of ISO/TC 352", "ISO · secretariat · seen 2025-07-02 06:00", "national-body-id", "AFNOR (France)",
        "14 take part", "2025-08-01 (estimated)", "artificial intelligence", "Source page", "Evidence",
    ):  # fmt: skip
        assert part in text
    assert (
        body["text"]
        == f"{told['headline']} · act by 2025-08-01 (estimated) · EU/EEA in ISO/TC 352: 14 take part, 9 observe, 3 absent"
    )


def test_a_long_summary_without_a_thread_is_split_and_drops_nothing() -> None:
    parts = tuple(row(headline=f"No. {n:04} " + "x" * 280) for n in range(700))
    bodies = payloads(Message("k", parts=parts), UTC)
    whole = json.dumps(bodies)
    assert len(bodies) > 1
    assert all(f"No. {n:04} " in whole for n in range(700))
    assert [list(wrong(body)) for body in bodies] == [[]] * len(bodies)

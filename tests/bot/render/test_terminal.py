"""What a terminal is shown: whatever the bodies print, no control character, no turn of direction and no markup of ours."""

from datetime import UTC
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.render.terminal import alert_text, markup

HOSTILE = st.one_of(st.text(max_size=300), st.text("\x1b[]/bold red\\\u202e\x07\n\r\x9b", max_size=60))


@given(HOSTILE)
def test_no_text_reaches_the_terminal_but_as_text(text: str) -> None:
    shown = printed(markup(text))
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)
    assert not set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(shown)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_an_alert_has_only_our_own_lines(headline: str, reason: str, url: str) -> None:
    told = {
        "severity": "info", "headline": headline, "body": "ISO", "role": "chair", "observed_at": "2025-07-02T06:00:00Z",
        "watchlist": "china", "due": None, "due_estimated": False, "topics": [],
        "reasons": [reason], "url": url, "source": "x", "evidence": {"url": url},
    }  # fmt: skip
    assert printed(alert_text(told, UTC)).count("\n") == (3 if url else 2)


def printed(text: str) -> str:
    out = StringIO()
    Console(file=out, soft_wrap=True, highlight=False, color_system=None).print(text, end="")
    return out.getvalue()

"""No face shows a character that hides, reorders or controls, or a text without end, whatever the bodies print."""

import csv
import io
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC
from email.message import EmailMessage
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.analyse.export import CELL, write_csv
from bot.commands.output import aligned, folded
from bot.deliver.atom import feed
from bot.deliver.console import ConsoleChannel
from bot.deliver.webhook import message_document
from bot.digest.render import breakable, wrapped
from bot.render.message import Message, body_text, subject
from bot.render.plain import LINE, cut, plain, visible
from bot.render.slack import payloads, thread_head
from bot.render.terminal import change_text
from tests.bot.render.test_slack import row

ALL = [chr(each) for each in range(sys.maxunicode + 1) if unicodedata.category(chr(each)) in ("Cc", "Cf", "Zl", "Zp")]
KEPT = {"\t", "\n", "\r", "\u2060"}  # the last one is ours: it keeps a bracket from being read as markup
hostile = st.lists(st.one_of(st.sampled_from(ALL), st.text(max_size=5)), min_size=1, max_size=60).map("".join)


def change(text: str) -> dict[str, Any]:
    return {"change": 1, "reference": text, "title": text, "kind": "changed", "field": text, "before": [text], "after": [text]}


def alert(text: str) -> dict[str, Any]:
    return row(headline=f"x{text}", party=text, reasons=[text], topics=[text], reference=text, title=text, due=text,
               evidence={"url": f"https://example.org/{text}", "text": text})  # fmt: skip


def printed(*parts: object) -> str:
    out = io.StringIO()
    for part in parts:
        Console(file=out, soft_wrap=True, highlight=False, color_system=None, width=100_000).print(part)
    return out.getvalue()


def slack(text: str) -> str:
    many = Message("k", parts=(alert(text),) * 3)
    sent = [*payloads(Message("k", alert=alert(text)), UTC), *payloads(many, UTC), thread_head(many, UTC)]
    return json_texts([*sent, *payloads(Message("k", notice=text), UTC)])


def mail(text: str) -> str:
    message = EmailMessage()
    message["Subject"] = subject(Message("k", alert=alert(text)))
    return f"{message['Subject']}\n{body_text(Message('k', alert=alert(text)), UTC)}\n{breakable(text)[:1]}\n{wrapped(text)}"


def console(text: str) -> str:
    channel, out = ConsoleChannel(UTC), io.StringIO()
    channel.console = Console(file=out, soft_wrap=True, highlight=False, color_system=None)
    channel.send(Message("k", alert=alert(text)))
    channel.send(Message("k", notice=text))
    return out.getvalue()


def terminal(text: str) -> str:
    return printed(folded(["one"], [[text]]), change_text(change(text)), *aligned(["one"], [[text]]))


def spreadsheet(text: str) -> str:
    out = io.StringIO(newline="")
    write_csv("changes", [change(text)], out)
    return "\n".join(cell for line in csv.reader(io.StringIO(out.getvalue(), newline="")) for cell in line)


def webhook(text: str) -> str:
    sent = [Message("k", alert=alert(text)), Message("k", parts=(alert(text),)), Message("k", notice=text)]
    return json_texts([message_document(each) for each in sent])


def json_texts(value: Any) -> str:
    """The texts of a JSON value as its reader has them, one a line."""
    if isinstance(value, dict):
        return "\n".join(json_texts(each) for each in value.values())
    if isinstance(value, list | tuple):
        return "\n".join(map(json_texts, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()


FACES: dict[str, tuple[Callable[[str], str], int]] = {  # with the characters of its longest line
    "slack": (slack, 3000), "mail": (mail, LINE + 80), "feed": (lambda text: feed("f", [alert(text)]).decode(), 20 * LINE),
    "console": (console, 4 * LINE), "terminal": (terminal, 4 * LINE + 40), "csv": (spreadsheet, CELL + 1),
    "webhook": (webhook, 3000),
}  # fmt: skip


@pytest.mark.parametrize("face", FACES)
@given(text=hostile)
def test_no_face_shows_a_format_or_control_character(face: str, text: str) -> None:
    assert not {each for each in FACES[face][0](text) if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")} - KEPT


@pytest.mark.parametrize("face", FACES)
def test_every_face_takes_all_of_them_at_once_and_a_text_without_end(face: str) -> None:
    make, longest = FACES[face]
    assert not set(make("a" + "b".join(ALL))) & set(ALL) - KEPT
    for endless in ("word " * 200_000, "x" * 1_000_000, "\u202e" * 1_000_000, "&" * 1_000_000):
        assert max(map(len, make(endless).splitlines())) <= longest


@given(hostile, st.integers(2, 80))
def test_a_plain_text_is_one_short_line_and_stays_as_it_is(text: str, longest: int) -> None:
    made = plain(text, longest)
    assert len(made) <= longest
    assert len(made.splitlines()) <= 1
    assert plain(made, longest) == made


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("one two three", 9, "one two…"),
        ("one two three", 8, "one two…"), ("one two three", 7, "one tw…"), ("one two", 7, "one two"),
        ("abcdefghij", 5, "abcd…"), ("a bcdefghij", 6, "a bcd…"),
    ],
)  # fmt: skip
def test_a_cut_ends_with_a_word(text: str, longest: int, shown: str) -> None:
    assert cut(text, longest) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian
        ("क्\u200dष", "क्\u200dष"),  # Hindi
        ("ශ්\u200dරී", "ශ්\u200dරී"),  # Sinhala
        ("pay\u200cpal \u200dx", "paypal x"),
        ("سلام\u200c.", "سلام."),
        ("س\u200c\u200cس", "سس"),
        ("\U0001f1eb\U0001f1f7", "\U0001f1eb\U0001f1f7"),
        ("one\u2028two\x0bthree\x85four\x1cfive", "one two three four five"),
        ("a\U000e0041\ufe0f\u3164b", "ab"),
        ("lone \ud800", "lone"),
    ],
)
def test_what_words_need_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_lines_and_tabs_stay_where_a_face_has_lines() -> None:
    assert visible("one\ttwo\r\nthree\u2029four") == "one\ttwo\r\nthree four"

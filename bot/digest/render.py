"""Digest as HTML and plain text. Texts from the bodies are made harmless here, then escaped by the template."""

import base64
import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.digest.charts import Picture, can_draw
from bot.digest.collect import Digest
from bot.render.message import by_weight
from bot.render.mrkdwn import web_address
from bot.render.plain import plain
from bot.render.terminal import local
from bot.wording import country_name, role_name

WIDTH = 76
_BODY = re.compile(r"</?body[^>]*>")  # optional in HTML; Outlook drops it with its attributes
ABOUT_READING = "Sentences that name the country, its people or one of its institutions beside a word of roles: no verdicts."
MOST = (40, 25, 15, 10, 6, 3)  # alerts of one section in HTML, the first number with which the page fits; the text part has all
LONGEST = 90_000  # bytes of the page as encoded for mail: programs cut longer ones
MAX_MENTIONS = 10  # sentences to read that are shown; the rest is counted
NO_CHARTS = 'No charts: they need the extra, pip install "standards-watch[plots]".'
Pictures = Mapping[str, Sequence[Picture]]


def html(digest: Digest, pictures: Pictures, source: str = "cid:{name}") -> str:
    """Render the digest as one HTML page with inlined CSS. `pictures` are charts by watchlist; `source` is the pattern of their
    addresses: a part of the mail, or a file beside the page."""
    pages = (_page(digest, pictures, source, most) for most in MOST)
    return next((page for page in pages if len(base64.encodebytes(page.encode())) <= LONGEST), _page(digest, pictures, source, 1))


def _page(digest: Digest, pictures: Pictures, source: str, most: int) -> str:
    page = _templates().get_template("digest.html.j2").render(digest=digest, pictures=pictures, source=source, most=most)
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False).inline(page)
    return _BODY.sub("", inlined)


def details(alert: Mapping[str, Any]) -> list[str]:
    """Return the reasons of an alert that a digest shows; `show` prints those on the printed text and the rule."""
    return [reason for reason in alert["reasons"] if not reason.startswith(("printed: ", "why "))]


def preview(digest: Digest) -> str:
    """Return the line that mail programs show beside the subject: the weightiest headline, or that there is none."""
    told = by_weight([alert for part in digest.parts for section in part.sections for alert in section.alerts])
    return plain(told[0]["headline"]) if told else digest.coverage.quiet


def text(digest: Digest, pictures: Pictures) -> str:
    """Render the digest as plain text, wrapped for reading."""
    page = _templates().get_template("digest.txt.j2").render(digest=digest, pictures=pictures)
    return "\n".join(line.rstrip() for line in page.splitlines()).strip() + "\n"


def subject(digest: Digest) -> str:
    """Return the subject of the mail: "China, week 27: 2 roles gained, lost or passed"."""
    titles = ", ".join(plain(part.watchlist.title) for part in digest.parts)
    count = sum(len(part.sections[0].alerts) for part in digest.parts)
    quiet = all(part.quiet for part in digest.parts)
    told = "nothing new" if quiet else f"{count or 'no'} {'role' if count == 1 else 'roles'} gained, lost or passed"
    return f"{titles}: {told} ({digest.span.name})"


def picture_name(watchlist: str, chart: Picture) -> str:
    """Return the name of a picture within a digest."""
    return f"{watchlist}-{chart.name}"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.digest"),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "plain": plain, "breakable": breakable,
        "web": web_address, "role": role_name, "country": country_name, "local": local, "wrapped": wrapped, "details": details,
    }  # fmt: skip
    made.globals |= {
        "picture_name": picture_name, "read": MAX_MENTIONS, "about_reading": ABOUT_READING,
        "no_charts": NO_CHARTS, "preview": preview,
        "can_draw": can_draw,
    }  # fmt: skip
    return made


def breakable(text: object) -> str:
    """Make a text harmless and let very long words break: no CSS for that works in all mail programs."""
    return re.sub(r"(\S{16})(?=\S)", "\\1\u200b", plain(text))


def wrapped(line: object, first: str = "", rest: str = "") -> str:
    """Wrap a line for plain-text mail."""
    return textwrap.fill(
        plain(line), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )

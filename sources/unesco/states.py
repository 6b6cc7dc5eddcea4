"""Names of States and territories as printed in English, French and Spanish, found in running text.

Used only to find names; the printed text is handed on as it is. The names are those of ISO 3166 and its translations, with the
variants of `states.txt`, which are printed and do not stand in ISO.
"""

import gettext
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from sources.formats.phrases import Phrases

_TOKEN = re.compile(r"\b[ldLD]['’ʼ]|UNESCO(?=[-–‑])|[^\W_]+(?:[.\-‑’'ʼ][^\W_]+)*|[,()]")
_ARTICLE = re.compile(r"\s*(the|la|le|les|el|los|las|l['’])\s*", re.IGNORECASE)


_REGION = re.compile(r"hong kong|maca[ou]|ta[iï]wan|taiwán|taip[eé]i", re.IGNORECASE)
_OF_CHINA = re.compile(
    r"\s?,?\s{1,2}(?:of |de )?(?:the |la )?(?:(?:People[’']s Republic of |P\.?\s?R\.?\s?(?:of )?|"
    r"République populaire de |República Popular (?:de )?)?"
    r"Chin[ae]|PRC)\b"
)


class Place(NamedTuple):
    """Name of a State in a text: start, end, and the name as printed."""

    start: int
    end: int
    name: str


def states_in(text: str) -> Iterator[Place]:
    """Yield the names of States in a text from left to right, the longest first; a name begins with a capital."""
    tokens = list(_tokens(text))
    spelled, behind = [word for word, _, _ in tokens], 0
    for at, (_, start, _) in enumerate(tokens):
        if start < behind or not text[start].isupper() or (name := next(names().at(spelled, at), None)) is None:
            continue
        end = tokens[name[0] - 1][2]
        if text[end : end + 1] == "$":
            continue
        if _REGION.search(text, start, end) and "Chin" not in text[start:end] and (whole := _OF_CHINA.match(text, end)):
            end = whole.end()  # one name, not two
        printed, behind = re.sub(r"['’ʼ]s$", "", text[start:end]), end
        yield Place(start, start + len(printed), printed)


def is_state(text: str) -> bool:
    """Return True if a text is the name of a State and nothing else; an article may stand before it."""
    text = text.strip(" .")
    return any(place.end == len(text) and not _ARTICLE.sub("", text[: place.start], count=1) for place in states_in(text))


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the tokens of a text as names spell them, each with start and end, and the marks between them that no name contains."""
    behind = 0
    for token in _TOKEN.finditer(text):
        gap = text[behind : token.start()].strip()
        if gap and not (gap == "." and text[behind - 2 : behind - 1] == "."):  # the last dot of "P.R." is no end
            yield gap, behind, token.start()
        yield _fold(token[0]), token.start(), token.end()
        behind = token.end()


@cache
def names() -> Phrases[str]:
    """Return all names by their folded tokens."""
    found: Phrases[str] = Phrases()
    for name in {*_registered(), *_variants()}:
        found.add(" ".join(map(_fold, _TOKEN.findall(name))), name)
    return found


def _registered() -> Iterator[str]:
    import pycountry  # here, for it takes its time and only pages with prose need it

    languages = [gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[code]) for code in ("fr", "es")]
    for country in pycountry.countries:
        for english in filter(None, (getattr(country, field, None) for field in ("name", "official_name", "common_name"))):
            for name in {english, *(language.gettext(english) for language in languages)}:
                head, _, tail = name.partition(", ")
                yield from (name, f"{tail} {head}".replace("' ", "'"), f"{head} ({tail})") if tail else (name,)


def _variants() -> Iterator[str]:
    text = files("sources").joinpath("unesco", "states.txt").read_text(encoding="utf-8")
    yield from (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _fold(token: str) -> str:
    """Return a token without case, accents and the marks between its letters; no name has a token of more than 40 letters."""
    return _folded(token) if len(token) <= 40 else token


@lru_cache(maxsize=20_000)
def _folded(token: str) -> str:
    plain = unicodedata.normalize("NFKD", token.replace("’", "'").replace("ʼ", "'").casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"('s$|\.|-|‑)", "", plain)

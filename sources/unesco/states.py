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


class Tree(dict[str, "Tree"]):
    """Names token by token; a name ends at an empty token."""


def states_in(text: str) -> Iterator[Place]:
    """Yield the names of States in a text from left to right, the longest first; a name begins with a capital."""
    tokens = list(_TOKEN.finditer(text))
    at, begins = 0, names()
    while at < len(tokens):
        begun = tokens[at][0][0].isupper() and _fold(tokens[at][0]) in begins
        length = _longest(text, tokens[at : at + 14]) if begun else 0
        if length and text[tokens[at + length - 1].end() : tokens[at + length - 1].end() + 1] != "$":
            start, end = tokens[at].start(), tokens[at + length - 1].end()
            if (
                _REGION.search(text, start, end) and "Chin" not in text[start:end] and (whole := _OF_CHINA.match(text, end))
            ):  # one name, not two
                end = whole.end()
                length = sum(token.start() < end for token in tokens[at:])
            name = re.sub(r"['’ʼ]s$", "", text[start:end])
            yield Place(start, start + len(name), name)
        at += length or 1


def is_state(text: str) -> bool:
    """Return True if a text is the name of a State and nothing else; an article may stand before it."""
    text = text.strip(" .")
    return any(place.end == len(text) and not _ARTICLE.sub("", text[: place.start], count=1) for place in states_in(text))


def _longest(text: str, tokens: list[re.Match[str]]) -> int:
    """Return the number of tokens in the longest name that begins with the first of them; 0 for none."""
    tree, found, end = names(), 0, tokens[0].start()
    for length, token in enumerate(tokens, start=1):
        branch = tree.get(_fold(token[0]))
        gap = text[end : token.start()].strip()
        if branch is None or (gap and not (gap == "." and text[end - 2 : end - 1] == ".")):  # the last dot of "P.R." is no end
            break
        tree, end = branch, token.end()
        if "" in tree:
            found = length
    return found


@cache
def names() -> Tree:
    """Return all names, as a tree of their folded tokens."""
    tree = Tree()
    for name in {*_registered(), *_variants()}:
        branch = tree
        for token in _TOKEN.findall(name):
            branch = branch.setdefault(_fold(token), Tree())
        branch[""] = Tree()
    return tree


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

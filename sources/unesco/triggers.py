"""The phrases of phrases.toml as patterns: which role each gives, to whom, and near which words only."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from sources.unesco.stretch import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr", "es")
_BY = {"en": "by", "fr": "par", "es": "por"}
_OF = {"en": r"(?:of|from|by|made by)\b\s*", "fr": r"(?:de\s+|du\s+|des\s+|d[’'])", "es": r"del?\b\s*"}
_ADVERB = (
    r"(?:jointly|conjointement|conjuntamente|also|originally|generously|entirely|largely|partly|fully|mainly|in part|in full|"
    r"exclusively|together|principalement|entièrement|intégralement|généreusement|en partie|en totalité|également|"
    r"principalmente|íntegramente|totalmente|parcialmente|en parte|también|generosamente)"
)
_FURTHER = r"(?:\s*(?:,|/|and|or|et|y)\s*[\w-]+){0,3}?"
_BETWEEN = (
    r"(?:also|jointly|again|then|already|since|generously|fully|partly|largely|entirely|kindly|currently|now|recently|formally|"
    r"officially|aussi|également|déjà|conjointement|généreusement|intégralement|récemment|officiellement|de nouveau|"
    r"también|ya|conjuntamente|generosamente|íntegramente|actualmente|oficialmente|recientemente)"
)
_AUXILIARY = (
    rf"(?:(?:has|have|had|will|would|is to|a|ont|avait|avaient|ha|han|había|habían|lo|la|l[’']a|{_BETWEEN})\s+){{0,4}}"
)
_READY = {
    "en": (
        r"(?:(?:will|would|shall|is to|are to|is due to|is set to|is expected to|agreed to|ha[sd] agreed to|offered to|"
        r"has offered to|undertook to|has undertaken to|pledged to|has pledged to|committed to|is committed to|decided to|"
        r"plans to|volunteered to|(?:was|were|is|has been|have been) (?:chosen|selected|designated|invited|appointed) to|"
        r"continues? to|helped(?: to)?|did)\s+)"
    ),
    "fr": (
        r"(?:(?:va|vont|doit|devrait|devra|doivent|(?:a|ont) (?:accepté|décidé|offert|proposé|convenu)\s+d[e’']|"
        r"s[’']est (?:engagée?|proposée?|offerte?)\s+(?:à|pour|d[e’'])|s[’']engage(?:nt)? à|continue(?:nt|ra)? (?:à|de)|"
        r"(?:a|ont) été (?:choisie?s?|désignée?s?|retenue?s?) pour)\s*)"
    ),
    "es": (
        r"(?:(?:va a|van a|debe|podrá|acordó|aceptó|decidió|ofreció|prevé|se ofreció (?:a|para)|"
        r"se (?:ha )?comprometi(?:ó|do|eron) a|(?:fue|ha sido) (?:elegida|elegido|designada|designado|seleccionada|seleccionado) "
        r"para|sigue|continuará|tiene previsto)\s+)"
    ),
}


class Trigger(NamedTuple):
    """A phrase that gives a role to the parties behind it, or to its `subject`. `near` and `far`: the words of which one must, or
    must not, stand shortly before it. `only`: what a party must be, or None."""

    role: str
    language: Language
    pattern: re.Pattern[str]
    subject: bool = False
    near: re.Pattern[str] | None = None
    far: re.Pattern[str] | None = None
    only: bool = False

    def fits(self, text: str, at: int) -> bool:
        """Whether the words before a place of a text are those that this phrase asks for."""
        before = text[max(0, at - 120) : at]
        return not (self.near and not self.near.search(before)) and not (self.far and self.far.search(before))


@cache
def triggers() -> Sequence[Trigger]:
    """All phrases of phrases.toml as patterns."""
    return [
        *_kind("passive", lambda language, words: rf"\b(?:{words})\b{_FURTHER}(?:\s+{_ADVERB})?\s+{_BY[language]}\b\s*:?\s*"),
        *_kind("noun", lambda language, words: rf"\b(?:{words})\s+{_OF[language]}"),
        *_kind("with", lambda language, words: rf"\b(?:{words})(?:\s+|(?<=[’']))"),
        *_kind("label", lambda language, words: rf"(?:^|[.;(|\n]\s*|\s[–—-]\s+)(?:{words})\s*:\s*"),
        *(each._replace(subject=True) for each in _kind("active", _does)),
        *(each._replace(subject=True) for each in _kind("will", _will)),
    ]


def _does(language: Language, words: str) -> str:
    return rf"\s(?={_AUXILIARY}(?-i:{words})\b(?!\s+(?:by|par|por)\b))"  # "UNESCO Chairs" is no verb


def _will(language: Language, words: str) -> str:
    return rf"\s(?=(?:{_BETWEEN}\s+)?{_READY[language]}(?:{_BETWEEN}\s+)?(?-i:{words})\b)"


def _kind(kind: str, patterned: Any) -> Iterator[Trigger]:
    for entry in told()[kind]:
        near, far = (_words(entry[side]) if side in entry else None for side in ("near", "far"))
        for language in LANGUAGES:
            if language in entry:
                pattern = re.compile(patterned(language, "|".join(entry[language])), re.IGNORECASE)
                yield Trigger(entry["role"], language, pattern, near=near, far=far, only=entry.get("only", False))


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(told()[name])})", re.IGNORECASE)


@cache
def told() -> dict[str, Any]:
    """What phrases.toml holds."""
    return tomllib.loads(files("sources").joinpath("unesco", "phrases.toml").read_text(encoding="utf-8"))

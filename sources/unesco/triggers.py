"""The phrases of phrases.toml as patterns: which role each gives, to whom, and near which words only."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from sources.unesco.stretch import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr", "es")
_BY = {"en": "by", "fr": "par", "es": r"por(?:\s+parte\s+del?(?=\s))?"}
_OF = {"en": r"(?:of|from|by|made by)\b\s*", "fr": r"(?:de\s+|du\s+|des\s+|d[’'])", "es": r"del?\b\s*"}
_ADVERB = (
    r"(?:(?!go[uv])(?-i:[a-zà-ÿ]+(?:ly|ment|mente))|also|together|in part|in full|en partie|en totalité|en parte|"
    r"en su totalidad|también|aussi|today|each year|every year|this year|a year|chaque année|cette année|cada año|este año|"
    r"in (?:19|20)\d\d|en (?:19|20)\d\d)"
)
_MEANWHILE = (
    r"(?:\s+(?:in|at|to|for|through|since|on|during|from|within|under|with|this|last|next|en|à|au|aux|pour|pendant|depuis|lors|"
    r"avec|de|"
    r"durante|para|desde|con|al?|ante)\b(?:\s+(?!(?:\w+(?:ed|ées?|és|ad[oa]s?|id[oa]s?)|by|par|por|and|et|y|was|is|are|were|which|"
    r"that|who|que|qui|"
    r"led|made|run|written|built|conduit|hech[oa]|escrit[oa])\b)[\w’'.,$€%-]+){1,6}?)?"
)  # "hosted in Fuzhou by", "doté de 150 000 dollars par"
_FURTHER = r"(?:\s*(?:,|/|and|or|et|y)\s*[\w-]+){0,3}?"
_BETWEEN = (
    r"(?:(?!go[uv])(?-i:[a-zà-ÿ]+(?:ly|ment|mente))|also|again|then|already|since|now|once more|aussi|déjà|de nouveau|"
    r"à nouveau|désormais|ensuite|"
    r"también|ya|ahora|luego|nuevamente|de nuevo)"
)
_AUXILIARY = rf"(?:(?:has|have|had|will|would|is to|a|ont|avait|avaient|ha|han|había|habían|lo|la|l[’']a|{_BETWEEN})\s+){{0,4}}"
_READY = {
    "en": (
        r"(?:(?:will|would|shall|did|to|(?:is|are) (?:to|due to|set to|expected to|scheduled to|going to|ready to|preparing to|"
        r"planning to)|"
        r"(?:ha[sd] |have )?(?:agreed|offered|undertaken|undertook|pledged|committed|decided|volunteered|promised|signed up|"
        r"started|begun|"
        r"continued|continues|continue|stepped in|proposed|plans|helped|helps|help|come forward|committed itself|"
        r"expressed its readiness|"
        r"(?:announced|expressed|confirmed|reaffirmed) (?:its|their) (?:intention|readiness|willingness|decision|plans?))(?: to)?|"
        r"(?:was|were|is|are|has been|have been) (?:chosen|selected|designated|appointed|picked|entrusted) to)\s+)"
    ),
    "fr": (
        r"(?:(?:va|vont|doit|devrait|devra|doivent|(?:a|ont|avait) (?:[a-zà-ÿ]+ment )?(?:accepté|décidé|offert|proposé|convenu|"
        r"promis|choisi)\s+d[e’']|"
        r"s[’'](?:est|était) (?:\w+ment )?(?:engagée?|proposée?|offerte?)\s+(?:à|pour|d[e’'])|s[’']engage(?:nt)? à|"
        r"propose(?:nt)? d[e’']|offre(?:nt)? d[e’']|"
        r"continue(?:nt|ra)? (?:à|de)|(?:a|ont) été (?:choisie?s?|désignée?s?|retenue?s?) pour)\s*)"
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

    def fits(self, text: str, match: re.Match[str]) -> bool:
        """Whether the words before a match in a text, or in it, are those that this phrase asks for."""
        start = max(0, match.start() - 120)
        near = self.near is None or self.near.search(text, start, match.end()) or self._opens(text, match)
        return bool(near) and not (self.far and self.far.search(text, start, match.start()))

    def _opens(self, text: str, match: re.Match[str]) -> bool:
        """Whether the phrase opens a sentence that goes on with such a word: "Presented by Peru, the draft was adopted"."""
        if self.near is None or not re.search(r"(?:^|[.;:\n])\s*$", text[: match.start()]):
            return False
        goes_on = re.compile(r"[^.;:]{2,160}?,\s+(?:the|this|le|la|les|l[’']|ce|cette|el|los|las|este|esta)\s*").match(
            text, match.end()
        )
        return goes_on is not None and self.near.match(text, goes_on.end()) is not None


@cache
def triggers() -> Sequence[Trigger]:
    """All phrases of phrases.toml as patterns."""
    return [
        *_kind("passive", _done),
        *_kind("noun", lambda language, words: rf"\b(?:{words})\s+{_OF[language]}"),
        *_kind("with", lambda language, words: rf"\b(?:{words})(?:\s+|(?<=[’']))"),
        *_kind("label", lambda language, words: rf"(?:^|[.;(|\n]\s*|\s[–—-]\s+)(?:{words})\s*:\s*"),
        *(each._replace(subject=True) for each in _kind("active", _does)),
        *(each._replace(subject=True) for each in _kind("will", _will)),
    ]


def _done(language: Language, words: str) -> str:
    usual = rf"(?:{words})\b{_FURTHER}(?:\s+{_ADVERB})?{_MEANWHILE}"
    if language == "es":  # "fue acogida la reunión por"
        the = r"(?:el|la|los|las|un|una|est[ea]|dich[oa])"
        turned = rf"(?:fue(?:ron)?|será[n]?|(?:ha|han) sido)\s+(?:{words})\s+{the}\s+[^.;:,]{{2,90}}?"
        usual = f"(?:{turned}|{usual})"
    return rf"\b{usual}\s+{_BY[language]}\b\s*:?\s*"


def _does(language: Language, words: str) -> str:
    return rf"\s(?={_AUXILIARY}(?-i:{words})\b(?!\s+(?:by|par|por)\b))"  # "UNESCO Chairs" is no verb


def _will(language: Language, words: str) -> str:
    return rf"\s(?=(?:{_BETWEEN}\s+)?{_READY[language]}{{1,2}}(?:{_BETWEEN}\s+)?(?-i:{words})\b)"


def _kind(kind: str, patterned: Any) -> Iterator[Trigger]:
    for entry in told()[kind]:
        near, far = (words_of(entry[side]) if side in entry else None for side in ("near", "far"))
        for language in LANGUAGES:
            if language in entry:
                pattern = re.compile(patterned(language, "|".join(entry[language])), re.IGNORECASE)
                yield Trigger(entry["role"], language, pattern, near=near, far=far, only=entry.get("only", False))


def roles_of(text: str) -> frozenset[str]:
    """The roles of which a text may tell, by the stems that stand in it."""
    lowered = text.lower()
    return frozenset(role for role, stems in told()["stems"].items() if any(stem in lowered for stem in stems))


@cache
def words_of(name: str) -> re.Pattern[str]:
    """Any of the words that phrases.toml lists under a name."""
    return re.compile(rf"\b(?:{'|'.join(told()[name])})", re.IGNORECASE)


@cache
def told() -> dict[str, Any]:
    """What phrases.toml, verbs.toml, thanks.toml and inverted.toml hold."""
    here = files("sources").joinpath("unesco")
    return {
        key: entry
        for name in ("phrases.toml", "verbs.toml", "thanks.toml", "inverted.toml")
        for key, entry in tomllib.loads(here.joinpath(name).read_text("utf-8")).items()
    }

"""Who is thanked for having played a role: "expressed its gratitude to the Government of China for hosting the forum".

The phrases are data: thanks.toml. Whoever is thanked for support, for kind words or for a part in a debate plays no role.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sources.unesco.parties import Party, clause_end, parties_after
from sources.unesco.stretch import Language
from sources.unesco.triggers import LANGUAGES, told

_TO = {
    "en": r"(?:\s+(?:\w+ly|are|is|go|goes|went|were|was|due|extended|extends|expressed|paid|also|again|all))*(?:\s+to\b)?\s+",
    "fr": r"(?:\s+\w+ment|\s+vivement|\s+aussi|\s+également|\s+tout)*(?:\s+(?:à|au|aux))?\s+",
    "es": r"(?:\s+\w+mente|\s+también)*(?:\s+al?)?\s+",
}
_FROM_THEM_TO_IT = 170  # characters within which the deed begins
_GAP = re.compile(r"[\s,)]*|,?\s*(?:and|et|y)\s+[^.;:]{0,60}|,\s[^.;:]{0,70},\s*")

_NEXT = re.compile(r"\s(?:and|et|y)\s+(?:to |à |al? )?")  # "thanked Cuba for its statement and Greece for hosting"


def thanked(text: str) -> Iterator[tuple[int, str, Party]]:
    """Where the words begin, the role, and the party that is thanked for having played it."""
    for language, words, deeds in _phrases():
        for match in words.finditer(text):
            for role, deed in deeds:
                if done := deed.search(text, match.end(), match.end() + _FROM_THEM_TO_IT):
                    yield from _doers(text, match, role, done, language)


def _doers(text: str, match: re.Match[str], role: str, done: re.Match[str], language: Language) -> Iterator[tuple[int, str, Party]]:
    between = text[match.end() : done.start()]
    if re.search(r"[.;:](?=\s)", between):
        return
    for at in (match.end(), *(match.end() + joint.end() for joint in _NEXT.finditer(between))):
        parties = parties_after(text[: done.start()].rstrip(" ,"), at, language)
        if parties and _GAP.fullmatch(text[parties[-1].end : done.start()]):
            for party in parties:
                yield match.start(), role, party._replace(end=clause_end(text, done.end()))
            return


@cache
def _phrases() -> Sequence[tuple[Language, re.Pattern[str], Sequence[tuple[str, re.Pattern[str]]]]]:
    """For each language the words of thanks, and what is thanked for by its role."""
    return [
        (
            language,
            re.compile(rf"\b(?:{'|'.join(told()['thanks'][language])})\b{_TO[language]}", re.IGNORECASE),
            [(deed["role"], re.compile(rf"(?<!\w)(?:{'|'.join(deed[language])})", re.IGNORECASE)) for deed in told()["deed"]],
        )
        for language in LANGUAGES
    ]

"""Whether a people or a country in a name is only what an institution studies or shows: "Institute of Chinese Studies"."""

from bot.attribute.finding import Name
from bot.attribute.lexicon import Hit
from bot.attribute.words import words

_STUDIES = words("studies study estudios etudes")
_FIELDS = words(
    """language languages literature art arts medicine culture history calligraphy music philosophy cinema opera ceramics painting
    civilization civilisation cuisine tea"""
)
_FIELDS_BEFORE = words("lengua idioma langue langues medicina medecine arte cultura historia histoire literatura litterature")
_OF = words("of for the traditional classical ancient de d des du sobre sur")


def only_studied(name: Name, hit: Hit) -> bool:
    """Whether a country or people at a place of a name is what is studied there, which says nothing of where the institution is."""
    behind = name.words[hit.end] if hit.end < len(name.words) else ""
    before = [word for word in name.words[: hit.start] if word not in _OF]
    if behind in _STUDIES or (before and before[-1] in _STUDIES | _FIELDS_BEFORE):
        return True
    return behind in _FIELDS and hit.start > 1 and name.words[hit.start - 1] in _OF

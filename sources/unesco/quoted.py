"""Whether words of a text stand in the quoted name of a work: 'The film "Hosted by China" won an award'."""

import re

_WORK = (
    r"\b(?:film|movie|book|article|novel|essay|paper|study|documentary|exhibition|headline|poster|song|series|chapter|podcast|"
    r"entitled|titled|called|livre|roman|ouvrage|étude|exposition|documentaire|intitulée?s?|libro|película|artículo|documental|"
    r"exposición|estudio|novela|titulad[oa]s?|"
    r"llamad[oa]s?)\b[^.;:\"“”«»]{0,40}"
)
_NAME = re.compile(rf"{_WORK}(?P<name>“[^“”]{{2,160}}”|«[^«»]{{2,160}}»|\"[^\"]{{2,160}}\")", re.IGNORECASE)


def in_a_name(text: str, at: int) -> bool:
    """Whether a place of a text lies in the quoted name of a work; what a work says of roles is its topic."""
    return any(match.start("name") < at < match.end("name") for match in _NAME.finditer(text, max(0, at - 300), at + 300))

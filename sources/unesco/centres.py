"""The States in which centres under the auspices of UNESCO are to be established: they host them."""

import re
from collections.abc import Iterator

from sources.unesco.parties import Party
from sources.unesco.states import states_in

_ESTABLISHED = re.compile(
    r"\b(?:establish(?:ment|es|ed|ing)?|creation|création|créer|crée|établissement|creación|crear|establecimiento|establecer|"
    r"inauguration|se (?:establecerá|estableció|creará|creó)|"
    r"inaugurated|opened)\s*,?\s+(?:in|en|au|aux|à|a)\s+",
    re.IGNORECASE,
)
_CENTRE = r"\b(?:cent(?:re|er|ro)|institut|category|catégorie|categoría|network|red|réseau|school|museum|chair|chaire|cátedra)"
_OF_A_CENTRE = re.compile(
    rf"\W*\s(?:of|d[’']|de|the|a|an|un|une|una|le|la|el)\s*(?:an?|une?|una|the)?\b(?=[^.;]{{0,160}}{_CENTRE})", re.IGNORECASE
)
_AUSPICES = re.compile(
    rf"{_CENTRE}[^.;]{{0,160}}?(?:under the auspices of|sous l[’'](?:égide|auspice) de l[’']|sous les auspices de l[’']|"
    rf"auspiciado por la|"
    r"bajo los auspicios de la)\s*UNESCO\)?,?\s+(?:\([^()]{0,20}\)\s*)?(?:to be |was |is |will be )?(?:(?:established|located|"
    r"set up|based|created|créée?|situé|ubicado)\s+)?"
    r"(?:in|en|au|aux|à)\s+",
    re.IGNORECASE,
)
_CITY = re.compile(
    r"(?:the |la |el |le )?(?:[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+)?\s*[,(]\s*)?(?:in |en |au )?(?:the |la |el |le )?$"
)


_CREATED = re.compile(
    rf"{_CENTRE}[^.;]{{0,100}}?(?:established|set up|created|créée?|établie?|cread[oa]|establecid[oa])(?: (?:in|en) \d{{4}})?\s+"
    r"(?:in|at|à|au|en)\s+(?=[^.;]{3,60}\b(?:auspices|égide|auspicios|category 2|catégorie 2|categoría 2))",
    re.IGNORECASE,
)

_OF_CATEGORY_2 = re.compile(
    rf"{_CENTRE}[^.;]{{0,60}}?(?:category|catégorie|categoría) 2\b[^.;]{{0,80}}?"
    r"(?:established|set up|created|located|créée?|établie?|cread[oa]|establecid[oa]|se creará|se establecerá)\s+(?:in|à|au|en)\s+"
    rf"|(?:category|catégorie|categoría) 2 {_CENTRE}[^.;]{{0,80}}?(?:established|set up|created|located)\s+in\s+",
    re.IGNORECASE,
)


_IN_CITY = re.compile(
    rf"\b(?:establishment|creation|création|établissement|creación|establecimiento)\s+(?:of|d[’']|de|du|del)\s?[^.;]{{0,140}}?{_CENTRE}"
    r"[^.;]{0,100}?\s(?:in|à|au|en|aux)\s+(?=[A-ZÀ-Ý])",
    re.IGNORECASE,
)

_SEATED = re.compile(  # "The Centre in Shenzhen, China, was established under the auspices of"
    rf"(?i:{_CENTRE})[^.;]{{0,100}}?\s(?:in|à|en)\s+(?=[A-ZÀ-Ý][^.;]{{3,60}}?,?\s(?:(?:was|is|has been|a été|est|fue|está)\s"
    r"(?:established|created|set up|placée?|créée?|établie?|cread[oa]|establecid[oa])|operates|functions|fonctionne|funciona)\b"
    r"[^.;,]{0,40}\b(?:auspices|égide|auspicios|category 2|catégorie 2|categoría 2)\b)"
)


def places_of_centres(text: str) -> Iterator[tuple[int, str, Party]]:
    """Where the words begin, the role "host", and the State."""
    for match in _ESTABLISHED.finditer(text):
        for place in states_in(text[match.end() : match.end() + 120]):
            if of := _OF_A_CENTRE.match(text, match.end() + place.end):
                yield match.start(), "host", Party(place.name, place.name, of.end())
                break
    for match in (
        *_SEATED.finditer(text),
        *_AUSPICES.finditer(text),
        *_CREATED.finditer(text),
        *_OF_CATEGORY_2.finditer(text),
        *_IN_CITY.finditer(text),
    ):
        behind = text[match.end() : match.end() + 100]
        for place in states_in(behind):
            if _CITY.fullmatch(behind[: place.start]):
                yield match.start(), "host", Party(place.name, place.name, match.end() + place.end)
            break

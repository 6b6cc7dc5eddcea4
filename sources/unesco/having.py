"""Whether a verb tells what a State has, not what it hosts or pays for: "is home to the Great Wall", "hosts giant pandas", "funds
its own schools"."""

import re

_SEATS = re.compile(
    r"\s(?:[\w’']+\s+){0,3}?(?:(?:is|remains|be) (?:the |also )?home to|hosts|houses|accueille|acoge|"
    r"abrit\w+|alberg\w+|héberg\w+)\s"
)
_HELD = re.compile(
    r"cent(?:re|er|ro)s?\b|institut|\bchair|chaire|cátedra|secr[eé]tar|headquarters|office|siège|\bsede|bureau|oficina|network|"
    r"réseau(?! de géoparcs)|\bred\b|meeting|session|sesión|r[eé]uni[oó]n|conf[eé]rence|conferencia|forum|foro|workshop|atelier|"
    r"taller|seminar|séminaire|colloqu|coloqu|congr|summit|sommet|cumbre|assembl|asamblea|comit|school|école|escuela|laborat|"
    r"observato|event|événement|edition|édition|edición|exhibition|exposition|exposici|festival|ceremony|cérémonie|ceremonia|"
    r"s[iy]mposi|encuentro|rencontre|hub|programme|jornada|week|semaine|semana|consult|dialogue|diálogo|course|\bcours|curso|training|"
    r"formation|camp\b|tour\b|webinar|hackathon|olympi|olimp|games|jeux|juegos|launch|lancement|lanzamiento|round ?table|"
    r"table ronde|mesa redonda|debat|débat|celebra|célébra|visit\b|talks|hearing|mission|day\b|journée|council|conseil|consejo|"
    r"board|comisi[oó]n|gathering|competition|concours|concurso|biennal|biennial|bienal|fair\b|foire|feria|award|"
    r"\d(?:st|nd|rd|th|e|ème|\.ª|ª)\b|\b(?:19|20)\d\d\b|\b(?!UNESCO)(?-i:[A-Z]{4,})\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\s[^.;,]{0,40}?\b(?:its|their|his|her|ses|sa|son|leurs?|sus?) (?:own|propres?|propi[oa]s?)\b", re.IGNORECASE)
_ITSELF = re.compile(
    r"\s[^.;,]{0,30}?\b(?:organi[sz]es its|organise (?:son|ses|sa)|organiza sus?|"
    r"(?:funds|finances?|financia) (?:el )?\d+ ?% (?:of its|de ses|de sus?))\s",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\s[^.;,]{0,40}?\b(?:hosts?|accueille|acoge)\s+(?:some of )?(?:the|one of the|le|la|les|el|los|las|un des|uno de los)\s+"
    r"(?:world[’']s |continent[’']s |region[’']s |plus |más )?(?:largest|biggest|most|highest|greatest|oldest|richest|longest|"
    r"second|third|grande?s?|gran|mayor(?:es)?|vieux|haut|numeros|nombreu|majority|number|bulk)\b",
    re.IGNORECASE,
)


def only_has(text: str, at: int) -> bool:
    """Whether the verb at a place of a text tells what its subject has of its own."""
    clause = re.split(r"[.;:]", text[at : at + 170], maxsplit=1)[0]
    if _OWN.match(clause) or _ITSELF.match(clause):
        return True
    seat = _SEATS.match(clause)
    held = clause[seat.end() :].partition(",")[0] if seat else clause
    return (seat or _MOST.match(clause)) is not None and not _HELD.search(held)

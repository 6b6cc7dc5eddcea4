"""Whether a phrase that gives a role is denied, past, hypothetical or only polite: "no longer hosted by", "should the offer be
submitted by", "a accueilli avec satisfaction".
"""

import re

_DENIED = re.compile(
    r"\b(?:not|never|no longer|neither|nor|without|former|formerly|outgoing|previous|previously|once|denied that|"
    r"rather than|instead of|pas|plus|jamais|ancienne?s?|anciennement|précédemment|auparavant|sans|ni|"
    r"ne|n[’'](?:a|ont|est|sont|avait|aura|était|sera)|nunca|no|(?-i:[Ee]x)(?=[ -])|antigu[oa]s?|anteriormente|sin|tampoco|"
    r"candidate|candidata?|not yet|could|might|(?-i:may)|if|whether|pourrait|pourraient|si|podría|podrían)\b[^,.;:]{0,25}$"
    r"|(?:^|[.;:,]\s+)(?-i:Had|Should|Were|had|should|were)\s+[^,.;:]{0,80}$"
    r"|\b(?:if|whether|unless|si(?! bien)|à moins que|a menos que)\s+[^,.;:]{0,80}$"
    r"|\b(?:would have|aurai(?:t|ent)|habría[n]?|hubier[ae]n?|eût|"
    r"wished? to|hoped? to|refused? to|declined? to|unable to)\b[^,.;:]{0,25}$"
    r"|\b(?:no|none|neither|aucune?|ningun[oa]?|ningún|ni)\b[^,.;:]{0,60}$",
    re.IGNORECASE,
)
_WARMLY = (
    r"(?:très |muy )?(?:(?:avec|con) (?:\w+ )?(?:satisf|intér|inter|enthousiasm|"
    r"entusiasm|plaisir|joie|faveur|gratitude|benepl|agrado|aprecio)"
    r"|favorabl|positiv|chaleureus|calurosa|(?:la|le|l[’']|"
    r"cette|ce|les|esta|este|el|las|los) ?(?:proposition|propuesta|rapport|informe|"
    r"initiativ|iniciativ|décision|decisión|résolution|resolución|recommand|recomend|idée|idea|demande|solicitud|nouvelle|noticia))"
)
_WELCOMED = re.compile(  # "a accueilli avec satisfaction": whoever welcomes what is said hosts nothing
    rf".{{0,24}}?\b(?:bien (?:accueilli|acogid)|(?:accueil|acog)\w*\s+{_WARMLY})", re.IGNORECASE | re.DOTALL
)


def denied(text: str, at: int) -> bool:
    """Whether the phrase at a place of a text gives nobody a role."""
    return _DENIED.search(text[max(0, at - 90) : at]) is not None or _WELCOMED.match(text, max(0, at - 8)) is not None

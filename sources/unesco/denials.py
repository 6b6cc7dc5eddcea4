"""Whether a phrase that gives a role is denied, past, hypothetical or only polite: "no longer hosted by", "should the offer be
submitted by", "a accueilli avec satisfaction"; and whether what stands behind it takes it back: "… was withdrawn".
"""

import re

_ONCE = (  # "Until 2015", behind which a past tense tells what is over
    r"(?:^|[.;:]\s+)(?-i:Until|Up to (?:19|20)\d\d|(?:Before|Prior to) (?:it |they |(?:19|20)\d\d)|In the past|Jusqu[’']|"
    r"Avant (?:19|20)\d\d|(?:Par|Dans) le passé|Hasta|Antes de (?:19|20)\d\d|En el pasado)"
)
_UNTIL_THEN = re.compile(rf"{_ONCE}[^.;:]{{0,70}}$", re.IGNORECASE)
_PAST = re.compile(r"\s(?:had |avait |había )?(?:\w+ed|\w{4,}ait|\w{3,}(?:aba|ía))\b")
_DENIED = re.compile(
    r"\b(?:not|never|no longer|neither|nor|without|former|formerly|outgoing|previous|previously|once|denied that|"
    r"rather than|instead of|pas|plus|jamais|anciennement|précédemment|auparavant|sans|ni|"
    r"ne|n[’'](?:a|ont|est|sont|avait|aura|était|sera)|nunca|no|(?-i:[Ee]x)(?=[ -])|anteriormente|sin|tampoco|"
    r"(?:[ld][’']|(?:une?|les|des|ses|son) )ancien(?:ne)?s?|(?:el|la|los|las|un|una|su|sus) antigu[oa]s?|"  # "la Chine ancienne"
    r"candidate|candidata?|not yet|could|might|(?-i:may)|if|whether|pourrait|pourraient|si|podría|podrían)\b[^,.;:]{0,25}$"
    r"|(?:^|[.;:,]\s+)(?-i:Had|Should|Were|had|should|were)\s+(?!(?:been |be |also |\w+ly )*$)[^,.;:]{1,80}$"
    r"|\b(?:rumou?r(?:s|ed)?|speculat\w+|allege[ds]?|allegedly|rumeurs?|rumor(?:es)?|se rumorea)\b[^.;:]{0,80}$"
    r"|\b(?:if|whether|unless|si(?! bien)|à moins que|a menos que)\s+[^,.;:]{0,80}$"
    r"|\b(?:would have|aurai(?:t|ent)|habría[n]?|hubier[ae]n?|eût|"
    r"wished? to|hoped? to|refused? to|declined? to|unable to)\b[^,.;:]{0,25}$"
    r"|\b(?:devai(?:t|ent)|debía[n]?|(?:was|were) (?:supposed )?to|had been due to|iba[n]? a|should have)\b[^,.;:]{0,25}$"
    r"|\b(?:no|none|neither|aucune?|ningun[oa]?|ningún|ni)\b[^,.;:]{0,60}$"
    rf"|{_ONCE}[^.;:]{{0,70}}\b(?:was|were|had been|étai(?:t|ent)|(?:a|ont) été|fue(?:ron)?|eran?)\s+(?:\w+\s+){{0,2}}$",
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


_PEOPLE = (
    r"(?:students?|pupils|refugees?|migrants?|visitors|delegations?|delegates|guests|fellows|tourists|interns|trainees|children|athletes|"
    r"scholars|species|étudiants|élèves|réfugiés|visiteurs|stagiaires|délégués|estudiantes|alumnos|refugiados|migrantes|visitantes|"
    r"becarios|delegados)"
)
_NO_EVENT = re.compile(  # who is taken in, and what lies on a server, is no meeting
    rf"\b(?:{_PEOPLE}|web ?sites?|web ?pages?|databases?|datasets?|servers?|recordings?|videos?|files|site web|sitio web|"
    r"bases? de données|bases? de datos|página web),?(?:\s+(?:is|are|was|were|being|currently|which|that|who|est|sont|qui|"
    r"está|es|son))*"
    r"\s*(?:hosted|accueillie?s|héberg|acogid|albergad|alojad)",
    re.IGNORECASE,
)
_TAKEN_IN = re.compile(
    r".{0,24}?\b(?:(?:acog|alberg)\w*\s+al?\b|(?:host(?:s|ed|ing)?|accueil\w*|acog\w*|alberg\w*|héberg\w*)\s+"
    rf"(?!by |par |por |country|state|city|institution)(?:[\w.,]+\s+){{0,4}}?{_PEOPLE}\b)",
    re.IGNORECASE | re.DOTALL,
)
_REPORTS = re.compile(  # what each State reports on itself is no proposal
    r"\b(?:reports?|comments|observations|replies|responses|information|data|statistics|rapports?|réponses|données|informes?|respuestas|"
    r"datos|comentarios)(?:\s+(?:périodiques?|periódicos?|nationa(?:l|ux)|nacional(?:es)?|is|was|were|are|been|has|have|which|as))*\s+"
    r"(?:submitted|soumise?s?|sometid[oa]s?|presentad[oa]s?|présentée?s?)",
    re.IGNORECASE,
)
_WHICH = re.compile(r",\s+(?:which|who|qui|que|quien(?:es)?)\s*$")
_IN_A_YEAR = re.compile(r"[^.;:,]{2,110}?\b(?:in|en) (?:19|20)\d\d,")

_BE = (
    r"(?:(?:was|were|is|are|has been|have been|had been)(?: \w+ly| later| then| since)?|(?:a|ont|avait) (?:\w+ment )?été|"
    r"est|sont|fut|fue(?:ron)?|ha sido|han sido|es|quedó)(?: \w+ment| ensuite| finalmente| luego)?\s+"
)
_OTHER = (  # another clause begins, in which another thing may be withdrawn
    r"after|because|since|when|although|while|que|qui|which|that|après|parce|car|bien que|lorsque|tandis|"
    r"tras|después|porque|aunque|cuando"
)
_CALLED_OFF = (
    r"cancell?ed|called off|declined|turned down|annulée?s?|déclinée?s?|refusée?s?|cancelad[oa]s?|anulad[oa]s?|rechazad[oa]s?|"
    r"suspended|suspendue?s?|suspendid[oa]s?"
)
_WITHDRAWN = r"withdrawn|retirée?s?|retirad[oa]s?"


def _taken_back(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?!\b(?:{_OTHER})\b)[^.;:]){{0,90}}?\b{_BE}(?:{words})\b", re.IGNORECASE)


_UNDONE = {
    "submitter": _taken_back(_WITHDRAWN),
    "host": _taken_back(f"{_WITHDRAWN}|{_CALLED_OFF}"),
    "funder": _taken_back(f"{_WITHDRAWN}|{_CALLED_OFF}"),
}


_WAS = re.compile(r"\b(?:was|were|had been|étai(?:t|ent)|(?:a|ont) été|fue(?:ron)?|eran?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_ENDED = re.compile(r",?\s+(?:until|up to|jusqu[’'](?:en|à)|hasta)\s+(?:\w+\s+)?(?:19|20)\d\d\b")


def past_aside(text: str, at: int) -> bool:
    """Whether the verb at a place of a text only recalls what somebody once did: "China, which chaired it in 2012, attended",
    "Until 2015 China funded it"."""
    if _UNTIL_THEN.search(text[max(0, at - 90) : at]) and _PAST.match(text, at):
        return True
    return _WHICH.search(text[max(0, at - 12) : at]) is not None and _IN_A_YEAR.match(text, at) is not None


def denied(text: str, at: int) -> bool:
    """Whether the phrase at a place of a text gives nobody a role."""
    around = text[max(0, at - 60) : at + 14]
    other = any(match.end() > min(at, 60) for pattern in (_NO_EVENT, _REPORTS) for match in pattern.finditer(around))
    polite = any(pattern.match(text, max(0, at - 8)) for pattern in (_WELCOMED, _TAKEN_IN))
    return other or polite or _DENIED.search(text[max(0, at - 90) : at]) is not None


def undone(text: str, role: str, start: int, end: int) -> bool:
    """Whether a role, the words of whose phrase begin and end at places of a text, is taken back in the clause that goes on ("was
    withdrawn") or over ("was funded by China until 2015")."""
    if role not in _UNDONE:
        return False
    over = _ENDED.match(text, end) is not None and _WAS.search(text[max(0, start - 30) : start]) is not None
    return over or _UNDONE[role].match(text, end) is not None

"""Whether what stands behind a phrase takes its role back: a proposal that "was withdrawn", a conference that "a été annulée",
a prize that was paid for "until 2015"."""

import re

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


def undone(text: str, role: str, start: int, end: int) -> bool:
    """Whether a role, the words of whose phrase begin and end at places of a text, is taken back in the clause that goes on, or over:
    "was funded by China until 2015"."""
    if role not in _UNDONE:
        return False
    over = _ENDED.match(text, end) is not None and _WAS.search(text[max(0, start - 30) : start]) is not None
    return over or _UNDONE[role].match(text, end) is not None

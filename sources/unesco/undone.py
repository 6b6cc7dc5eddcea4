"""Whether what stands behind a phrase takes its role back: a proposal that "was withdrawn", a conference that "a été annulée"."""

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


def undone(text: str, role: str, end: int) -> bool:
    """Whether a role is taken back in the clause that goes on where the words of its party end."""
    return role in _UNDONE and _UNDONE[role].match(text, end) is not None

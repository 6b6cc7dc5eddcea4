"""Where a list of parties is over and another clause begins: "was funded by Norway and China sent two experts"."""

import re
from collections.abc import Sequence

from sources.unesco.parties import Party

_BE = re.compile(
    r"\b(?:was|were|is|are|been|be|being|été|est|sont|sera|seront|fut|fue|fueron|es|son|sido|será|serán)(?:\s+\w+(?:ly|ment|mente))?"
    r"(?:\s+(?:also|jointly|aussi|también))?\s*$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r",?\s+(?:(?:also|later|then|only|not|did|never|again|aussi|également|también|no|ne|se|y|en|lo|la|le|s[’']|n[’']|l[’'])\s*\b)*"
    r"(?:has|have|had|is|was|were|will|would|does|did|can|could|may|took|sent|gave|made|held|led|spoke|chose|became|paid|lent|"
    r"brought|built|put|won|thank(?:s|ed)|provides|sends|hosts|offers|serves|takes|participates|supports|contributes|acts|remains|"
    r"joins|becomes|abstains|attends|plans|hopes|(?![A-Z])\w{2,}ed(?!\s+(?:by|on|upon)\b)|"
    r"a|ont|est|sont|sera|avait|était|était|fut|(?![A-Z])\w{2,}(?:era|ira|ront|èrent)|"
    r"ha|han|es|son|fue|había|estuvo|hizo|tuvo|dio|(?![A-Z])\w{2,}(?:ó|aron|ieron|ará|erá|irá))\b(?![’'])"
)


def without_next_subject(parties: Sequence[Party], text: str, at: int) -> Sequence[Party]:
    """The parties behind the participle at a place of a text, less the last of several when it is the subject of what follows:
    when the clause has its verb already and another stands behind."""
    if len(parties) < 2 or not _BE.search(text[max(0, at - 40) : at]) or not _VERB.match(text, parties[-1].end):
        return parties
    return parties[:-1]

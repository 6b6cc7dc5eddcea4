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
_ANY_VERB = re.compile(
    r"(?:\s|[’'])(?:was|were|is|are|will|has|have|took|takes|began|opened|met|est|sont|sera|seront|a|ont|fut|eut|ha|han|fue|será|tuvo|"
    r"(?![A-Z])\w{3,}(?:ó|aron|ieron|ará|era|ira))\s"
)
_AGENT = re.compile(r"\b(?:by|par|por)\b\W*$", re.IGNORECASE)
_ENDS = re.compile(r"[.;:]\s")


def without_next_subject(parties: Sequence[Party], text: str, phrase: re.Match[str]) -> Sequence[Party]:
    """The parties behind a phrase, less the last of several when it is the subject of what follows: when another verb stands
    behind and the clause has its own already. A participle alone ("hosted by") is no such verb."""
    if len(parties) < 2 or not _VERB.match(text, parties[-1].end):
        return parties
    before = text[max(0, phrase.start() - 200) : phrase.start()]
    if _AGENT.search(phrase[0]):
        return parties[:-1] if _BE.search(before) else parties
    clause = before[max((end.end() for end in _ENDS.finditer(before)), default=0) :]
    return parties[:-1] if _ANY_VERB.search(clause) else parties

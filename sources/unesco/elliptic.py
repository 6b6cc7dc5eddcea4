"""The subject of a verb that stands in the same sentence before another verb: "China hosted the forum and will fund the next"."""

import re

from sources.unesco.parties import Party, parties_after
from sources.unesco.stretch import Language

_JOINED = re.compile(
    r"(?:\b(?:and|et|y|e|but|mais|pero|as well as)(?:\s+\w+(?:ly|mente|ment)|\s+(?:also|aussi|también|then|ensuite))?|,)\s*$"
)
_SENTENCE = re.compile(r"(?:[.;:!?]\s+|\n)(?=[^a-z]|\S+ )")
_OTHER_SUBJECT = re.compile(
    r"\b(?:that|which|who|whom|whose|where|while|whereas|when|qui|que|qu|dont|où|quien|quienes|cuy[oa]s?|donde|mientras|tandis)\b|[\"“”«»]"
)
_VERB = {
    "en": r"(?:co-)?(?:has|have|had|will|is|are|was|were|agreed|plans?|intends?|also|\w+(?<!e)(?:ed|es)|"
    r"\w{3,}s|held|led|took|gave|brought|met|sent|built|paid)\b",
    "fr": r"(?:a|ont|avait|est|sont|va|sera|\w+(?:era|eront|ent|e))\b",
    "es": r"(?:ha|han|había|es|son|fue|será|\w+(?:ó|aron|ieron|ará|erá|irá|a|e))\b",
}


def subject_before(text: str, at: int, language: Language) -> list[Party]:
    """The States, governments or institutions that begin the sentence, when the verb at a place of a text is joined to their
    verb; none when another subject may stand between."""
    before = text[max(0, at - 320) : at]
    before = before[max((match.end() for match in _SENTENCE.finditer(before)), default=0) :]
    joined = _JOINED.search(before)
    if joined is None or (joined[0].strip() == "," and not re.match(r"\s*\w+(?:ing|ant|ndo)\b", text[at:])):
        return []
    opening = re.match(
        r"(?:(?:In|On|At|Since|After|During|En|À|Au|Desde|Tras|Durante|Depuis|Lors)\b[^,]*,\s+)?(?:(?:[Tt]he|[Ll]as?|[Ll]es?|[Ee]l|[Ll]os|[Ll][’'])\s*)?",
        before,
    )
    begins = opening.end() if opening else 0
    parties = parties_after(before[: joined.start()], begins, language)
    if not parties:
        return []
    behind = before[parties[-1].end : joined.start()]
    goes_on = re.match(rf"\s*(?:\([^()]{{2,20}}\)\s*)?(?:,[^,]{{2,80}},)?\s*{_VERB[language]}", behind)
    return parties if goes_on and not _OTHER_SUBJECT.search(behind) else []

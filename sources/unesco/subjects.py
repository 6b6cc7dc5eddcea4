"""The parties that stand before a verb as its subject, in English, French and Spanish, as they are printed.

"The Ministry of Culture of Oman and Tongji University, in Shanghai, hosted" names two. A State is a subject only where it begins a
clause, is joined to one that does, or is what "which" goes back to; "experts from China" are none. In "China hosted the forum and
will fund the next" the subject stands before another verb.
"""

import re

from sources.unesco import party_words as w
from sources.unesco.names import before_firm, name_start, named_firm
from sources.unesco.parties import Party, own_state, parties_after, sentence_before
from sources.unesco.states import is_state, states_in
from sources.unesco.stretch import Language, Stretch

_JOINED = re.compile(
    r"(?:\b(?:and|et|y|e|but|mais|pero|as well as)(?:\s+\w+(?:ly|mente|ment)|\s+(?:also|aussi|también|then|ensuite))?|,)\s*$"
)
_OTHER_SUBJECT = re.compile(
    r"\b(?:that|which|who|whom|whose|where|while|whereas|when|qui|que|qu|dont|où|quien|quienes|cuy[oa]s?|donde|mientras|tandis)\b|[\"“”«»]"
)
_VERB = {
    "en": r"(?:co-)?(?:has|have|had|will|is|are|was|were|agreed|plans?|intends?|also|\w+(?<!e)(?:ed|es)|"
    r"\w{3,}s|held|led|took|gave|brought|met|sent|built|paid)\b",
    "fr": r"(?:a|ont|avait|est|sont|va|sera|\w+(?:era|eront|ent|e))\b",
    "es": r"(?:ha|han|había|es|son|fue|será|\w+(?:ó|aron|ieron|ará|erá|irá|a|e))\b",
}


def parties_before(text: str, at: int, language: Language) -> list[Party]:
    """The parties that are the subject of the verb at a place of a text: States, their governments and institutions."""
    before, origin = sentence_before(text, at), None
    if inserted := w.INSERTED.fullmatch(before):  # "Kenya, whose draft was backed by China, was elected"
        before, origin = inserted["before"], _origin(inserted["inserted"])
    elif titled := w.TITLED_FROM.fullmatch(before.rstrip()):
        before, origin = titled["before"], titled["state"] if is_state(titled["state"]) else None
    relative = (w.RELATIVE.search(before) or w.WHOSE.match(text, at)) is not None
    stretch = Stretch(w.POSTED.sub(r"\1", w.ACCREDITED.sub("", w.ANNOUNCED.sub("", before.rstrip(" ,")))), language)
    return _listed(stretch, at, origin, relative)


def _listed(stretch: Stretch, at: int, origin: str | None, relative: bool) -> list[Party]:
    """The parties of the list that ends a stretch; the `origin` is that of the last."""
    end, found, joined = len(stretch.tokens), list[Party](), False
    while True:
        start, last, country = _name(stretch, end)
        if start == last:
            return found
        words = stretch.printed(stretch.at(start).start, stretch.at(last - 1).end)
        if w.MONTH.fullmatch(words):
            return found
        if w.PEOPLE.match(words) or w.ALONE.match(words):
            return []
        if not w.BODY_ITSELF.match(words):
            found.insert(0, Party(words, origin or country, at))
        start, origin = _before_it(stretch, start, last), None
        left = _joined_end(stretch, start, last, joined)
        if left is None:
            return found if _begins(stretch, start, relative) else []
        end, joined = left, True


def _name(stretch: Stretch, end: int) -> tuple[int, int, str | None]:
    """Where the name begins and ends that ends a stretch, with the State that is printed beside or in it; no name: an empty one."""
    end, seat = _seat(stretch, end)
    country = None
    if stretch.at(end - 1).text == ")" and stretch.at(end - 2).is_state and stretch.at(end - 3).text == "(":
        country, end = stretch.printed(stretch.at(end - 2).start, stretch.at(end - 2).end), end - 3
    last = end
    if stretch.at(end - 1).text == ")" and stretch.at(end - 3).text == "(" and stretch.at(end - 2).text.isupper():
        end -= 3  # "… Institute (WHITRAP) hosted"
    start = name_start(stretch, end)
    if start == end:
        return last, last, None
    start = min(named_firm(stretch, stretch.skip_articles(start)), end - 1)
    country = country or own_state(stretch, start, end)
    if country is None and seat and w.LOCAL_BODY.search(stretch.printed(stretch.at(start).start, stretch.at(end - 1).end)):
        country = seat
    return start, last, country


def _seat(stretch: Stretch, end: int) -> tuple[int, str | None]:
    """Where a name ends that goes on in "in Ulaanbaatar, Mongolia", and the State that is printed there; else the end itself."""
    at = end - 1
    while stretch.at(at).is_capital or (stretch.at(at).text == "," and at < end - 1 and stretch.at(at - 1).is_capital):
        at -= 1
    named = stretch.at(at - 1).is_capital or stretch.at(at - 1).text == ")"
    if at == end - 1 or stretch.at(at).word not in ("in", "en", "à", "au", "aux") or not named:
        return end, None
    last = stretch.at(end - 1)
    return at, stretch.printed(last.start, last.end) if last.is_state else None


def _before_it(stretch: Stretch, start: int, last: int) -> int:
    """Where a party begins with its article, its "firm" and its "of"."""
    start = before_firm(stretch, start)
    while stretch.at(start - 1).word in w.ARTICLES:
        start -= 1
    if stretch.at(start - 1).word in w.AGAIN and stretch.at(start - 2).word in w.JOINERS and stretch.at(last - 1).is_state:
        start -= 1  # "… of Egypt and of Greece"
    return start


def _joined_end(stretch: Stretch, start: int, last: int, joined: bool) -> int | None:
    """Where the party ends to which the one that begins here is joined in a list; None where it is joined to none."""
    before_it, behind_comma = stretch.at(start - 1), stretch.at(start - 2).text == ","
    state = stretch.at(last - 1).is_state and start >= last - 3
    left = stretch.at(start - 3 if behind_comma else start - 2)
    lists = before_it.word in w.JOINERS or (before_it.word == "," and joined)
    end = start - (2 if behind_comma else 1)
    if lists and (left.text == ")" or (left.is_capital and (left.is_state or not state))):
        return end
    named = (
        lists and not state and stretch.language != "en" and name_start(stretch, end) < end
    )  # "L’Académie chinoise des sciences et"
    return end if named else None


def _begins(stretch: Stretch, start: int, relative: bool) -> bool:
    """Whether a clause begins here; what "which" goes back to stands anywhere, but not behind "of"."""
    before_it = stretch.at(start - 1)
    if start == 0 or not before_it.text[0].isalpha() or before_it.word in w.CLAUSE_BEGINS | w.EVENTS:
        return True
    return relative and before_it.word not in w.LINKS


def _origin(inserted: str) -> str | None:
    """The State that an insertion behind a person names as the person's own: "of China", "ambassador of China"."""
    places = list(states_in(inserted))
    if len(places) != 1:
        return None
    from_it = re.match(r"(?:of|from|de|del|du|d[’'])\s*(?:la |the |l[’'])?$", inserted[: places[0].start])
    return places[0].name if from_it or w.BEARER.search(inserted) else None


def subject_before(text: str, at: int, language: Language) -> list[Party]:
    """The States, governments or institutions that begin the sentence, when the verb at a place of a text is joined to their
    verb; none when another subject may stand between."""
    before = sentence_before(text, at).lstrip()
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

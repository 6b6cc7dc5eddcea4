"""Where the name of a party begins and ends among the tokens of running text, in English, French and Spanish."""

from sources.unesco import party_words as w
from sources.unesco.stretch import Stretch, Token


def name_end(stretch: Stretch, place: int) -> int:
    """The place behind the name that begins here; the same place when none does."""
    first, second = stretch.at(place), stretch.at(place + 1)
    if first.is_state and (not second.is_capital or w.BEARING.match(second.text)):
        return place + 1
    last, at = place, place
    capital = first.word in w.GOVERNMENTS and _people_behind(stretch, place)  # "par le gouvernement chinois"
    while at < len(stretch.tokens):
        if capital and _abbreviated(stretch, at):
            at += 3
            continue
        if _stops(stretch, place, at, capital):
            break
        if _carries(stretch, place, at, capital):
            capital, last = capital or stretch.at(at).is_capital, at + 1
        elif stretch.at(at).word not in w.JOINERS and (stretch.at(at).word in w.TAILS or _plain(stretch, at)):
            last = at + 1
        at += 1
    return last if capital else place


def _stops(stretch: Stretch, place: int, at: int, capital: bool) -> bool:
    """Whether the name that began at a place ends before this one."""
    token, after = stretch.at(at), stretch.at(at + 1)
    if token.text in w.CURRENCIES or after.text == "$" or (at > place and w.BEARING.match(token.text)):
        return True
    if _carries(stretch, place, at, capital):
        return False
    if token.word in w.JOINERS:
        return _apart(stretch, place, at) or stretch.at(at + 2).word in ("by", "par", "por")
    if token.word in w.TAILS and capital:
        return False
    if token.word in w.FOR and (
        stretch.at(at - 1).word.endswith("-in-trust") or not stretch.at(stretch.skip_articles(at + 1)).is_capital
    ):
        return True  # what a fund is for is no part of its name
    if token.word in ("at", "in") and _within(stretch, place, at):
        return False
    if token.word == "on" and not w.INSTITUTION.search(stretch.at(at - 1).text):
        return True
    return token.word not in w.LINKS and not _plain(stretch, at)


def _within(stretch: Stretch, place: int, at: int) -> bool:
    """Whether "at Peking University" stands here, behind a chair or a centre that is a part of it."""
    part = any(w.PART.match(token.word) for token in stretch.tokens[place:at])
    return part and any(
        token.word.startswith(("universi", "academy", "college")) for token in piece_of(stretch, stretch.skip_articles(at + 1))
    )


def _carries(stretch: Stretch, place: int, at: int, capital: bool) -> bool:
    """Whether a word is a part of a name wherever it stands: a capital, a "government"."""
    token = stretch.at(at)
    return token.is_capital or (token.word in w.HEADS and (at == place or stretch.at(at + 1).word == "of" or not capital))


def _abbreviated(stretch: Stretch, at: int) -> bool:
    """Whether "(NDRC) of" stands here, behind which the name goes on."""
    return stretch.at(at).text == "(" and stretch.at(at + 2).text == ")" and stretch.at(at + 3).word in ("of", "de", "du", "d'")


def _people_behind(stretch: Stretch, at: int) -> bool:
    """Whether an adjective that may name a people stands behind a lower-case head: "gouvernement chinois"."""
    behind = stretch.at(at + 1)
    if behind.word in ("national", "nationale", "nacional"):
        behind = stretch.at(at + 2)
    return behind.text.islower() and len(behind.text) > 4 and _plain(stretch, at + 1) and behind.word not in w.LOCAL


def _plain(stretch: Stretch, at: int) -> bool:
    """Whether a lower-case word may be part of a name, as in French and Spanish it may."""
    token = stretch.at(at)
    if stretch.language == "en" or not token.text[0].isalpha() or token.word in w.LINKS or stretch.at(at + 1).text[0].isdigit():
        return False
    if token.word in w.FOR:
        return True
    if stretch.at(at - 1).is_state or token.word in w.OFFICES or stretch.at(at + 1).word in w.DETERMINERS:
        return False  # a noun has no article right behind it: "analiza la educación"
    return token.word not in w.STOPS[stretch.language] and not w.FINITE[stretch.language].search(token.word)


def name_start(stretch: Stretch, end: int) -> int:
    """The place at which the name begins that ends here."""
    start, at = end, end - 1
    if stretch.at(at).word in w.TAILS and not stretch.at(at).is_capital and stretch.at(at - 1).is_capital:
        start, at = at, at - 1  # "The Chinese government"
    if (head := _lower_head(stretch, end)) is not None:
        return head
    if stretch.at(at).word in w.REGIONS and stretch.at(at - 1).is_capital:
        start, at = at, at - 1  # "… for Asia and the Pacific region"
    while at >= 0:
        token = stretch.at(at)
        if token.is_capital or (token.word in w.HEADS and start < end):
            start = at
        elif token.word in w.JOINERS:
            if start == end or _apart(stretch, max(0, at - 8), at):
                break
        elif start == end or token.word == "on" or not (token.word in w.LINKS or _for_unesco(stretch, at)):
            break
        at -= 1
    if stretch.at(end - 1).is_state and start < end - 1 and stretch.at(end - 2).is_capital:
        return end - 1  # "Today China": the word before only begins the sentence
    return start


def named_firm(stretch: Stretch, place: int) -> int:
    """The place of the name behind "Chinese tech giant", "l’entreprise chinoise"; the same place when there is none."""
    if stretch.at(place).text.endswith("-based") and stretch.at(place + 1).is_capital:
        return place + 1
    start = place if stretch.at(place).text[0].islower() else place + 1  # behind "Chinese"
    at = start
    while at < start + 4 and _describes(stretch, at):
        at += 1
    firm = any(stretch.at(word).word in w.FIRMS for word in range(start, at))
    return at if firm and stretch.at(at).is_capital else place


def before_firm(stretch: Stretch, start: int) -> int:
    """Where "Chinese tech giant" begins before a name, else where the name begins."""
    at = start
    while at > start - 4 and _describes(stretch, at - 1):
        at -= 1
    firms = [word for word in range(at, start) if stretch.at(word).word in w.FIRMS]
    if not firms:
        return start
    return at - 1 if stretch.at(at - 1).is_capital else at if stretch.language == "en" else firms[0]


def _describes(stretch: Stretch, at: int) -> bool:
    """Whether a lower-case word may say what a firm is: "drone maker"."""
    token = stretch.at(at)
    return token.text[0].islower() and token.word not in w.LINKS | w.JOINERS | w.ARTICLES | w.CLAUSE_BEGINS | w.AFTER_NAME


def _lower_head(stretch: Stretch, end: int) -> int | None:
    """The place of a lower-case "gobierno" or "ministère" that begins a clause and whose name ends here; None where none does."""
    for at in range(end - 1, max(-1, end - 12), -1):
        token = stretch.at(at)
        if token.word in w.GOVERNMENTS and at < end - 1:
            begins = all(stretch.at(left).word in w.ARTICLES for left in range(at)) or (
                stretch.at(at - 1).word in w.ARTICLES
                and (stretch.at(at - 2).word in w.CLAUSE_BEGINS | w.JOINERS or stretch.at(at - 2).word in ("à", "a", "to"))
            )
            named = any(each.is_capital for each in stretch.tokens[at:end]) or stretch.at(at + 1).word not in w.LOCAL
            if begins:
                return at if named else None
        stop = stretch.language != "en" and token.word in w.STOPS[stretch.language]
        if (
            (not token.text[0].isalpha() and not token.is_state)
            or stop
            or (token.word in w.JOINERS and not _another_field(stretch, at))
        ):
            return None
        if stretch.language == "en" and not (token.is_capital or token.word in w.LINKS | w.ADMINISTRATIVE | w.ARTICLES):
            return None
    return None


def _another_field(stretch: Stretch, at: int) -> bool:
    """Whether "et du tourisme" or "et technologies" stands here: a further field of a ministry, not another party."""
    start = stretch.skip_articles(at + 2)
    if stretch.at(at + 1).text.islower() and stretch.at(at + 1).word not in w.ARTICLES | w.AGAIN | w.STOPS[stretch.language]:
        return stretch.language != "en"  # "des sciences et technologies de"
    return stretch.at(at + 1).word in w.AGAIN and not stretch.at(start).is_capital


def _for_unesco(stretch: Stretch, at: int) -> bool:
    """Whether "pour l’UNESCO" or "con la UNESCO" stands here, which is a part of a commission's name."""
    return stretch.at(at).word in w.FOR | {"with", "avec"} and stretch.at(stretch.skip_articles(at + 1)).word == "unesco"


def piece_of(stretch: Stretch, start: int) -> list[Token]:
    """The capitals and links from here on: what the next name may be."""
    found: list[Token] = []
    for token in stretch.tokens[start : start + 14]:
        if not token.is_capital and token.word not in w.LINKS:
            break
        found.append(token)
    while found and not found[-1].is_capital:
        found.pop()
    return found


def _apart(stretch: Stretch, place: int, joint: int) -> bool:
    """Whether what stands left and right of an "and" are two parties, not one name."""
    start = stretch.skip_articles(joint + 1)
    right = stretch.at(start)
    if stretch.at(joint - 1).is_state or right.is_state or (stretch.at(joint - 1).word == "unesco" and joint - 1 == place):
        return True
    if stretch.at(joint - 1).text == ")":
        return right.is_capital
    if w.SECOND_HALF.match(right.word) or right.word in w.PEOPLES:
        return False
    if right.word == "unesco":
        return True
    follows = w.INSTITUTION.search(stretch.at(joint - 1).text) or stretch.language != "en"
    if follows and right.is_capital and not right.is_owner and stretch.at(start + 1).word not in w.JOINERS and start == joint + 1:
        return any(w.INSTITUTION.search(token.text) for token in stretch.tokens[place:joint])
    left = any(token.is_state or w.INSTITUTION.search(token.text) for token in stretch.tokens[place:joint])
    named = [token for token in piece_of(stretch, start) if w.INSTITUTION.search(token.text)]
    return bool(right.is_capital and named and (left or start > joint + 1))

"""A stretch of running text as tokens, in which each State's name is one token, whatever commas and "and" stand in it."""

import re
from typing import Literal, NamedTuple

from sources.unesco import party_words as w
from sources.unesco.states import states_in

Language = Literal["en", "fr", "es"]
_TOKEN = re.compile(
    r"\b(?:(?:[A-Z]\.){2,}|(?:Mr|Ms|Mrs|Dr|Prof|Sr|Sra|St)\.|[A-Z]\.(?=\s))|[\ue000-\ue0ff](?:[’']s\b)?|\b[dlDL][’']|[^\W_]+(?:[.’'&/‑-]+[^\W_]+)*|[(),&]|[^\s\w]"
)


class Token(NamedTuple):
    """A word, a mark, or a State that was put aside."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.replace("’", "'").lower()

    @property
    def is_state(self) -> bool:
        return len(self.text) == 1 and "\ue000" <= self.text <= "\ue0ff"

    @property
    def is_owner(self) -> bool:
        """Whether it is a State in the possessive: "China’s"."""
        return len(self.text) > 1 and "\ue000" <= self.text[0] <= "\ue0ff"

    @property
    def is_capital(self) -> bool:
        upper = self.text[0].isupper() or self.text[1:3].isupper()  # "iFLYTEK"
        return self.is_state or self.is_owner or (upper and not self.word.endswith("'"))


class Stretch:
    """A stretch of text with each State put aside as one character, so that its commas and its "and" are out of the way."""

    def __init__(self, text: str, language: Language):
        places = list(states_in(text))[:200]
        self.names = [place.name for place in places]
        for number, place in reversed(list(enumerate(places))):
            text = f"{text[: place.start]}{chr(0xE000 + number)}{text[place.end :]}"
        self.text, self.language = text, language
        self.tokens = [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]

    def printed(self, start: int, end: int) -> str:
        """The words of some characters, as they were printed."""
        return "".join(self.names[ord(char) - 0xE000] if "\ue000" <= char <= "\ue0ff" else char for char in self.text[start:end])

    def at(self, place: int) -> Token:
        """A token, an empty one beyond the end."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else Token(" ", len(self.text), len(self.text))

    def skip_articles(self, place: int) -> int:
        while self.at(place).word in w.ARTICLES:
            place += 1
        return place

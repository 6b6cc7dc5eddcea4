"""Country names and codes as the bodies print them → ISO 3166 alpha-2. Matched exactly after normalising; HK, MO and TW are codes
of their own. Data: gazetteer/countries.csv (UN languages, formal, inverted and abbreviated forms)."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.attribute.normalise import clean, key
from sources.formats.phrases import is_far_eastern

_BRACKETED = re.compile(r"^\s*\(([^()]*)\)[\s.]*$")
_INVERTED = re.compile(r"^([^(),]{3,40})[(,]([^()]{2,60})\)?[\s.]*$")
_ARTICLE = re.compile(r"^(the|la|le|les|el|los|las|l|republic of|kingdom of|state of) ")
_SHORT = {"rep": "republic", "dem": "democratic", "peoples": "peoples", "fed": "federal"}


class Countries:
    """Names and codes of countries, by key (see normalise.key)."""

    def __init__(self, names: Mapping[str, str], codes: Mapping[str, str]) -> None:
        self.names = names
        self.codes = codes
        self.named = lru_cache(maxsize=20_000)(self._named)

    def coded(self, text: str) -> str | None:
        """Return the country of a field that holds only a country: a name, or a code (CN, CHN)."""
        return self.named(text) or self.codes.get(key(clean(text)))

    def _named(self, text: str) -> str | None:
        """Return the country of a text that is a whole country name: "China (People's Republic of)", "Iran, Islamic Republic of",
        "(Malaysia)"."""
        if len(text) > 120:
            return None
        text = clean(text)
        if inner := _BRACKETED.match(text):
            text = inner[1]
        if inverted := _INVERTED.match(text):
            head, tail = inverted.groups()
            if code := self._plain(f"{tail} {head}"):
                return code
            if key(tail).endswith((" of", " of the")) and key(head) not in ("china", "korea", "congo"):
                return self._plain(head)
        return self._plain(text)

    def _plain(self, text: str) -> str | None:
        name = key(text)
        if is_far_eastern(name):
            return self.names.get(name.replace(" ", ""))
        while name:
            code = self.names.get(name) or self.names.get(" ".join([_SHORT.get(w, w) for w in name.split()]))
            shorter = _ARTICLE.sub("", name)
            if code or shorter == name or shorter in ("china", "korea", "congo"):
                return code
            name = shorter
        return None


def read_countries(rows: Iterable[Mapping[str, str]]) -> Countries:
    """Return the countries of the rows of gazetteer/countries.csv. Of two countries with one name the first counts."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for row in rows:
        codes[row["code"].lower()] = codes[row["alpha3"].lower()] = row["code"]
        for printed in (row["name"], *filter(None, row["names"].split("|"))):
            names.setdefault(name_key(printed), row["code"])
    return Countries(names, codes)


def name_key(printed: str) -> str:
    """Return the key of a name; without spaces in scripts that have none between words."""
    found = key(printed)
    return found.replace(" ", "") if is_far_eastern(found) else found


def printed_suffix(text: str) -> str | None:
    """Return the last part of a text after a comma, bracket or slash ("NEC, Japan" → "Japan"), or None."""
    text = text.rstrip(" .)]?;")
    cut = max(text.rfind(","), text.rfind("("), text.rfind("/"), text.rfind(" - "))
    return text[cut + 1 :].lstrip(" -") if cut > 0 else None

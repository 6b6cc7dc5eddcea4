"""Rule mail-domain: the employer by the domain of an address or site printed in the party. The address itself is not kept."""

import re
from collections.abc import Mapping

from bot.attribute.lexicon import PartyMatch
from bot.attribute.words import words

_DOMAIN = re.compile(r"(?:@|www\.|^)((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,6})\b", re.IGNORECASE)
_FREE = words("gmail.com 163.com 126.com qq.com outlook.com hotmail.com yahoo.com foxmail.com sina.com sohu.com icloud.com")
_NATIONAL = {
    "cn": "CN",
    "hk": "HK",
    "mo": "MO",
    "tw": "TW",
    "jp": "JP",
    "kr": "KR",
    "de": "DE",
    "fr": "FR",
    "uk": "GB",
    "it": "IT",
    "es": "ES",
    "nl": "NL",
    "be": "BE",
    "ch": "CH",
    "at": "AT",
    "se": "SE",
    "fi": "FI",
    "dk": "DK",
    "no": "NO",
    "pl": "PL",
    "cz": "CZ",
    "ru": "RU",
    "in": "IN",
    "au": "AU",
    "ca": "CA",
    "br": "BR",
    "za": "ZA",
    "gov": "US",
    "mil": "US",
    "edu": "US",
    "sg": "SG",
    "my": "MY",
    "tr": "TR",
    "il": "IL",
    "pt": "PT",
    "ie": "IE",
    "gr": "GR",
    "mx": "MX",
    "nz": "NZ",
    "ae": "AE",
    "sa": "SA",
    "id": "ID",
    "th": "TH",
    "vn": "VN",
}


def by_domain(text: str, domains: Mapping[str, tuple[str, str]]) -> PartyMatch | None:
    """The finding by a domain in the text; mail providers open to all say nothing."""
    if "." not in text or not (match := _DOMAIN.search(text)):
        return None
    domain = match[1].lower()
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        tail = ".".join(labels[start:])
        if tail in _FREE:
            return None
        if tail in domains:
            country, name = domains[tail]
            return PartyMatch(country or None, name, "mail-domain", 0.85)
    country_of_zone = _NATIONAL.get(labels[-1])
    return (
        PartyMatch(country_of_zone, domain, "national-domain", 0.7) if country_of_zone and len(labels) > 1 and "@" in text else None
    )

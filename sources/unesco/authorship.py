"""Who stands behind a document of UNESCO: what its title says of roles, its creators, and the States that its code names."""

import re
from collections.abc import Iterable, Iterator

from sources.base import Claim, Evidence
from sources.unesco.codes import Code
from sources.unesco.roles import claims_in

_NATIONAL = re.compile(
    r"national commission|commission nationale|comisión nacional|"
    r"\. (?:ministry|ministère|ministerio|government|permanent delegation)\b",
    re.IGNORECASE,
)


def behind_document(url: str, title: str, field: str, creators: Iterable[str], code: Code | None) -> Iterator[Claim]:
    """The claims of a document; `field` is the name of the field that prints its creators. National bodies among these are the
    source of what they write; other authors only take part, and persons beside a national body are not told apart from the commas
    of its name. A draft resolution's code names who submits it."""
    yield from claims_in(title, url, "title")
    for creator in creators:
        national = [name for name in creator.split(", ") if _NATIONAL.search(name)]
        for name in national or [creator]:
            yield Claim("source" if national else "author", name, Evidence(url, field, creator))
    for state in re.split(r",\s*|\s+and\s+", code.states) if code and code.states else ():
        yield Claim("submitter", state, Evidence(url, "document_code", code.states if code else ""), state)

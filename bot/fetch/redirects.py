"""Where redirects lead: an answer was asked for at one address, and lies in the archive under another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.fetch.urls import MOVED, target
from sources.base import Source
from state.archive.reader import Recorded


@dataclass(frozen=True, slots=True)
class Trail:
    """Recorded redirects: `moved` leads from each address, by the name of its follow, to the one that it named."""

    moved: Mapping[str, str]

    def end(self, name: str) -> str:
        """Where the answer to a follow lies in the end."""
        met = set()
        while name in self.moved and name not in met:
            met.add(name)
            name = self.moved[name]
        return name

    def beginnings(self, names: Iterable[str]) -> list[str]:
        """The addresses, of these and of the redirects, that no redirect leads to: each page by what was asked for."""
        led_to = set(self.moved.values())
        return [name for name in dict.fromkeys([*names, *self.moved]) if name not in led_to]


def trail(source: Source, answers: Iterable[Recorded]) -> Trail:
    """The redirects among some recorded answers."""
    return Trail(
        {
            source.canonical(each.url): source.canonical(target(each.url, location))
            for each in answers
            if each.status in MOVED and (location := each.headers.get("location"))
        }
    )

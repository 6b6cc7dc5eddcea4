"""The notices that licences ask for where a body's content is shown or handed on."""

from collections.abc import Iterable

from rich.console import Console

from bot.render.terminal import markup
from sources import all_sources


def notices(sources: Iterable[str | None]) -> list[str]:
    """The attribution texts of some sources by name, each once, in the order of the names."""
    known = all_sources()
    texts = [known[name].attribution for name in sorted({name for name in sources if name}) if name in known]
    return list(dict.fromkeys(text for text in texts if text))


def print_notices(sources: Iterable[str | None]) -> None:
    """Close what people are shown with the notices of the sources it is from."""
    console = Console(highlight=False, soft_wrap=True)
    for text in notices(sources):
        console.print(f"[dim]{markup(text)}[/]")

"""The console: alerts as text on standard error, so that standard output stays free for JSON lines."""

from collections.abc import Callable
from datetime import tzinfo

from rich.console import Console

from bot.render import alert_text
from state.reading import Row


def console_channel(zone: tzinfo) -> Callable[[Row], str | None]:
    """A channel that prints each alert; times are shown in `zone`."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)

    def send(alert: Row) -> str | None:
        console.print(alert_text(alert, zone), end="\n\n")
        return None

    return send

"""Console: alerts as text on standard error, so that standard output stays free for JSON lines."""

from datetime import tzinfo

from rich.console import Console

from bot.deliver.channel import Channel
from bot.render.message import Message
from bot.render.terminal import alert_text, markup


class ConsoleChannel(Channel):
    """Prints each message, with times in `zone`."""

    def __init__(self, zone: tzinfo):
        self.zone = zone
        self.console = Console(stderr=True, soft_wrap=True, highlight=False)

    def check(self) -> str:
        """Return that the channel is ready: it is written on this machine."""
        return "ready, it is written here"

    def send(self, message: Message) -> str | None:
        """Print a message; this never fails."""
        if message.notice:
            self.console.print(f"[bold]notice[/] {markup(message.notice)}", end="\n\n")
        for alert in [message.alert] if message.alert else message.parts:
            self.console.print(alert_text(alert, self.zone), end="\n\n")
        return None

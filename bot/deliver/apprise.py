"""Other chats (Teams, Mattermost, Matrix and many more) through the extra `apprise`. The address is APPRISE_URL or `url`."""

from datetime import tzinfo

from bot.deliver.channel import Channel
from bot.errors import ConfigError, RetryLater
from bot.render.message import Message, body_text, subject


class AppriseChannel(Channel):
    """A chat by its apprise address. Apprise only reports success or failure, so every failed message is sent again."""

    def __init__(self, url: str, zone: tzinfo):
        try:
            from apprise import Apprise, NotifyFormat
        except ImportError as error:
            raise ConfigError('A channel of kind apprise needs the extra: pip install "standards-watch[apprise]".') from error
        self.zone, self.format = zone, NotifyFormat.TEXT
        self.chat = Apprise()
        if not self.chat.add(url):
            raise ConfigError("The address of a channel of kind apprise is none that apprise knows.")

    def send(self, message: Message) -> str | None:
        """Send a message. Raises RetryLater."""
        text = body_text(message, self.zone)
        if not self.chat.notify(title=subject(message), body=text, body_format=self.format):
            raise RetryLater("The chat did not take the message.")
        return None

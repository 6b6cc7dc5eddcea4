"""The channel factory: each configured channel, made ready with its secret and its sending rules."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bot.config import ChannelTable, Config
from bot.deliver.channel import Channel
from bot.deliver.email import Server
from bot.deliver.routes import hours
from bot.deliver.worker import ReadyChannel
from bot.errors import ConfigError

PACE_S = {"slack": 1.0, "apprise": 1.0}  # Slack takes one message a second and channel

Environment = Mapping[str, str]


def ready_channels(config: Config, environment: Environment, db: Path) -> dict[str, ReadyChannel]:
    """Return all channels by name. Raises ConfigError where a secret is missing; secrets are read from the environment only."""
    return {
        name: ReadyChannel(
            MAKE[table.kind](config, name, environment, db),
            hours(config, table),
            PACE_S.get(table.kind, 0.0) if table.pace_s is None else table.pace_s,
            give_up=timedelta(hours=table.give_up_hours),
        )
        for name, table in config.channels.items()
    }


def console(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.console import ConsoleChannel

    return ConsoleChannel(config.local)


def slack(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.slack import SlackChannel, WebhookChannel

    table = config.channels[name]
    if token := environment.get("SLACK_BOT_TOKEN"):
        return SlackChannel(token, table.channel, config.local, table.api_url)
    if url := environment.get("SLACK_WEBHOOK_URL"):
        return WebhookChannel(url, config.local)
    raise ConfigError(f"The channel {name} needs SLACK_BOT_TOKEN, or SLACK_WEBHOOK_URL, in the environment.")


def email(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.email import EmailChannel

    return EmailChannel(server(config.channels[name], environment), sender(config, name), config.local)


def webhook(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.webhook import SignedWebhook

    secret = environment.get("WEBHOOK_SECRET")
    if not secret:
        raise ConfigError(f"The channel {name} needs WEBHOOK_SECRET in the environment, to sign what it posts.")
    return SignedWebhook(config.channels[name].url, secret)


def apprise(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.apprise import AppriseChannel

    url = config.channels[name].url or environment.get("APPRISE_URL", "")
    if not url:
        raise ConfigError(f"The channel {name} needs APPRISE_URL in the environment.")
    return AppriseChannel(url, config.local)


def feed(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.atom import FeedChannel

    path = config.channels[name].path
    assert path is not None  # the configuration demands it
    return FeedChannel(path, name, db)


MAKE: dict[str, Callable[[Config, str, Environment, Path], Channel]] = {
    "console": console, "slack": slack, "email": email, "webhook": webhook, "apprise": apprise, "feed": feed,
}  # fmt: skip


def sender(config: Config, name: str) -> str:
    """Return the sender address of a mail channel. Raises ConfigError when there is none."""
    table = config.channels[name]
    address = table.sender or (table.username if "@" in table.username else "") or config.http.contact.removeprefix("mailto:")
    if "@" not in address:
        raise ConfigError(f'The channel {name} needs a sender, for example sender = "standards-watch@example.org".')
    return address


def server(table: ChannelTable, environment: Environment) -> Server:
    """Return the mail server of a channel."""
    return Server(table.host, table.port, table.security, table.username, environment.get("SMTP_PASSWORD", ""))

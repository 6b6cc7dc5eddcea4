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


SECRETS = {"slack": ("SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL"), "webhook": ("WEBHOOK_SECRET",), "apprise": ("APPRISE_URL",)}


def check_channels(config: Config, environment: Environment) -> None:
    """Raise ConfigError, naming key and line, when a channel lacks its sender or its secret, or that has the wrong form."""
    for name, table in config.channels.items():
        needed = SECRETS.get(table.kind, ())
        found = [environment[each] for each in needed if environment.get(each)]
        if needed and not found and not (table.kind == "apprise" and table.url):
            raise ConfigError(config.at(("channels", name), f"it needs {' or '.join(needed)} in the environment"))
        if table.kind == "webhook" and not is_signing_key(found[0]):
            raise ConfigError(config.at(("channels", name), "WEBHOOK_SECRET must be base64 behind its prefix whsec_"))
        if table.kind == "email":
            sender(config, name)


def ready_channels(config: Config, environment: Environment, db: Path) -> dict[str, ReadyChannel]:
    """Return all channels by name. Raises ConfigError where a secret is missing; secrets are read from the environment only."""
    check_channels(config, environment)
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
    return WebhookChannel(environment["SLACK_WEBHOOK_URL"], config.local)


def email(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.email import EmailChannel

    return EmailChannel(server(config.channels[name], environment), sender(config, name), config.local)


def webhook(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.webhook import SignedWebhook

    return SignedWebhook(config.channels[name].url, environment["WEBHOOK_SECRET"])


def apprise(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.apprise import AppriseChannel

    return AppriseChannel(config.channels[name].url or environment["APPRISE_URL"], config.local)


def feed(config: Config, name: str, environment: Environment, db: Path) -> Channel:
    from bot.deliver.atom import FeedChannel

    path = config.channels[name].path
    assert path is not None  # the configuration demands it
    return FeedChannel(path, name, db)


MAKE: dict[str, Callable[[Config, str, Environment, Path], Channel]] = {
    "console": console, "slack": slack, "email": email, "webhook": webhook, "apprise": apprise, "feed": feed,
}  # fmt: skip


def is_signing_key(secret: str) -> bool:
    """Return True when messages can be signed with a secret."""
    from bot.deliver.webhook import signing_key

    try:
        return bool(signing_key(secret))
    except ValueError:
        return False


def sender(config: Config, name: str) -> str:
    """Return the sender address of a mail channel. Raises ConfigError when there is none."""
    table = config.channels[name]
    address = table.sender or (table.username if "@" in table.username else "") or config.http.contact.removeprefix("mailto:")
    if "@" not in address:
        reason = 'it needs a sender, for example sender = "standards-watch@example.org"'
        raise ConfigError(config.at(("channels", name), reason))
    return address


def server(table: ChannelTable, environment: Environment) -> Server:
    """Return the mail server of a channel."""
    return Server(table.host, table.port, table.security, table.username, environment.get("SMTP_PASSWORD", ""))

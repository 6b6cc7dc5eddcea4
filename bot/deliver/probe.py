"""Whether a channel would let us in: the token is tried, the mail server greeted. Nothing is sent to anybody."""

import smtplib
import ssl
from collections.abc import Mapping

from bot.config import ChannelTable

TIMEOUT_S = 15


def welcome(table: ChannelTable, environment: Mapping[str, str]) -> str:
    """What is known of a channel with which nothing is wrong."""
    if table.kind in ("console", "feed"):
        return "ready, it is written here"
    if table.kind == "email" or (table.kind == "slack" and environment.get("SLACK_BOT_TOKEN")):
        return "it lets us in; nothing was sent"
    return "it is set up; only --send-test tells whether it takes anything"


def knock(table: ChannelTable, environment: Mapping[str, str]) -> str:
    """What is wrong with a channel, in a sentence, or an empty text; of kinds that can only be sent to nothing can be said."""
    if table.kind == "slack":
        return slack(table, environment)
    if table.kind == "email":
        return email(table, environment)
    return ""


def slack(table: ChannelTable, environment: Mapping[str, str]) -> str:
    """auth.test with the bot token; a webhook can only be tried by sending."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackClientError

    from bot.deliver.slack import Once

    token = environment.get("SLACK_BOT_TOKEN")
    if not token:
        return (
            ""
            if environment.get("SLACK_WEBHOOK_URL")
            else "It has neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL in the environment."
        )
    try:
        WebClient(token, base_url=table.api_url or WebClient.BASE_URL, timeout=TIMEOUT_S, retry_handlers=[Once()]).auth_test()
    except SlackClientError as error:
        response = getattr(error, "response", None)
        reason = response.get("error") if response is not None else error
        return f"Slack does not take the token ({reason})."
    except OSError as error:
        return f"Slack cannot be reached ({error})."
    return ""


def email(table: ChannelTable, environment: Mapping[str, str]) -> str:
    """EHLO, TLS and login, then goodbye."""
    context = ssl.create_default_context()
    try:
        if table.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(table.host, table.port, timeout=TIMEOUT_S, context=context)
        else:
            smtp = smtplib.SMTP(table.host, table.port, timeout=TIMEOUT_S)
        with smtp:
            smtp.ehlo()
            if table.security == "starttls":
                smtp.starttls(context=context)
            if table.username:
                smtp.login(table.username, environment.get("SMTP_PASSWORD", ""))
    except (OSError, smtplib.SMTPException) as error:
        return f"The mail server {table.host}:{table.port} does not let us in ({error})."
    return ""

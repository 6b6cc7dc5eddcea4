"""Structured logs on standard error: text for people on a terminal, JSON for machines. Secrets are removed."""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from bot.config import SECRETS

Format = Literal["text", "json"]
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up(fmt: Format, level: str) -> None:
    """Configure logging from a level on. Every line carries what is bound to the run (its number and source)."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if fmt == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def without_secrets(logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return a log line with the values of secrets replaced, wherever they occur."""
    return {key: redacted(value) for key, value in line.items()}


def redacted(value: Any) -> Any:
    """Return a value without any secret of the environment in it."""
    if isinstance(value, (list, tuple)):
        return [redacted(each) for each in value]
    if isinstance(value, dict):
        return {key: redacted(each) for key, each in value.items()}
    text = value if isinstance(value, str) else repr(value)
    cleaned = text
    for secret in filter(None, (os.environ.get(name) for name in SECRETS)):
        cleaned = cleaned.replace(secret, "[secret]")
    return value if cleaned == text else cleaned

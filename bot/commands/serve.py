"""`serve`: the scheduler."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import structlog
from click.core import ParameterSource

from bot.app import App, app_of, now
from bot.errors import ConfigError
from bot.logs import set_up
from bot.service.heartbeat import Heartbeat
from state.locks import Taken, alone

log = structlog.get_logger()
ENDING = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.pass_context
def serve_command(ctx: click.Context) -> None:
    """Poll every source at its time, tell the channels, and keep house, until a signal ends it. What is missed while it is down
    is made up for at the next start. One at a time per database."""
    here = app_of(ctx)
    if ctx.parent and ctx.parent.get_parameter_source("log_level") is ParameterSource.DEFAULT:
        set_up(ctx.obj.log_format, "info")  # what a service does is of interest, what one command does is on the screen
    try:
        with alone(here.db_path, now()):
            run(here)
    except Taken as taken:
        raise ConfigError(str(taken)) from taken
    sys.stderr.flush()
    os._exit(0)  # a poll that is stuck in the network must not hold up the end; what it did not commit never was


def run(here: App) -> None:
    """Start the service and wait for its end. Raises ConfigError before anything is polled."""
    from bot.service.scheduler import Service  # here, for --help needs none of it

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what jobs do wrong is told by ourselves, once
    here.desk(told=True)
    here.channels()
    sources = here.sources(())
    pulse = Heartbeat()
    service = Service(here, sources, pulse)
    # Waited for, not handled: a handler runs only once this thread does something, and it may be about to wait for good. Threads
    # that are started from here on leave these signals alone, too.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    with watched(here, pulse):
        service.start()
        log.info("serving", sources=len(sources), database=str(here.db_path))
        signal.sigwait(ENDING)
        service.end()


@contextmanager
def watched(here: App, pulse: Heartbeat) -> Iterator[None]:
    """Answer machines while the block runs, if the configuration says where. Raises ConfigError when that place is taken."""
    from bot.service.http import Monitor, open_monitor

    listen = here.config.ops.listen
    if not listen:
        yield
        return
    try:
        server = open_monitor(Monitor(here, here.sources(()), pulse), listen)
    except OSError as error:
        raise ConfigError(
            f"Nothing can be shown at {listen} ({error.strerror}); set ops.listen to another place, or to ''."
        ) from error
    try:
        yield
    finally:
        server.shutdown()

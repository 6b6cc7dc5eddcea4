"""`serve`: the scheduler as a service, one process a database."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import structlog
from click.core import ParameterSource

from bot.app import App, app_of
from bot.errors import ConfigError
from bot.logs import set_up
from bot.service.heartbeat import Heartbeat
from state.locks import Locked, lock

log = structlog.get_logger()
ENDING = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.pass_context
def serve_command(ctx: click.Context) -> None:
    """Poll every source at its time, tell the channels, prune and back up, until a signal ends it. Polls missed while it was
    down are made up for at the next start. One process a database."""
    app = app_of(ctx)
    if ctx.parent and ctx.parent.get_parameter_source("log_level") is ParameterSource.DEFAULT:
        set_up(ctx.obj.log_format, "info")  # a service logs what it does; a command prints it
    try:
        with lock(app.db_path, "service", f"{app.db_path} is in use by `serve`,"):
            run(app)
    except Locked as taken:
        raise ConfigError(str(taken)) from taken
    sys.stderr.flush()
    os._exit(0)  # do not wait for a poll that hangs in the network; what it did not commit is rolled back


def run(app: App) -> None:
    """Start the service and wait for a signal. Raises ConfigError before anything is polled."""
    from bot.service.scheduler import Service  # imported here: --help needs none of it

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # the heartbeat logs failing jobs, once
    app.channels()
    app.create()
    app.run_context(telling=True)
    sources = app.sources(())
    heartbeat = Heartbeat()
    service = Service(app, sources, heartbeat)
    # Wait for signals instead of handling them: a handler would not run while this thread blocks. Threads started from here on
    # inherit the mask.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    with monitor_endpoint(app, heartbeat):
        service.start()
        log.info("serving", sources=len(sources), database=str(app.db_path))
        signal.sigwait(ENDING)
        service.end()


@contextmanager
def monitor_endpoint(app: App, heartbeat: Heartbeat) -> Iterator[None]:
    """Serve /healthz, /readyz and /metrics while the block runs, if `ops.listen` is set. Raises ConfigError when that address is
    taken."""
    from bot.service.http import Monitor, open_monitor

    listen = app.config.ops.listen
    if not listen:
        yield
        return
    try:
        server = open_monitor(Monitor(app, app.sources(()), heartbeat), listen)
    except OSError as error:
        raise ConfigError(
            f"Nothing can be shown at {listen} ({error.strerror}); set ops.listen to another place, or to ''."
        ) from error
    try:
        yield
    finally:
        server.shutdown()

"""The command line: the table of commands, and errors as one sentence. A command's module is imported when it is called."""

import importlib
import sqlite3
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import click

from bot import VERSION

# name → its module under bot/commands/, which has a function NAME_command, and its short help: `--help` imports none of them
COMMANDS = {
    "demo": ("first_steps", "the whole pipeline offline, on ISO's committee lists of three days of 2025"),
    "init": ("first_steps", "write a commented standards-watch.toml"),
    "sources": ("sources", "what there is: health, last poll, schedule"),
    "run": ("run", "poll sources now"),
    "serve": ("serve", "the scheduler: every source at its time, until a signal ends it"),
    "replay": ("run", "the same from recorded captures (WARC), in date order"),
    "changes": ("changes", "what changed in the bodies' data"),
    "alerts": ("changes", "what the watchlists were told, or would have been"),
    "leaders": ("leaders", "who leads what, now or on a past day"),
    "trust": ("sources", "let a source in shadow mode tell people what it sees"),
    "digest": ("digest", "the week on one page: to look at, or sent by mail"),
    "outbox": ("outbox", "deliveries on their way: list, retry, drop"),
    "league": ("league", "who holds how many roles, on a day or by quarter"),
    "due": ("due", "ballots, consultations and approvals ahead, soonest first"),
    "gaps": ("league", "where they lead and our members are absent, ranked"),
    "show": ("show", "history, attributions and evidence of one record"),
    "topic": ("topic", "topics of a record with the reasons; add one, take one away"),
    "report": ("browser", "a static site with charts and tables, for people without the tool"),
    "export": ("export", "records, changes or leaders as CSV or JSON Lines"),
    "explore": ("browser", "the database in a browser, read only (Datasette)"),
    "held": ("held", "runs in quarantine: accept or drop them"),
    "correct": ("corrections", "say who really is behind a party, with the reason"),
    "corrections": ("corrections", "what people corrected; undo it"),
    "review": ("corrections", "parties that no rule knows, by how often they come"),
    "rehearse": ("rehearse", "what a changed gazetteer or watchlist would alert"),
    "doctor": ("upkeep", "is all well, and what to do where it is not"),
    "backup": ("upkeep", "a sound copy of the database"),
    "restore": ("upkeep", "put a backup in the place of the database"),
    "forget": ("upkeep", "take a person's name out of everything that is kept"),
    "new-source": ("new_source", "start a source: module, made-up page, test (in a checkout)"),
    "attribute": ("attribute", "JSON lines of printed parties in, countries out"),
}


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """Options given before the command."""

    config: Path | None
    db: Path | None
    log_format: str
    log_level: str


class Commands(click.Group):
    """Group of the commands in COMMANDS, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"bot.commands.{module}"), f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the words name. Raises click.UsageError with the nearest one."""
        if args and args[0] not in COMMANDS and (near := get_close_matches(args[0], COMMANDS, n=1)):
            ctx.fail(f"No such command {args[0]!r}; did you mean {near[0]}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file (default: standards-watch.toml here, if any).")
@click.option("--db", type=click.Path(path_type=Path), help="Database file; the evidence archive lies beside it.")
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Logs on standard error."
)
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="error", show_default=True)
@click.version_option(VERSION, prog_name="standards-watch")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, db: Path | None, log_format: str, log_level: str) -> None:
    """Watch who leads the work in ISO, ITU and UNESCO, and tell people in time.

    Exit status: 0 fine, 1 a source or a delivery failed, 2 wrong usage or configuration.
    """
    ctx.obj = GlobalOptions(config, db, log_format, log_level)


def main() -> None:
    """Run the command line: errors are one sentence, never a traceback."""
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has seen enough
        sys.exit(0)
    except Exception as error:
        sys.exit(explain(error))


def explain(error: Exception) -> int:
    """Print an error that we know as one sentence, without secrets, and return its exit status; raise what we do not know."""
    from bot.errors import ConfigError, SourceError, WatchError  # here, for --help needs none of it
    from bot.logs import redacted
    from state.db import Newer, NotMigrated
    from state.locks import Locked

    if isinstance(error, (ConfigError, Newer, NotMigrated)):
        said, status = str(error), 2
    elif isinstance(error, (WatchError, SourceError, Locked)):
        said, status = str(error), 1
    elif isinstance(error, sqlite3.Error):
        damaged = type(error) is sqlite3.DatabaseError
        do = "stop the service and `restore` the newest backup" if damaged else "try again when nothing else uses it"
        said, status = f"The database cannot be used ({error}); {do}, or check that --db names a database of this program.", 1
    elif isinstance(error, OSError):
        said, status = f"{error.filename or 'A file'}: {error.strerror}; check the path and its permissions.", 1
    else:
        raise error
    click.echo(f"Error: {redacted(said)}", err=True)
    return status

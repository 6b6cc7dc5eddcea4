"""False, lost and doubled alerts when a page, a webhook or the program itself fails, beside urlwatch and webchanges."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.figures import Bench, Case, Figure, Target
from benchmarks.measure import Spread, here
from benchmarks.monitors import Monitor
from benchmarks.stage import Stage, Taken, Weather, stage
from benchmarks.worlds.table import CHANGED, CSS, FAULTS, ORIGIN, PATH, ROWS, table
from tests.worlds.slack_server import NAME, TOKEN, Server

MONITORS = ("urlwatch", "webchanges")
PLAYS_AT_ONCE = 4  # nothing is timed here, and most of it is waiting
TROUBLES = {
    "": "nothing fails (a check of the counting)",
    "500": "the webhook answers 500 during the change",
    "before": "SIGKILL while the first alert is on the wire, not taken",
    "after": "SIGKILL while the first alert is on the wire, taken but not answered",
}


@dataclass
class Play:
    """One program on the stage: how it is called, and how often it told of each row since its first poll."""

    words: Sequence[object]
    folder: Path
    env: dict[str, str]
    shown: Stage
    told: Callable[[], Counter[int]]
    forget: Callable[[], None]

    def poll(self) -> None:
        """One poll, which may be killed. Never two within a second: the others know their snapshots by it."""
        time.sleep(1.1)
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(list(map(str, self.words)), cwd=self.folder, env=self.env, stdout=log, stderr=log)
            self.shown.weather.victim = process.pid
            process.wait()


def figures(bench: Bench) -> Iterator[Figure]:
    names = ["ours", *(name for name in MONITORS if name in bench.rivals.found)]
    with ThreadPoolExecutor(PLAYS_AT_ONCE) as pool:

        def all_play(plot: Callable[[Play], Any]) -> dict[str, Future[Any]]:
            return {name: pool.submit(played, bench, name, plot) for name in names}

        false = {fault: all_play(partial(fails, page=page)) for fault, page in FAULTS.items()}
        lost = {about: all_play(partial(changes, trouble=trouble)) for trouble, about in TROUBLES.items()}
        for fault, of_each in false.items():
            yield counted(f"{fault}: false alerts, of {ROWS} rows", {name: each.result() for name, each in of_each.items()})
        for about, of_each in lost.items():
            for place, what in enumerate(("lost", "doubled")):
                counts = {name: each.result()[place] for name, each in of_each.items()}
                yield counted(f"{about}: {what} alerts, of {CHANGED}", counts)
    if bench.rivals.missing:
        yield Figure(bench.rivals.why(*MONITORS))


def fails(play: Play, page: bytes) -> int:
    """The page fails for one poll, and is well again; nothing changed. Returns how many rows something was told of."""
    for now in (page, table()):
        play.shown.page = now
        play.poll()
    return len(play.told())


def changes(play: Play, trouble: str) -> tuple[int, int]:
    """Some rows change while there is trouble, which is over for the next two polls. Returns how many rows were not told of,
    and how many more than once."""
    play.shown.page, play.shown.weather.now = table(changed=CHANGED), trouble
    play.poll()
    play.shown.weather.now = ""
    for _ in range(2):
        play.poll()
    told = play.told()
    return sum(told[row] == 0 for row in range(1, CHANGED + 1)), sum(count > 1 for count in told.values())


def played(bench: Bench, name: str, plot: Callable[[Play], Any]) -> Any:
    """Put a program on a new stage, let it poll once, and play."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=bench.folder))
    with ExitStack() as stack:
        shown = stack.enter_context(stage(Weather()))
        play = ours(folder, shown, stack) if name == "ours" else monitor(bench, name, folder, shown)
        play.poll()
        play.forget()
        return plot(play)


def ours(folder: Path, shown: Stage, stack: ExitStack) -> Play:
    """Our program, which tells a Slack."""
    workspace = Taken()
    workspace.outside = shown.weather
    slack = stack.enter_context(Server(workspace))
    (folder / "watch.toml").write_text(
        f'[http]\ncontact = "mailto:desk@example.org"\nmirrors = {{"{ORIGIN}" = "{shown.origin}"}}\n'
        f'[channels.policy]\nkind = "slack"\nchannel = "#{NAME}"\napi_url = "{slack.api}"\npace_s = 0\n'
        '[[routes]]\nwatchlists = ["china"]\nto = ["policy"]\n',
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "benchmarks.steps.desk", "--config", "watch.toml", "--db", "w.db", "run", "table"]

    def forget() -> None:
        if not workspace.messages:
            raise RuntimeError(f"the first poll told nothing: {(folder / 'log').read_text()[-1000:]}")
        workspace.seen = len(workspace.messages)

    return Play(words, folder, here() | {"SLACK_BOT_TOKEN": TOKEN}, shown, workspace.told, forget)


def monitor(bench: Bench, name: str, folder: Path, shown: Stage) -> Play:
    """A monitor, which tells a webhook."""
    watching = Monitor(name, bench.rivals.found[name], folder)
    watching.set_up([f"{shown.origin}{PATH}"], CSS, f"{shown.origin}/hook")
    return Play(watching.words(), folder, here(), shown, shown.told, shown.texts.clear)


def counted(what: str, of_each: dict[str, int]) -> Figure:
    mine = of_each.pop("ours")
    theirs = ", ".join(f"{name}: {count}" for name, count in of_each.items())
    return Figure(what, str(mine), theirs, Spread((float(mine),)), "alerts", Target(0))


CASE = Case(
    "When something fails",
    f"A page with a table of {ROWS} rows, watched by each program over loopback. Ours tells a Slack that holds it to its rules, "
    "the others their webhook. A false alert is a row that something was told of though nothing about it changed, while the page "
    f"failed for one poll or was well again. Then {CHANGED} rows change while there is trouble; two polls later it is counted "
    "which were never told, and which more than once.",
    figures,
)

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

from benchmarks.fault_site import FaultSite, FaultSwitch, FaultyWorkspace, fault_site
from benchmarks.figures import Bench, Case, Figure, Target
from benchmarks.measure import Spread, clean_environment
from benchmarks.monitors import Monitor
from benchmarks.worlds.table import CHANGED, CSS, FAULTS, ORIGIN, PATH, ROWS, table
from tests.worlds.slack_server import NAME, TOKEN, Server

MONITORS = ("urlwatch", "webchanges")
TRIALS_AT_ONCE = 4  # nothing is timed here, and most of the time is waiting
FAULTS_DURING_CHANGE = {
    "": "nothing fails (a check of the counting)",
    "500": "the webhook answers 500 during the change",
    "before": "SIGKILL while the first alert is on the wire, not taken",
    "after": "SIGKILL while the first alert is on the wire, taken but not answered",
}


@dataclass
class Trial:
    """Program under test: its command, and its count of alerts by row since the first poll."""

    words: Sequence[object]
    folder: Path
    env: dict[str, str]
    site: FaultSite
    alerts_by_row: Callable[[], Counter[int | str]]
    forget: Callable[[], None]

    def poll(self) -> None:
        """Poll once; the program may be killed. Never twice within a second: the monitors name their snapshots by the second."""
        time.sleep(1.1)
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(list(map(str, self.words)), cwd=self.folder, env=self.env, stdout=log, stderr=log)
            self.site.switch.victim = process.pid
            process.wait()


def figures(bench: Bench) -> Iterator[Figure]:
    names = ["ours", *(name for name in MONITORS if name in bench.rivals.found)]
    with ThreadPoolExecutor(TRIALS_AT_ONCE) as pool:

        def run_all(scenario: Callable[[Trial], Any]) -> dict[str, Future[Any]]:
            return {name: pool.submit(run_trial, bench, name, scenario) for name in names}

        false = {fault: run_all(partial(fails, page=page)) for fault, page in FAULTS.items()}
        lost = {about: run_all(partial(changes, fault=fault)) for fault, about in FAULTS_DURING_CHANGE.items()}
        for fault, of_each in false.items():
            yield counted(f"{fault}: false alerts, of {ROWS} rows", {name: each.result() for name, each in of_each.items()})
        for about, of_each in lost.items():
            for place, what in enumerate(("lost", "doubled")):
                counts = {name: each.result()[place] for name, each in of_each.items()}
                yield counted(f"{about}: {what} alerts, of {CHANGED}", counts)
    if bench.rivals.missing:
        yield Figure(bench.rivals.why(*MONITORS))


def fails(trial: Trial, page: bytes) -> int:
    """Let the page fail for one poll and recover, without a change. Returns the number of rows with an alert."""
    for now in (page, table()):
        trial.site.page = now
        trial.poll()
    return len(trial.alerts_by_row())


def changes(trial: Trial, fault: str) -> tuple[int, int]:
    """Change some rows during a fault that is over for the next two polls. Returns the number of rows without an alert, and that of
    rows and summaries that were told more than once."""
    trial.site.page, trial.site.switch.fault = table(changed=CHANGED), fault
    trial.poll()
    trial.site.switch.fault = ""
    for _ in range(2):
        trial.poll()
    told = trial.alerts_by_row()
    return sum(told[row] == 0 for row in range(1, CHANGED + 1)), sum(count > 1 for count in told.values())


def run_trial(bench: Bench, name: str, scenario: Callable[[Trial], Any]) -> Any:
    """Start a program on a site of its own, let it poll once, and run the scenario."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=bench.folder))
    with ExitStack() as stack:
        site = stack.enter_context(fault_site(FaultSwitch()))
        trial = ours(folder, site, stack) if name == "ours" else monitor(bench, name, folder, site)
        trial.poll()
        trial.forget()
        return scenario(trial)


def ours(folder: Path, site: FaultSite, stack: ExitStack) -> Trial:
    """Set up our program, which tells a simulated Slack."""
    workspace = FaultyWorkspace()
    workspace.switch = site.switch
    slack = stack.enter_context(Server(workspace))
    (folder / "watch.toml").write_text(
        f'[http]\ncontact = "mailto:desk@example.org"\nmirrors = {{"{ORIGIN}" = "{site.origin}"}}\n'
        f'[channels.policy]\nkind = "slack"\nchannel = "#{NAME}"\napi_url = "{slack.api}"\npace_s = 0\n'
        '[[routes]]\nwatchlists = ["china"]\nto = ["policy"]\n',
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "benchmarks.steps.with_table", "--config", "watch.toml", "--db", "w.db", "run", "table"]

    def forget() -> None:
        if not workspace.messages:
            raise RuntimeError(f"the first poll told nothing: {(folder / 'log').read_text()[-1000:]}")
        workspace.seen = len(workspace.messages)

    return Trial(words, folder, clean_environment() | {"SLACK_BOT_TOKEN": TOKEN}, site, workspace.alerts_by_row, forget)


def monitor(bench: Bench, name: str, folder: Path, site: FaultSite) -> Trial:
    """Set up a monitor, which tells a webhook."""
    watching = Monitor(name, bench.rivals.found[name], folder)
    watching.set_up([f"{site.origin}{PATH}"], CSS, f"{site.origin}/hook")
    return Trial(watching.words(), folder, clean_environment(), site, site.alerts_by_row, site.texts.clear)


def counted(what: str, of_each: dict[str, int]) -> Figure:
    mine = of_each.pop("ours")
    theirs = ", ".join(f"{name}: {count}" for name, count in of_each.items())
    return Figure(what, str(mine), theirs, Spread((float(mine),)), "alerts", Target(0))


CASE = Case(
    "When something fails",
    f"A page with a table of {ROWS} rows, watched by each program over loopback. Ours posts to a simulated Slack that "
    "enforces Slack's limits and can be asked which messages it took, the others to their webhook, which cannot; ours also knows "
    "how the page is built, the others only where its table is. A false alert is one about an unchanged row, while the page "
    f"failed for one poll or had recovered. Then {CHANGED} rows change during a fault; two polls later the rows without an "
    "alert are counted, and the rows and summaries that were told more than once.",
    figures,
)

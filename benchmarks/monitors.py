"""Page monitors to compare with: how each is configured and called."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Usage, clean_environment, program


@dataclass(frozen=True)
class Monitor:
    """Monitor with its files in a folder of its own."""

    name: str
    program: Path
    folder: Path

    def set_up(self, urls: Sequence[str], css: str, hook: str = "") -> None:
        """Configure it to watch a part of each page, and to tell a webhook or standard output."""
        self.folder.mkdir(parents=True, exist_ok=True)
        jobs, config = SHAPES[self.name]
        # JSON is YAML, too
        (self.folder / "jobs.yaml").write_text("\n---\n".join(json.dumps(jobs(url, css)) for url in urls), encoding="utf-8")
        (self.folder / "config.yaml").write_text(json.dumps(config(hook)), encoding="utf-8")

    def words(self) -> list[object]:
        """Return the command of one poll of all jobs."""
        options = FILES[self.name]
        return [self.program, *(word for option, file in options.items() for word in (option, self.folder / file))]

    def poll(self, fails: bool = False) -> Usage:
        return program(self.words(), self.folder, clean_environment(), fails)


def urlwatch_job(url: str, css: str) -> dict[str, object]:
    return {"url": url, "filter": [{"css": css}]}


def webchanges_job(url: str, css: str) -> dict[str, object]:
    return {"url": url, "filters": [{"css": css}]}


def urlwatch_config(hook: str) -> dict[str, object]:
    told = {"slack": {"enabled": True, "webhook_url": hook}} if hook else {}
    return {"report": {"stdout": {"enabled": not hook, "color": False}, **told}}


def webchanges_config(hook: str) -> dict[str, object]:
    told = {"webhook": {"enabled": True, "webhook_url": hook}} if hook else {}
    # its check for a newer version would leave the machine
    return {"version_check": {"enabled": False}, "report": {"stdout": {"enabled": not hook, "color": False}, **told}}


Shape = tuple[Callable[[str, str], dict[str, object]], Callable[[str], dict[str, object]]]
SHAPES: dict[str, Shape] = {
    "urlwatch": (urlwatch_job, urlwatch_config),
    "webchanges": (webchanges_job, webchanges_config),
}
FILES = {
    "urlwatch": {"--urls": "jobs.yaml", "--config": "config.yaml", "--cache": "cache.db", "--hooks": "none.py"},
    "webchanges": {"--jobs": "jobs.yaml", "--config": "config.yaml", "--database": "snapshots.db", "--hooks": "none.py"},
}

"""Programs to compare with, in a virtual environment of their own: `.venv-bench`, from requirements-bench.txt."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import ROOT

NAMES = ("urlwatch", "webchanges", "git-history", "sqlite-utils")
PINS, FOLDER = ROOT / "requirements-bench.txt", ROOT / ".venv-bench"


@dataclass(frozen=True)
class Rivals:
    """Paths of the programs found; for each missing one, a sentence with the reason."""

    found: dict[str, Path] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def why(self, *names: str) -> str:
        """Return one sentence on those of the names that are missing."""
        return " ".join(self.missing[name] for name in names if name in self.missing)


def install() -> Rivals:
    """Create the environment if needed and list its programs. One that cannot be installed does not keep the others out."""
    if not (FOLDER / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
    reasons: dict[str, str] = {}
    if missing := [name for name in NAMES if not tool(name).exists()]:
        refused = pip(PINS.read_text(encoding="utf-8"))
        for name in missing if refused else ():
            reasons[name] = pip(only(name))
    lacking = {name: reasons.get(name) or "it brings no such program" for name in NAMES if not tool(name).exists()}
    return Rivals(
        {name: tool(name) for name in NAMES if name not in lacking},
        {name: f"{name} could not be installed ({reason})." for name, reason in lacking.items()},
    )


def tool(name: str) -> Path:
    return FOLDER / "bin" / name


def only(name: str) -> str:
    """Return the pins without those of the other programs."""
    pins = re.split(r"(?m)^(?=\S)", PINS.read_text(encoding="utf-8"))
    others = tuple(f"{other}==" for other in NAMES if other != name)
    return "".join(pin for pin in pins if not pin.startswith(others))


def pip(pins: str) -> str:
    """Install pinned packages. Returns the reason of a failure, or an empty text."""
    file = FOLDER / "pins.txt"
    file.write_text(pins, encoding="utf-8")
    words = [
        FOLDER / "bin" / "python",
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
        "--require-hashes",
        "-r",
        file,
    ]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    return (done.stderr.strip().splitlines() or ["pip failed"])[-1] if done.returncode else ""

"""Where the recorded captures lie that tests read by eye-checked facts; they are no part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared(path: str) -> Path:
    """A file of the shared folder (STANDARDS_WATCH_SHARED, or `../shared` beside the project); the test skips without."""
    folder = Path(os.environ.get("STANDARDS_WATCH_SHARED", ROOT.parent / "shared"))
    if not (folder / path).exists():
        pytest.skip(f"no recorded captures at {folder / path}; set STANDARDS_WATCH_SHARED")
    return folder / path

"""The recorded captures that lie beside the repository; tests that need them skip when they are not there."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("STANDARDS_WATCH_SHARED", ROOT.parent / "shared"))
MISSING = "needs the recorded captures"  # tests/conftest.py counts these


def shared(path: str) -> Path:
    """A file of the captures; skips the test when it is missing."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(MISSING)
    return found

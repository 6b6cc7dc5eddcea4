"""Databases that a test opens, closed at its end; what the program itself opens it closes itself."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlite_utils import Database

from state.db import open_database

OPEN = ExitStack()  # of the test that runs; tests/conftest.py closes it


def opened(path: Path, way: Callable[[Path], Database] = open_database) -> Database:
    """The database at a path, open until the test ends; the way may be `open_readonly` or `connected`, too."""
    return OPEN.enter_context(way(path))

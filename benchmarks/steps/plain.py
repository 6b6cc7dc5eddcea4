"""The plain work that polls are compared with."""

import hashlib
from pathlib import Path

from benchmarks.steps.meter import measured


def loads(file: str) -> None:
    """Only parse the lines of a file: the floor of any reader."""
    import orjson

    with measured(), Path(file).open("rb") as stream:
        for line in stream:
            orjson.loads(line)


def digest(file: str) -> None:
    """Only read a file and sum it up."""
    with measured(), Path(file).open("rb") as stream:
        hashlib.file_digest(stream, "sha256")


def upsert(file: str, database: str) -> None:
    """Let sqlite-utils put a file of JSON lines into a table by its ids, as its command line does."""
    from sqlite_utils import cli

    words = ["upsert", database, "deliverables", file, "--nl", "--pk", "id"]
    with measured():
        cli.cli.main(words, standalone_mode=False)

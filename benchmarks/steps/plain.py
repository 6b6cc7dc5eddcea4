"""Plain work that polls are compared with."""

from pathlib import Path

from benchmarks.measure import measured


def loads(file: str) -> None:
    """Only parse the lines of a file: the floor of any reader."""
    import orjson

    with measured(), Path(file).open("rb") as stream:
        for line in stream:
            orjson.loads(line)


def upsert(file: str, database: str) -> None:
    """Run `sqlite-utils upsert` on a file of JSON Lines, by id."""
    from sqlite_utils import cli

    words = ["upsert", database, "deliverables", file, "--nl", "--pk", "id"]
    with measured():
        cli.cli.main(words, standalone_mode=False)

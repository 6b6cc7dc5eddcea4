"""A fault in the code of a source fails its poll with file and line; its state stays, and the other sources go on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from bot.cli import cli
from bot.context import RunContext
from bot.run.replay import replay, sessions
from sources.base import Follow, Page, Record, Source
from sources.iso.committees import source as committees_source
from state.privacy.erase import erase
from tests.rows import columns, rows
from tests.worlds.committee_list import committees, day, jsonl, row, warc
from tests.worlds.linked_pages import HOME, SOURCE, open_world, parse

HERE = Path(__file__).name


def boom(*given: object) -> dict:
    return {}["gone"]


def late(page: Page) -> Iterator[Record | Follow]:
    yield from parse(page)
    boom()


FAULTS = {
    "parse": replace(SOURCE, parse=boom),
    "parse, after its records": replace(SOURCE, parse=late),
    "start": replace(SOURCE, start=boom),
    "means": replace(SOURCE, history=replace(SOURCE.history, means=boom)),
    "noise_filter": replace(SOURCE, history=replace(SOURCE.history, noise_filter=boom)),
}


@pytest.mark.parametrize("part", FAULTS)
def test_a_fault_in_a_source_fails_its_poll_with_file_and_line(desk: RunContext, part: str) -> None:
    with open_world(desk) as world:
        world.poll()
        world.serve("/list", leads={"a": 2, "b": 1})
        world.serve("/a", records={"a": 2})
        run = world.poll(FAULTS[part])
        assert run.status == "failed"
        assert f"KeyError ('gone') in {HERE}, line " in (run.error or "")
        assert world.changes() == []
        assert world.poll().changed == 1


@pytest.mark.parametrize("fault", [{"parse": boom}, {"match": "("}, {"start": boom}], ids=["parse", "match", "start"])
def test_a_replay_goes_on_with_the_other_sources(desk: RunContext, tmp_path: Path, fault: dict) -> None:
    archive = warc(tmp_path / "two.warc.gz", [jsonl(committees()), jsonl(committees(changed={10: row(10, None, [])}))])
    faulty = replace(committees_source, name="faulty", **fault)
    runs = [replay(desk, session) for session in sessions([archive], [faulty, committees_source])]
    assert {run.status for run in runs if run.source == "faulty"} == {"failed"}
    assert all("line" in (run.error or "") for run in runs if run.source == "faulty")
    assert [run.status for run in runs if run.source != "faulty"] == ["baseline", "quarantined"]
    assert "faulty" not in columns(desk.db, "records", "source")


def test_a_source_whose_addresses_cannot_be_told_fails_alone(desk: RunContext, tmp_path: Path) -> None:
    archive = warc(tmp_path / "one.warc.gz", [jsonl(committees())])
    faulty = replace(committees_source, name="faulty", access=replace(committees_source.access, canonical=boom))
    statuses = {session.source.name: replay(desk, session).status for session in sessions([archive], [faulty, committees_source])}
    assert statuses == {"faulty": "failed", committees_source.name: "baseline"}


def test_run_goes_on_and_exits_with_1(
    desk: RunContext, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    faulty, sound = replace(SOURCE, name="a-faulty", parse=boom), replace(SOURCE, name="b-sound")
    monkeypatch.setattr("sources.shipped", lambda: {each.name: each for each in (faulty, sound)})
    with open_world(desk) as world:
        (tmp_path / "watch.toml").write_text(f'[http]\nmirrors = {{"{HOME}" = "{world.site.origin}"}}\n')
        with pytest.raises(SystemExit) as ended:
            cli.main(["--config", str(tmp_path / "watch.toml"), "--db", str(tmp_path / "cli.db"), "run", "--no-deliver", "--json"])
    assert ended.value.code == 1
    first, second = map(orjson.loads, capsys.readouterr().out.splitlines())
    assert (first["status"], second["status"]) == ("failed", "baseline")


def test_a_name_that_is_erased_during_a_poll_does_not_come_back(desk: RunContext) -> None:
    def erasing(page: Page) -> Iterator[Record | Follow]:
        yield from parse(page)
        erase(desk.db, "Xoan Quiz", day(0))

    bulk: Source = replace(SOURCE, answer=replace(SOURCE.answer, bulk=True), start=[f"{HOME}/a"])
    with open_world(desk) as world:
        world.serve("/a", records={"Xoan Quiz": 1})
        assert world.poll(replace(bulk, parse=erasing)).status == "failed"
        assert rows(desk.db, "records") == []
        assert world.poll(bulk).records == 1
        assert "Quiz" not in str(columns(desk.db, "records", "title"))

"""Two sources that read one address, and a source whose state was lost: what another met says nothing of what this one holds."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.config import Config
from bot.context import RunContext
from bot.run.replay import replay, sessions
from bot.service.cycle import poll_network
from sources.iso.committees import ADDRESS, source
from sources.unesco.dataset import sources as datasets
from state.archive.retention import needed_files
from state.queries import history
from state.runs import Run
from tests.rows import columns
from tests.sources.unesco.test_datahub import run as poll_hub
from tests.state.tables import lose
from tests.worlds.bodies import Asked, Site, open_site
from tests.worlds.committee_list import AFNOR, DIN, SAC, committees, jsonl, row, warc
from tests.worlds.datahub import DataHub, element

OWN = replace(source, pace_s=0.0)
OTHER = replace(OWN, name="iso-committees-again")
PASSED = {10: row(10, AFNOR, [SAC])}


class File:
    """The bulk file on loopback, by a server that understands conditional requests."""

    def __init__(self, folder: Path) -> None:
        self.body = jsonl(committees())
        self.site = Site(self.answer, "application/octet-stream")
        self.server, origin = open_site(self.site)
        mirrors = {ADDRESS.split(".net")[0] + ".net": origin}
        self.here = App(Config.model_validate({"http": {"mirrors": mirrors}}), folder / "w.db")
        self.here.create()

    def answer(self, asked: Asked) -> bytes | None:
        return self.body if asked.path.endswith("/iso_technical_committees.jsonl") else None

    def publish(self, **more: Any) -> None:
        self.body = jsonl(committees(**more))

    def poll(self, one: Any = OWN) -> Run:
        return poll_network(self.here, self.here.run_context(telling=False), one, sleep=lambda seconds: None)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    made = File(tmp_path)
    yield made
    made.here.close()
    made.server.shutdown()
    made.server.server_close()


def test_the_first_poll_of_a_second_source_reads_the_file_that_another_has(file: File) -> None:
    assert file.poll().records == 720
    first = file.poll(OTHER)
    assert (first.status, first.records) == ("baseline", 720)
    assert (file.poll(OTHER).status, file.poll(OTHER).not_modified) == ("unchanged", 1)
    file.publish(changed=PASSED)
    second = file.poll(OTHER)
    assert (second.status, second.added, second.changed) == ("ok", 0, 1)


def test_what_another_source_has_read_already_is_still_news_for_one_that_has_not(file: File) -> None:
    for each in (OWN, OTHER):
        file.poll(each)
    file.publish(changed=PASSED)
    assert [file.poll(each).changed for each in (OWN, OTHER)] == [1, 1]
    assert [file.poll(each).status for each in (OWN, OTHER)] == ["unchanged", "unchanged"]


@pytest.mark.parametrize("records", ["kept", "lost"])
def test_a_source_that_lost_its_state_begins_anew(file: File, records: str) -> None:
    file.poll()
    leaders = held(file.here.db)
    lose(file.here.db, records == "lost")
    again = file.poll()
    assert (again.status, again.records, again.alerts) == ("baseline", 720, 0)
    assert held(file.here.db) == leaders
    file.publish(changed=PASSED)
    assert (file.poll().changed, held(file.here.db)) == (1, leaders - {"900010"})


def held(db: Any) -> set[str]:
    """The committees that SAC holds now, each once."""
    now = "role = 'secretariat' AND country = 'CN' AND valid_to IS NULL AND removed_at IS NULL"
    keys = columns(db, "attributions a JOIN records r ON r.id = a.record", "key", now)
    assert len(keys) == len(set(keys))
    return set(keys)


def test_a_replay_gives_each_of_two_sources_what_is_recorded(desk: RunContext, tmp_path: Path) -> None:
    archive = warc(tmp_path / "a.warc.gz", [jsonl(committees()), jsonl(committees(changed=PASSED))])
    told = [(run.source, run.status, run.records) for run in (replay(desk, s) for s in sessions([archive], [source, OTHER]))]
    assert told == [
        ("iso-committees", "baseline", 720), ("iso-committees-again", "baseline", 720),
        ("iso-committees", "ok", 720), ("iso-committees-again", "ok", 720),
    ]  # fmt: skip


def test_a_replay_is_taken_anew_where_its_state_was_lost(desk: RunContext, tmp_path: Path) -> None:
    archive = warc(tmp_path / "a.warc.gz", [jsonl(committees())])
    for status in ("baseline", "unchanged", "baseline"):
        (session,) = sessions([archive], [source])
        assert replay(desk, session).status == status
        if status == "unchanged":
            lose(desk.db)


def test_a_new_parser_reads_again_what_its_own_source_has_read(desk: RunContext, tmp_path: Path) -> None:
    days = [jsonl(committees()), jsonl(committees(changed={20: row(20, SAC, [DIN])})), jsonl(committees(changed=PASSED))]
    one, two, three = (warc(tmp_path / f"{n}.warc.gz", [body], first=n) for n, body in enumerate(days))
    for each in (source, OTHER):
        replay(desk, sessions([one], [each])[0])
    for archive in (two, three):  # of which the other one sees the last only, with a new parser
        replay(desk, sessions([archive], [source])[0])
    assert needed_files(desk.db) == {str(one.resolve()), str(three.resolve())}
    run = replay(desk, sessions([three], [replace(OTHER, parser_version=2)])[0])
    assert (run.changed, run.alerts) == (1, 1)
    assert [each["kind"] for each in history.changes(desk.db) if each["source"] == OTHER.name] == ["changed", "changed"]


def test_a_second_table_of_one_dataset_has_all_its_rows(desk: RunContext) -> None:
    one = next(each for each in datasets if each.name.endswith("ich001"))
    hub = DataHub({"ich001": [element(number) for number in range(1, 801)]})
    assert [poll_hub(desk, each, hub, 1).records for each in (one, replace(one, name="unesco-dataset-again"))] == [800, 800]

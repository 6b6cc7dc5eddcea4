"""Recorded pages of standards through the command line, and the notice that closes what people are shown."""

import subprocess
import sys
from pathlib import Path

import orjson

from tests.flow.test_real_committees import call
from tests.shared import shared
from tests.sources.iso.test_standard_pages import page
from tests.worlds.committee_list import committees, jsonl, warc

URL = "https://www.iso.org/standard/99999.html"
NOTICE = "Contains information from ISO Open Data"


def test_all_recorded_pages(tmp_path: Path) -> None:
    runs = call(tmp_path / "w.db", "replay", str(shared("real/iso/standard-pages.warc.gz")))
    assert {run["status"] for run in runs} <= {"baseline", "ok", "unchanged"}
    assert sum(run["records"] for run in runs) == 44
    assert sum(run["removed"] for run in runs) == 0
    assert call(tmp_path / "w.db", "alerts", "--status", "new") == []


def test_a_page_in_french_changes_nothing(tmp_path: Path) -> None:
    archive = warc(tmp_path / "a.warc.gz", [page(), page(lang="fr", category="w"), page(category="w")], URL)
    command = [sys.executable, "-m", "bot", "--db", tmp_path / "w.db", "replay", str(archive), "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    runs = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert [run["status"] for run in runs] == ["baseline", "failed", "ok"]
    assert done.returncode == 1
    assert "English" in runs[1]["error"]
    assert [change["observed_at"][:10] for change in call(tmp_path / "w.db", "changes")] == ["2026-01-21"]


def test_the_licence_is_named_to_people_and_not_in_json(tmp_path: Path) -> None:
    lists = [committees(), committees(without=[10]), committees(without=[10])]
    archive = warc(tmp_path / "a.warc.gz", [jsonl(rows) for rows in lists])
    call(tmp_path / "w.db", "replay", str(archive))
    for words in (["changes"], ["alerts"], ["leaders", "--country", "CN"], ["show", "ISO/TC 20"]):
        command = [sys.executable, "-m", "bot", "--db", str(tmp_path / "w.db"), *words]
        for people, more in ((True, []), (False, ["--json"])):
            done = subprocess.run([*command, *more], capture_output=True, check=True, text=True)
            assert done.stdout.count(NOTICE) == int(people), words

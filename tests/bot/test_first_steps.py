"""`demo`: what it tells is what ISO published, and its files are there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.first_steps import record_sample, states
from state.archive.reader import read_archive
from tests.sample import facts
from tests.shared import ROOT, shared

ARCHIVE = "real/iso/committees-2025-06-12_07-30.warc.gz"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Output of `demo`, run once, and its folder."""
    out = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run([sys.executable, "-m", "bot", "demo", "--out", out], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout, out


def test_the_demo_tells_the_three_moves_of_that_summer(demo: tuple[str, Path]) -> None:
    told = demo[0]
    assert "SAC passed the secretariat of ISO/TC 269/SC 1 Infrastructure to AFNOR (France)" in told
    assert "SAC gained the secretariat of ISO/TC 352 Digital Marketing" in told
    assert "SAC gained the secretariat of ISO/TC 344/SC 2 Courier services" in told
    assert told.count("▲ major") == 3
    assert "made available under the ODC Attribution License" in told


def test_the_demo_leaves_database_report_digest_and_messages(demo: tuple[str, Path]) -> None:
    out = demo[1]
    assert (out / "standards-watch.db").is_file()
    assert "ISO/TC 352" in (out / "report" / "led.html").read_text(encoding="utf-8")
    assert any((out / "digest").glob("*.html"))
    assert any((out / "digest").glob("*.eml"))
    assert (out / "slack.html").read_text(encoding="utf-8").count("<article>") == 3


def test_the_configuration_is_nobody_elses_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        subprocess.run([sys.executable, "-m", "bot", "--config", tmp_path / "w.toml", "init"], cwd=ROOT, check=True)
    finally:
        os.umask(before)
    assert (tmp_path / "w.toml").stat().st_mode & 0o777 == 0o640


def test_the_sample_is_small_and_has_all_committees(tmp_path: Path) -> None:
    recorded = list(read_archive(record_sample(tmp_path / "s.warc.gz")))
    assert [len(facts(each.open().read())) for each in recorded] == [785, 787, 788]


def test_the_sample_has_the_facts_of_the_recorded_lists() -> None:
    recorded = {f"{each.fetched_at:%Y-%m-%d}": each for each in read_archive(shared(ARCHIVE))}
    for when, body in states():
        assert facts(body) == facts(recorded[f"{when:%Y-%m-%d}"].open().read())

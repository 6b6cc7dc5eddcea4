"""How a run of the tests ends where the recorded captures are missing."""

import os
import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT


def test_skipped_tests_are_counted_in_one_line_by_several_workers_too(tmp_path: Path) -> None:
    away = {**os.environ, "STANDARDS_WATCH_SHARED": str(tmp_path)}
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "1", "-rs", "tests/bot/attribute/test_labelled.py"]
    done = subprocess.run(words, cwd=ROOT, env=away, capture_output=True, text=True)
    told = [line for line in done.stdout.splitlines() if "recorded captures are not at" in line]
    assert told == [f"Tests skipped because the recorded captures are not at {tmp_path} (STANDARDS_WATCH_SHARED): 3"]

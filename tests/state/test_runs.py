"""The lease of a source: it keeps others off while its holder is at work, and no longer."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from state import runs
from tests.worlds.alert_rows import fresh

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_poll_keeps_others_off_until_its_lease_runs_out(tmp_path: Path) -> None:
    with closing(fresh(tmp_path)) as db:
        first = runs.begin(db, "a", NOW, "run", "1")
        with pytest.raises(runs.Busy):
            runs.begin(db, "a", NOW, "run", "1")
        assert runs.begin(db, "b", NOW, "run", "1").source == "b"
        db.execute("UPDATE runs SET lease_until = '2026-01-01T00:00:00Z' WHERE id = ?", [first.id])
        assert runs.begin(db, "a", NOW, "run", "1").id != first.id
        assert db.execute("SELECT count(*) FROM runs WHERE source = 'a'").fetchone()[0] == 1


def test_a_poll_whose_process_is_gone_keeps_nobody_off(tmp_path: Path) -> None:
    with closing(fresh(tmp_path)) as db:
        runs.begin(db, "a", NOW, "run", "1")
        db.execute("UPDATE runs SET holder = substr(holder, 1, instr(holder, ' ')) || '99999999 gone'")
        assert runs.begin(db, "a", NOW, "run", "1").status == "running"

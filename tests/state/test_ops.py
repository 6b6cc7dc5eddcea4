"""What is measured of a source, day by day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from state.ops import measure, series
from tests.opened import opened
from tests.state.tables import put_measure, put_record

TODAY = date(2026, 11, 24)
NAME = "iso-committees"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return opened(tmp_path / "w.db")


def test_measures_say_how_well_fields_are_filled(db: Database) -> None:
    for key, fields in enumerate(['{"secretariat": {"id": "1", "name": "x"}, "p": [1]}', '{"secretariat": null, "p": []}']):
        put_record(db, source=NAME, key=str(key), fields=fields)
    measure(db, NAME, TODAY)
    measure(db, NAME, TODAY)
    found = series(db, NAME, TODAY, TODAY)
    assert {name: value for name, ((_, value),) in found.items()} == {"records": 2.0, "secretariat": 0.5, "p": 0.5}


def test_of_the_measures_the_first_and_the_newest_days_are_read(db: Database) -> None:
    for age in range(100):
        day = (TODAY - timedelta(days=age)).isoformat()
        put_measure(db, NAME, day, "records", float(age))
    found = series(db, NAME, TODAY - timedelta(days=70), TODAY - timedelta(days=7))
    assert [value for _, value in found["records"]] == [70, 69, 68, *range(6, -1, -1)]
    assert series(db, NAME, TODAY, TODAY - timedelta(days=7))["records"] == [(TODAY, 0.0)]

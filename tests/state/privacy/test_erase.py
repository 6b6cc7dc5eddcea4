"""A name is taken out of the tables in every form in which it may stand there, and nothing else is."""

from datetime import UTC, datetime
from pathlib import Path

from state.privacy.erase import erase, orders, spellings
from tests.opened import opened
from tests.state.tables import put_record

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_neighbours_in_a_list_are_not_taken_for_a_name(tmp_path: Path) -> None:
    db = opened(tmp_path / "w.db")
    fields = '{"editors":["Bo Quíz","Xoán Other"],"also":["Quíz, Xoán"]}'
    put_record(db, source="s", key="k", fields=fields)
    assert erase(db, "Xoán Quíz", NOW) == {"tracked": 1}
    left = db.execute("SELECT fields FROM tracked").fetchone()[0]
    assert left == '{"editors":["Bo Quíz","Xoán Other"],"also":["[removed]"]}'


def test_names_within_other_words_stay() -> None:
    assert spellings("Li Na").sub("x", "Beryli Nature, Li Na and LI-NA") == "Beryli Nature, x and x"
    assert orders("Anna Maria Example") == ["Anna Maria Example", "Maria Example Anna", "Example Anna Maria"]


def test_addresses_that_differ_by_the_name_alone_become_one(tmp_path: Path) -> None:
    db = opened(tmp_path / "w.db")
    for spelling in ("jane-doe", "Jane_Doe"):
        db.execute("INSERT INTO addresses (url) VALUES (?)", [f"https://example.org/{spelling}"])
    assert erase(db, "Jane Doe", NOW) == {"addresses": 2}
    assert [row["url"] for row in db.query("SELECT url FROM addresses")] == ["https://example.org/[removed]"] * 2

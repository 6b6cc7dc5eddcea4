"""A field of a dataset that is renamed, left out or emptied is never told as roles that were lost, nor its return as gains."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.context import RunContext
from bot.run.pipeline import poll
from sources.base import Source
from sources.unesco.dataset import DatasetTable, dataset_source
from state.queries.history import alerts, changes
from state.runs import Run
from tests.rows import rows
from tests.worlds.changing_datahub import HERITAGE, SITES, Places
from tests.worlds.committee_list import way
from tests.worlds.datahub import DataHub, day, element

Row = dict[str, Any]
Damage = Callable[[Row, int, str], Row]


@dataclass
class Watched:
    """A shipped dataset with rows of its size, one in ten of them China's; `field` holds the countries, `roles` counts China's."""

    desk: RunContext
    source: Source
    rows: list[Row]
    field: str
    polls: int = 0

    def poll(self, damage: Damage | None = None) -> Run:
        """Poll once more, after a publication in which every row may be damaged."""
        self.polls += 1
        dataset = self.source.name.rpartition("-")[2]
        rows = [damage(row, number, self.field) if damage else row for number, row in enumerate(self.rows)]
        hub = DataHub({dataset: rows})
        hub.processed[dataset] = f"2026-11-{self.polls:02}T03:00:00+00:00"
        return poll(self.desk, self.source, way(hub.get(self.source, day(self.polls))), day(self.polls), "run")

    @property
    def told(self) -> int:
        """How many alerts, deliveries and changes there are, beside the summary of the first poll."""
        return sum(len(list(told)) for told in (alerts(self.desk.db), changes(self.desk.db), rows(self.desk.db, "deliveries")))


@pytest.fixture(params=["ich001", "whc001"])
def watched(desk: RunContext, request: pytest.FixtureRequest) -> Watched:
    if request.param == "ich001":
        rows = [element(n, ["CN"] if n % 10 == 0 else ["PE", "BO"]) for n in range(1, 761)]
        return Watched(desk, HERITAGE, rows, "countries")
    return Watched(desk, SITES, [Places.place(n, "CN" if n % 10 == 0 else "IT") for n in range(1, 1101)], "iso_codes")


def without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def renamed(row: Row, number: int, name: str) -> Row:
    return without(row, name) | {"states": row[name]}


def left_out(row: Row, number: int, name: str) -> Row:
    return without(row, name)


def emptied(row: Row, number: int, name: str) -> Row:
    return row | {name: None}


def left_out_of_most(row: Row, number: int, name: str) -> Row:
    return row if number % 5 < 2 else without(row, name)


def emptied_in_most(row: Row, number: int, name: str) -> Row:
    return row if number % 5 < 2 else row | {name: None}


def in_words(row: Row, number: int, name: str) -> Row:
    return row | {name: ["State of China" if "CN" in row[name] else "State of Italy"]}


@pytest.mark.parametrize(
    ("damage", "status", "said"),
    [
        (renamed, "failed", "no row of {dataset} has a field '{field}'"),
        (left_out, "failed", "no row of {dataset} has a field '{field}'"),
        (emptied, "quarantined", "{all} of {all} records have no {field}, at least 0.1% must have one"),
        (
            left_out_of_most,
            "quarantined",
            "`{field}` is empty in {most} of {all} records that had it; more than 25% at once is not believed",
        ),
        (
            emptied_in_most,
            "quarantined",
            "`{field}` is empty in {most} of {all} records that had it; more than 25% at once is not believed",
        ),
        (in_words, "quarantined", "`{field}` differs in {all} of {all} records that had it; more than 80% at once is not believed"),
    ],
)
def test_damage_to_the_countries_is_not_told_and_neither_is_its_end(
    watched: Watched, damage: Damage, status: str, said: str
) -> None:
    assert watched.poll().status == "baseline"
    number = len(watched.rows)
    names = {"dataset": watched.source.name.rpartition("-")[2], "field": watched.field, "all": number, "most": number * 3 // 5}
    for _ in range(2):  # and it is no truer for being said twice
        damaged = watched.poll(damage)
        assert damaged.status == status
        assert (damaged.error or "").endswith(said.format(**names))
    assert watched.told == 0
    assert (watched.poll().status, watched.told) == ("unchanged", 0)


def test_countries_that_are_no_field_of_the_record_are_missed_as_a_role(desk: RunContext) -> None:
    """The same where the source keeps the countries as claims alone."""

    def bare(page: Any) -> Any:
        for item in HERITAGE.parse(page):
            fields = getattr(item, "fields", None)
            yield replace(item, fields={"inscription_year": fields["inscription_year"]}) if fields else item

    source = replace(HERITAGE, parse=bare, expect=replace(HERITAGE.expect, filled={}))
    world = Watched(desk, source, [element(n, ["CN"] if n % 10 == 0 else ["PE"]) for n in range(1, 761)], "countries")
    world.poll()
    held = world.poll(emptied)
    assert held.error == "`role submitter` is empty in 760 of 760 records that had it; more than 25% at once is not believed"
    assert (world.poll().status, world.told) == ("unchanged", 0)


@pytest.mark.parametrize("name", ["title_fr", "title_en"])
def test_a_title_that_the_table_names_must_be_in_the_rows(watched: Watched, name: str) -> None:
    name = name.replace("title", "name") if watched.field == "iso_codes" else name
    watched.poll()
    run = watched.poll(lambda row, number, field: without(row, name))
    assert (run.status, (run.error or "").rpartition(": ")[2].split(" has ")[1]) == ("failed", f"a field {name!r}")


def test_a_first_poll_without_countries_is_held(watched: Watched) -> None:
    assert watched.poll(emptied).status == "quarantined"
    assert watched.poll().status == "baseline"
    assert watched.told == 0


def test_a_few_rows_that_lose_their_countries_are_told(watched: Watched) -> None:
    watched.poll()
    run = watched.poll(lambda row, number, field: emptied(row, number, field) if number in (9, 19) else row)
    assert (run.status, run.changed) == ("ok", 2)
    assert {alert["event"] for alert in alerts(watched.desk.db)} == {"role-lost"}


def test_a_few_rows_are_few_in_a_small_dataset(desk: RunContext) -> None:
    table = DatasetTable.model_validate(
        {"name": "small", "dataset": "small", "kind": "chair", "key": "uuid", "title": ["title_en"], "noise": ["*"],
         "countries": [{"field": "countries", "role": "host"}]}
    )  # fmt: skip
    world = Watched(desk, dataset_source(table), [element(n, ["CN"]) for n in range(3)], "countries")
    world.poll()
    assert world.poll(lambda row, number, field: emptied(row, number, field) if number else row).status == "ok"
    assert len(list(alerts(desk.db))) == 2

"""How much of an answer has a field: what was not read again counts as it is held."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from bot.context import RunContext
from sources.base import Expect, Follow, Page, Record
from tests.flow.test_same_pages import Site


def site_of(records: int, share: float) -> Site:
    """A list that leads to a page a record, all of which have the field."""
    site = Site()
    names = [f"n{number}" for number in range(records)]
    site.pages = {"": {"links": dict.fromkeys(names)}, **{name: {"records": {name: 1}} for name in names}}
    site.source = replace(
        site.source, parse=partial(with_sets, site.parse), expect=Expect(records=(0, 100), max_gone=0.9, filled={"value": share})
    )
    return site


def with_sets(parse: Callable[[Page], Iterator[Record | Follow]], page: Page) -> Iterator[Record | Follow]:
    for item in parse(page):
        value = item.fields["value"] if isinstance(item, Record) else None
        yield replace(item, fields={"value": frozenset(value)}) if isinstance(value, list) else item


def empty(site: Site, *numbers: int) -> None:
    for number in numbers:
        site.pages[f"n{number}"] = {"records": {f"n{number}": None}}


def test_a_field_that_empties_page_by_page_is_found_out(desk: RunContext) -> None:
    site = site_of(20, 0.8)
    told = [site.poll(desk, 1).status]
    for day in range(2, 7):
        empty(site, day)
        run = site.poll(desk, day)
        told.append(run.status)
    assert told == ["baseline", "ok", "ok", "ok", "ok", "quarantined"]
    assert run.error == "5 of 20 records have no value, at least 80% must have one"
    assert site.read == ["n6"]


def test_a_field_that_list_rows_say_is_the_same_counts_as_it_is_held(desk: RunContext) -> None:
    site = site_of(10, 0.8)
    names = [name for name in site.pages if name]
    site.pages[""] = {"links": {name: f"{name} as ever" for name in names}}
    empty(site, 1, 2)
    assert site.poll(desk, 1).status == "baseline"
    site.pages[""] = {"links": {name: f"{name} {'anew' if name == 'n3' else 'as ever'}" for name in names}}
    empty(site, 3)
    run = site.poll(desk, 2)
    assert (run.status, site.asked) == ("quarantined", ["", "n3"])


@pytest.mark.parametrize("filled", [1, "text", True, ["member"]])
def test_what_has_the_field_is_not_counted_as_empty(desk: RunContext, filled: object) -> None:
    site = site_of(10, 0.8)
    for number in range(10):
        site.pages[f"n{number}"] = {"records": {f"n{number}": filled}}
    empty(site, 0)
    site.poll(desk, 1)
    empty(site, 1)
    assert site.poll(desk, 2).status == "ok"


@pytest.mark.parametrize("nothing", [None, "", 0, False, []])
def test_every_kind_of_nothing_is_empty_when_it_is_held(desk: RunContext, nothing: object) -> None:
    site = site_of(10, 0.8)
    for number in (0, 1):
        site.pages[f"n{number}"] = {"records": {f"n{number}": nothing}}
    assert site.poll(desk, 1).status == "baseline"
    empty(site, 2)
    assert site.poll(desk, 2).status == "quarantined"


def test_what_is_filled_again_makes_room(desk: RunContext) -> None:
    site = site_of(10, 0.8)
    empty(site, 0, 1)
    site.poll(desk, 1)
    site.pages["n0"] = {"records": {"n0": 1}}
    empty(site, 2)
    assert site.poll(desk, 2).status == "ok"


def test_an_empty_record_that_is_listed_no_more_does_not_count(desk: RunContext) -> None:
    site = site_of(10, 0.8)
    empty(site, 0, 1)
    site.poll(desk, 1)
    site.pages[""] = {"links": dict.fromkeys(f"n{number}" for number in range(1, 10))}
    empty(site, 2)
    run = site.poll(desk, 2)  # two of nine: more than a fifth
    assert run.status == "quarantined"
    site.pages["n1"] = {"records": {"n1": 1}}
    assert site.poll(desk, 3).status == "ok"


def test_the_records_own_columns_count_as_well(desk: RunContext) -> None:
    site = site_of(4, 0.5)
    site.source = replace(site.source, expect=Expect(records=(0, 100), max_gone=0.9, filled={"reference": 0.0, "status": 0.5}))
    assert site.poll(desk, 1).status == "quarantined"

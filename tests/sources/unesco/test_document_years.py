"""Of which years documents of UNESCO are asked for."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.context import RunContext
from bot.run.pipeline import poll
from sources.base import Expect, Follow, Page
from sources.unesco.datahub import CATALOGUE
from sources.unesco.documents import export_of_years, source
from tests.worlds.committee_list import way
from tests.worlds.datahub import DataHub, day, version

SMALL = replace(source, expect=Expect(records=(1, 1000), max_gone=0.5))


def test_which_years_are_asked_for_follows_from_the_catalogue_alone() -> None:
    hub = DataHub({"doc001": [version(1)]})
    hub.processed["doc001"] = "2026-12-31T23:00:00+00:00"
    body = hub.answer(CATALOGUE)[1]
    for observed in (datetime(2026, 12, 31, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)):
        (follow,) = source.parse(Page.of(CATALOGUE, body, observed))
        assert isinstance(follow, Follow)
        assert (follow.url, follow.gate) == (export_of_years(2026), hub.processed["doc001"])


def test_the_new_year_is_asked_for_as_soon_as_data_are_published_in_it(desk: RunContext) -> None:
    hub = DataHub({"doc001": [version(n) for n in range(1, 41)]})
    asked = []
    for hub.processed["doc001"] in ("2026-12-31T03:00:00+00:00", "2027-01-01T03:00:00+00:00"):
        get = hub.get(SMALL, day(1))
        way_on = way(lambda follow, get=get: asked.append(follow.url) or get(follow))
        assert poll(desk, SMALL, way_on, day(1), "run").records == 40
    assert [url for url in asked if "exports" in url] == [export_of_years(2026), export_of_years(2027)]


def test_a_catalogue_that_does_not_say_when_documents_were_published_leads_to_all_of_the_strategy() -> None:
    hub = DataHub({"doc001": [version(1)]})
    hub.processed["doc001"] = "lately"
    (follow,) = source.parse(Page.of(CATALOGUE, hub.answer(CATALOGUE)[1], day(1)))
    assert isinstance(follow, Follow)
    assert (follow.url, follow.gate) == (export_of_years(2029), "lately")


def test_documents_ask_by_year_in_english() -> None:
    asked = export_of_years(2026)
    assert "year%20in%20%28%222022%22%2C%222023%22%2C%222024%22%2C%222025%22%2C%222026%22%2C%222027%22%29" in asked
    assert "lang=en" in asked

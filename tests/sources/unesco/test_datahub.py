"""Sources of the DataHub against a simulated one: whole polls, gates, errors in all shapes, and the recorded samples."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from bot.attribute import load_attributor
from bot.context import RunContext
from bot.errors import LayoutChanged
from bot.run.pipeline import poll
from sources.base import Expect, Page, Record, Source, records_of
from sources.unesco import datahub, documents
from sources.unesco.datahub import CATALOGUE, DATASETS, export, fault
from sources.unesco.dataset import DatasetTable, dataset_source
from state.queries.history import alerts, changes
from tests.rows import columns
from tests.shared import shared
from tests.worlds.committee_list import way
from tests.worlds.datahub import QUOTA, DataHub, day, element, version

TABLE = DatasetTable.model_validate(
    {
        "name": "crafts", "dataset": "ich001", "kind": "craft", "key": "uuid", "title": ["title_en", "title_fr"],
        "reference": "ich_public_ref", "status": "type_acronym", "url": "http_url_en", "fields": ["inscription_year"],
        "countries": [{"field": "countries", "role": "submitter"}],
        "noise": ["title_*", "type_*", "images"], "records": [1, 10_000], "max_gone": 0.5,
    }
)  # fmt: skip
CRAFTS = dataset_source(TABLE)
DOCUMENTS = replace(documents.source, expect=Expect(records=(1, 1000), max_gone=0.5))


def run(desk: RunContext, source: Source, hub: DataHub, number: int) -> Any:
    return poll(desk, source, way(hub.get(source, day(number))), day(number), "run")


def of(name: str, body: bytes, source: Source) -> list[Record]:
    return records_of(source.parse(Page.of(name, body, day(1))))


def test_an_unchanged_gate_costs_one_request(desk: RunContext) -> None:
    hub = DataHub({"ich001": [element(n) for n in range(250)]})
    assert run(desk, CRAFTS, hub, 1).status == "baseline"
    assert hub.requests == ["datasets", "datasets/ich001/exports/json"]
    hub.datasets["ich001"] = [element(n) for n in range(251)]
    second = run(desk, CRAFTS, hub, 2)
    assert hub.requests[2:] == ["datasets"]
    assert (second.status, second.records, second.added) == ("unchanged", 250, 0)
    hub.processed["ich001"] = "2026-11-03T03:00:00+00:00"
    third = run(desk, CRAFTS, hub, 3)
    assert (third.status, third.records, third.added) == ("ok", 251, 1)
    assert len(hub.requests) == 5


def test_what_failed_behind_a_gate_is_read_again(desk: RunContext) -> None:
    hub = DataHub({"ich001": [element(n) for n in range(20)]})
    run(desk, CRAFTS, hub, 1)
    hub.processed["ich001"] = "2026-11-02T03:00:00+00:00"
    hub.datasets["ich001"] = [element(n) for n in range(21)]
    hub.broken = lambda url: (200, b"Streaming interrupted due to the following error: no") if "export" in url else None
    failed = run(desk, CRAFTS, hub, 2)
    assert (failed.status, failed.records) == ("failed", 0)
    assert "Streaming interrupted" in (failed.error or "")
    hub.broken = lambda url: None
    assert run(desk, CRAFTS, hub, 3).added == 1


def test_a_gate_that_is_a_parser_older_is_opened(desk: RunContext) -> None:
    hub = DataHub({"ich001": [element(1)]})
    run(desk, CRAFTS, hub, 1)
    run(desk, replace(CRAFTS, parser_version=2), hub, 2)
    assert hub.requests.count("datasets/ich001/exports/json") == 2


def test_a_record_that_leaves_the_data_is_removed_at_the_second_poll(desk: RunContext) -> None:
    hub = DataHub({"ich001": [element(1), element(2), element(3)]})
    run(desk, CRAFTS, hub, 1)
    hub.processed["ich001"], hub.datasets["ich001"] = "2026-11-02", [element(1), element(2)]
    assert run(desk, CRAFTS, hub, 2).removed == 0
    assert run(desk, CRAFTS, hub, 3).removed == 1
    assert [change["record"] for change in changes(desk.db) if change["kind"] == "removed"] == ["id-3"]


def test_the_quota_blocks_until_it_is_renewed(desk: RunContext) -> None:
    hub = DataHub({"ich001": [element(1)]})
    hub.broken = lambda url: (429, orjson.dumps(QUOTA))
    refused = run(desk, CRAFTS, hub, 1)
    assert (refused.status, len(hub.requests)) == ("blocked", 1)
    told = fault(orjson.dumps(QUOTA))
    assert told is not None
    assert told.until == datetime(2026, 11, 26, tzinfo=UTC)


def test_every_error_of_the_samples_is_known_as_one() -> None:
    samples = orjson.loads(shared("real/unesco/opendatasoft_error_samples.json").read_bytes())
    told = [fault(orjson.dumps(each["body"])) for each in samples.values() if isinstance(each, dict)]
    assert len(told) == 7
    assert all(told)
    streamed = fault(samples["export_streaming_error_inside_200_body_text"].encode())
    assert streamed is not None
    assert "83714 was found" in streamed.reason
    assert told[-1] is not None
    assert told[-1].until == datetime(2021, 1, 26, tzinfo=UTC)
    assert fault(b'{"total_count": 0, "results": []}') is None
    assert fault(b"[]") is None


@pytest.mark.parametrize(
    "body",
    [
        b'[{"uuid":"a","title_en":"b"}Streaming interrupted due to the following error: x (error_code: Y)',
        b'[{"uuid":"a","title_en":"b"},{"uuid":"c","ti',
        b'[{"uuid":"a","title_en":"b"},',
        b'[{"uuid":"a","title_en":"b"}',
        b'{"error_code":"ODSQLError","message":"Unknown field: anzahl"}',
        b"<html><body>Just a moment</body></html>",
        b"",
        b"[1, 2]",
        b"[]]",
        b'[{"uuid":null,"title_en":"b"}]',
        b'[{"uuid":"a","title_en":null}]',
    ],
)
def test_what_is_no_whole_export_is_refused(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        of(export("ich001"), body, CRAFTS)


def test_unknown_dataset_and_bad_request_fail(desk: RunContext) -> None:
    hub = DataHub({"other": [element(1)]})
    gone = run(desk, CRAFTS, hub, 1)
    assert (gone.status, "no dataset 'ich001'" in (gone.error or "")) == ("failed", True)
    assert hub.answer(f"{DATASETS}/ich001/exports/json")[0] == 404
    assert hub.answer(f"{DATASETS}?limit=101")[0] == 400
    assert hub.answer(f"{DATASETS}/other/records?limit=100&offset=9901")[0] == 400


def test_the_catalogue_is_read_to_its_end(desk: RunContext) -> None:
    hub = DataHub({f"abc{n:03}": [] for n in range(230)})
    hub.titles["abc200"] = "UNESCO Chairs and UNITWIN networks"
    first = run(desk, datahub.source, hub, 1)
    assert (first.records, hub.requests) == (230, ["datasets"] * 3)
    (summary,) = alerts(desk.db, status="baseline")
    assert "The DataHub has a dataset worth watching: UNESCO Chairs and UNITWIN networks (abc200)" in summary["reasons"]
    assert "Invented dataset abc000" in columns(desk.db, "records", "title")
    hub.titles["abc001"] = "Invented dataset, renamed"
    hub.datasets["prz001"], hub.processed["prz001"] = [], "2026-11-02"
    hub.titles["prz001"] = "Laureates of UNESCO prizes"
    second = run(desk, datahub.source, hub, 2)
    assert (second.added, second.changed) == (1, 1)
    told = [(alert["event"], alert["headline"], alert["record"]) for alert in alerts(desk.db)]
    assert told == [("candidate", "The DataHub has a dataset worth watching: Laureates of UNESCO prizes (prz001)", "prz001")]
    hub.processed["prz001"] = "2026-11-03"
    third = run(desk, datahub.source, hub, 3)
    assert (third.changed, third.alerts) == (0, 0)


def test_a_dataset_beyond_the_first_page_of_the_catalogue_is_found(desk: RunContext) -> None:
    hub = DataHub({**{f"abc{n:03}": [] for n in range(150)}, "ich001": [element(1)]})
    assert run(desk, CRAFTS, hub, 1).records == 1
    assert hub.requests == ["datasets", "datasets", "datasets/ich001/exports/json"]


def test_every_submitting_state_is_a_claim_with_its_field_as_evidence() -> None:
    body = orjson.dumps([element(1, ["CN", "KZ", "KG"])])
    (found,) = of(export("ich001"), body, CRAFTS)
    assert [(c.role, c.party, c.country, c.evidence.field) for c in found.claims] == [
        ("submitter", code, code, "countries") for code in ("CN", "KZ", "KG")
    ]


def test_order_of_rows_and_countries_and_noise_are_no_change(desk: RunContext) -> None:
    hub = DataHub({"ich001": [element(1, ["CN", "KZ"]), element(2)]})
    run(desk, CRAFTS, hub, 1)
    hub.processed["ich001"] = "2026-11-02"
    hub.datasets["ich001"] = [element(2, images="[1]"), element(1, ["KZ", "CN"])]
    second = run(desk, CRAFTS, hub, 2)
    assert (second.status, second.changed) == ("unchanged", 0)


def test_csv_with_byte_order_mark_and_semicolons_gives_the_same_records() -> None:
    hub = DataHub({"ich001": [element(1, ["CN", "KZ"]), element(2)]})
    table = of(f"{DATASETS}/ich001/exports/csv", hub.answer(f"{DATASETS}/ich001/exports/csv")[1], CRAFTS)
    array = of(export("ich001"), hub.answer(export("ich001"))[1], CRAFTS)
    assert [(r.key, r.title, r.fields) for r in table] == [(r.key, r.title, r.fields) for r in array]
    with pytest.raises(LayoutChanged, match="cells"):
        of(f"{DATASETS}/ich001/exports/csv", b"uuid;title_en\r\na;b;c\r\n", CRAFTS)


def test_an_unknown_column_is_noted() -> None:
    page = Page.of(export("ich001"), orjson.dumps([element(1, nominated_by="PE")]), day(1))
    assert len(records_of(CRAFTS.parse(page))) == 1
    assert page.notes == {"unread: nominated_by": 1}


def test_language_versions_are_one_document_wherever_they_stand(desk: RunContext) -> None:
    rows = [version(1, "fre"), *(version(n) for n in range(2, 40)), version(1), version(1, "chi")]
    hub = DataHub({"doc001": rows})
    assert run(desk, DOCUMENTS, hub, 1).records == 39
    ((title, fields),) = columns(desk.db, "records", "title, fields", "key = 'pf0000000001'")
    assert (title, orjson.loads(fields)["languages"]) == ("Invented document 1 (eng)", ["chi", "eng", "fre"])
    hub.processed["doc001"] = "2026-11-02"
    hub.datasets["doc001"] = [*reversed(rows), version(2, "rus")]
    second = run(desk, DOCUMENTS, hub, 2)
    assert (second.records, second.changed) == (39, 1)
    (change,) = changes(desk.db)
    assert (change["record"], change["field"], change["before"], change["after"]) == ("pf0000000002", "languages", [], ["rus"])


@pytest.mark.parametrize("name", ["document_code", "ref_code"])
def test_roles_of_a_governing_body_document(name: str) -> None:
    row = version(7, **{name: "43 C/DR.2 (China, Cuba and South Africa)"}, title="Draft resolution submitted by China")
    (found,) = of(export("doc001"), orjson.dumps([row]), documents.source)
    assert (found.fields["body"], found.fields["session"], found.fields["item"]) == ("General Conference", 43, "DR.2")
    told = [(claim.role, claim.party) for claim in found.claims]
    assert told == [
        ("submitter", "China"), ("author", "UNESCO"), ("submitter", "China"), ("submitter", "Cuba"), ("submitter", "South Africa"),
    ]  # fmt: skip


def test_national_bodies_are_the_source_of_what_they_write() -> None:
    row = version(8, creator="Chinese National Commission for UNESCO, Wang, Li", title="China: a mention only")
    (found,) = of(export("doc001"), orjson.dumps([row]), documents.source)
    (claim,) = found.claims
    assert (claim.role, claim.party) == ("source", "Chinese National Commission for UNESCO")
    assert claim.evidence.text == "Chinese National Commission for UNESCO, Wang, Li"
    (told,) = load_attributor().attribute("UNESCO", found)
    assert (told.country, told.verdict) == ("CN", "leads")


def test_a_document_without_number_or_title_is_refused() -> None:
    for row in (version(1, url="https://example.org/1"), version(1, title=None)):
        with pytest.raises(LayoutChanged):
            of(export("doc001"), orjson.dumps([row]), documents.source)


def test_sample_doc001_one_record() -> None:
    body = shared("real/unesco/datahub_doc001_records_limit1_bysa_filter.json").read_bytes()
    (found,) = of(f"{DATASETS}/doc001/records?limit=1", body, documents.source)
    assert (found.key, found.fields["year"], found.fields["languages"]) == ("pf0000397002", "2026", frozenset({"spa"}))
    assert found.title.startswith("Mapeo de los sistemas de créditos académicos en América Latina y el Caribe")
    assert "Higher education" in found.fields["subjects"]  # type: ignore[operator]
    assert found.fields["creator"] == (
        "UNESCO International Institute for Higher Education in Latin America and the Caribbean, Marquina, Mónica"
    )


def test_sample_doc001_addresses() -> None:
    told = orjson.loads(shared("real/unesco/datahub_doc001_records_select_url.json").read_bytes())
    assert told["total_count"] == 283889
    assert [documents.ARK.search(row["url"]).groups() for row in told["results"]] == [  # type: ignore[union-attr]
        ("pf0000396769", "fre"), ("pf0000396769", None), ("pf0000396877", "chi"),
    ]  # fmt: skip


def shipped(name: str) -> Source:
    from sources import all_sources

    return all_sources()[f"unesco-dataset-{name}"]


def test_sample_ich001() -> None:
    body = shared("real/unesco/datahub_ich001_records_two_items_subset.json").read_bytes()
    peru, samoa = of(f"{DATASETS}/ich001/records?limit=100", body, shipped("ich001"))
    assert (peru.key, peru.reference, peru.status) == ("d0499857-7ff1-4129-9452-68c3b84401b9", "1309", "RL")
    assert (peru.fields["inscription_year"], peru.url) == ("2019", "https://ich.unesco.org/en/RL/01309")
    assert [(c.role, c.country) for c in (*peru.claims, *samoa.claims)] == [("submitter", "PE"), ("submitter", "WS")]


def test_sample_whc001_with_french_labels() -> None:
    body = shared("real/unesco/datahub_whc001_export_csv_use_labels_head.csv").read_bytes()
    page = Page.of("https://data.unesco.org/explore/assets/whc001/export/csv", body, day(1))
    (site,) = records_of(shipped("whc001").parse(page))
    assert site.title == "The Bony Fish Fossils of the Western Limfjord – Evolution and Climate Adaptation in the Earliest Eocene"
    assert (site.key, site.fields["date_inscribed"], site.fields["category"]) == ("1758", "2026", "Natural")
    assert [(c.role, c.country) for c in site.claims] == [("submitter", "DK")]
    assert page.notes == {}


def test_a_catalogue_without_publication_time_is_refused() -> None:
    body = orjson.dumps({"total_count": 1, "results": [{"dataset_id": "ich001", "metas": {"default": {}}}]})
    with pytest.raises(LayoutChanged, match="data_processed"):
        list(CRAFTS.parse(Page.of(CATALOGUE, body, day(1))))


@pytest.mark.parametrize("total", [None, "many", [1]])
def test_a_catalogue_without_a_number_of_datasets_is_refused(total: object) -> None:
    body = orjson.dumps({"total_count": total, "results": [{"dataset_id": "other", "metas": {"default": {}}}]})
    with pytest.raises(LayoutChanged, match="total"):
        list(CRAFTS.parse(Page.of(CATALOGUE, body, day(1))))

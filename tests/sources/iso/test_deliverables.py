"""Rows of the deliverables file, exactly as published."""

from datetime import UTC, datetime

import orjson
import pytest

from sources.base import LayoutChanged, Page, records_of
from sources.iso import deliverables
from state.model import Record
from tests.shared import shared
from tests.worlds.committee_list import jsonl
from tests.worlds.iso import deliverable

NOW = datetime(2025, 6, 4, tzinfo=UTC)


def read(body: bytes) -> list[Record]:
    return records_of(deliverables.parse(Page.of(deliverables.ADDRESS, body, NOW)))


def test_a_row_before_titles_came() -> None:
    row = orjson.loads(shared("real/iso/deliverables_sample__62085.json").read_bytes())
    (record,) = read(jsonl([row]))
    assert (record.key, record.reference, record.title) == ("62085", "ISO 9001:2015", "")
    assert record.fields == {
        "stage": "90.92", "ownerCommittee": "ISO/TC 176/SC 2", "publicationDate": "2015-09-22", "title_fr": None, "type": "IS",
        "edition": 5, "ics": frozenset({"03.120.10", "03.100.70"}), "replaces": frozenset({"46486", "54538"}),
        "replaced_by": frozenset({"88464"}),
    }  # fmt: skip
    (claim,) = record.claims
    assert (claim.role, claim.party, claim.evidence.field) == ("secretariat-of-owner", "ISO/TC 176/SC 2", "ownerCommittee")


def test_rows_with_titles() -> None:
    first, second = read(shared("real/iso/deliverables_sample__browser-specs.jsonl").read_bytes())
    assert first.title.startswith("Information technology — Digital compression")
    assert str(second.fields["title_fr"]).startswith("Textiles — Identification")


def test_an_amendment() -> None:
    record = read(shared("real/iso/deliverables_sample__88821-88915.jsonl").read_bytes())[-1]
    assert (record.key, record.fields["type"], record.fields["stage"]) == ("88915", "IS Amd", "60.60")


@pytest.mark.parametrize(("printed", "stage"), [(0, "00.00"), (20, "00.20"), (98, "00.98"), (4020, "40.20"), (9599, "95.99")])
def test_short_stage_codes(printed: int, stage: str) -> None:
    assert read(jsonl([deliverable(1, printed)]))[0].fields["stage"] == stage


def test_no_owner_no_claim() -> None:
    assert [record.claims for record in read(jsonl([deliverable(1, owner=None), deliverable(2, owner="")]))] == [(), ()]


@pytest.mark.parametrize("broken", [{"id": None}, {"currentStage": "40.20"}, {"icsCode": "01.020"}, {"title": "Title"}])
def test_another_layout_fails(broken: dict) -> None:
    with pytest.raises(LayoutChanged):
        read(jsonl([deliverable(1, **broken)]))


def test_a_column_that_is_gone_fails() -> None:
    row = deliverable(1)
    del row["ownerCommittee"]
    with pytest.raises(LayoutChanged, match="ownerCommittee"):
        read(jsonl([row]))

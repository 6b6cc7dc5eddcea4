"""What a step from one stage to another means."""

from datetime import date

import orjson
import pytest

from sources.iso.stages import STAGES, means, words
from state.model import Meaning, Record
from tests.shared import shared

DAY = date(2026, 3, 4)


def at(stage: str | None, **more: object) -> Record:
    return Record("1", "deliverable", "Title", "ISO 1", fields={"stage": stage, **more})


def step(was: str | None, now: str, **more: object) -> Meaning:
    (meaning,) = means(at(was), at(now, **more), DAY)
    return meaning


def test_every_harmonised_code_is_known() -> None:
    codes = orjson.loads(shared("real/iso/harmonized_stage_codes.json").read_bytes())["vocabulary"]["XX.YY"]
    assert {each["code"] for each in codes} == set(STAGES)


@pytest.mark.parametrize(
    ("was", "now", "event", "severity", "due"),
    [
        ("10.00", "10.20", "ballot-opened", "notable", "2026-05-27"),
        ("10.60", "10.99", "project-approved", "notable", None),
        ("10.60", "10.98", "rejected", "notable", None),
        ("10.99", "20.00", "project-registered", "notable", None),
        ("20.20", "20.98", "cancelled", "notable", None),
        ("30.00", "30.20", "consultation-opened", "notable", "2026-04-29"),
        ("40.00", "40.20", "ballot-opened", "notable", "2026-05-27"),
        ("40.20", "40.60", "ballot-closed", "notable", None),
        ("50.00", "50.20", "ballot-opened", "notable", "2026-04-29"),
        ("60.00", "60.60", "published", "notable", None),
        ("60.60", "90.20", "review-opened", "info", "2026-07-22"),
        ("90.60", "90.92", "to-be-revised", "notable", None),
        ("90.60", "90.93", "confirmed", "info", None),
        ("90.99", "95.20", "ballot-opened", "notable", "2026-04-29"),
        ("95.60", "95.99", "withdrawn", "notable", None),
        ("40.93", "40.00", "stepped-back", "notable", None),
        ("60.00", "50.92", "referred-back", "notable", None),
        ("90.93", "90.20", "review-opened", "info", "2026-07-22"),
        ("90.92", "90.93", "confirmed", "info", None),
    ],
)
def test_steps(was: str, now: str, event: str, severity: str, due: str | None) -> None:
    meaning = step(was, now)
    assert (meaning.event, meaning.severity, meaning.due and meaning.due.isoformat()) == (event, severity, due)
    assert meaning.estimated == (due is not None)
    assert meaning.text.startswith(words(now))
    assert meaning.details[0] == f"stage: {now}, before {was} ({words(was)})"
    assert any(line.startswith("date: ") for line in meaning.details) == (due is not None)


def test_a_jump_names_the_ballots_that_were_passed_over() -> None:
    assert "passed over: 40.60 DIS ballot closed" in step("40.20", "40.99").details
    assert len(step("20.99", "40.00").details) == 1  # no CD at all is a choice, not a jump
    assert "passed over: 40.20 DIS ballot opened, 40.60 DIS ballot closed" in step("40.00", "50.00").details


def test_a_step_back_is_said_and_no_review_is_one() -> None:
    assert "a step back" in step("40.93", "40.20").text
    assert step("40.93", "40.20").event == "ballot-opened"
    assert "a step back" not in step("90.93", "90.20").text


def test_a_withdrawal_for_a_successor_is_no_news_by_itself() -> None:
    meaning = step("90.92", "95.99", replaced_by=frozenset({"2"}))
    assert (meaning.event, meaning.severity) == ("withdrawn", "info")


def test_the_same_stage_means_nothing_and_an_unknown_one_is_said_as_it_is() -> None:
    assert list(means(at("40.20"), at("40.20"), DAY)) == []
    assert list(means(at("40.20"), at(None), DAY)) == []
    assert "stage 41.11" in step("40.60", "41.11").text


@pytest.mark.parametrize(
    ("stage", "event", "severity"),
    [("20.00", "project-registered", "notable"), ("30.00", "item-added", "notable"), ("60.60", "published", "notable"),
     ("40.20", "ballot-opened", "notable"), ("95.99", "item-added", "info")],
)  # fmt: skip
def test_a_new_deliverable(stage: str, event: str, severity: str) -> None:
    (meaning,) = means(None, at(stage), DAY)
    assert (meaning.event, meaning.severity) == (event, severity)
    assert words(stage) in meaning.text


def test_where_the_page_prints_the_day_of_the_stage_the_ballot_is_counted_from_it() -> None:
    assert step("40.00", "40.20", stage_date="2026-02-01").due == date(2026, 4, 26)

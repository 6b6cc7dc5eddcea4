"""A field or role that most records lose at once, or that differs in nearly all, holds the run; real bulk changes do not."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from bot.context import RunContext
from bot.parse.result import Fetched
from bot.run.pipeline import poll
from bot.run.quarantine import accept
from bot.run.replay import replay, sessions
from sources.base import Expect, Follow, Page, Record
from sources.iso import committees, deliverables
from state.model import Capture
from state.queries import history
from state.runs import Run
from tests.flow.test_filled import site_of
from tests.state.tables import lose
from tests.worlds import iso
from tests.worlds.bodies import projects_source
from tests.worlds.committee_list import SAC, jsonl, row, warc, way
from tests.worlds.committee_list import committees as committee_list
from tests.worlds.datahub import day as november
from tests.worlds.fault_server import answer
from tests.worlds.iso import deliverable, poll_committees, poll_deliverables, told
from tests.worlds.linked_pages import open_world


def polled(desk: RunContext, tmp_path: Path, body: bytes, week: int) -> Run:
    return replay(desk, sessions([warc(tmp_path / f"week-{week}.warc.gz", [body], first=week)], [committees.source])[0])


def in_french() -> bytes:
    """The committee list without its English titles: the French ones stand in their place."""
    return jsonl([{**each, "title": {"en": each["title"]["fr"], "fr": each["title"]["fr"]}} for each in committee_list()])


def test_a_list_that_lost_a_language_is_held_and_its_return_is_no_news(desk: RunContext, tmp_path: Path) -> None:
    polled(desk, tmp_path, jsonl(committee_list()), 0)
    run = polled(desk, tmp_path, in_french(), 1)
    said = "`title` differs in 720 of 720 records that had it; more than 80% at once is not believed"
    assert (run.status, run.error) == ("quarantined", said)
    assert polled(desk, tmp_path, jsonl(committee_list()), 2).status == "unchanged"
    assert (list(history.changes(desk.db)), list(history.alerts(desk.db))) == ([], [])


def test_what_is_accepted_by_hand_is_kept_as_changes_and_alerts_only_what_a_role_means(desk: RunContext, tmp_path: Path) -> None:
    polled(desk, tmp_path, jsonl(committee_list()), 0)
    run = accept(desk, polled(desk, tmp_path, in_french(), 1).id)
    assert (run.status, run.changed, run.alerts) == ("ok", 720, 0)
    assert {(each["field"], each["kind"]) for each in history.changes(desk.db)} == {("title", "changed")}
    assert polled(desk, tmp_path, jsonl(committee_list()), 2).status == "quarantined"  # the way back is as sudden


def projects(country: str) -> bytes:
    heads = "".join(f"<th>{name}</th>" for name in ("Number", "Title", "Editor", "Country"))
    rows = "".join(f"<tr><td>{n}</td><td>Work {n}</td><td>Institute {n}</td><td>{country}</td></tr>" for n in range(60))
    return f'<html lang="en"><body><table id="projects"><tr>{heads}</tr>{rows}</table></body></html>'.encode()


def test_a_label_that_all_rows_of_a_page_print_otherwise_is_held(desk: RunContext) -> None:
    def polled_page(country: str, number: int) -> Run:
        body, now = projects(country), november(number)

        def get(follow: Follow) -> Fetched:
            return Fetched(Page.of(follow.url, body, now), Capture(follow.url, now, 200, sha256(body).hexdigest()))

        return poll(desk, projects_source, way(get), now, "run")

    polled_page("China", 1)
    run = polled_page("Chinese delegation", 2)
    assert run.error == "`role editor` differs in 60 of 60 records that had it; more than 80% at once is not believed"
    assert (polled_page("China", 3).status, told(desk)) == ("unchanged", [])


def work(count: int, first: int = 1, **more: object) -> list[dict[str, object]]:
    return [deliverable(number, **more) for number in range(first, first + count)]


def french(count: int, first: int = 1, title: str | None = None) -> list[dict[str, object]]:
    return work(count, first, title={"en": "Invented work", "fr": title})


@pytest.fixture
def hundred(desk: RunContext) -> RunContext:
    """A desk that holds a hundred deliverables with French titles."""
    poll_deliverables(desk, french(100, title="Travail"), 0)
    return desk


@pytest.mark.parametrize(("lost", "status"), [(25, "ok"), (26, "quarantined")])
def test_a_quarter_may_lose_a_field_at_once(hundred: RunContext, lost: int, status: str) -> None:
    run = poll_deliverables(hundred, french(lost) + french(100 - lost, lost + 1, "Travail"), 1)
    assert run.status == status
    assert (
        status == "ok" or run.error == "`title_fr` is empty in 26 of 100 records that had it; more than 25% at once is not believed"
    )


@pytest.mark.parametrize(("other", "status"), [(80, "ok"), (81, "quarantined")])
def test_four_fifths_may_change_a_field_at_once(hundred: RunContext, other: int, status: str) -> None:
    assert poll_deliverables(hundred, french(other, 1, "Ouvrage") + french(100 - other, other + 1, "Travail"), 1).status == status


@pytest.mark.parametrize(("filled", "status"), [(25, "ok"), (26, "quarantined")])
def test_a_quarter_of_all_may_gain_a_field_at_once(desk: RunContext, filled: int, status: str) -> None:
    poll_deliverables(desk, french(100), 0)
    run = poll_deliverables(desk, french(filled, 1, "Travail") + french(100 - filled, filled + 1), 1)
    assert run.status == status
    assert status == "ok" or run.error == "`title_fr` is new in 26 of 100 records; more than 25% at once is not believed"


def test_another_typeface_is_no_change_however_many_records_show_it(hundred: RunContext) -> None:
    assert poll_deliverables(hundred, french(100, 1, " Travail\N{SOFT HYPHEN} "), 1).status == "unchanged"


def test_what_is_new_is_not_counted_among_those_that_had_the_field(hundred: RunContext) -> None:
    run = poll_deliverables(hundred, french(30) + french(70, 31, "Travail") + french(500, 101, "Travail"), 1)
    assert run.error == "`title_fr` is empty in 30 of 100 records that had it; more than 25% at once is not believed"


def test_what_is_new_without_the_field_loses_nothing(hundred: RunContext) -> None:
    run = poll_deliverables(hundred, french(100, 1, "Travail") + french(500, 101), 1)
    assert (run.status, run.added) == ("ok", 500)


@pytest.mark.parametrize(("count", "status"), [(19, "ok"), (20, "quarantined")])
def test_a_source_of_a_few_records_is_not_held(desk: RunContext, count: int, status: str) -> None:
    poll_deliverables(desk, french(count, title="Travail"), 0)
    assert poll_deliverables(desk, french(count), 1).status == status


@pytest.mark.parametrize(("few", "status"), [(24, "ok"), (25, "quarantined")])
def test_a_field_that_few_of_many_have_may_go_at_once(desk: RunContext, few: int, status: str) -> None:
    poll_deliverables(desk, french(few, title="Travail") + french(500 - few, few + 1), 0)
    assert poll_deliverables(desk, french(500), 1).status == status


def test_a_committee_whose_200_deliverables_move_is_news(desk: RunContext) -> None:
    poll_committees(desk, [row(10, SAC), row(11, SAC)], 0)
    poll_deliverables(desk, work(300), 0)
    run = poll_deliverables(desk, work(200, owner="ISO/TC 11") + work(100, 201), 1)
    assert (run.status, run.changed) == ("ok", 200)
    assert {event for event, _ in told(desk)} == {"moved"}


def test_a_first_list_is_not_held_against_records_that_outlived_what_was_known_of_polls(hundred: RunContext) -> None:
    lose(hundred.db)
    assert poll_deliverables(hundred, french(100), 1).status == "baseline"


def test_records_that_come_back_together_have_lost_nothing(hundred: RunContext) -> None:
    for week in (1, 2):
        poll_deliverables(hundred, french(60, 41, "Travail"), week)
    assert poll_deliverables(hundred, french(40) + french(60, 41, "Travail"), 3).status == "ok"


def test_records_that_come_back_are_not_among_those_that_had_the_field(hundred: RunContext) -> None:
    for week in (1, 2):
        poll_deliverables(hundred, french(60, 41, "Travail"), week)
    run = poll_deliverables(hundred, french(40, 1, "Travail") + french(20, 41) + french(40, 61, "Travail"), 3)
    assert run.error == "`title_fr` is empty in 20 of 60 records that had it; more than 25% at once is not believed"


def test_records_whose_page_could_not_be_had_do_not_speak_for_the_others(desk: RunContext) -> None:
    with open_world(desk) as world:
        names = [f"n{number}" for number in range(80)]
        for name in names:
            world.serve(f"/{name}", records={name: "known"})
        world.serve("/list", leads=dict.fromkeys(names, 1))
        world.poll()
        world.serve("/list", leads=dict.fromkeys(names, 2))
        for name in names[:20]:
            world.serve(f"/{name}", records={name: None})
        for name in names[40:]:
            world.site.plays[f"/{name}"] = answer(b"gone", status="404 Not Found")
        assert world.poll().error == "`value` is empty in 20 of 40 records that had it; more than 25% at once is not believed"


def test_a_new_parser_that_reads_every_title_otherwise_is_silent(hundred: RunContext) -> None:
    def louder(page: Page) -> Iterator[Record | Follow]:
        for item in deliverables.source.parse(page):
            yield replace(item, title=item.title.upper()) if isinstance(item, Record) else item

    newer = replace(deliverables.source, parse=louder, parser_version=deliverables.source.parser_version + 1)
    run = iso.poll_rows(hundred, newer, french(100, title="Travail"), 1)
    assert (run.status, told(hundred)) == ("unchanged", [])
    assert {each["kind"] for each in history.changes(hundred.db)} == {"reparsed"}


@pytest.mark.parametrize("how", ["together", "quiet"])
def test_a_source_may_say_what_changes_everywhere_at_once(desk: RunContext, how: str) -> None:
    site = site_of(20, 0.0)
    if how == "together":
        site.source = replace(site.source, expect=Expect((0, 100), 0.9, together=("value",)))
    else:
        site.source = replace(site.source, history=replace(site.source.history, ignored_fields=("value",)))
    site.poll(desk, 1)
    for number in range(20):
        site.pages[f"n{number}"] = {"records": {f"n{number}": 2}}
    assert site.poll(desk, 2).status in ("ok", "unchanged")
    site.source = replace(site.source, expect=Expect((0, 100), 0.9), history=replace(site.source.history, ignored_fields=()))
    for number in range(20):
        site.pages[f"n{number}"] = {"records": {f"n{number}": 3}}
    assert site.poll(desk, 3).status == "quarantined"

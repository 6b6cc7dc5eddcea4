"""Sentences that name a watched country beside a word of roles: kept for people to read, once each, and told to nobody."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from bs4 import BeautifulSoup

from bot.analyse.group import country_group
from bot.analyse.snapshot import Snapshot
from bot.config import Config
from bot.context import RunContext
from bot.decide.watchlist import Watchlist, load_watchlist
from bot.deliver.routes import routing
from bot.explore.describe import queries
from bot.report.across_bodies import timeline_page
from bot.report.frame import Frame
from bot.run.backtest import compare_with_history
from sources.base import Answer, Claim, Evidence, Expect, Follow, History, Mention, Page, Record, Source
from state import outbox
from state.db import connection_of, write
from state.privacy.erase import erase
from state.queries import history
from tests.rows import rows
from tests.shared import ROOT
from tests.state.tables import lose
from tests.state.test_query_plans import asked, scans
from tests.worlds.fault_source import HOME
from tests.worlds.linked_pages import World, open_world

TSINGHUA = "Students of Tsinghua University met the chair of the forum."
SEOUL = "Korean experts spoke of the hosts of the forum."
LIMA = "The chair thanked Peru."
KOREA = load_watchlist("korea", "china", {"title": "Korea", "countries": ["KR"]})


def parse(page: Page) -> Iterator[Record | Follow]:
    """A list leads to articles; an article is a record with its sentences, in which `hosted by X.` is a claim."""
    for name in page.json().get("leads", ()):
        yield Follow(f"{HOME}/{name}", key=name)
    for key, said in page.json().get("records", {}).items():
        sentences = said["text"].split("|")
        hosts = [(found[1], each) for each in sentences if (found := re.search(r"hosted by ([^.]+)\.", each))]
        yield Record(
            key, "article", f"Article {key}", url=f"{HOME}/{key}", fields={"place": said.get("place", "")},
            claims=tuple(Claim("host", party, Evidence(page.url, "text", f"hosted by {party}")) for party, _ in hosts),
            mentions=tuple(Mention(each, page.url, "text") for each in sentences),
        )  # fmt: skip


SOURCE = Source(
    "articles", "UNESCO", [f"{HOME}/list"], rf"^{HOME}/(?!robots)", parse, "daily 06:00", Expect(records=(0, 100), max_gone=0.5),
    answer=Answer(kind="json"), pace_s=0.0, history=History(append_only=True),
)  # fmt: skip


@pytest.fixture
def world(desk: RunContext) -> Iterator[World]:
    """Two articles at the first poll, one of which names China; every alert would be put into the outbox."""
    with open_world(replace(desk, routing=routing(Config()))) as made:
        publish(made, a=TSINGHUA, b=LIMA)
        assert made.poll(SOURCE).status == "baseline"
        yield made


def publish(world: World, place: str = "", **texts: str) -> None:
    """Put articles on the site: their sentences by key, and the place of all of them."""
    world.serve("/list", leads=sorted(texts), place=place)
    for key, text in texts.items():
        world.serve(f"/{key}", records={key: {"text": text, "place": place}})


def kept(world: World, watchlist: str = "china") -> list[tuple[str, str]]:
    rows = history.alerts(world.desk.db, status="mention")
    return [(row["record"], row["headline"]) for row in rows if row["watchlist"] == watchlist]


def call(world: World, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--db", str(world.desk.data / "w.db"), *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def watched_by(world: World, *watchlists: Watchlist) -> None:
    world.desk = replace(world.desk, watchlists=watchlists)


def test_a_first_poll_keeps_no_mention(world: World) -> None:
    assert kept(world) == []


def test_a_first_poll_of_a_source_whose_state_was_lost_keeps_none_either(world: World) -> None:
    lose(world.desk.db)
    publish(world, "Nairobi", a=TSINGHUA, b=LIMA)
    assert world.poll(SOURCE).status == "baseline"
    assert kept(world) == []


def test_what_changed_or_is_new_is_kept_and_nobody_is_told(world: World) -> None:
    queued = len(outbox.listing(world.desk.db))
    publish(world, "Nairobi", a=TSINGHUA, b=LIMA, c=f"{LIMA}|{SEOUL}|China’s delegate chaired it.")
    run = world.poll(SOURCE)
    assert kept(world) == [("a", TSINGHUA), ("c", "China’s delegate chaired it.")]
    assert (run.added, run.changed, run.alerts) == (1, 2, 0)
    assert list(history.alerts(world.desk.db)) == []
    assert len(outbox.listing(world.desk.db)) == queued


def test_a_sentence_that_is_added_to_a_page_is_kept_though_no_field_changed(world: World) -> None:
    publish(world, a=f"{TSINGHUA}|A Chinese expert is in the chair.", b=LIMA)
    run = world.poll(SOURCE)
    assert (run.changed, run.alerts) == (0, 0)
    assert kept(world) == [("a", TSINGHUA), ("a", "A Chinese expert is in the chair.")]
    assert world.poll(SOURCE).status == "unchanged"
    assert len(kept(world)) == 2


def test_a_page_that_the_first_poll_could_not_read_is_no_news_when_it_is_read(desk: RunContext) -> None:
    with open_world(desk) as world:
        publish(world, a=LIMA)
        world.serve("/list", leads=["a", "b"])
        del world.site.plays["/b"]
        assert world.poll(SOURCE).status == "baseline"
        publish(world, a=LIMA, b=TSINGHUA)
        assert world.poll(SOURCE).good
        assert len(rows(desk.db, "records", "key = 'b'")) == 1
        assert kept(world) == []


def test_a_page_that_is_read_again_does_not_double_it(world: World) -> None:
    for place in ("Nairobi", "Lima", "Nairobi"):
        publish(world, place, a=TSINGHUA, b=LIMA)
        assert world.poll(SOURCE).changed == 2
    assert kept(world) == [("a", TSINGHUA)]
    publish(world, "Lima", a=f"{TSINGHUA}|A Chinese expert is in the chair.", b=TSINGHUA)
    world.poll(SOURCE)
    assert kept(world) == [("a", TSINGHUA), ("a", "A Chinese expert is in the chair."), ("b", TSINGHUA)]


def test_each_watchlist_keeps_its_own_and_begins_with_its_summary(world: World) -> None:
    watched_by(world, *world.desk.watchlists, KOREA)
    both = f"{TSINGHUA}|{SEOUL}|China and Japan asked the Republic of Korea to chair."
    publish(world, "Nairobi", a=both)
    world.poll(SOURCE)  # the first of this watchlist
    assert (len(kept(world)), kept(world, "korea")) == (2, [])
    publish(world, "Lima", a=both)
    world.poll(SOURCE)
    assert [text for _, text in kept(world, "korea")] == both.split("|")[1:]
    assert [text for _, text in kept(world)] == [both.split("|")[0], both.split("|")[2]]
    assert {row["country"] for row in history.alerts(world.desk.db, status="mention") if row["watchlist"] == "korea"} == {"KR"}


@pytest.mark.parametrize(
    ("filters", "count"),
    [({"bodies": ["ISO"]}, 0), ({"bodies": ["UNESCO"]}, 1), ({"topics": ["ai"]}, 0), ({"events": ["role-gained"]}, 0),
     ({"events": ["mention"]}, 1), ({"min_severity": "major"}, 1)],
)  # fmt: skip
def test_a_watchlist_says_which_mentions_it_wants(world: World, filters: dict[str, Any], count: int) -> None:
    watched_by(world, load_watchlist("china", "china", filters))
    publish(world, "Nairobi", a=TSINGHUA)
    world.poll(SOURCE)
    assert len(kept(world)) == count


def test_a_sentence_that_is_told_is_no_mention_but_one_that_tells_of_another_country_is(world: World) -> None:
    publish(world, "Nairobi", c="The forum was hosted by China.", d="In China the forum is hosted by Kenya.")
    world.poll(SOURCE)
    assert [(row["record"], row["event"]) for row in history.alerts(world.desk.db)] == [("c", "role-gained")]
    assert kept(world) == [("d", "In China the forum is hosted by Kenya.")]


def test_what_a_new_parser_reads_is_no_mention(world: World) -> None:
    def newer(page: Page) -> Iterator[Record | Follow]:
        for each in parse(page):
            more = Mention("China is in the chair.", page.url, "text")
            yield replace(each, title=each.title.upper(), mentions=(more,)) if isinstance(each, Record) else each

    changed = replace(SOURCE, parse=newer, parser_version=2)
    world.poll(changed)
    assert kept(world) == []
    publish(world, "Nairobi", b=LIMA)
    world.poll(changed)
    assert [record for record, _ in kept(world)] == ["b"]
    for each in world.archives():
        each.unlink()
    publish(world, "Lima", a=LIMA, c=LIMA)
    run = world.poll(replace(changed, parser_version=3))  # what the parser changed and what the body did cannot be told apart
    assert "could not be" in str(run.notes) or "lacks" in str(run.notes)
    assert [record for record, _ in kept(world)] == ["b"]


def test_a_source_in_shadow_mode_keeps_them_all_the_same(world: World) -> None:
    queued = len(outbox.listing(world.desk.db))
    publish(world, "Nairobi", a=TSINGHUA, c="The forum was hosted by China.")
    world.poll(replace(SOURCE, mode="shadow"))
    assert kept(world) == [("a", TSINGHUA)]
    assert [row["status"] for row in history.alerts(world.desk.db)] == ["shadow"]
    assert len(outbox.listing(world.desk.db)) == queued


def test_a_name_that_is_to_be_forgotten_does_not_come_with_a_sentence(world: World) -> None:
    publish(world, "Nairobi", a="Zhou Testperson of China took the chair.")
    world.poll(SOURCE)
    erase(world.desk.db, "Zhou Testperson", datetime(2026, 11, 2, 7, tzinfo=UTC))
    publish(world, "Lima", a="Zhou Testperson of China took the chair.", c="China thanked Zhou Testperson, the chair.")
    world.poll(SOURCE)
    assert kept(world) == [("a", "[removed] of China took the chair."), ("c", "China thanked [removed], the chair.")]


def test_the_commands_show_them_when_they_are_asked_for(world: World) -> None:
    publish(world, "Nairobi", a=TSINGHUA)
    world.poll(SOURCE)
    assert call(world, "alerts", "--json") == ""
    assert "No alert." in call(world, "alerts")
    (row,) = [orjson.loads(line) for line in call(world, "alerts", "--status", "mention", "--json").splitlines()]
    assert row == row | {
        "status": "mention", "event": "mention", "severity": "info", "watchlist": "china", "headline": TSINGHUA, "country": "CN",
        "role": None, "party": None, "record": "a", "title": "Article a", "url": f"{HOME}/a", "observed_at": "2026-11-02T06:00:00Z",
        "evidence": {"url": f"{HOME}/a", "text": f"text: {TSINGHUA}"}, "deliveries": [],
    }  # fmt: skip
    assert TSINGHUA in call(world, "alerts", "--status", "mention")
    shown = call(world, "show", "a")
    assert "What was alerted" not in shown
    assert TSINGHUA in shown[shown.index("To read") :]


def test_no_reader_of_alerts_takes_them_for_alerts(world: World) -> None:
    publish(world, "Nairobi", a=TSINGHUA)
    world.poll(SOURCE)
    connection = connection_of(world.desk.db)
    empty = {"day": "", "country": "", "body": "", "role": "", "since": ""}
    found = connection.execute(queries()["alerts_with_evidence"]["sql"], empty).fetchall()
    assert [row["event"] for row in found] == ["baseline"]
    survey = Snapshot(world.desk.db, country_group("eu"), country_group("china"), datetime(2026, 11, 9, tzinfo=UTC))
    assert timeline_page(Frame(survey, UTC)).variables["alerts"] == []
    with write(world.desk.db) as writing:
        assert compare_with_history(writing, [], "china", "", [SOURCE]) == []
    (row,) = [orjson.loads(line) for line in digest(world, "--json").splitlines()]
    assert (row["headlines"], len(row["to_read"])) == ([], 1)


def test_no_statement_reads_the_alerts_from_end_to_end(world: World) -> None:
    publish(world, "Nairobi", a=TSINGHUA)
    with asked(connection := connection_of(world.desk.db)) as statements:
        world.poll(SOURCE)
    written = [each for each in statements if each.startswith("INSERT INTO alerts")]
    assert len(written) == 1
    assert scans(connection, written[0]) == []


def digest(world: World, *words: str) -> str:
    return call(world, "digest", "--since", "2026-11-02", "--until", "2026-11-29", *words)


def pages(world: World) -> tuple[str, str]:
    """The digest as text and as the words of its HTML."""
    digest(world, "--out", str(world.desk.data))
    page = next(world.desk.data.glob("weekly-*.html")).read_text()
    text = next(world.desk.data.glob("weekly-*.txt")).read_text()
    return " ".join(text.split()), " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())


def test_the_digest_shows_them_under_their_own_heading(world: World) -> None:
    assert not any(re.search("to read", page, re.IGNORECASE) for page in pages(world))
    publish(world, "Nairobi", a=f"{TSINGHUA}|<b>China</b> chairs.", b=LIMA)
    world.poll(SOURCE)
    text, page = pages(world)
    for words, heading in ((text, "TO READ"), (page, "To read")):
        section = words[words.index(heading) : words.lower().index("no date to act on")]
        assert "no verdicts" in section
        assert section.count(TSINGHUA) == 1
        assert section.count("Article a") == 2
        assert "<b>China</b> chairs." in section
        assert "more" not in section
        assert "No alerts. 1 of 1 source was checked." in words
    assert f"{HOME}/a" in text
    assert f'href="{HOME}/a"' in next(world.desk.data.glob("weekly-*.html")).read_text()


def test_the_digest_counts_those_that_it_does_not_show(world: World) -> None:
    many = "|".join(f"China is chair number {n}." for n in range(1, 14))
    publish(world, "Nairobi", a=many, c="The forum was hosted by China.")  # an alert is none of them
    world.poll(SOURCE)
    for words in pages(world):
        assert words.count("China is chair number") == 10
        assert "And 3 more" in words

"""A new parser raises no alarm; what the body changed in the same poll does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.context import RunContext
from bot.run.replay import replay, sessions
from sources.base import Claim, Follow, Page, Record
from sources.iso.committees import parse, source
from state.encode import stamp
from state.model import Attribution
from state.queries import history
from tests.rows import columns, rows
from tests.worlds.committee_list import AFNOR, SAC, committees, day, jsonl, row, warc


def newer(page: Page) -> Iterator[Record | Follow]:
    """The same parser, which reads one field more, prints titles otherwise and no longer sees one kind of record."""
    for item in parse(page):
        assert isinstance(item, Record)
        if item.key != "900007":
            yield replace(item, title=f"{item.title}!", fields={**item.fields, "level": "TC"})


class Nobody:
    """Rules that know no party."""

    version = "nobody"

    def judge(self, body: str, c: Claim) -> list[Attribution]:
        return [Attribution(c.role, c.party, None, c.party, "unknown", 0.0, c.evidence, c.party_id, claim=c)]

    def attribute(self, body: str, record: Record, owners: object = None) -> tuple[Attribution, ...]:
        return tuple(each for claim in record.claims for each in self.judge(body, claim))


NEWER = replace(source, parse=newer, parser_version=source.parser_version + 1)


def test_only_what_the_body_changed_is_news(desk: RunContext, tmp_path: Path) -> None:
    first = warc(tmp_path / "first.warc.gz", [jsonl(committees())])
    second = warc(tmp_path / "second.warc.gz", [jsonl(committees(changed={10: row(10, AFNOR, [SAC])}))], first=1)
    (session,) = sessions([first], [source])
    replay(desk, session)
    (session,) = sessions([second], [NEWER])
    run = replay(desk, session)
    assert (run.status, run.alerts, run.changed, run.removed) == ("ok", 1, 1, 0)
    assert [alert["event"] for alert in history.alerts(desk.db)] == ["role-passed"]
    kinds = [(c["kind"], c["field"]) for c in history.changes(desk.db)]
    assert kinds.count(("reparsed", "level")) == 719
    assert kinds.count(("reparsed", "title")) == 719
    assert kinds.count(("reparsed", None)) == 1
    assert sorted({c for c in kinds if c[0] != "reparsed"}) == [("changed", "p_members"), ("changed", "secretariat")]
    assert len(list(history.leaders(desk.db, session.observed_at, country="CN"))) == 71
    assert columns(desk.db, "runs", "trigger, status, alerts, observed_at") == [
        ("replay", "baseline", 0, stamp(day(0))), ("reparse", "ok", 0, stamp(day(0))), ("replay", "ok", 1, stamp(day(1))),
    ]  # fmt: skip


def test_when_the_captures_are_gone_nothing_is_alerted(desk: RunContext, tmp_path: Path) -> None:
    first = warc(tmp_path / "first.warc.gz", [jsonl(committees())])
    second = warc(tmp_path / "second.warc.gz", [jsonl(committees(changed={10: row(10, AFNOR, [SAC])}))], first=1)
    (session,) = sessions([first], [source])
    replay(desk, session)
    first.unlink()
    run = replay(desk, sessions([second], [NEWER])[0])
    assert (run.status, run.alerts) == ("ok", 0)
    assert any("could not be parsed again" in note for note in run.notes)
    assert [replay(desk, each).status for each in (session, sessions([second], [NEWER])[0])] == ["unchanged", "unchanged"]
    assert {c["kind"] for c in history.changes(desk.db)} == {"reparsed"}


def test_an_unchanged_file_is_read_by_a_new_parser_though_its_captures_are_gone(desk: RunContext, tmp_path: Path) -> None:
    weeks = [jsonl(committees()), jsonl(committees()), jsonl(committees(changed={10: row(10, AFNOR, [SAC])}))]
    first, same, third = (warc(tmp_path / f"{n}.warc.gz", [body], first=n) for n, body in enumerate(weeks))
    replay(desk, sessions([first], [source])[0])
    first.unlink()
    run = replay(desk, sessions([same], [NEWER])[0])
    assert (run.alerts, run.added, run.changed) == (0, 0, 0)
    assert len(rows(desk.db, "records", "title LIKE '%!'")) == 719
    run = replay(desk, sessions([third], [NEWER])[0])
    assert (run.status, run.alerts, run.changed, run.removed) == ("ok", 1, 1, 0)


def test_an_unchanged_answer_under_a_new_parser(desk: RunContext, tmp_path: Path) -> None:
    body = jsonl(committees())
    replay(desk, sessions([warc(tmp_path / "first.warc.gz", [body])], [source])[0])
    run = replay(desk, sessions([warc(tmp_path / "same.warc.gz", [body], first=1)], [NEWER])[0])
    assert (run.status, run.alerts, run.records) == ("unchanged", 0, 719)


def test_new_rules_judge_what_is_held_and_raise_no_alarm(desk: RunContext, tmp_path: Path) -> None:
    replay(desk, sessions([warc(tmp_path / "first.warc.gz", [jsonl(committees())])], [source])[0])
    other = Nobody()
    changed = jsonl(committees(changed={10: row(10, AFNOR, [SAC])}))
    (session,) = sessions([warc(tmp_path / "next.warc.gz", [changed], first=1)], [source])
    run = replay(replace(desk, attributor=other), session)
    assert (run.status, run.alerts) == ("ok", 0)
    assert list(history.leaders(desk.db, session.observed_at, country="CN")) == []
    assert {row["rule"] for row in rows(desk.db, "attributions")} == {"unknown"}  # of the past, too


def test_a_new_parser_takes_nothing_from_a_list_that_only_shows_what_is_new(desk: RunContext, tmp_path: Path) -> None:
    fleeting = replace(
        source, history=replace(source.history, append_only=True, noise_filter=lambda old, new: replace(new, title=old.title))
    )
    first = warc(tmp_path / "first.warc.gz", [jsonl(committees())])
    second = warc(tmp_path / "second.warc.gz", [jsonl(committees(without=range(1, 6)))], first=1)
    third = warc(tmp_path / "third.warc.gz", [jsonl(committees(without=range(1, 6)))], first=2)
    for each in (first, second):
        replay(desk, sessions([each], [fleeting])[0])
    renewed = replace(
        fleeting, parse=lambda page: (replace(item, title=f"{item.title}!") for item in parse(page)), parser_version=2
    )
    assert replay(desk, sessions([third], [renewed])[0]).status == "unchanged"
    assert len(rows(desk.db, "records", "removed_at IS NULL")) == 720
    assert list(history.changes(desk.db)) == []


def test_new_rules_judge_what_is_held_though_its_captures_are_gone_and_the_parser_is_new(desk: RunContext, tmp_path: Path) -> None:
    body = jsonl(committees())
    first = warc(tmp_path / "first.warc.gz", [body])
    replay(desk, sessions([first], [source])[0])
    first.unlink()
    (session,) = sessions(
        [warc(tmp_path / "next.warc.gz", [body], first=1)], [replace(source, parser_version=source.parser_version + 1)]
    )
    run = replay(replace(desk, attributor=Nobody()), session)
    assert (run.status, run.alerts) == ("unchanged", 0)
    assert list(history.leaders(desk.db, session.observed_at, country="CN")) == []

"""Names and days on the command line: usual forms work, what cannot be meant is one sentence and exit 2. What its screens say."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
import structlog

from bot.cli import COMMANDS, main
from sources.iso.committees import ADDRESS
from tests.worlds.committee_list import AFNOR, SAC, committees, jsonl, row, warc

NO_NETWORK = f'[http]\nmirrors = {{"https://{urlsplit(ADDRESS).netloc}" = "http://127.0.0.1:9"}}\n'
AI = {**row(9), "reference": "ISO/IEC JTC 1/SC 42", "title": {"en": "Artificial intelligence"}}
NEW = committees(changed={7: row(7, SAC, [AFNOR]), 9: AI})
READING = {
    "sources": [], "changes": [], "alerts": [], "leaders": [], "digest": [], "outbox": [], "league": [], "gaps": [], "show": ["x"],
    "report": ["--out", "report"], "export": ["leaders"], "explore": [], "held": [], "review": [], "corrections": [],
    "rehearse": [], "doctor": [], "due": [], "topic": ["list"], "backup": ["copies"], "forget": ["A B"], "trust": ["unesco-news"],
    "correct": ["x", "--role", "chair", "--country", "none", "--because", "x"],
}  # fmt: skip
NO_DATABASE = {"demo", "init", "run", "serve", "replay", "restore", "new-source", "attribute"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database of the committee list on 7 and 14 January 2026, with a committee led by SAC since the second."""
    folder = tmp_path_factory.mktemp("asked")
    warc(folder / "weeks.warc.gz", [jsonl(committees()), jsonl(NEW)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["standards-watch", "--db", str(folder / "w.db"), "replay", str(folder / "weeks.warc.gz")])
        with pytest.raises(SystemExit) as ended:
            main()
    structlog.reset_defaults()
    assert ended.value.code == 0
    return folder / "w.db"


class Ask:
    """Caller of the program within this process: exit status, and what it wrote."""

    def __init__(self, patch: pytest.MonkeyPatch, written: pytest.CaptureFixture[str], db: Path):
        self.patch, self.written, self.db = patch, written, db

    def __call__(self, *words: str, db: Path | None = None) -> tuple[int, str, str]:
        self.patch.setattr(sys, "argv", ["standards-watch", "--db", str(db or self.db), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.written.readouterr()
        assert isinstance(ended.value.code, int) or ended.value.code is None
        return ended.value.code or 0, said.out, said.err


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], db: Path, tmp_path: Path) -> Iterator[Ask]:
    monkeypatch.chdir(tmp_path)
    yield Ask(monkeypatch, capsys, db)
    structlog.reset_defaults()  # logs went to what was standard error in this test


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["leaders", "--country", "XX"], "There is no country 'XX'; give a name, or a code of two letters (ISO 3166)."),
        (["leaders", "--country", "Chna"], "did you mean China (CN)"),
        (["export", "leaders", "--country", "Germny"], "did you mean Germany (DE)"),
        (["leaders", "--body", "XYZ"], "There is no body 'XYZ'; there are: ISO, ISO/IEC, ITU, ITU-R, ITU-T, UN, UNESCO."),
        (["leaders", "--role", "boss"], "There is no role 'boss'; there are: abstained,"),
        (["leaders", "--compare", "Chna"], "did you mean China (CN)"),
        (["leaders", "--compare", "2025-99-01"], "'2025-99-01' is no day; give one such as 2025-07-30."),
        (["leaders", "--on", "2019-01-01"], "Nothing is known on 2019-01-01: the first poll was on 2026-01-07."),
        (["leaders", "--compare", "2026-01-06"], "Nothing is known on 2026-01-06: the first poll was on 2026-01-07."),
        (["leaders", "--body", "iso", "--on", "2019-01-01"], "Nothing is known of ISO on 2019-01-01: the first poll was on"),
        (["league", "--role", "secretariet"], "There is no role 'secretariet'; did you mean secretariat"),
        (["league", "--body", "ITUT"], "There is no body 'ITUT'; did you mean ITU-T"),
        (["league", "--quarters", "ZZ"], "There is no country or watchlist 'ZZ'"),
        (["league", "--on", "2019-01-01"], "Nothing is known of ISO on 2019-01-01"),
        (["gaps", "--they", "ZZ"], "There is no country or watchlist 'ZZ'"),
        (["gaps", "--we", "DE,Frnce"], "There is no country or watchlist 'Frnce'; did you mean France (FR)"),
        (["gaps", "--on", "2019-01-01"], "Nothing is known on 2019-01-01"),
        (["gaps", "--topic", "digitl"], "There is no topic 'digitl'; did you mean digital"),
        (["due", "--country", "ZZ"], "There is no country or watchlist 'ZZ'"),
        (["due", "--on", "2019-01-01"], "Nothing is known on 2019-01-01"),
        (["topic", "list", "TC 999999"], "No record is known by 'TC 999999'"),
        (["topic", "add", "ISO/TC 7", "critical-materials"], "'critical-materials' is a group of topics; give one of: rare_earth."),
        (["gaps", "ISO/TC 99999"], "No record is known by 'ISO/TC 99999'"),
        (["report", "--out", "x", "--on", "2019-01-01"], "Nothing is known on 2019-01-01"),
        (["export", "leaders", "--on", "2019-01-01"], "Nothing is known on 2019-01-01"),
        (["changes", "--source", "iso-comittees"], "did you mean iso-committees"),
        (["changes", "--until", "2019-01-01"], "Nothing is known on 2019-01-01"),
        (["changes", "--since", "2026-02-01", "--until", "2026-01-08"], "--until 2026-01-08 lies before --since 2026-02-01."),
        (["alerts", "--topic", "quantm"], "There is no topic 'quantm'; did you mean quantum"),
        (["changes", "--since", "last week"], "'last week' is no day"),
        (["run", "iso-comittees"], "did you mean iso-committees"),
        (["trust", "iso-comittees"], "did you mean iso-committees"),
        (["rehearse", "--watchlist", "chyna"], "There is no watchlist 'chyna'; did you mean china?"),
        (["correct", "ISO/TC 7", "--role", "boss", "--country", "CN", "--because", "x"], "There is no role 'boss'"),
        (["correct", "ISO/TC 7", "--role", "chair", "--country", "XX", "--because", "x"], "There is no country 'XX'"),
        (["show", "TC 999999"], "No record is known by 'TC 999999'"),
        (["show", "ISO/TC 70 0"], "No record is known by 'ISO/TC 70 0'; did you mean ISO/TC 70"),
        (["show", ""], "No record is known by ''; give a reference, a key or an address"),
        (["chnages"], "No such command 'chnages'; did you mean changes?"),
    ],
)  # fmt: skip
def test_what_nothing_is_called_is_one_sentence_and_exit_2(ask: Ask, words: list[str], says: str) -> None:
    status, out, err = ask(*words)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("usual", "exact"),
    [
        (["leaders", "--country", "China"], ["leaders", "--country", "CN"]),
        (["leaders", "--country", "chn", "--body", "iso"], ["leaders", "--country", "CN", "--body", "ISO"]),
        (["leaders", "--country", "DE", "--role", "Secretariats"], ["leaders", "--country", "DE", "--role", "secretariat"]),
        (["leaders", "--role", "P-Member", "--country", "France"], ["leaders", "--role", "p-member", "--country", "FR"]),
        (["leaders", "--country", "CN", "--compare", "Germany"], ["leaders", "--country", "CN", "--compare", "DE"]),
        (["gaps", "--they", "China", "--we", "Germany, France"], ["gaps", "--they", "CN", "--we", "DE,FR"]),
        (["gaps", "--they", "China", "--we", "G7"], ["gaps", "--they", "CN", "--we", "g7"]),
        (["alerts", "--country", "China", "--body", "iso", "--role", "Secretariats"], ["alerts"]),
        (["show", "iso/tc 7"], ["show", "ISO/TC 7"]),
        (["show", "ISO/TC7"], ["show", "ISO/TC 7"]),
        (["show", "sc 42"], ["show", "ISO/IEC JTC 1/SC 42"]),
        (["show", "JTC1"], ["show", "ISO/IEC JTC 1/SC 42"]),
        (["gaps", "tc 7"], ["gaps", "ISO/TC 7"]),
        (
            ["topic", "list", "sc 42", "--topic", "Artificial intelligence"],
            ["topic", "list", "ISO/IEC JTC 1/SC 42", "--topic", "ai"],
        ),
    ],
)
def test_usual_forms_give_the_same_as_exact_names(ask: Ask, usual: list[str], exact: list[str]) -> None:
    given = ask(*usual, "--json")
    assert given == ask(*exact, "--json")
    assert given[0] == 0
    assert given[1]


def test_of_several_records_the_candidates_are_listed(ask: Ask, db: Path) -> None:
    status, _, err = ask("show", "iso")
    assert status == 2
    assert "'iso' may be ISO/IEC JTC 1/SC 42, ISO/TC 1, ISO/TC 10, ISO/TC 100, " in err
    assert "and 712 more; name one of them." in err


def test_a_part_of_a_body_is_what_is_printed_so(ask: Ask) -> None:
    _, out, _ = ask("leaders", "--body", "ISO/IEC")
    assert "ISO/IEC JTC 1/SC 42" in out
    assert "1 in all" in out


@pytest.mark.parametrize("days", [("2026-01-07", "2026-01-14"), ("2026-01-14", "2026-01-07")])
def test_days_are_compared_from_the_earlier_to_the_later(ask: Ask, days: tuple[str, str]) -> None:
    one, other = days
    lines = ask("leaders", "--on", one, "--compare", other, "--role", "secretariat")[1].splitlines()
    assert lines[0] == "from 2026-01-07 to 2026-01-14"
    assert [line.split()[:5] for line in lines[2:4]] == [
        ["gained", "CN", "secretariat", "ISO/TC", "7"], ["lost", "DE", "secretariat", "ISO/TC", "7"],
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["leaders", "league", "gaps", "league --quarters CN", "leaders --compare 2026-01-07"])
def test_a_table_says_how_fresh_it_is(ask: Ask, command: str) -> None:
    on = ask(*command.split(), "--on", "2026-01-08")[1]
    assert "\nAs of the last good poll: iso-committees 7 January 2026 (1 day ago).\n" in on
    assert "Out of date" not in on
    late = ask(*command.split(), "--on", "2026-03-01")[1]
    assert "iso-committees 14 January 2026 (46 days ago).\nOut of date: iso-committees. Later changes" in late
    assert "last good poll" not in ask(*command.split(), "--json")[1]


def test_a_role_held_at_the_first_poll_is_held_since_some_day_before(ask: Ask) -> None:
    held = {line.split()[3]: line for line in ask("leaders", "--country", "CN")[1].splitlines() if "ISO/TC" in line}
    assert held["7"].endswith("SAC    2026-01-14")
    assert held["10"].endswith("SAC    on or before 2026-01-07")
    shown = ask("show", "ISO/TC 7")[1]
    assert "DIN (Germany), since on or before 2026-01-07, until 2026-01-14\n" in shown
    assert "SAC (China), since 2026-01-14\n" in shown


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("--country CN", True), ("--country FR", False), ("--body ISO", True), ("--body ISO/IEC", False), ("--body ITU-T", False),
        ("--role secretariat", True), ("--role chair", False), ("--topic ai", False), ("--severity info", True),
        ("--severity major", True), ("--limit 1", True),
    ],
)  # fmt: skip
def test_alerts_are_filtered(ask: Ask, asked: str, there: bool) -> None:
    assert bool(ask("alerts", *asked.split(), "--json")[1]) is there


def test_a_brief_alert_is_one_line(ask: Ask) -> None:
    line, *notices = ask("alerts", "--brief")[1].splitlines()
    assert line.startswith("2026-01-14  ▲  China's SAC took over the secretariat of ISO/TC 7")
    assert all(notice.startswith("Contains information from ISO") for notice in notices)


def test_a_limit_takes_the_newest_changes_and_the_first_leaders(ask: Ask) -> None:
    every = ask("changes", "--json")[1].splitlines()
    assert ask("changes", "--json", "--limit", "2")[1].splitlines() == every[-2:] != every[:2]
    leaders = ask("leaders", "--json")[1].splitlines()
    assert ask("leaders", "--json", "--limit", "2")[1].splitlines() == leaders[:2]
    assert "\n720 in all\n" in ask("leaders", "--limit", "2")[1]


def test_where_nothing_was_polled_nobody_is_not_the_answer(ask: Ask) -> None:
    assert ask("leaders", "--body", "ITU-T")[1] == "Nothing is known of ITU-T: none of its sources was polled yet.\n"
    assert ask("league", "--body", "UN")[1] == "Nothing is known of UN: none of its sources was polled yet.\n"
    assert ask("leaders", "--country", "Malta")[1].startswith(
        "Nobody, as far as is known.\nAs of the last good poll: iso-committees"
    )


def test_a_first_day_before_the_first_poll_is_said(ask: Ask) -> None:
    status, out, err = ask("changes", "--since", "2019-01-01", "--json")
    assert (status, bool(out)) == (0, True)
    assert err == "The first poll was on 2026-01-07; nothing is known of the days before it.\n"


def test_after_a_replay_neither_doctor_nor_sources_say_that_nothing_is_known(ask: Ask) -> None:
    found = {row["source"]: row for row in map(orjson.loads, ask("sources", "--json")[1].splitlines())}
    assert (found["iso-committees"]["records"], found["iso-committees"]["last_good"][:10]) == (720, "2026-01-14")
    told = [line for line in ask("doctor")[1].splitlines() if "source iso-committees" in line]
    assert told[0].startswith("✓ source iso-committees: replayed up to 2026-01-14")


def test_a_failed_poll_is_printed_once_and_hides_nothing_that_was_good(ask: Ask, db: Path, tmp_path: Path) -> None:
    own = Path(shutil.copy(db, tmp_path / "own.db"))
    (tmp_path / "standards-watch.toml").write_text(NO_NETWORK)
    status, out, err = ask("run", "iso-committees", db=own)
    assert (status, (out + err).count("connection refused")) == (1, 1)
    found = {row["source"]: row for row in map(orjson.loads, ask("sources", "--json", db=own)[1].splitlines())}
    row = found["iso-committees"]
    assert (row["status"], row["records"], row["last_good"][:10]) == ("failed", 720, "2026-01-14")


def test_a_dry_run_leaves_no_database(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "standards-watch.toml").write_text(NO_NETWORK)
    assert ask("run", "--dry-run", "iso-committees", db=tmp_path / "none" / "w.db")[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["standards-watch.toml"]


def test_a_damaged_database_says_restore(ask: Ask, db: Path, tmp_path: Path) -> None:
    own = Path(shutil.copy(db, tmp_path / "own.db"))
    with own.open("r+b") as file:
        file.seek(2 * 8192)
        file.write(b"x" * 8192 * 100)
    status, _, err = ask("leaders", db=own)
    assert status == 1
    assert "stop the service and `restore` the newest backup" in err
    status, out, _ = ask("doctor", db=own)
    assert status == 1
    assert "✗ database: " in out
    assert "Stop the service and `restore` the newest backup." in out


@pytest.mark.parametrize("command", READING)
def test_a_reading_command_creates_no_database(ask: Ask, command: str, tmp_path: Path) -> None:
    status, out, err = ask(command, *READING[command], db=tmp_path / "none" / "w.db")
    assert status == 2
    assert f"There is no database at {tmp_path / 'none' / 'w.db'}" in out + err
    assert list(tmp_path.iterdir()) == []


def test_each_command_reads_or_is_known_to_need_no_database() -> None:
    assert set(COMMANDS) == set(READING) | NO_DATABASE


def test_a_configured_watchlist_is_a_group(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "standards-watch.toml").write_text('[watchlists.chna]\ntitle = "Ours"\ncountries = ["China"]\n')
    assert ask("gaps", "--they", "chna", "--json")[1] == ask("gaps", "--they", "CN", "--json")[1]
    assert "did you mean chna" in ask("gaps", "--they", "chnaa")[2]


@pytest.mark.parametrize("command", ["leaders", "run", "doctor", "serve", "sources", "digest", "alerts", "replay"])
def test_a_wrong_name_in_the_configuration_ends_every_command(ask: Ask, tmp_path: Path, command: str) -> None:
    (tmp_path / "standards-watch.toml").write_text('[[routes]]\nto = ["console"]\nevents = ["role-gaind"]\n')
    status, out, err = ask(command, *([str(tmp_path / "standards-watch.toml")] if command == "replay" else []))
    assert (status, out) == (2, "")
    assert err == (
        "Error: standards-watch.toml, line 3: routes.0.events.0: there is no event 'role-gaind'; did you mean role-gained?\n"
    )

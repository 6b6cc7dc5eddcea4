"""What stands around Datasette: host names, headers, harmless text, and limits within SQLite."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bot.explore.guard import LOOPBACK, RESULT, VALUE, guarded, limit
from tests.worlds.large_database import FORMAT_AND_CONTROL

PAGE = f"a{FORMAT_AND_CONTROL}b\nÄ".encode()


def ask(*hosts: str, type: str = "text/html; charset=utf-8", allowed: frozenset[str] = LOOPBACK) -> tuple[int, dict, bytes]:
    """Ask a guarded application that answers with PAGE byte by byte; returns status, headers and body."""
    sent: list[dict[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", type.encode()), (b"content-length", str(len(PAGE)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for place in range(len(PAGE)):
            await send({"type": "http.response.body", "body": PAGE[place : place + 1], "more_body": place + 1 < len(PAGE)})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "GET", "headers": [(b"host", host.encode()) for host in hosts]}
    asyncio.run(guarded(inner, allowed)(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(each["body"] for each in sent[1:])


@pytest.mark.parametrize("host", ["localhost:8001", "127.0.0.1", "[::1]:8001", "LOCALHOST", "localhost."])
def test_it_answers_to_the_names_of_this_machine(host: str) -> None:
    assert ask(host)[0] == 200


@pytest.mark.parametrize(
    "hosts",
    [["rebound.example"], ["127.0.0.1.example"], ["localhost@rebound.example"], ["["], [""], [], ["localhost", "rebound.example"]],
)
def test_it_answers_to_no_other_name(hosts: list[str]) -> None:
    status, _, body = ask(*hosts)
    assert (status, b"--allow-host" in body, PAGE[:1] == body[:1]) == (421, True, False)


def test_it_answers_to_a_name_that_is_allowed() -> None:
    assert ask("watch.example.org", allowed=LOOPBACK | {"watch.example.org"})[0] == 200


@pytest.mark.parametrize("type", ["text/html; charset=utf-8", "text/csv", "text/plain; charset=utf-8"])
def test_pages_and_csv_show_no_hidden_character(type: str) -> None:
    _, headers, body = ask("localhost", type=type)
    assert set(body.decode()) & set(FORMAT_AND_CONTROL) <= set("\t\r\n")
    assert body.decode().endswith("b\nÄ")
    assert b"content-length" not in headers
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_scripts_and_styles_stay_as_they_are() -> None:
    assert ask("localhost", type="application/javascript")[2] == PAGE


@pytest.fixture
def limited() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        limit(connection)
        yield connection


@pytest.mark.parametrize(
    "sql", ["select randomblob(900000000)", "select zeroblob(1e9)", "select replace(hex(zeroblob(1e6)), '0', '0123456789')"]
)
def test_no_value_is_larger_than_the_limit(limited: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.Error, match="too big"):
        limited.execute(sql).fetchall()


def test_no_result_is_larger_than_the_limit_and_each_is_counted_alone(limited: sqlite3.Connection) -> None:
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n limit {}) select zeroblob({}) from n"
    half = numbers.format(RESULT // VALUE // 2, VALUE - 100)
    for _ in range(4):
        assert len(limited.execute(half).fetchall()) == RESULT // VALUE // 2
    with pytest.raises(sqlite3.OperationalError, match="larger than 32 MB; ask for fewer rows"):
        limited.execute(numbers.format(1000, VALUE - 100)).fetchmany(1000)


def test_no_other_database_is_attached(limited: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="too many attached"):
        limited.execute("ATTACH ':memory:' AS other")


def test_rows_have_names(limited: sqlite3.Connection) -> None:
    assert limited.execute("select 1 as one").fetchone()["one"] == 1

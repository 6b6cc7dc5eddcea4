"""The three rooms: the arrows between them never turn round."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT

ALLOWED = {"state": {"state"}, "sources": {"sources", "state.model"}, "bot": {"bot", "sources", "state"}}
FORBIDDEN_IN_SOURCES = {"httpx", "sqlite3", "sqlite_utils", "socket", "time", "subprocess", "urllib.request"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("room", ALLOWED)
def test_each_room_imports_only_what_lies_below_it(room: str) -> None:
    for path in modules(room):
        for name in imports(path):
            if name.split(".")[0] in ALLOWED:
                allowed = any(name == each or name.startswith(f"{each}.") for each in ALLOWED[room])
                assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_sources_are_pure() -> None:
    for path in modules("sources"):
        assert not FORBIDDEN_IN_SOURCES & set(imports(path)), path
        text = path.read_text(encoding="utf-8")
        assert "datetime.now" not in text, path
        assert "date.today" not in text, path


def test_what_a_page_gives_does_not_depend_on_its_day() -> None:
    """A page that is the same is not read again; news leaves out follows to old articles, as the contract allows."""
    users = {str(path.relative_to(ROOT)) for path in modules("sources") if "observed_at" in path.read_text(encoding="utf-8")}
    assert users == {"sources/page.py", "sources/unesco/news.py"}


def test_one_module_knows_the_http_library() -> None:
    users = {str(path.relative_to(ROOT)) for room in ALLOWED for path in modules(room) if "httpx" in set(imports(path))}
    assert users <= {"bot/fetch/fetcher.py"}


def test_files_stay_readable() -> None:
    long = {str(path.relative_to(ROOT)) for room in ALLOWED for path in modules(room) if len(path.read_text().splitlines()) > 300}
    assert long == set()

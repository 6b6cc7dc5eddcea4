"""The shape of the code: three packages, folders in one order, one meaning a class name, files that can be read at a sitting."""

import ast
import collections
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import IMPORT_ORDER
from tests.opened import opened
from tests.rows import VIEWS, columns
from tests.shared import ROOT

ALLOWED = {"state": {"state"}, "sources": {"sources", "state.model"}, "bot": {"bot", "sources", "state"}}
FORBIDDEN_IN_SOURCES = {"httpx", "sqlite3", "sqlite_utils", "socket", "time", "subprocess", "urllib.request"}
MOST_LINES, MOST_MODULES = 300, 18


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports: `from a.b import c` gives `a.b.c`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", ALLOWED)
def test_packages_import_one_way(package: str) -> None:
    for path in modules(package):
        for name in imports(path):
            if name.split(".")[0] in ALLOWED:
                allowed = any(name == each or name.startswith(f"{each}.") for each in ALLOWED[package])
                assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_folders_of_bot_import_in_the_order_that_stands_in_bot() -> None:
    for path in modules("bot"):
        place = path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")
        if place == "__init__":
            continue
        assert place in IMPORT_ORDER, f"{place} stands nowhere in bot.IMPORT_ORDER"
        for name in imports(path):
            package, _, rest = name.partition(".")
            target = rest.split(".")[0]
            if package == "bot" and target in IMPORT_ORDER:
                assert IMPORT_ORDER.index(target) >= IMPORT_ORDER.index(place), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", ["sources", "state"])
def test_no_folder_is_in_a_circle(package: str) -> None:
    edges: dict[str, set[str]] = collections.defaultdict(set)
    for path in modules(package):
        here = folder(path.relative_to(ROOT).with_suffix("").parts)
        for name in imports(path):
            if name.split(".")[0] == package and (there := folder(tuple(name.split(".")))) != here:
                edges[here].add(there)
    for start in list(edges):
        assert start not in reached(edges, start), f"{start} imports what imports it"


def folder(parts: tuple[str, ...]) -> str:
    """Return the folder of a module below its package, or the module's own name where it stands at the top."""
    return parts[1] if len(parts) > 1 else parts[0]


def reached(edges: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(edges[start])
    while todo:
        if (here := todo.pop()) not in seen:
            seen.add(here)
            todo += edges.get(here, ())
    return seen


def test_a_class_name_is_used_once() -> None:
    places = collections.defaultdict(list)
    for package in ALLOWED:
        for path in modules(package):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_files_and_folders_stay_readable() -> None:
    files = [path for package in ALLOWED for path in modules(package)]
    lines = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in [*files, *modules("tests")]}
    assert [path for path, count in lines.items() if count > MOST_LINES] == []
    sizes = collections.Counter(path.parent for path in files)
    assert {folder.name for folder, size in sizes.items() if size > MOST_MODULES} <= {"commands"}


def test_tests_outside_state_name_no_table_behind_the_public_views(tmp_path: Path) -> None:
    hidden = set(columns(opened(tmp_path / "w.db"), "sqlite_schema", "name", "type = 'table'")) - set(VIEWS)
    seen = [
        f"{path.relative_to(ROOT)}:{node.lineno} {name}"
        for path in modules("tests")
        if not path.is_relative_to(ROOT / "tests" / "state")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in tables_named(node)
        if name in hidden
    ]
    assert seen == []


def tables_named(node: ast.AST) -> list[str]:
    """Return the tables that a text names in SQL, or that an expression takes from a database by name (`db["runs"]`)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)[\s+]+(\w+)", node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and ast.unparse(node.value).split(".")[-1] == "db":
        return [str(node.slice.value)]
    return []


def test_docstrings_name_the_thing_first() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*(path for package in ALLOWED for path in modules(package)), *modules("tests/worlds")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module))
        and (ast.get_docstring(node) or "").startswith(("Whether", "What ", "Who ", "Where ", "How "))
        and not isinstance(node, ast.Module)
    ]
    assert bad == []


def test_sources_are_pure() -> None:
    for path in modules("sources"):
        assert not {name for name in imports(path) if any(f"{name}.".startswith(f"{each}.") for each in FORBIDDEN_IN_SOURCES)}, path
        text = path.read_text(encoding="utf-8")
        assert "datetime.now" not in text, path
        assert "date.today" not in text, path


def test_what_a_page_gives_does_not_depend_on_its_day() -> None:
    """A page that is the same is not read again; news leaves out follows to old articles, as the contract allows."""
    users = {str(path.relative_to(ROOT)) for path in modules("sources") if "observed_at" in path.read_text(encoding="utf-8")}
    assert users == {"sources/page.py", "sources/unesco/news.py"}


def test_one_module_knows_the_http_library() -> None:
    def users(library: str) -> set[str]:
        return {
            str(path.relative_to(ROOT))
            for package in ALLOWED
            for path in modules(package)
            if any(f"{name}.".startswith(f"{library}.") for name in imports(path))
        }

    assert users("httpx") == {"bot/fetch/fetcher.py"}
    assert users("httpcore") == {"bot/fetch/fetcher.py", "bot/fetch/transport.py"}

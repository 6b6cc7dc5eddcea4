"""One module knows the HTTP library, and one more the layer below it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def users(library: str) -> list[str]:
    pattern = re.compile(rf"^\s*(?:import|from)\s+{library}\b", re.M)
    files = [path for room in ("bot", "sources", "state") for path in (ROOT / room).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in files if pattern.search(path.read_text(encoding="utf-8")))


def test_only_fetch_imports_httpx() -> None:
    assert users("httpx") == ["bot/fetch/fetcher.py"]
    assert users("httpcore") == ["bot/fetch/fetcher.py", "bot/fetch/transport.py"]

"""A headless Chromium, a report and a running explorer for the browser tests (make test-browser)."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT
from tests.worlds.large_database import LAST, build

ON = LAST.date().isoformat()


def call(db: Path, *words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "bot", "--db", db, *words], check=True, capture_output=True, cwd=ROOT)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    chromium = next(
        (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(p).exists()), None
    )
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with ordinary titles."""
    return build(tmp_path_factory.mktemp("calm") / "watch.db")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose titles, parties, references and addresses attack whoever shows them."""
    return build(tmp_path_factory.mktemp("hostile") / "watch.db", hostile=True)


@pytest.fixture(scope="session")
def site(calm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    call(calm, "report", "--out", out, "--on", ON)
    return out


@pytest.fixture(scope="session")
def hostile_site(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hostile-site")
    call(hostile, "report", "--out", out, "--on", ON)
    return out


@pytest.fixture(scope="session")
def explorer(calm: Path) -> Iterator[str]:
    yield from serve(calm)


@pytest.fixture(scope="session")
def hostile_explorer(hostile: Path) -> Iterator[str]:
    yield from serve(hostile)


@pytest.fixture(scope="session")
def explorer_with_sql(calm: Path) -> Iterator[str]:
    yield from serve(calm, "--sql")


def serve(db: Path, *options: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "--db", db, "explore", "--port", str(port), *options], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/-/versions.json", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None, "the explorer did not start"
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(10)


class Watched:
    """A page that notes errors, dialogs, and every request that goes anywhere but to where it was loaded from."""

    def __init__(self, browser: Any, width: int, home: str, dark: bool = False, script: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda r: r.url.startswith((home, "data:")) or self.faults.append(f"request to {r.url}"))

    def open(self, url: str) -> Any:
        self.page.goto(url, wait_until="load")
        return self.page

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def serious(self) -> list[str]:
        """The serious and critical faults that axe-core finds."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def watched(browser: Any) -> Iterator[Any]:
    opened: list[Watched] = []

    def make(width: int, home: str, **how: bool) -> Watched:
        opened.append(Watched(browser, width, home, **how))
        return opened[-1]

    yield make
    for each in opened:
        each.close()

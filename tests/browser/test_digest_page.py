"""The digest as browsers and mail programs show it. Needs chromium and Pillow, one test node and npm: `make test-browser`."""

import json
import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.decide.watchlist import load_watchlist
from bot.digest.charts import charts
from bot.digest.collect import collect
from bot.digest.render import html
from bot.digest.week import week_named
from tests.worlds.alert_rows import alert, fresh, queue

pytestmark = pytest.mark.browser
ZONE = ZoneInfo("Europe/Brussels")
LINTER = "@jsx-email/doiuse-email@1.0.4"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with alerts, a word that does not break, and deadlines."""
    db = fresh(tmp_path)
    queue(db, [alert(1), alert(2, "A title with a long word " + "x" * 80), alert(3, "人工智能 مواصفات", severity="info")])
    db.execute("UPDATE alerts SET due = '2026-01-20', due_estimated = 1, topics = '[\"artificial intelligence\"]'")
    digest = collect(db, "weekly", week_named("2026-W02", ZONE), [load_watchlist("china", "china")])
    path = tmp_path / "digest.html"
    path.write_text(html(digest, {"china": charts(digest.parts[0], ZONE)}, "{name}.png"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [320, 600, 1000])
def test_the_page_fits_its_window(page: Path, tmp_path: Path, width: int) -> None:
    if not shutil.which("chromium"):
        pytest.skip("needs chromium")
    from tests.browser.shots import shoot

    shown = shoot(page, width, tmp_path / "shot.png")
    assert 300 < shown.height < 3000
    edge = [shown.getpixel((width - 3, y)) for y in range(20, shown.height - 20)]
    assert set(edge) == {(255, 255, 255)}  # nothing runs out at the side


def test_the_page_is_dark_where_the_reader_wants_it(page: Path, tmp_path: Path) -> None:
    if not shutil.which("chromium"):
        pytest.skip("needs chromium")
    from tests.browser.shots import shoot

    assert max(shoot(page, 600, tmp_path / "dark.png", dark=True).getpixel((590, 200))) < 60
    assert min(shoot(page, 600, tmp_path / "light.png").getpixel((590, 200))) > 200


def test_mail_programs_take_all_of_it(page: Path, tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("needs node and npm")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", LINTER], cwd=tmp_path, check=True, capture_output=True)
    script = Path(__file__).with_name("doiuse.mjs")
    done = subprocess.run(["node", script, str(tmp_path), str(page)], check=True, capture_output=True)
    told = json.loads(done.stdout)
    # roles are for screen readers; a program that drops them shows the same
    assert [each for each in told if not each.startswith("`role attribute`")] == []

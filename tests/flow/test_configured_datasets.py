"""A dataset becomes a source by a few lines of configuration, over real sockets."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.worlds.datahub import DataHub

CHAIRS = """
[sources.unesco-dataset.chairs]
dataset = "chairs001"
kind = "chair"
key = "id"
title = ["name_en"]
countries = [{ field = "host_countries", role = "host" }]
fields = ["established"]
noise = ["image"]
max_gone = 0.5
schedule = "weekly Tue 05:10"
"""


def chair(number: int, country: str = "FR") -> dict[str, Any]:
    return {"id": f"c{number}", "name_en": f"Invented Chair {number}", "host_countries": [country], "established": "2025",
            "image": "x.png"}  # fmt: skip


@pytest.fixture
def hub(httpserver: HTTPServer, tmp_path: Path) -> DataHub:
    made = DataHub({"chairs001": [chair(number) for number in range(12)]})

    def answer(request: Request) -> Response:
        status, body = made.answer(request.url)
        made.requests.append(urlsplit(request.url).path.rpartition("/")[2])
        return Response(body, status, content_type="application/json")

    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/api/explore/v2.1/catalog/datasets").respond_with_handler(answer)
    httpserver.expect_request("/api/explore/v2.1/catalog/datasets/chairs001/exports/json").respond_with_handler(answer)
    mirrors = f'[http]\nmirrors = {{"https://data.unesco.org" = "{httpserver.url_for("").rstrip("/")}"}}\n'
    (tmp_path / "watch.toml").write_text(mirrors + CHAIRS)
    return made


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "--config", folder / "watch.toml", "--db", folder / "w.db", *words]
    return subprocess.run(command, capture_output=True, text=True)


def rows(folder: Path, *words: str, status: int = 0) -> list[dict[str, Any]]:
    done = call(folder, *words, "--json")
    assert done.returncode == status, done.stderr
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def test_a_table_is_a_source_like_any_other(hub: DataHub, tmp_path: Path) -> None:
    listed = {each["source"]: each for each in rows(tmp_path, "sources", status=2)}
    assert listed["unesco-dataset-chairs"]["schedule"] == "weekly Tue 05:10"
    (first,) = rows(tmp_path, "run", "unesco-dataset-chairs")
    assert (first["status"], first["records"]) == ("baseline", 12)
    hub.datasets["chairs001"] += [chair(12, "CN")]
    hub.processed["chairs001"] = "2026-11-02T03:00:00+00:00"
    (second,) = rows(tmp_path, "run", "unesco-dataset-chairs")
    assert (second["status"], second["added"]) == ("ok", 1)
    (alert,) = rows(tmp_path, "alerts")
    assert (alert["body"], alert["title"]) == ("UNESCO", "Invented Chair 12")
    assert hub.requests == ["datasets", "json"] * 2


def test_an_edited_table_is_silent(hub: DataHub, tmp_path: Path) -> None:
    rows(tmp_path, "run", "unesco-dataset-chairs")
    file = tmp_path / "watch.toml"
    text = file.read_text().replace('fields = ["established"]', "fields = []")
    file.write_text(text.replace('["image"]', '["image", "established"]'))
    hub.processed["chairs001"] = "2026-11-02T03:00:00+00:00"
    (again,) = rows(tmp_path, "run", "unesco-dataset-chairs")
    assert (again["status"], again["changed"]) == ("unchanged", 0)
    assert rows(tmp_path, "alerts") == []


def test_a_wrong_key_is_told_with_its_line(hub: DataHub, tmp_path: Path) -> None:
    file = tmp_path / "watch.toml"
    file.write_text(file.read_text().replace("kind =", "kinds ="))
    done = call(tmp_path, "sources")
    assert done.returncode == 2
    assert "sources.unesco-dataset.chairs" in done.stderr
    assert "Traceback" not in done.stderr
    assert "line 4: sources.unesco-dataset.chairs" in done.stderr


def test_a_table_may_stand_in_for_a_shipped_one(hub: DataHub, tmp_path: Path) -> None:
    file = tmp_path / "watch.toml"
    file.write_text(file.read_text().replace("unesco-dataset.chairs", "unesco-dataset.whc001").replace("Tue", "Thu"))
    listed = {each["source"]: each for each in rows(tmp_path, "sources", status=2)}
    assert listed["unesco-dataset-whc001"]["schedule"] == "weekly Thu 05:10"

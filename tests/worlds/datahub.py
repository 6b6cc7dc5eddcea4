"""A simulated DataHub: the catalogue, exports and records in the structure and with the limits of the data API, and its errors."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from bot.errors import Refused, Unreachable
from bot.parse.result import Fetched
from sources.base import Follow, Page, Source
from state.model import Capture

QUOTA = {"errorcode": 10002, "reset_time": "2026-11-26T00:00:00Z", "call_limit": 10000, "error": "Too many requests on the domain."}


class DataHub:
    """Datasets by id. `requests` are the paths asked for; `broken` may answer an address in the hub's stead."""

    def __init__(self, datasets: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self.datasets = {name: list(rows) for name, rows in datasets.items()}
        self.titles: dict[str, str] = {}
        self.processed = dict.fromkeys(datasets, "2026-11-01T03:00:00+00:00")
        self.requests: list[str] = []
        self.broken: Callable[[str], tuple[int, bytes] | None] = lambda url: None

    def get(self, source: Source, now: datetime) -> Callable[[Follow], Fetched]:
        """The `get` of a poll: like the HTTP layer it raises for what is no answer."""

        def ask(follow: Follow) -> Fetched:
            status, body = self.broken(follow.url) or self.answer(follow.url)
            self.requests.append(urlsplit(follow.url).path.removeprefix("/api/explore/v2.1/catalog/"))
            if status == 429 and source.answer.fault and (fault := source.answer.fault(body)):
                raise Refused(fault.reason, fault.until)
            if status != 200:
                raise Unreachable(f"{follow.url} answered with status {status}")
            return Fetched(Page.of(follow.url, body, now), Capture(follow.url, now, status, sha256(body).hexdigest()))

        return ask

    def answer(self, url: str) -> tuple[int, bytes]:
        """Status and body at an address."""
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        path = parts.path.removeprefix("/api/explore/v2.1/catalog/datasets").strip("/").split("/")
        limit, offset = int(asked.get("limit", 10)), int(asked.get("offset", 0))
        if path == [""] or path[1:] == ["records"]:
            if not -1 <= limit <= 100:
                return error(400, "InvalidRESTParameterError", f"Invalid value for limit API parameter: {limit} was found.")
            if offset + limit > 10_000:
                return error(400, "InvalidRESTParameterError", f"Invalid value for sum of offset + limit: {offset + limit}.")
        if path == [""]:
            return page([self.entry(name, asked.get("lang", "fr")) for name in self.datasets], offset, limit)
        if path[0] not in self.datasets:
            return error(404, "NotFoundResource", f"The requested dataset {path[0]} does not exist.")
        rows = self.datasets[path[0]]
        if path[1:] == ["records"]:
            return page(rows, offset, limit)
        if path[1:] == ["exports", "json"]:
            return 200, orjson.dumps(rows)
        return 200, csv(rows)

    def entry(self, name: str, lang: str) -> dict[str, Any]:
        """A catalogue entry; without `lang` the titles are French."""
        title = self.titles.get(name, f"Invented dataset {name}") if lang == "en" else f"Jeu de données {name}"
        metas = {"title": title, "data_processed": self.processed[name], "modified": "2020-01-01T00:00:00+00:00",
                 "records_count": len(self.datasets[name]), "publisher": "UNESCO", "theme": ["C"], "license": "CC BY"}  # fmt: skip
        return {"dataset_id": name, "metas": {"default": metas}}


def page(rows: Sequence[Any], offset: int, limit: int) -> tuple[int, bytes]:
    return 200, orjson.dumps({"total_count": len(rows), "results": list(rows[offset : offset + limit])})


def error(status: int, code: str, message: str) -> tuple[int, bytes]:
    return status, orjson.dumps({"error_code": code, "message": message})


def csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """An export with byte order mark and semicolons, lists with commas between."""
    cells = [[",".join(v) if isinstance(v, list) else str(v or "") for v in row.values()] for row in rows]
    lines = [list(rows[0]), *cells]
    return b"\xef\xbb\xbf" + "\r\n".join(";".join(f'"{c}"' for c in line) for line in lines).encode()


def version(number: int, language: str = "eng", **more: Any) -> dict[str, Any]:
    """A row of the document catalogue: invented document `number` in a language."""
    suffix = "" if language == "eng" else f"/{language}"
    return {
        "url": f"https://unesdoc.unesco.org/ark:/48223/pf{number:010}{suffix}",
        "title": f"Invented document {number} ({language})", "year": ["2026"], "language": [language],
        "type": ["programme and meeting document"], "document_type": "article",
        "description": None, "subject": ["Ethics"], "creator": "UNESCO", "rights": "<a href='https://example.org'>x</a>",
        "document_code": None, "uuid": f"u{number}{language}", **more,
    }  # fmt: skip


def element(number: int, countries: Sequence[str] = ("PE",), **more: Any) -> dict[str, Any]:
    """A row of the dataset of intangible heritage."""
    return {
        "uuid": f"id-{number}", "ich_public_ref": f"{number:05}", "inscription_year": "2019",
        "title_en": f"Invented craft {number}",
        "title_fr": f"Métier inventé {number}", "type_acronym": "RL", "type_of_element_en": "Representative List",
        "countries": list(countries), "http_url_en": f"https://ich.unesco.org/en/RL/{number:05}", "images": "[]", **more,
    }  # fmt: skip


def day(number: int) -> datetime:
    """The n-th day of polling."""
    return datetime(2026, 11, number, 6, tzinfo=UTC)

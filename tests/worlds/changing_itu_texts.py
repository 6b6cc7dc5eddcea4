"""Texts of the ITU as simulated bodies: Recommendations, texts under approval, and documents of ITU-R."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from sources.itu import aap, r_documents, recommendations
from tests.worlds.bodies import Asked, Body, Told
from tests.worlds.changing_itu import STABLE
from tests.worlds.outages import WITHOUT_HALF


class Recommendations(Body):
    """All Recommendations in one answer of JSON, those of today's work with a page of their own."""

    source = recommendations.source

    def begin(self) -> None:
        self.site.content_type = "application/json"
        self.site.spared = lambda path: "getRecHdrDetail" in path  # another page says the same; that it is lacking can wait
        self.rows = {n: self.row(n, "2001-05-01" if n < 100 else "2025-06-01") for n in range(1, 121)}

    @staticmethod
    def row(number: int, approved: str) -> dict[str, Any]:
        return {"idrec": number, "rec_name": f"X.{number} (01/2027)", "title": f"On matter {number}", "status": "In force",
                "approval_date": approved, "work_item": None}  # fmt: skip

    def publish(self, asked: Asked) -> bytes | None:
        parts = urlsplit(asked.path)
        rows = list(self.rows.values())[:: 2 if asked.half else 1]
        match parts.path.rpartition("/")[2]:
            case "searchRecs":
                listed = [{name: value for name, value in each.items() if name != "work_item"} for each in rows]
                return orjson.dumps({"Total": len(listed), "Data": listed})
            case "getRecHdrDetail":
                each = self.rows[int(parse_qs(parts.query)["idrec"][0])]
                more = {"rec_title": each["title"], "sg": "ITU-T Study Group 17"}
                return orjson.dumps({**each, **more, "approval_process": "Alternative approval process, AAP"})
        return None

    def change(self) -> list[Told]:
        return self.now_and_then((0.3, self.approve), (0.3, self.supersede))

    def approve(self) -> list[Told]:
        number, isn = max(self.rows) + 1, self.dice.choice(STABLE)
        self.rows[number] = {**self.row(number, f"Approved on {self.today:%d %b %Y}"), "work_item": isn}
        return [(str(number), "approved")] if isn % 2 else []

    def supersede(self) -> list[Told]:
        number = self.dice.choice(list(self.rows))
        self.rows[number] = {**self.rows[number], "status": "Superseded"}
        return []


class Approvals(Body):
    """Texts under approval: consented, in last call, approved; their work items say who stands behind them."""

    source = replace(aap.source, mode="live")

    def begin(self) -> None:
        self.faults = WITHOUT_HALF
        self.texts: dict[int, tuple[int, str, date]] = {}  # number: the work item, the step, since when
        for isn in STABLE:
            self.texts[9000 + len(self.texts)] = (isn, "C", self.today)

    def publish(self, asked: Asked) -> bytes | None:
        number = asked.path.removeprefix("/t/aap/").removeprefix("recdetails/")
        if not asked.path.startswith("/t/aap/") or (number and int(number) not in self.texts):
            return None
        if number:
            return self.detail(*self.texts[int(number)]).encode()
        rows = "".join(
            f'<tr><td><a href="/t/aap/recdetails/{n}">X.{n}</a></td><td>{step}</td></tr>' for n, (_, step, _) in self.texts.items()
        )
        return f"<html><body><table>{rows}</table></body></html>".encode()

    @staticmethod
    def detail(isn: int, step: str, since: date) -> str:
        pairs = {"Study Group": "17", "Study Period": "2025-2028", "Consent Date": "2027-01-01", "Approval Date": "",
                 "Provisional Name": f"X.stable-{isn}", "Status": step, "IPR": "Site"}  # fmt: skip
        lines = "".join(f"<div>{label}</div><div>{value}</div>" for label, value in pairs.items())
        row = f"<tr><td>2</td><td>Step</td><td>{since}<br>{since + timedelta(days=28)}</td><td>{step}</td></tr>"
        head = "<tr><th>Step</th><th>Action</th><th>Start / End</th><th>Status</th></tr>"
        steps = f"<h3>AAP Current Status</h3><table>{head}{row}</table>"
        return f"<html><body><h1>AAP</h1><h2>X.{isn}: On matter {isn}</h2>{lines}{steps}</body></html>"

    def change(self) -> list[Told]:
        return self.now_and_then((0.5, self.step), (0.3, self.consent))

    def step(self) -> list[Told]:
        open_texts = [number for number, (_, step, _) in self.texts.items() if step != "A"]
        if not open_texts:
            return []
        number = self.dice.choice(open_texts)
        isn, step, since = self.texts[number]
        if self.today - since < timedelta(days=14) and step == "LC":
            return []
        self.texts[number] = (isn, {"C": "LC", "LC": "A"}[step], self.today)
        return [(str(number), {"C": "last-call", "LC": "approved"}[step])] if isn % 2 else []

    def consent(self) -> list[Told]:
        self.texts[9000 + len(self.texts)] = (self.dice.choice(STABLE), "C", self.today)
        return []


class RadioDocuments(Body):
    """Questions of two study groups of ITU-R: they name no country, so nothing is told."""

    source = replace(r_documents.source, start=list(r_documents.source.start)[:2])  # type: ignore[arg-type]

    def begin(self) -> None:
        self.site.content_type = "text/html; charset=iso-8859-1"
        self.count = {"R-QUE-SG01": 30, "R-QUE-SG03": 20}

    def publish(self, asked: Asked) -> bytes | None:
        own = asked.path.removeprefix("/pub/").removesuffix("/en")
        if own not in self.count:
            return None
        rows = "".join(
            f'<tr><td><a href="./?parent={own}.{n}"><strong>{n}-1/1</strong></a></td>'
            f"<td>(S2)</td><td>WP 1A</td><td>On matter {n}</td></tr>"
            for n in range(1, self.count[own] + 1, 2 if asked.half else 1)
        )
        return f"<html><head><title>Questions</title></head><body><table>{rows}</table></body></html>".encode("iso-8859-1")

    def change(self) -> list[Told]:
        self.count["R-QUE-SG01"] += self.dice.random() < 0.3
        return []


BODIES = (Recommendations, Approvals, RadioDocuments)

"""Recommendations and approvals: real captures, and their work items behind them."""

import dataclasses
from collections.abc import Iterator

import orjson
import pytest

from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.diff import diff
from bot.run.replay import replay, sessions
from sources.base import LayoutChanged, Page, Record, records_of
from sources.itu import aap, r_documents, recommendations, work_programme
from state.archive.reader import read_archive
from tests.rehearsed import predicts_nothing
from tests.rows import columns
from tests.shared import shared
from tests.worlds.itu_site import DAY, ByName, Item, Pages, Site, told, visit

API = recommendations.API


def captured(name: str, source: object) -> list[tuple[str, list[Record]]]:
    """What each capture of an archive gives, in its order."""
    found = []
    for each in read_archive(shared(name)):
        page = Page(each.url, each.open, each.fetched_at, each.headers.get("content-type", ""), encoding=source.answer.encoding)  # type: ignore[attr-defined]
        found.append((each.url, records_of(source.parse(page))))  # type: ignore[attr-defined]
    return found


def test_recorded_pages_of_recommendations() -> None:
    found = {record.key: record for _, (record,) in captured("real/itu/recommendation-pages.warc.gz", recommendations.source)}
    assert len(found) == 14
    h264 = found["14659"]
    assert (h264.reference, h264.status, h264.title) == (
        "H.264 (V14) (08/2021)", "Superseded", "Advanced video coding for generic audiovisual services",
    )  # fmt: skip
    assert h264.fields["approved"] == "2021-08-22"
    assert h264.fields["provisional_name"] == "H.26L"
    assert h264.fields["equivalent"] == "ISO/IEC 14496-10 (Twinned)"
    assert (h264.fields["study_group"], h264.fields["work_item"], h264.fields["aap"]) == ("SG21", "15073", "10009")
    assert len(h264.fields["editions"]) == 21  # type: ignore[arg-type]
    assert found["16818"].fields["work_item"] == "21065"  # linked to MyWorkspace
    assert found["5388"].fields["work_item"] == "4880"  # linked to the work programme
    assert found["1895"].fields["work_item"] is None
    assert {record.fields["process"] for record in found.values()} == {"AAP", "TAP", "Agreement", "WTSA"}


def test_recorded_json_says_the_same_as_the_page() -> None:
    found = dict(captured("real/itu/recommendation-api.warc.gz", recommendations.source))
    ((header,), (supplements,), (editions,)) = found.values()
    assert (header.key, header.reference, header.fields["approved"], header.fields["work_item"]) == (
        "15261", "G.Imp712 (04/2000)", "2000-04-14", None,
    )  # fmt: skip
    assert len(supplements.fields["supplements"]) > 50  # type: ignore[arg-type]
    assert [ref.name for ref in editions.fields["editions"]] == ["L.163 (11/2018), In force"]  # type: ignore[union-attr]
    pages = {record.key: record for _, (record,) in captured("real/itu/recommendation-pages.warc.gz", recommendations.source)}
    assert [c.field for c in diff(header, pages["15261"]) if c.field not in recommendations.source.history.ignored_fields] == []


def test_recorded_documents_of_itu_r() -> None:
    found = captured("real/itu/itu-r-pages.warc.gz", r_documents.source)
    assert len(found) == 23
    assert all(records for _, records in found)
    by_url: dict[str, list[Record]] = {}
    for url, records in found:
        for one, other in zip(by_url.get(url, records), records, strict=True):
            assert diff(one, other) == []  # captures of an unchanged page differ by nothing
        by_url[url] = records
    records = {record.key: record for records in by_url.values() for record in records}
    question = records["R-QUE-SG01.202"]
    assert (question.reference, question.fields["category"], question.fields["group"]) == ("202-2/1", "S2", "WP1C")
    assert question.status == "Suppressed on 26/01/10 (CACE/498)"
    assert question.title.endswith("interference effect)")
    versions = records["R-REC-BO.1130/versions"]
    assert (versions.fields["approved"], versions.fields["managed_by"]) == ("2026-02", "R00-SG04")
    assert len(versions.fields["versions"]) == 6  # type: ignore[arg-type]
    assert (records["R-REC-BO.1130-1-199510-S/edition"].status, records["R-REC-BO.1130-1-199510-S/edition"].fields["approved"]) == (
        "Superseded", "1995-10-20",
    )  # fmt: skip


def test_a_replay_takes_both_transports_and_says_a_recommendation_once(desk: RunContext) -> None:
    files = [shared(f"real/itu/recommendation-{name}.warc.gz") for name in ("pages", "api")]
    runs = [replay(desk, session) for session in sessions(files, [recommendations.source])]
    assert [(run.status, run.records, run.error) for run in runs] == [("baseline", 10, None), ("ok", 6, None)]
    assert [replay(desk, session).status for session in sessions(files, [recommendations.source])] == ["unchanged"] * 2


def test_the_stored_text_of_a_page_parses_like_the_page() -> None:
    body = shared("real/itu/pages-text/rec_aspx_rec12630_L.1302.txt").read_bytes()
    page = Page.of(f"{recommendations.PAGE}12630", body, DAY, content_type="text/plain")
    (record,) = records_of(recommendations.parse(page))
    assert (record.reference, record.status, record.fields["approved"]) == ("L.1302 (11/2015)", "In force", "2015-11-29")
    assert (record.fields["provisional_name"], record.fields["study_group"]) == ("L. Assessment_DC", "SG5")


def rows(*each: dict[str, object]) -> bytes:
    return orjson.dumps({"Total": len(each), "Data": list(each)})


def row(idrec: int, approved: str, status: str = "In force") -> dict[str, object]:
    return {"idrec": idrec, "rec_name": f"X.{idrec} (01/2026)", "title": f"On {idrec}", "status": status, "approval_date": approved,
            "dms_link": "https://www.itu.int/rec/T"}  # fmt: skip


def header(idrec: int, work_item: int) -> bytes:
    return orjson.dumps({
        "idrec": idrec, "rec_name": f"ITU-T X.{idrec} (01/2026)", "rec_title": f"On {idrec}", "status": "In force",
        "sg": "ITU-T Study Group 17", "approval_date": "Approved on 22 Aug 2026", "work_item": work_item,
        "approval_process": "Alternative approval process, AAP",
        "rec_prov_name": "Provisional name: X.one", "iso_number": None, "aap_link": "", "summary": "", "observation": None,
    })  # fmt: skip


@pytest.fixture
def china(desk: RunContext) -> Iterator[RunContext]:
    desk = dataclasses.replace(desk, attributor=ByName(), watchlists=[load_watchlist("china", "china")])
    site = Site()
    site.put("9677", "917", "Q1", Item(101, "X.one", "China Mobile, China Telecom"))
    visit(desk, work_programme.source, site, 0)
    yield desk
    predicts_nothing(desk)


def test_an_approved_recommendation_keeps_who_supported_its_work_item(china: RunContext) -> None:
    site = Pages({recommendations.ALL: rows(row(1, "2000-01-01"))}, "application/json")
    assert visit(china, recommendations.source, site, 0).records == 1
    site.pages[recommendations.ALL] = rows(row(1, "2000-01-01"), row(2, "2026-08-22"))
    site.pages[f"{API}getRecHdrDetail?idrec=2&lang=en"] = header(2, 101)
    run = visit(china, recommendations.source, site, 1)
    assert (run.status, run.added) == ("ok", 1)
    assert told(china, "event, severity, role") == [("approved", "notable", "supporting-member")]
    parties = columns(china.db, "attributions a JOIN records r ON r.id = a.record", "party", "key = '2'")
    assert sorted(parties) == ["China Mobile", "China Telecom"]
    assert visit(china, recommendations.source, site, 2).status == "unchanged"


def test_the_page_stands_in_where_the_json_cannot_be_had(china: RunContext) -> None:
    patents = '<a href="./related_ps.aspx?id_prod=1">Patents</a>'
    table = "".join(
        f"<tr><td>{label}:</td><td>{value}</td></tr>"
        for label, value in {
            "Citation": "https://handle.itu.int/11.1002/1000/2", "Approval date": "2026-08-22", "Approval process": "AAP",
            "Status": "In force", "Further details": f'{patents} <a href="../workprog/wp_search.aspx?isn_task=101">History</a>',
        }.items()
    )  # fmt: skip
    head = '<h2 id="a_lbl_rec">ITU-T X.2 (01/2026)</h2><table><tr><td class="title">On 2</td></tr></table>'
    body = f"<html><body>{head}<table>{table}</table></body></html>"
    site = Pages({recommendations.ALL: rows(row(2, "2026-08-22")), f"{recommendations.PAGE}2": body}, "text/html")
    run = visit(china, recommendations.source, site, 0)
    assert (run.status, run.records, run.error) == ("baseline", 1, None)
    (fields,) = columns(china.db, "records", "fields", "key = '2'")
    assert orjson.loads(fields)["work_item"] == "101"


def test_a_list_that_is_not_whole_fails() -> None:
    body = orjson.dumps({"Total": 3, "Data": [row(1, "2000-01-01")]})
    with pytest.raises(LayoutChanged, match="1 rows of 3"):
        list(recommendations.parse(Page.of(recommendations.ALL, body, DAY)))


def approval(status: str, steps: str = "", name: str = "X.one") -> str:
    pairs = {"Study Group": "17", "Study Period": "2025-2028", "Consent Date": "2026-08-01", "Approval Date": "",
             "Provisional Name": name, "Status": status, "IPR": "Site"}  # fmt: skip
    lines = "".join(f"<div>{label}</div><div>{value}</div>" for label, value in pairs.items())
    head = "<tr><th>Step #</th><th>Action</th><th>Start / End</th><th>Status</th></tr>"
    table = f"<h3>AAP Current Status</h3><table>{head}{steps}</table>"
    return f"<html><body><h1>AAP Recommendation</h1><h2>X.1234: On one</h2>{lines}{table}</body></html>"


def test_a_last_call_is_told_with_the_day_by_which_to_act(china: RunContext) -> None:
    detail = "https://www.itu.int/t/aap/recdetails/77"
    listing = '<html><body><table><tr><td><a href="/t/aap/recdetails/77">X.1234</a></td><td>{}</td></tr></table></body></html>'
    site = Pages({"https://www.itu.int/t/aap/": listing.format("C"), detail: approval("C")})
    visit(china, aap.source, site, 0)
    steps = "<tr><td>2</td><td>Last call</td><td>2026-09-01<br>2026-09-28</td><td>LC</td></tr>"
    site.pages.update({"https://www.itu.int/t/aap/": listing.format("LC"), detail: approval("LC", steps)})
    visit(china, aap.source, site, 1)
    visit(china, aap.source, site, 2)
    ((event, role, due),) = told(china, "event, role, due")
    assert (event, role) == ("last-call", "supporting-member")
    assert due == "2026-09-28"


def test_what_one_meeting_consented_goes_through_its_steps_together(china: RunContext) -> None:
    numbers = range(70, 94)

    def at(status: str, steps: str = "") -> dict[str, str]:
        rows = (f'<tr><td><a href="/t/aap/recdetails/{n}">X.1234</a></td><td>{status}</td></tr>' for n in numbers)
        details = {f"https://www.itu.int/t/aap/recdetails/{n}": approval(status, steps) for n in numbers}
        return {"https://www.itu.int/t/aap/": f"<html><body><table>{''.join(rows)}</table></body></html>", **details}

    site = Pages(at("C"))
    visit(china, aap.source, site, 0)
    site.pages = at("LC", "<tr><td>2</td><td>Last call</td><td>2026-09-01<br>2026-09-28</td><td>LC</td></tr>")
    run = visit(china, aap.source, site, 1)
    assert (run.status, run.changed, run.alerts) == ("ok", 24, 24)


def test_a_deadline_that_is_not_printed_is_an_estimate() -> None:
    page = Page.of("https://www.itu.int/t/aap/recdetails/77", approval("LC").encode(), DAY)
    (record,) = records_of(aap.parse(page))
    (meaning,) = aap.means(None, record, DAY.date())
    assert (str(meaning.due), meaning.estimated, meaning.event) == ("2026-09-29", True, "last-call")


def test_the_stored_text_of_an_approval() -> None:
    body = shared("real/itu/pages-text/aap_recdetails_8390_Y.3172.txt").read_bytes()
    (record,) = records_of(aap.parse(Page.of("https://www.itu.int/t/aap/recdetails/8390", body, DAY, content_type="text/plain")))
    assert (record.reference, record.status, record.fields["lineage"]) == ("Y.3172", "AC", "SG13 Y.IMT2020-ML-Arch")
    assert (record.fields["consented"], record.fields["approved"]) == ("2019-03-14", "2019-06-22")
    assert record.title == "Architectural framework for machine learning in future networks including IMT-2020"

"""Contributions: lists after the dossier of ITU, §6.1."""

import dataclasses
from datetime import date

import pytest

from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from sources.base import Follow, LayoutChanged, Page, records_of
from sources.itu.contributions import parse, source
from tests.rows import rows
from tests.worlds.itu_site import DAY, ByName, Pages, told, visit

LIST = "https://www.itu.int/md/T25-SG17-C/en"


def line(number: int, title: str, sources: list[str], there: bool = True, revision: str = "") -> str:
    name = (
        f"[ {number} ]"
        if not there
        else f'<a href="./meetingdoc.asp?lang=en&amp;parent=T25-SG17-C-{number:04}"><strong>[ {number} ]</strong></a>'
    )
    who = "<br>".join(f'<a href="?source=x">{each}</a>' for each in sources)
    return (
        f"<tr><td><img></td><td>{name}<font>{revision}</font></td><td>{title}\r</td><td>{who}</td>"
        "<td><a href='?q'>Q4/17</a></td><td>2026-05-19</td></tr>"
    )


def listing(*lines: str, more: str = "") -> bytes:
    heads = "".join(f"<td><strong>{name}</strong></td>" for name in ("Number", "Title", "Source", "AI/Question", "Date"))
    rows = f"<tr><td colspan=6>Contributions</td></tr><tr><td></td>{heads}</tr>{''.join(lines)}<tr><td colspan=6>Top</td></tr>"
    return f"<html><body><table><tr><td>menu</td></tr></table><table>{rows}</table>{more}</body></html>".encode("cp1252")


def page(body: bytes, url: str = LIST) -> Page:
    return Page.of(url, body, DAY, encoding="cp1252")


def test_every_field_of_a_row() -> None:
    row = line(548, "Proposal for a new work item on X.y – “Z”", ["Korea (Rep. of)", "Télécom X"], revision="(Rev.2)")
    (record,) = records_of(parse(page(listing(row))))
    assert (record.key, record.title, record.status) == (
        "T25-SG17-C-0548",
        "Proposal for a new work item on X.y – “Z”",
        "available",
    )
    assert record.fields == {
        "number": 548, "revision": 2, "sources": frozenset({"Korea (Rep. of)", "Télécom X"}), "questions": frozenset({"Q4/17"}),
        "date": "2026-05-19", "from": None, "proposes_new_work": True,
    }  # fmt: skip
    assert [(c.role, c.party) for c in record.claims] == [("source", "Korea (Rep. of)"), ("source", "Télécom X")]


def test_a_list_of_one_meeting_names_the_same_documents() -> None:
    meeting = "https://www.itu.int/md/meetingdoc.asp?lang=en&parent=T25-SG17-260601-C"
    (record,) = records_of(parse(page(listing(line(7, "Some text [from ISO/IEC JTC 1]", ["China"], there=False)), meeting)))
    assert (record.key, record.title, record.status, record.fields["from"]) == (
        "T25-SG17-C-0007",
        "Some text",
        "reserved",
        "ISO/IEC JTC 1",
    )
    assert source.recognises(meeting)


@pytest.mark.parametrize(
    ("title", "proposes"),
    [
        ("Proposal for a new work item on X.hbomsec: Guidelines", True),
        ("Proposed new Recommendation X.a", True),
        ("Propose to initiate a new draft technical report on Y", True),
        ("Proposed modifications to draft X.b", False),
        ("Comments on the new work items of Q4/17", False),
    ],
)
def test_proposals_of_new_work_are_known_by_their_title(title: str, proposes: bool) -> None:
    (record,) = records_of(parse(page(listing(line(1, title, ["China"])))))
    assert record.fields["proposes_new_work"] is proposes


def test_a_list_goes_on_and_a_page_without_a_list_fails() -> None:
    more = '<a href="\n /md/meetingdoc.asp?lang=en&amp;parent=T25-SG17-C&amp;PageLB=50">Next</a>'
    (follow,) = [each for each in parse(page(listing(more=more))) if isinstance(each, Follow)]
    assert follow.url == "https://www.itu.int/md/meetingdoc.asp?lang=en&parent=T25-SG17-C&PageLB=50"
    with pytest.raises(LayoutChanged):
        list(parse(page(b"<html><body>Request Rejected</body></html>")))


def test_start_addresses_follow_the_study_period() -> None:
    assert source.starts(date(2026, 1, 1))[0] == "https://www.itu.int/md/T25-SG02-C/en"
    assert source.starts(date(2029, 1, 1))[0] == "https://www.itu.int/md/T29-SG02-C/en"


def test_a_contribution_is_told_once_and_a_list_that_drops_it_removes_nothing(desk: RunContext) -> None:
    desk = dataclasses.replace(desk, attributor=ByName(), watchlists=[load_watchlist("china", "china")])
    everywhere = {url: listing(line(1, "Old", ["UK"])).replace(b"SG17", url[28:32].encode()) for url in source.starts(DAY.date())}
    site = Pages(everywhere, "text/html")
    assert visit(desk, source, site, 0).records == 10
    site.pages[LIST] = listing(line(2, "Proposal for a new work item on X.n", ["China Mobile"]))
    for day in (1, 2, 3):
        assert visit(desk, source, site, day).removed == 0
    assert told(desk, "event, role, party") == [("new-work-proposed", "source", "China Mobile")]
    assert len(rows(desk.db, "records", "missing_runs = 0")) == 11

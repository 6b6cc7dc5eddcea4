"""Work items: the rebuilt pages with real values, the stored texts of real pages, and the one record behind all addresses."""

import html
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import orjson
import pytest

from sources import itu
from sources.base import LayoutChanged, Page, records_of
from sources.formats.parties import split_list
from sources.itu import work_programme as phrases
from sources.itu.work_programme import canonical, parse, source
from state.model import Record
from tests.shared import shared
from tests.worlds.itu_site import DAY, Item

REBUILT = "real/itu/work-programme-rebuilt.warc.gz"
LABELS = {
    "Approval process:": "approval_process", "Type of work item:": "type_of_work_item", "Version:": "version",
    "Equivalent number:": "equivalent_number", "Timing:": "timing", "Summary:": "summary", "Comment:": "comment",
    "First registration in the WP:": "first_registration", "Last update:": "last_update", "Work item:": "work_item",
}  # fmt: skip


def call(db: Path, *words: str) -> list[dict]:
    done = subprocess.run([sys.executable, "-m", "bot", "--db", db, *words, "--json"], capture_output=True, check=True)
    return [orjson.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    captures = shared(REBUILT)
    path = tmp_path_factory.mktemp("itu") / "w.db"
    runs = call(path, "replay", str(captures))
    assert [(run["status"], run["records"], run["added"], run["changed"], run["removed"]) for run in runs] == [
        ("baseline", 7, 0, 0, 0),
        ("ok", 9, 2, 2, 0),
    ]
    return path


def test_the_second_date_brings_just_what_happened(db: Path) -> None:
    changes = {(c["record"], c["kind"], c["field"]): c["after"] for c in call(db, "changes")}
    assert changes.pop(("17735", "changed", "status")) == "Consented on 2026-04-02"
    assert changes.pop(("17868", "changed", "supporting_members")) == ["Orange"]
    assert changes.keys() == {("23966", "added", None), ("21942", "added", None)}


def test_every_printed_field_is_kept(db: Path) -> None:
    expected = {str(item["isn"]): item for item in orjson.loads(shared("real/itu/work-programme-rebuilt.json").read_bytes())}
    assert len(expected) == 9
    for isn, item in expected.items():
        (shown,) = call(db, "show", isn)
        fields = shown["fields"]
        changed = isn in ("17735", "17868")  # on the second date
        assert shown["title"] == plain(item["Subject/title:"])
        assert changed or shown["status"] == item["Status:"]
        for label, name in LABELS.items():
            printed = plain(item.get(label) or "")
            assert fields[name] == (None if printed in ("", "-") else printed) or (changed and name == "last_update"), (isn, label)
        assert set(fields["editors"]) == set(item["editors"])
        assert set(fields["supporting_members"]) - {"Orange"} == set(split_list(item["Supporting members:"])) - {"Orange"}
        assert set(fields["liaison"]) == set(split_list(item["Liaison:"]))
        if item["path"]:
            assert item["path"] == f"[{fields['period']}] : [{fields['study_group']}] : [{fields['question']}]"


def plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def test_who_leads_for_china(db: Path) -> None:
    pytest.importorskip("bot.attribute.roles", reason="needs the rules that take a printed list apart")
    rows = call(db, "leaders", "--country", "CN", "--body", "ITU", "--role", "supporting-member")
    assert {row["record"] for row in rows if row.get("verdict", "leads") == "leads"} == {"17868", "20951", "21375", "23653"}
    (mixed,) = call(db, "show", "21670")
    assert {a["verdict"] for a in mixed["attributions"] if a["country"] == "CN"} == {"supports"}
    for isn in ("17735", "21942", "22222", "23966"):
        (shown,) = call(db, "show", isn)
        assert not [a for a in shown["attributions"] if a["country"] == "CN"]


@pytest.mark.parametrize("name", ["17735", "17868", "20951", "21375", "21670", "22222", "23653", "23966", "21942"])
def test_stored_texts_of_real_pages_parse_like_pages(name: str) -> None:
    expected = {str(item["isn"]): item for item in orjson.loads(shared("real/itu/work-programme-rebuilt.json").read_bytes())}[name]
    (file,) = [each for each in shared("real/itu/pages-text").glob("wp_*.txt") if name in each.name]
    record = item(file.read_bytes(), name, "text/plain; charset=utf-8")
    assert record.title == expected["Subject/title:"]
    assert record.status == expected["Status:"]
    assert record.fields["supporting_members"] == frozenset(split_list(expected["Supporting members:"]))
    if "TRUNCATED" not in file.name:
        printed = set(re.findall(r"^(\w.+), Editor$", file.read_text(encoding="utf-8"), re.MULTILINE))
        assert record.fields["editors"] == printed
        assert record.fields["last_update"] == expected["Last update:"]


def test_a_text_without_supporting_members_is_no_work_item() -> None:
    (file,) = shared("real/itu/pages-text").glob("wp_search_isn_task19408*")
    with pytest.raises(LayoutChanged, match="Supporting members"):
        item(file.read_bytes(), "19408", "text/plain")


def item(body: bytes, isn: str = "7", content_type: str = "text/html; charset=utf-8") -> Record:
    page = Page.of(f"https://www.itu.int/ITU-T/workprog/wp_item.aspx?isn={isn}", body, DAY, content_type=content_type)
    (record,) = records_of(parse(page))
    return record


def test_all_addresses_of_an_item_are_one() -> None:
    same = [
        "https://www.itu.int/ITU-T/workprog/wp_item.aspx?isn=23653", "http://www.itu.int/itu-t/workprog/wp_item.aspx?isn=23653",
        "https://www.itu.int/ITU-T/workprog/wp_search.aspx?isn_task=23653", "HTTPS://www.itu.int/itu-t/WorkProg/WP_item.aspx?ISN=23653",
    ]  # fmt: skip
    assert {canonical(each) for each in same} == {same[0]}
    assert all(source.recognises(each) for each in same)
    assert not source.recognises("https://www.itu.int/ITU-T/workprog/wp_block.aspx?isn=13461")
    assert canonical("http://www.itu.int/itu-t/workprog/wp_search.aspx?isn_sp=1#post-a").endswith(
        "/ITU-T/workprog/wp_search.aspx?isn_sp=1#post-a"
    )


def test_a_mail_domain_is_kept_and_the_address_is_not() -> None:
    record = item(Item(7, "X.a", "UK", editors=("Some ONE@Mail.example.cn",)).page("").encode())
    (claim,) = [each for each in record.claims if each.role == "editor"]
    assert claim.party == "Some ONE (@mail.example.cn)"
    assert record.fields["editors"] == {"Some ONE"}
    assert "someone" not in repr(record)


def test_a_grid_within_a_value_is_no_label() -> None:
    assert item(Item(7, "X.a", "UK").page("[2025-2028] : [SG 17] : [Q4/17]").encode()).status == "Under study"


def test_labels_in_one_cell_and_of_another_case() -> None:
    body = b"""<table><tr><th>WORK ITEM :</th><td>X.b</td></tr><tr><td>Subject / title:</td><td>T</td></tr><tr><td>Status:</td>
    <td>Determined on 2026-01-02</td></tr><tr><td>Supporting members:<br>China</td></tr></table>"""
    record = item(body)
    assert (record.reference, record.fields["state"], record.fields["status_date"]) == ("X.b", "determined", "2026-01-02")
    assert record.fields["supporting_members"] == {"China"}


@pytest.mark.parametrize(
    ("printed", "state", "day", "inherited"),
    [
        ("Under study ", "open", None, False),
        ("Under study [Issued from previous study period]", "open", None, True),
        ("Consented on 2026-02-27 [Issued from previous study period]", "consented", date(2026, 2, 27), True),
        ("[Carried to next study period]", "carried", None, False),
        ("Agreed on 2022-10-27 [Carried to next study period]", "agreed", date(2022, 10, 27), False),
        ("Determined on 2026-05-01", "determined", date(2026, 5, 1), False),
        ("Deleted on 2026-05-01", "dropped", date(2026, 5, 1), False),
        ("On hold", "other", None, False),
    ],
)
def test_status_sentences(printed: str, state: str, day: date | None, inherited: bool) -> None:
    assert phrases.parse_status(printed) == (state, day, inherited)


@pytest.mark.parametrize(
    ("printed", "first", "last", "priority"),
    [
        ("2024-05 (Medium priority)", date(2024, 5, 1), date(2024, 5, 31), "Medium"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), None),
        ("Q4-2027 (Low priority)", date(2027, 10, 1), date(2027, 12, 31), "Low"),
        ("2027 (High priority)", date(2027, 1, 1), date(2027, 12, 31), "High"),
        ("2028-Q1", date(2028, 1, 1), date(2028, 3, 31), None),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), None),
        ("-", None, None, None),
    ],
)
def test_target_dates(printed: str, first: date | None, last: date | None, priority: str | None) -> None:
    assert phrases.parse_timing(printed) == (first, last, priority)


def test_names_and_lineage() -> None:
    assert phrases.parse_names("Y.2504 (ex Y.CPN-TP-Arch)") == ("Y.2504", "Y.CPN-TP-Arch")
    assert phrases.parse_names("L.Suppl.55 (ex Suppl.L.DC&SDG)") == ("L.Suppl.55", "Suppl.L.DC&SDG")
    assert phrases.parse_names(" Q.PMMC ") == ("Q.PMMC", None)
    assert itu.lineage(16, "F.X") == itu.lineage(21, "F.X") == itu.lineage(9, "F.X") != itu.lineage(20, "F.X")
    assert [itu.period_start(date(year, 6, 1)) for year in (2025, 2028, 2029)] == [2025, 2025, 2029]
    assert [itu.period_of(number) for number in (17, 18, 19)] == ["2022-2024", "2025-2028", "2029-2032"]


@pytest.mark.parametrize(
    ("printed", "parties"),
    [
        ("China Mobile, China Telecom, China Unicom", ["China Mobile", "China Telecom", "China Unicom"]),
        ("A University (AU); B Academy, North (BA).", ["A University (AU)", "B Academy, North (BA)"]),
        (
            "China Telecom, Zhejiang Dahua Technology Co., Ltd., Zhejiang Lab",
            ["China Telecom", "Zhejiang Dahua Technology Co., Ltd.", "Zhejiang Lab"],
        ),
        ("ITU-T SG21 (Q8/21, Q9/21), 3GPP", ["ITU-T SG21 (Q8/21, Q9/21)", "3GPP"]),
        ("Huawei Technologies Co.,Ltd., AB Volvo", ["Huawei Technologies Co.,Ltd.", "AB Volvo"]),
        ("X Corp, Co Ltd, Y", ["X Corp, Co Ltd", "Y"]),
        ("A; B;", ["A", "B"]),
        ("-", []),
        ("", []),
    ],
)
def test_printed_lists(printed: str, parties: list[str]) -> None:
    assert split_list(printed) == parties

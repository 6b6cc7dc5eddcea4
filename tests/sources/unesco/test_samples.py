"""The recorded samples: every one is read to the values that it prints; what is documentation bears out what the code relies on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from bot.errors import LayoutChanged
from sources.base import Follow, Page, Record, records_of
from sources.unesco import datahub, news, record_pages
from tests.shared import shared

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
PLAYLIST = "https://unesdoc.unesco.org/in/rest/api/documentPlaylistById?id=p::usmarcdef_0000389119&multiple=True&multilingual=True"
HERE = Path(__file__).parent


def sample(name: str) -> bytes:
    return shared(f"real/unesco/{name}").read_bytes()


def story(name: str, heading: str) -> Record:
    """The record of a page's stored text, put between the tags that a page has; `heading` begins the line that is its heading."""
    lines = [line.strip() for line in sample(name).decode("utf-8").splitlines()]
    title = next(at for at, line in enumerate(lines) if line.startswith(heading))
    blocks = "".join(f"<p>{line.replace('<', '&lt;')}</p>" for at, line in enumerate(lines) if line and at != title)
    body = f"<html><body><main><h1>{lines[title]}</h1>{blocks}</main></body></html>"
    (found,) = records_of(news.parse(Page.of("https://www.unesco.org/en/articles/sample", body.encode(), NOW)))
    return found


def test_no_sample_is_left_unread() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in HERE.glob("test_*.py"))
    pages = " ".join(f"core_uses-of-funding_page{number}.txt" for number in (3, 90, 95, 103, 108))
    told = tests.replace("core_uses-of-funding_page{page}.txt", pages)
    assert [file.name for file in sorted(shared("real/unesco").iterdir()) if file.name not in told] == []


@pytest.mark.parametrize(
    ("name", "status", "heading", "claims"),
    [
        ("articlesunescoorg_dg-welcomes-chinas-commitment.txt", "", "UNESCO Director-General welcomes China's", []),
        ("enunescoorg_category-2-institutes.txt", "", "Institutes and Category 2 Centres", []),
        ("enunescoorg_gc40_ci-commission_agenda.txt", "", "CI Commission", [("host", "Slovenia")]),
        ("enunescoorg_unitwin_20210320_webarchive.txt", "", "UNESCO’s UNITWIN programme", []),
        ("unescoorg_assessed-contributions_2023_webarchive.txt", "", "Assessed contributions", []),
        ("unescoorg_member-states-portal_committees-and-organs_mirror.txt", "", "Committees and Organs", []),
        ("unescoorg_event_ifap_12th_session_mirror.txt", "Event", "12th session of the Intergovernmental Council", []),
        ("unescoorg_ifap_council_mirror.txt", "", "Intergovernmental Council", [("chair", "Dominican Republic")]),
        (
            "unescoorg_article_china-sco-ai-forum_2025_mirror.txt", "News", "UNESCO Contributes to 2025 China–SCO AI Forum",
            [("host", "China"), ("host", None)],
        ),
    ],
)  # fmt: skip
def test_pages(name: str, status: str, heading: str, claims: list[tuple[str, str | None]]) -> None:
    found = story(name, heading)
    assert found.title.startswith(heading)
    assert found.status == status
    assert [(claim.role, claim.country) for claim in found.claims] == claims
    assert found.fields["seats"] == frozenset()


def test_where_and_as_what_an_event_is_held() -> None:
    found = story("unescoorg_event_ifap_12th_session_mirror.txt", "12th session")
    assert found.fields["location"] == "UNESCO Headquarters, Paris, France"
    assert str(found.fields["meeting"]).startswith("Cat II")
    assert story("enunescoorg_category-2-institutes.txt", "Institutes").fields["location"] is None


@pytest.mark.parametrize(
    ("name", "heading", "count", "some"),
    [
        (
            "unescoorg_exb_elections_2009.txt", "Election of 31 members", 31,
            {"I 2009-2013: Monaco", "II 2009-2013: Belarus", "III 2009-2013: Venezuela", "IV 2009-2013: China",
             "Va 2009-2013: Democratic Republic of Congo", "Vb 2009-2013: Syrian Arab Republic"},
        ),
        (
            "ich_decision_5GA10_committee_election_webarchive.txt", "Resolution of the General Assembly", 12,
            {"I 2014-2018: Turkey", "IV 2014-2018: Republic of Korea", "Va 2014-2018: Côte d’Ivoire", "Vb 2014-2018: Algeria"},
        ),
        (
            "enunescoorg_ifap_council_2015-2021.txt", "Intergovernmental Council for IFAP", 24,
            {"2015-2019: Netherlands", "2015-2019: Sweden", "2017-2021: Democratic People's Republic of Korea",
             "2017-2021: Turkey"},
        ),
    ],
)  # fmt: skip
def test_elections_of_all_layouts_are_memberships_of_one_structure(name: str, heading: str, count: int, some: set[str]) -> None:
    found = story(name, heading)
    seats = found.fields["seats"]
    assert isinstance(seats, frozenset)
    assert len(seats) == count
    assert some <= seats
    members = [claim for claim in found.claims if claim.role == "member"]
    assert sorted(claim.country or "" for claim in members) == sorted(seat.partition(": ")[2] for seat in seats)
    assert all(claim.country and claim.country in claim.evidence.text for claim in members)


def test_the_files_of_a_document() -> None:
    (found,) = records_of(record_pages.parse_files(Page.of(PLAYLIST, sample("unesdoc_documentPlaylistById_0000389119.json"), NOW)))
    assert (found.key, found.title) == ("pf0000389119", "389119eng.pdf")
    assert found.url == "https://unesdoc.unesco.org/ark:/48223/pf0000389119"
    assert found.fields == {
        "files": frozenset({"389119eng.pdf"}), "types": frozenset({"Document"}), "languages": frozenset({"eng"}),
    }  # fmt: skip
    assert record_pages.files.recognises(PLAYLIST)
    assert not record_pages.files.starts(NOW.date())


@pytest.mark.parametrize("body", [b'{"sources": []}', b'{"sources": [{"DocumentType": "Document"}]}', b"{}", b"<html>"])
def test_an_answer_without_files_is_refused(body: bytes) -> None:
    with pytest.raises(LayoutChanged):
        list(record_pages.parse_files(Page.of(PLAYLIST, body, NOW)))


@pytest.fixture
def described() -> Any:
    return orjson.loads(sample("opendatasoft_explore_api_v2.1_openapi.json"))


def test_the_catalogue_in_the_description_of_the_data_api_is_read(described: Any) -> None:
    body = orjson.dumps(described["components"]["examples"]["datasets-v2.1"]["value"])
    *found, further = datahub.parse(Page.of(datahub.CATALOGUE, body, NOW))
    first = found[0]
    assert isinstance(first, Record)
    assert first.key == "world-administrative-boundaries-countries-and-territories"
    assert first.title == "World Administrative Boundaries - Countries and Territories"
    entry = orjson.loads(body)["results"][0]
    assert datahub.meta(entry, "data_processed") == "2019-05-15T07:49:01+00:00"
    assert datahub.meta(entry, "modified") > datahub.meta(entry, "data_processed")  # which is why `modified` is no gate
    assert isinstance(further, Follow)  # the example shows some of its 19


def test_limits_and_defaults_are_those_of_the_description(described: Any) -> None:
    parameters = described["components"]["parameters"]
    assert parameters["limit"]["schema"]["maximum"] == datahub.PER_PAGE
    assert "`offset+limit` should be less than 10000" in parameters["limit"]["description"]
    assert datahub.DEEPEST == 10_000
    assert 'the default language, which is "fr"' in parameters["lang"]["description"]
    assert parse_qs(urlsplit(datahub.CATALOGUE).query)["lang"] == ["en"]
    assert parse_qs(urlsplit(datahub.export("doc001")).query)["lang"] == ["en"]
    csv = described["paths"]["/catalog/datasets/{dataset_id}/exports/csv"]["get"]["parameters"]
    told = {each["name"]: each["schema"]["default"] for each in csv if "default" in each.get("schema", {})}
    assert (told["delimiter"], told["list_separator"], told["with_bom"]) == (";", ",", True)
    assert {"json", "jsonl", "csv"} <= set(described["components"]["schemas"]["enum-format-datasets"]["enum"])


@pytest.mark.parametrize("name", ["bad_request", "quota"])
def test_errors_of_the_description_are_known_as_errors(described: Any, name: str) -> None:
    (content,) = described["components"]["responses"][name]["content"].values()
    body = content.get("example") or next(iter(content["examples"].values()))["value"]
    told = datahub.fault(orjson.dumps(body))
    assert told is not None
    assert (told.until is not None) == (name == "quota")


def test_the_guide_names_the_host_and_the_id_of_a_dataset() -> None:
    text = sample("datahub_gitbook_guide_excerpt.txt").decode("utf-8")
    assert f"https://{datahub.HOST}/" in text
    assert "metadata (including dataset ID" in text

"""News, councils, elections, projects and UN documents: pages written for the test, and the recorded samples."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.errors import LayoutChanged
from sources.base import Follow, Page, Record, records_of
from sources.unesco import news, projects, record_pages, un_documents
from sources.unesco.documents import parse_code
from sources.unesco.projects import from_lines
from sources.unesco.states import is_state, states_in
from tests.shared import shared

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
ARTICLE = "https://www.unesco.org/en/articles/invented-forum"


def text(name: str) -> list[str]:
    return shared(f"real/unesco/{name}").read_text(encoding="utf-8").splitlines()


def at(url: str, body: str | bytes) -> Page:
    return Page.of(url, body.encode() if isinstance(body, str) else body, NOW)


def html(*blocks: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><nav><li>Menu</li></nav><main>{''.join(blocks)}</main></body></html>"


def test_a_council_page_is_a_membership_record() -> None:
    page = at(
        "https://www.unesco.org/en/invented-programme/council?hub=9",
        html("<h1>Invented Council</h1>", "<p>Last update:20 April 2023</p>", "<p>Group IV: China and Japan</p>",
             "<table><tr><td>Ada Li - Council Chair (China)</td></tr></table>"),
    )  # fmt: skip
    (found,) = records_of(news.parse(page))
    assert (found.kind, found.title, found.key) == ("organ", "Invented Council", "invented-programme/council")
    assert found.fields["seats"] == frozenset({"IV: China", "IV: Japan"})
    assert [(c.role, c.party, c.country) for c in found.claims] == [
        ("member", "China", "China"), ("member", "Japan", "Japan"), ("chair", "Ada Li", "China"),
    ]  # fmt: skip


def test_an_article_from_json_ld_open_graph_or_heading() -> None:
    described = '{"@graph":[{"@type":"NewsArticle","headline":"Forum A","datePublished":"2026-11-20T09:00:00+01:00"}]}'
    data = f'<script type="application/ld+json">{described}</script>'
    graph = '<meta property="og:title" content="Forum B"><meta property="article:published_time" content="2026-11-21T10:00:00Z">'
    body = ["<h1>Forum C</h1>", "<p>News</p>", "<p>The forum was hosted by Kenya in Nairobi.</p>"]
    told = [records_of(news.parse(at(ARTICLE, html(*body, head=head))))[0] for head in (data, graph, "")]
    assert [(r.title, r.fields["published"]) for r in told] == [
        ("Forum A", "2026-11-20"),
        ("Forum B", "2026-11-21"),
        ("Forum C", None),
    ]
    assert {(c.role, c.country) for r in told for c in r.claims} == {("host", "Kenya")}
    assert told[0].status == "News"


@pytest.mark.parametrize("body", ["", "<html><body></body></html>", html("<p>Checking your browser</p>")])
def test_a_page_without_title_is_refused(body: str) -> None:
    with pytest.raises(LayoutChanged):
        list(news.parse(at(ARTICLE, body)))


def test_sample_article_on_the_forum_in_tianjin() -> None:
    lines = text("unescoorg_article_china-sco-ai-forum_2025_mirror.txt")
    page = at(ARTICLE, html(f"<h1>{lines[1]}</h1>", *(f"<p>{line}</p>" for line in lines if line.strip())))
    (found,) = records_of(news.parse(page))
    assert found.title.startswith("UNESCO Contributes to 2025 China–SCO AI Forum")
    assert [(c.role, c.country) for c in found.claims] == [("host", "China"), ("host", None)]
    assert found.claims[0].evidence.text.startswith("Co-hosted by the National Development and Reform Commission (NDRC) of China")


def test_the_sitemap_leads_to_what_changed_lately() -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = f"<sitemapindex {space}><sitemap><loc>{news.SITEMAP}?page=1</loc></sitemap></sitemapindex>"
    assert list(news.parse(at(news.SITEMAP, index))) == [Follow("https://www.unesco.org/sitemap.xml?page=1")]
    listed = [
        (ARTICLE, "2026-11-24T02:21:49+02:00"), ("https://www.unesco.org/en/articles/old", "2020-01-01T00:00:00+00:00"),
        ("https://www.unesco.org/en/ifap/council", "2021-01-01T00:00:00+00:00"),
        ("https://www.unesco.org/fr/articles/x", "2026-11-24"),
        ("https://www.unesco.org/en/search?q=council", "2026-11-24"), ("https://www.unesco.org/en/articles/undated", ""),
    ]  # fmt: skip
    urls = "".join(f"<url><loc>{loc}</loc><lastmod>{last}</lastmod></url>" for loc, last in listed)
    body = f"<urlset {space}>{urls}</urlset>"
    told, again = (
        [each for each in news.parse(at(f"{news.SITEMAP}?page=1", each)) if isinstance(each, Follow)]
        for each in (body, body.replace("02:21:49", "09:00:00"))
    )
    assert [each.key for each in told] == ["invented-forum", "ifap/council"]
    again = [
        each for each in news.parse(at(f"{news.SITEMAP}?page=1", body.replace("02:21:49", "09:00:00"))) if isinstance(each, Follow)
    ]
    assert (told[0].digest != again[0].digest, told[1].digest == again[1].digest) == (True, True)
    with pytest.raises(LayoutChanged):
        list(news.parse(at(news.SITEMAP, "<html>no")))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (3, ("199GLO4541", ["Benin", "Nepal", "Thailand"], 101702, "2022-01-01", "2023-12-31")),
        (90, ("515GLO3001", ["Global"], 150486, "2020-04-30", "2022-12-31")),
        (95, ("531RAF2000", ["Mozambique", "Zimbabwe"], 940182, "2021-12-14", "2024-12-31")),
        (103, ("560IRQ4000", ["Iraq"], 50400000, "2018-04-23", "2024-07-04")),
        (
            108,
            (
                "570INT5002",
                ["Asia and the Pacific", "Africa", "Europe and North America", "Arab States"],
                400000,
                "2021-01-26",
                "2023-01-31",
            ),
        ),
    ],
)
def test_sample_project_pages(page: int, expected: tuple) -> None:
    told = {p.code: p for p in from_lines(text(f"core_uses-of-funding_page{page}.txt"))}
    p = told[expected[0]]
    assert (p.code, p.beneficiaries, p.budget, p.start, p.end) == expected


def test_every_whole_row_of_the_project_samples_is_read() -> None:
    counts = [len(from_lines(text(f"core_uses-of-funding_page{page}.txt"))) for page in (3, 90, 95, 103, 108)]
    assert counts == [3, 6, 6, 3, 4]
    titles = [p.title for p in from_lines(text("core_uses-of-funding_page90.txt"))]
    assert titles[0] == "Online Consultation platform and follow-up support for the draft text of Recommendation on Ethics of AI"


def test_the_listing_is_read_when_the_csv_is_none() -> None:
    start = projects.source.starts(date(2025, 2, 3))[0]
    assert start.endswith("biennium=41&quarter=2024Q4")
    told = list(projects.parse(at(start, "<html>Access denied</html>")))
    assert told == [Follow("https://core.unesco.org/en/uses-of-funding?page=0%2C%2C%2C0")]
    rows = [("570INT5001 World Atlas in Kenya", "Global", "1,252,768", "515,742", "2016-03-01", "2023-12-31"),
            ("531RAF2000 Rivers", "", "940,182", "235,064", "2021-12-14", "2024-12-31"),
            ("Zimbabwe", "940,182", "235,064")]  # fmt: skip
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    body = html(f"<table>{table}</table>", '<a href="?page=1%2C%2C%2C0">next</a>')
    one, two, further = projects.parse(at("https://core.unesco.org/en/uses-of-funding?page=0%2C%2C%2C0", body))
    assert isinstance(one, Record)
    assert isinstance(two, Record)
    assert (one.title, one.fields["beneficiaries"]) == ("World Atlas in Kenya", frozenset({"Global"}))
    assert (two.title, two.fields["beneficiaries"]) == ("Rivers", frozenset({"Zimbabwe"}))
    assert further == Follow("https://core.unesco.org/en/uses-of-funding?page=1%2C%2C%2C0")


def test_donors_of_the_csv_are_funders() -> None:
    body = (
        "\ufeffProject code;Title;Beneficiary;Donor;Budget;Expenditure;Start date;End date\r\n"
        "570INT5001;World Atlas;Global;China;1,000;10;2016-03-01;2023-12-31\r\n"
        "570INT5001;World Atlas;Kenya;China;1,000;10;2016-03-01;2023-12-31\r\n"
    )
    (found,) = records_of(projects.parse(at(projects.source.starts(date(2026, 5, 1))[0], body)))
    assert [(c.role, c.party) for c in found.claims] == [("beneficiary", "Global"), ("beneficiary", "Kenya"), ("funder", "China")]


def test_a_page_that_prints_no_donors_keeps_those_held() -> None:
    cells = ("570INT5001 World Atlas", "Global", "1,000", "10", "2016-03-01", "2023-12-31")
    table = f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"
    (listed,) = records_of(projects.parse(at(projects.LISTING, html(table))))
    assert listed.fields["donors"] is None
    csv = projects.source.starts(date(2026, 5, 1))[0]

    def exported(donor: str) -> Record:
        (found,) = records_of(projects.parse(at(csv, f"Code;Title;Donor;Budget\r\n570INT5001;World Atlas;{donor};1000\r\n")))
        return found

    steady = projects.source.history.noise_filter
    assert steady is not None
    kept = steady(exported("China"), listed)
    assert (kept.fields["donors"], [(c.role, c.party) for c in kept.claims]) == (
        frozenset({"China"}), [("beneficiary", "Global"), ("funder", "China")],
    )  # fmt: skip
    assert steady(exported("China"), exported("")).fields["donors"] == frozenset()  # an empty column says that there are none


@pytest.mark.parametrize(("now", "kept"), [(1099, 1000), (901, 1000), (1100, 1100), (900, 900), (0, 0)])
def test_a_budget_moves_from_a_tenth_on(now: int, kept: int) -> None:
    old = Record("570INT5001", "project", "World Atlas", fields={"budget": 1000})
    assert (
        projects.source.history.noise_filter(old, replace(old, fields={"budget": now, "donors": frozenset()})).fields["budget"]
        == kept
    )


def test_sample_votes_and_links() -> None:
    def read(name: str) -> Record:
        (found,) = records_of(
            un_documents.parse(at("https://digitallibrary.un.org/search?of=xm", shared(f"real/unesco/{name}").read_bytes()))
        )
        return found

    vote = read("undl_marcxml_voting_record_4096564_trimmed.xml")
    assert (vote.key, vote.reference, vote.fields["date"]) == ("4096564", "A/RES/80/214", "2025-12-18")
    assert [vote.fields[name] for name in ("yes", "no", "abstained", "not_voting", "all")] == [167, 2, 11, 13, 193]
    assert [(c.role, c.party, c.country) for c in vote.claims] == [
        ("voted-no", "UNITED STATES", "USA"), ("voted-yes", "UNITED KINGDOM", "GBR"), ("not-voting", "RUSSIAN FEDERATION", "RUS"),
    ]  # fmt: skip
    other = read("undl_marcxml_voting_record_4025240_trimmed.xml")
    assert (other.reference, [c.role for c in other.claims]) == ("A/RES/ES-10/21", ["abstained", "not-voting"])
    linked = read("undl_marcxml_resolution_A_RES_80_142_linking_trimmed.xml")
    assert (linked.key, linked.fields["meeting"]) == ("A/RES/80/142", "A/80/PV.64")
    assert linked.fields["drafts"] == frozenset({"A/C.2/80/L.35/Rev.1", "A/80/555"})


def test_an_empty_answer_is_no_collection() -> None:
    for body in ("", "<html></html>"):
        with pytest.raises(LayoutChanged):
            list(un_documents.parse(at("https://digitallibrary.un.org/search?of=xm", body)))
    assert not un_documents.source.enabled


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("42 C/21", ("General Conference", 42, "21", "", ())),
        ("37 C/18 Part I", ("General Conference", 37, "18", "I", ())),
        ("40 C/Resolution 37", ("General Conference", 40, "Resolution 37", "", ())),
        ("206 EX/19 Part V", ("Executive Board", 206, "19", "V", ())),
        ("216EX/35 REV.2", ("Executive Board", 216, "35", "", ("REV.2",))),
        ("197 EX/4.INF", ("Executive Board", 197, "4", "", ("INF",))),
        ("196 EX/SR.1-6", ("Executive Board", 196, "SR.1-6", "", ())),
        ("ITH/14/5.GA/10", ("ITH GA", 5, "10", "", ())),
        ("LHE/21/16.COM WG/3", ("LHE COM WG", 16, "3", "", ())),
    ],
)
def test_codes_of_governing_bodies(printed: str, expected: tuple) -> None:
    code = parse_code(printed)
    assert code is not None
    assert tuple(code)[:5] == expected
    assert parse_code(printed.replace(" ", "\u00a0")) == code


@pytest.mark.parametrize("printed", ["CL/4327", "SHS/BIO/PI/2021/1", "SHS/BIO/AHEG-AI/2020/4 REV.2", "", "ED-2024/WS/3"])
def test_other_codes_belong_to_no_session(printed: str) -> None:
    assert parse_code(printed) is None


def test_territories_are_names_of_their_own() -> None:
    line = "Hong Kong, China; Macao, China; Taiwan, Province of China; Chinese Taipei; Republic of Korea; la Chine; China’s"
    assert [place.name for place in states_in(line)] == [
        "Hong Kong, China", "Macao, China", "Taiwan, Province of China", "Chinese Taipei", "Republic of Korea", "Chine", "China",
    ]  # fmt: skip
    assert [is_state(each) for each in ("the Netherlands", "China Daily", "Paris", "and", "Chinese", "l’Égypte")] == [
        True,
        *[False] * 4,
        True,
    ]


def test_sample_record_page_42_c_21() -> None:
    lines = text("unesdoc_record_pf0000387343_42C-21.txt")
    url = "https://unesdoc.unesco.org/ark:/48223/pf0000387343"
    found = record_pages.document(url, "pf0000387343", lines)
    assert (found.title, found.reference) == ("Activities of the UNITWIN/UNESCO Chairs Programme", "42 C/21")
    assert found.fields == {
        "type": "programme and meeting document", "body": "UNESCO. General Conference", "session": 42,
        "languages": frozenset({"English"}), "year": "2023", "collation": "5 pages",
    }  # fmt: skip
    page = at(url, "<html><body>" + "".join(f"<div>{line}</div>" for line in lines) + "</body></html>")
    assert records_of(record_pages.parse(page)) == [found]
    with pytest.raises(LayoutChanged):
        list(record_pages.parse(at(url, "<html><body>Checking your browser</body></html>")))

"""Role phrases: sentences in three languages, half of them traps, and the sentences of recorded pages."""

import tomllib
from pathlib import Path

import pytest

from sources.unesco.phrases import claims_in
from tests.shared import shared

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
ALL = [
    (language, each["text"], [told.rpartition(" | ")[0] for told in each.get("is", [])])
    for language, every in SENTENCES.items()
    for each in every
]


def told(text: str) -> list[str]:
    return [f"{claim.role} | {claim.party} | {claim.country or '-'}" for claim in claims_in(text, "https://example.org", "text")]


def test_nearly_all_sentences_are_read_right() -> None:
    traps = [text for _, text, expected in ALL if not expected]
    wrong = [(text, told(text), expected) for _, text, expected in ALL if sorted(told(text)) != sorted(expected)]
    assert len(ALL) >= 60
    assert len(traps) * 2 >= len(ALL) - 2
    assert len(wrong) <= 0.05 * len(ALL), wrong


@pytest.mark.parametrize("text", [text for _, text, expected in ALL if not expected])
def test_a_trap_makes_no_claim(text: str) -> None:
    assert told(text) == []


def test_the_evidence_is_the_printed_phrase() -> None:
    (claim,) = claims_in(
        "After lunch the draft  resolution submitted by\nSouth Africa was adopted.", "https://example.org/1", "text"
    )
    assert (claim.evidence.text, claim.evidence.url) == ("submitted by South Africa", "https://example.org/1")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "unescoorg_article_china-sco-ai-forum_2025_mirror.txt",
            [
                "host | National Development and Reform Commission (NDRC) of China | China",
                "host | Tianjin Municipal People’s Government | -",
            ],
        ),
        ("articlesunescoorg_dg-welcomes-chinas-commitment.txt", []),
        ("enunescoorg_gc40_ci-commission_agenda.txt", ["host | Slovenia | Slovenia"]),
        (
            "exb_206EX19-PartV_ircai_category2_proposal_excerpt.txt",
            [
                "host | SLOVENIA | SLOVENIA",
                "submitter | Government of Slovenia | Slovenia",
            ],
        ),
        (
            "whc_event_1227_category2_coordination_meeting_shanghai.txt",
            [
                "host | World Heritage Institute of Training and Research for the Asia and the Pacific region (WHITRAP) | -",
                "host | Ministry of Culture of the Kingdom of Bahrain | Kingdom of Bahrain",
                "host | Research Centre on the Economics of Culture and World Heritage Studies | -",
                "host | IULM University | -",
                "host | Nordic World Heritage Foundation | -",
            ],
        ),
        ("unescoorg_event_ifap_12th_session_mirror.txt", []),
        ("enunescoorg_category-2-institutes.txt", []),
        ("enunescoorg_unitwin_20210320_webarchive.txt", []),
        ("unescoorg_member-states-portal_committees-and-organs_mirror.txt", []),
        ("unescoorg_assessed-contributions_2023_webarchive.txt", []),
        ("unesdoc_record_pf0000387343_42C-21.txt", []),
    ],
)
def test_recorded_pages(file: str, expected: list[str]) -> None:
    text = shared(f"real/unesco/{file}").read_text(encoding="utf-8")
    found = [each for line in text.splitlines() for each in told(line)]
    assert list(dict.fromkeys(found)) == expected

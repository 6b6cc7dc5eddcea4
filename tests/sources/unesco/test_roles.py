"""Roles and mentions in running text: a table of sentences, recorded pages, and work that grows with the text and no faster."""

import time
import tomllib
from pathlib import Path

import pytest

from bot.attribute import load_attributor
from sources.unesco.roles import claims_in, mentions_in
from state.model import Record
from tests.shared import shared

TABLE = tomllib.loads(Path(__file__).with_name("role_sentences.toml").read_text(encoding="utf-8"))
SENTENCES = [each for form in TABLE.values() for each in form.items()]


def roles(text: str) -> list[str]:
    """The roles that a text prints, each with the country of the party."""
    record = Record(key="1", kind="article", title="", claims=tuple(claims_in(text, "https://example.org", "text")))
    return sorted({f"{each.role} {each.country or '-'}" for each in load_attributor().attribute("UNESCO", record)})


def told(text: str) -> list[str]:
    """The claims of a text in short."""
    return sorted(f"{claim.role} | {claim.party} | {claim.country or '-'}" for claim in claims_in(text, "u", "text"))


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_sentence_gives_the_roles_that_it_prints(text: str, expected: list[str]) -> None:
    assert roles(text) == sorted(expected)


def test_a_sentence_with_a_claim_of_one_state_is_a_mention_of_the_others_too() -> None:
    text = "The forum was hosted by Kenya, and the Chinese side spoke of a centre of its own."
    assert roles(text) == ["host KE"]
    assert [mention.text for mention in mentions_in(text, "u", "f")] == [text]


def test_the_evidence_is_the_printed_phrase_and_a_person_is_an_officer() -> None:
    (claim,) = claims_in(
        "After lunch the draft  resolution submitted by\nSouth Africa was adopted.", "https://example.org/1", "text"
    )
    assert (claim.evidence.text, claim.evidence.url) == ("submitted by South Africa", "https://example.org/1")
    (chair,) = claims_in("Ada Li (China) was elected Chairperson.", "https://example.org/1", "text")
    assert (chair.party, chair.country, chair.evidence.field) == ("Ada Li", "China", "officers")


def test_a_sentence_with_a_word_of_roles_and_a_name_is_a_mention() -> None:
    text = "Nothing happened. Later on the Chinese side spoke of its wish to host a meeting. The room was warm."
    (mention,) = mentions_in(text, "https://example.org/1", "text")
    assert (mention.text, mention.url, mention.field) == (
        "Later on the Chinese side spoke of its wish to host a meeting.", "https://example.org/1", "text",
    )  # fmt: skip
    assert mentions_in("the hosts were tired and the room was warm", "u", "f") == []


@pytest.mark.parametrize("word", ["words ", "mots," * 60, "x" * 500 + " "])
def test_a_mention_is_cut_around_its_word_of_roles(word: str) -> None:
    (mention,) = mentions_in(f"{(word * 80)[:400]} Peking wishes to host it {(word * 80)[:400]}", "u", "f")
    assert len(mention.text) <= 300


@pytest.mark.parametrize(
    "text",
    [
        "the Chair, Ms X (China), ", "China’s proposal’s ", "présenté par soumis proposé financé ", "China, ", "Chairperson: ", "a",
        "proposed by China and ", "A’", "The ", "organized in ", "elected ", "(", "Taiwan  ", "\n", "!",
        "with the generous support of ", "category 2 centre established in, ",
        "The session was hosted by Peru in Lima and funded by Japan. ",
    ],
)  # fmt: skip
def test_twice_the_text_is_not_four_times_the_work(text: str) -> None:
    def seconds(length: int) -> float:
        long, best = (text * length)[:length], 1e9
        for _ in range(3):
            begun = time.process_time()
            claims_in(long, "u", "f")
            mentions_in(long, "u", "f")
            best = min(best, time.process_time() - begun)
        return best

    roles("China hosts the forum.")
    assert seconds(64_000) <= 12 * seconds(16_000) + 0.01  # four times the text: 4 when linear, 16 when quadratic


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
            ["host | SLOVENIA | SLOVENIA", "submitter | Government of Slovenia | Slovenia"],
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
    assert told(shared(f"real/unesco/{file}").read_text(encoding="utf-8")) == sorted(expected)

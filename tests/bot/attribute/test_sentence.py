"""What `attribute` answers of a sentence: its claims, those that would be alerted, and whether it is kept for people to read."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

import sources
from bot.cli import cli
from bot.run.alerting import suffices
from sources.base import Claim, Evidence, Mention
from state.model import Attribution
from tests.shared import ROOT

PROOF = Evidence("", "text", "x")


def claims_in(text: str, url: str, field: str) -> list[Claim]:
    """Read `ROLE: PARTY.` as a claim."""
    pairs = (each.split(": ") for each in text.rstrip(".").split("; ") if ": " in each)
    return [Claim(role, party, Evidence(url, field, f"{role}: {party}")) for role, party in pairs]


def mentions_in(text: str, url: str, field: str) -> list[Mention]:
    return [Mention(text, url, field)] if "chair" in text else []


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "READERS", {"EX": sources.SentenceReader(claims_in, mentions_in)})


def answered(asked: dict[str, Any], *words: str) -> dict[str, Any]:
    done = CliRunner().invoke(cli, [*words, "attribute"], input=orjson.dumps(asked))
    assert done.exit_code == 0, done.output
    return dict(orjson.loads(done.stdout))


def test_a_sentence_of_unesco_that_would_be_alerted() -> None:
    said = answered({"id": 7, "sentence": "The forum was hosted by the Government of China.", "body": "UNESCO"})
    (claim,) = said.pop("claims")
    assert claim.keys() == {"role", "party", "country", "confidence", "tells"}
    assert (claim["role"], claim["country"], claim["tells"]) == ("host", "CN", True)
    assert said == {"id": 7, "mention": False}


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("sentence", "told", "mention"),
    [
        ("chair: China", [True], False),
        ("chair: Kenya", [True], False),
        ("chair: Kenya; observer: China", [True, False], True),  # who only observes is not told
        ("chair: Zhou Testperson of somewhere", [False], False),
        ("A Chinese chair", [], True),
        ("A Chinese chair thanked Kenya", [], True),
        ("A Korean chair", [], False),
        ("A Chinese table", [], False),
    ],
)
def test_what_is_made_of_a_sentence(sentence: str, told: list[bool], mention: bool) -> None:
    said = answered({"sentence": sentence, "body": "EX"})
    assert ([claim["tells"] for claim in said["claims"]], said["mention"]) == (told, mention)
    assert answered({"sentence": sentence}) == said  # without a body every reader is asked


@pytest.mark.usefixtures("reader")
def test_the_configured_watchlists_count(tmp_path: Path) -> None:
    config = tmp_path / "w.toml"
    config.write_text('[watchlists.korea]\nfile = "china"\ntitle = "Korea"\ncountries = ["KR"]\n')
    for text, mention in (("A Korean chair", True), ("A Chinese chair", False)):
        assert answered({"sentence": text, "body": "EX"}, "--config", str(config))["mention"] is mention


@pytest.mark.usefixtures("reader")
def test_a_body_that_reads_no_sentences_finds_nothing() -> None:
    assert answered({"id": "a", "sentence": "chair: China", "body": "ISO"}) == {"id": "a", "claims": [], "mention": False}


def test_a_text_is_answered_as_before() -> None:
    assert answered({"id": 1, "text": "SAC", "role": "secretariat", "body": "ISO"})["country"] == "CN"


@pytest.mark.parametrize(
    "line", ['{"id": 1}', '{"sentence": 5, "body": "ISO"}', '{"sentence": null}', "[1]", '{"sentence": "x", "body": 5}']
)
def test_what_is_neither_a_text_nor_a_sentence_is_told_in_one_sentence(line: str) -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "attribute"], input=f"\n{line}\n", capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr == "Error: Line 2 of the input is no JSON object with a text or a sentence.\n"


@pytest.mark.parametrize(
    ("role", "country", "confidence", "enough"),
    [("leads", "CN", 0.7, True), ("leads", "CN", 0.69, False), ("leads", None, 1.0, False), ("supports", "CN", 1.0, False)],
)
def test_what_is_enough_for_an_alert(role: Any, country: str | None, confidence: float, enough: bool) -> None:
    assert suffices(Attribution("host", "X", country, "X", "r", confidence, PROOF, verdict=role), 0.7) is enough

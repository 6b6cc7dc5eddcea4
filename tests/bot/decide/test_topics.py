"""Topics in titles, and the false friends that are none."""

import time

import pytest

from bot.decide.topics import topics_of


def tags(text: str) -> set[str]:
    return {tag for tag, _ in topics_of(text)}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Overview of trustworthy artificial intelligence", "ai"),
        ("Requirements for AI-based network management", "ai"),
        ("F.AI-ISD: interaction and synthesis", "ai"),
        ("Facial recognition systems — test methods", "biometrics"),
        ("Face\u00a0Recognition for access control", "biometrics"),
        ("FACIAL-RECOGNITION", "biometrics"),
        ("Reconnaissance faciale", "biometrics"),
        ("Deep synthesis content labels", "deep_synthesis"),
        ("Smart cities and communities", "smart_city"),
        ("Ciudades inteligentes", "smart_city"),
        ("可信人工智能白皮书", "trustworthy_ai"),
        ("坚持真正多边主义", "true_multilateralism"),
        ("True multilateralism and dialogue", "true_multilateralism"),
        ("Souveraineté numérique de l’Europe", "digital_sovereignty"),
        ("Framework for New IP, shaping future networks", "new_ip"),
        ("Security of 6G networks", "5g6g"),
    ],
)
def test_found(text: str, tag: str) -> None:
    assert tag in tags(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("AI 5.2 Report of the working group", "ai"),
        ("AI", "ai"),
        ("Document for AI item 7", "ai"),
        ("Volumetric pipettes, 5 ML", "ai"),
        ("Pattern recognition", "ai"),
        ("A new IP address block", "new_ip"),
        ("Integrated circuit cards", "semiconductor"),
        ("Airworthiness of aircraft", "ai"),
        ("Table 4.5G of the annex", "5g6g"),
        ("Essential oils: determination of refractive index", "tcm"),
    ],
)
def test_false_friends(text: str, tag: str) -> None:
    assert tag not in tags(text)


def test_the_words_are_shown_as_printed() -> None:
    assert ("biometrics", "Facial Recognition") in topics_of("Facial Recognition in public places")


def test_a_long_text_costs_little() -> None:
    started = time.process_time()
    for text in ("artificial " * 90_000, "AI" * 500_000, "-" * 1_000_000, "人工" * 400_000):
        topics_of(text)
    assert time.process_time() - started < 4

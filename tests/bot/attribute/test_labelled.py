"""The figures that attribution must keep on the labelled strings."""

from tests.eval_attribution import answers, score
from tests.shared import shared


def test_precision_and_recall() -> None:
    given = answers(shared("attribution/labelled.dev.jsonl"))
    overall, hard = score(given), score([a for a in given if a.row["hard"]])
    assert overall.precision >= 0.99
    assert overall.recall >= 0.95
    assert overall.others >= 0.85
    assert hard.precision >= 0.95
    assert hard.recall >= 0.88


def test_sets_of_countries() -> None:
    several = [a for a in answers(shared("attribution/labelled.dev.jsonl")) if len(a.row["label_countries"]) > 1]
    assert sum(a.same_set for a in several) >= 0.95 * len(several)


def test_another_country_is_found_as_well() -> None:
    given = answers(shared("attribution/labelled.dev.jsonl"))
    assert score(given, "KR").precision >= 0.95
    assert score(given, "KR").recall >= 0.9

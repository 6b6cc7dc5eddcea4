"""The differ: what is a change and what never is."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diff import diff, fold
from state.encode import dump, load
from state.model import Record, Ref, Value

OLD = Record(
    "1", "committee", "Artificial intelligence", "ISO/IEC JTC 1/SC 42", status="Active",
    fields={"secretariat": Ref("2188", "ANSI"), "p_members": frozenset({Ref("1511", "DIN"), Ref("1635", "SAC")})},
)  # fmt: skip

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
refs = st.builds(Ref, st.integers(1, 30).map(str), names)
scalars = st.one_of(st.none(), st.integers(0, 9999), names, refs)
values: st.SearchStrategy[Value] = st.one_of(scalars, st.frozensets(names, max_size=6), st.frozensets(refs, max_size=8))
fields = st.dictionaries(st.sampled_from("abcdef"), values, max_size=6)


def with_fields(**changed: Value) -> Record:
    return dataclasses.replace(OLD, fields={**OLD.fields, **changed})


def test_a_record_without_a_past_is_added() -> None:
    (change,) = diff(None, OLD)
    assert (change.kind, change.field, change.after) == ("added", None, "Artificial intelligence")


def test_a_set_tells_who_left_and_who_joined() -> None:
    (change,) = diff(OLD, with_fields(p_members=frozenset({Ref("1635", "SAC"), Ref("1738", "AFNOR")})))
    assert (change.field, change.before, change.after) == (
        "p_members",
        frozenset({Ref("1511", "DIN")}),
        frozenset({Ref("1738", "AFNOR")}),
    )


def test_a_set_that_came_or_went_is_told_by_its_members() -> None:
    (change,) = diff(OLD, with_fields(p_members=None))
    assert {ref.name for ref in change.before} == {"DIN", "SAC"}
    assert change.after == frozenset()


def test_another_print_of_the_same_id_is_no_change() -> None:
    assert diff(OLD, with_fields(secretariat=Ref("2188", "ANSI (US)"))) == []


def test_another_id_under_the_same_print_is_a_change() -> None:
    assert [c.field for c in diff(OLD, with_fields(secretariat=Ref("9", "ANSI")))] == ["secretariat"]


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", frozenset()])
def test_one_kind_of_nothing_for_another_is_no_change(nothing: Value) -> None:
    assert diff(with_fields(scope=None), with_fields(scope=nothing)) == []
    assert diff(with_fields(scope=nothing), OLD) == []


@pytest.mark.parametrize(
    "title",
    [
        "Artificial  intelligence", " Artificial intelligence\n", "Artificial\u00a0intelligence", "Artificial\u200b intelligence",
        "Ａrtificial intelligence", "Artificial&nbsp;intelligence",
    ],
)  # fmt: skip
def test_typography_is_no_change(title: str) -> None:
    assert diff(OLD, dataclasses.replace(OLD, title=title)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("a-b", "a\u2011b"), ("l'eau", "l\u2019eau"), ("a \u2013 b", "a - b"), ("e\u0301", "é"), ("A &amp; B", "A & B")],
)
def test_forms_of_one_text_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("AI", "ai"), ("5 G", "5G"), ("DIS 1", "DIS 2"), ("resume", "résumé")])
def test_other_texts_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(fields)
def test_a_record_does_not_differ_from_itself_nor_from_its_stored_form(given_fields: dict[str, Value]) -> None:
    record = dataclasses.replace(OLD, fields=given_fields)
    assert diff(record, record) == []
    assert diff(record, dataclasses.replace(OLD, fields=load(dump(given_fields)))) == []


@given(fields, fields)
def test_the_changes_lead_from_the_old_to_the_new(old_fields: dict[str, Value], new_fields: dict[str, Value]) -> None:
    old, new = dataclasses.replace(OLD, fields=old_fields), dataclasses.replace(OLD, fields=new_fields)
    applied = dict(old_fields)
    for change in diff(old, new):
        assert change.field is not None
        if isinstance(change.before, frozenset):
            kept = old_fields.get(change.field) or frozenset()
            kept = kept if isinstance(kept, frozenset) else frozenset([str(kept)])
            applied[change.field] = kept - change.before | change.after
        else:
            applied[change.field] = change.after
    # what a set field became is compared as a set, for a lone value counts as a set of one there
    assert [c for c in diff(dataclasses.replace(OLD, fields=applied), new) if not _lone(c)] == []


def _lone(change: object) -> bool:
    return isinstance(getattr(change, "before", None), frozenset)


@given(st.lists(refs, unique=True, max_size=10), st.randoms())
def test_order_never_matters(members: list[Ref], chance: random.Random) -> None:
    shuffled = members[:]
    chance.shuffle(shuffled)
    assert diff(with_fields(p_members=frozenset(members)), with_fields(p_members=frozenset(shuffled))) == []

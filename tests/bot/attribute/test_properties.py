"""What may never change a verdict: case, spaces, kinds of hyphens, full-width letters, HTML entities; and an unrelated party in a
list never makes anybody lead."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribute import attribute_text, load_attributor
from bot.attribute.normalise import key
from state.model import Claim, Evidence, Record

PARTIES = [
    "Huawei Technologies Co., Ltd.",
    "ZTE Corporation",
    "Nokia, Nokia Shanghai Bell",
    "AT&T",
    "Samsung R&D Institute China - Beijing",
    "Xi'an Jiaotong University",
    "China (People's Republic of)",
    "Korea (Rep. of)",
    "Hong Kong, China",
    "Guangdong OPPO Mobile",
    "Fraunhofer-Gesellschaft",
    "University of Oslo, Norway",
    "Quxbar",
    "HuaweiHiSilicon",
    "Alcatel-Lucent Shanghai Bell",
    "SAC",
    "D. Zhang",
    "Technische Universität München",
    "BUPT/Orange",
    "中国信息通信研究院",
    "Beijing University of Posts and Telecommunications",
    "FRA",
]
ROLES = ["supporting-member", "source", "rapporteur", "iso_secretariat", "page_text", "title", "country", None]
UNRELATED = ["Quxbar Ltd", "Orange", "Nobody in particular", "Kenya", "Siemens AG", "Nokia and Friends"]


def verdict(text: str, role: str | None) -> tuple[object, object]:
    found = attribute_text(text, role)
    return found["country"], found["countries"]


def fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


def with_all(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


party = st.one_of(st.sampled_from(PARTIES), st.lists(st.sampled_from(PARTIES), min_size=2, max_size=5).map("; ".join))


@settings(max_examples=200, deadline=None)
@given(party, st.sampled_from(ROLES), st.data())
def test_typography_never_changes_a_verdict(text: str, role: str | None, data: st.DataObject) -> None:
    expected = verdict(text, role)
    change = data.draw(
        st.sampled_from(
            [
                str.upper,
                str.lower,
                str.swapcase,
                html.escape,
                fullwidth,
                lambda t: f"  {t}\t",
                lambda t: with_all(t, " ", "\u00a0"),
                lambda t: with_all(t, " ", "   "),
                lambda t: with_all(t, " ", " &nbsp;"),
                lambda t: with_all(t, "-", "\u2011"),
                lambda t: with_all(t, "-", "\u2013"),
                lambda t: with_all(t, "'", "\u2019"),
                lambda t: with_all(t, "'", "&#39;"),
                lambda t: html.escape(html.escape(t)),
                lambda t: with_all(t, " ", "\u2003"),
                lambda t: with_all(t, " ", " \u200b"),
            ]
        )
    )
    assert verdict(change(text), role) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([p for p in PARTIES if ";" not in p]), min_size=1, max_size=6),
    st.sampled_from(UNRELATED),
    st.sampled_from([", ", "; "]),
    st.sampled_from(["supporting-member", "source"]),
)
def test_an_unrelated_party_makes_nobody_lead(parties: list[str], other: str, mark: str, role: str) -> None:
    def leaders(text: str) -> set[str | None]:
        record = Record("1", "work-item", "Title", claims=(Claim(role, text, Evidence("", "", text)),))
        return {a.country for a in load_attributor().attribute("ITU", record) if a.verdict == "leads" and a.country}

    related = attribute_text(other, role)["countries"]
    before, after = leaders(mark.join(parties)), leaders(mark.join([*parties, other]))
    assert after - set(related) <= before


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from(ROLES))
def test_any_text_has_an_answer(text: str, role: str | None) -> None:
    found = attribute_text(text, role)
    assert 0 <= found["confidence"] <= 1
    assert found["country"] is None or found["country"] in found["countries"]


@pytest.mark.parametrize(
    "text", ["," * 1_000_000, "China " * 170_000, "(" * 1_000_000, "[" * 1_000_000, "a/" * 500_000, "中国" * 300_000]
)
@pytest.mark.parametrize("role", ["supporting-member", "rapporteur", "iso_committee_row", "country", "text"])
def test_a_megabyte_is_read_in_no_time(text: str, role: str) -> None:
    import time

    started = time.process_time()
    attribute_text(text, role)
    assert time.process_time() - started < 1


@given(st.text(st.characters(max_codepoint=127)))
def test_a_plain_name_has_the_same_key_beside_an_accent(text: str) -> None:
    """Plain names take a faster way than others."""
    assert key(f"{text} é") == f"{key(text)} e".strip()

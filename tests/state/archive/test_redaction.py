"""E-mail names go, domains stay, and the text still parses; however it was cut on the way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.archive.redaction import is_text, redact, redacted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("jane.doe@itu.int", "[removed]@itu.int"),
        ("<a href='mailto:jane%40zte.com.cn'>", "<a href='mailto:[removed]%40zte.com.cn'>"),
        ("jane&#64;itu.int", "[removed]&#64;itu.int"),
        ("联系zhang@cesi.cn。", "联系[removed]@cesi.cn。"),
        ("a@b.org,c@d.org", "[removed]@b.org,[removed]@d.org"),
        ("[removed]@itu.int", "[removed]@itu.int"),
        ("https://example.org/@user and 5 @ 3.50 EUR", "https://example.org/@user and 5 @ 3.50 EUR"),
        ("no sign at all", "no sign at all"),
        ('<a href="mailto:jane.doe(AT)etri.re.kr">', '<a href="mailto:[removed](AT)etri.re.kr">'),
        ("jane [at] zte.com.cn, bob (at) iso.org", "[removed] [at] zte.com.cn, [removed] (at) iso.org"),
        ("[removed](at)itu.int and [removed] [at] itu.int", "[removed](at)itu.int and [removed] [at] itu.int"),
        ("if(at)t.push(x); row[at].name = f(at)", "if(at)t.push(x); row[at].name = f(at)"),
    ],
)
def test_the_name_goes_and_the_domain_stays(before: str, after: str) -> None:
    assert redact(before) == after


def test_json_still_parses() -> None:
    text = json.dumps({"a": "Contact:\njane@itu.int\tbob@iso.org", "b": '"x@y.org"'}) + '{"c": "\\u003cjane@itu.int\\u003e"}'
    first, second = redact(text).replace("}{", "}\n{").splitlines()
    assert json.loads(first) == {"a": "Contact:\n[removed]@itu.int\t[removed]@iso.org", "b": '"[removed]@y.org"'}
    assert json.loads(second) == {"c": "<[removed]@itu.int>"}


WORDS = st.sampled_from(
    [
        "jane.doe@itu.int",
        " ",
        "\n",
        "text",
        "<td>",
        "\\n",
        '"',
        "a" * 300,
        "b" * 90_000,
        "%40",
        "@",
        "x@y.org",
        "jane.doe(AT)itu.int",
        "jane.doe [at] itu.int",
    ]
)


@given(st.lists(WORDS, max_size=30), st.integers(1, 200_000))
def test_how_it_was_cut_makes_no_difference_and_twice_is_once(words: list[str], size: int) -> None:
    text = "".join(words).encode()
    whole = b"".join(redacted([text]))
    assert b"".join(redacted(text[at : at + size] for at in range(0, len(text), size))) == whole
    assert b"".join(redacted([whole])) == whole
    assert b"jane.doe" not in whole


def test_what_is_no_text_stays_as_it_is() -> None:
    for body in (b"%PDF-1.7 jane@itu.int", b"PK\x03\x04jane@itu.int", b"\x00\x01jane@itu.int"):
        assert not is_text(body)
        assert b"".join(redacted([body])) == body

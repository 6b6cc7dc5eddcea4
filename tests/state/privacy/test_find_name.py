"""A name is found in a body in every form, markup and encoding in which pages print it, and other names are not taken for it."""

import pytest

from state.privacy.erase_archive import NameFinder, decodings

FORMS = [
    "Zhōu Tèst", "ZHŌU\u00a0TÈST", "Zhōu-Tèst", "Tèst, Zhōu", "Zh&#333;u&nbsp;T&egrave;st", "Zh\\u014du T\\u00C8ST",
    "by\\nZhōu Tèst", "<b>Tèst</b>, <i>Zhōu</i>", "<span id=F>Zhōu</span>\n<span id=L>TÈST</span>", "/people/zh%C5%8Du-t%C3%A8st",
    "“Zhōu Tèst”", "Zhōu&nbspTèst", "Zho\u0304u Te\u0300st", '["Zhōu","Tèst"]', "&lt;b&gt;Zhōu&lt;/b&gt; T&amp;egrave;st",
    "zhou_x_Zhōu_Tèst.pdf",
]  # fmt: skip


def found(name: str, body: bytes, head: str = "") -> bool:
    return any(NameFinder([name]).stands_in(text) for text in decodings(body, head))


@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_found_in_any_form(form: str) -> None:
    assert found("Zhōu Tèst", f"<p>before</p>{form}<p>after: Tsinghua</p>".encode())


def test_names_within_other_words_and_with_words_between_are_others() -> None:
    assert not found("Zhōu Tèst", "<p>Azhōu Tèst and Zhōu Tèster or Zhōu the Tèst</p>".encode())


@pytest.mark.parametrize(
    ("encoding", "declared", "name"),
    [
        ("utf-8", "text/html; charset=latin-1", "Jüri Tèst"), ("cp1252", "text/html", "Jüri Tèst"),
        ("latin-1", "text/html; charset=utf-8", "Jüri Tèst"), ("utf-16", "text/csv", "Zhōu Tèst"),
        ("utf-16-be", "text/csv; charset=nonsense", "Zhōu Tèst"), ("iso-8859-2", "text/html; charset=iso-8859-2", "Łukasz Gęś"),
        ("gb18030", "text/html; charset=gb18030", "周 测试"), ("utf-8", "text/html; charset=idna", "Jüri Tèst"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_encoding(encoding: str, declared: str, name: str) -> None:
    assert found(name, f"<p>Prof. {name}, editor</p>".encode(encoding), f"Content-Type: {declared}\r\n")


def test_an_encoding_that_a_page_names_itself_is_tried() -> None:
    assert found("Иван Тестов", "<meta charset='windows-1251'><p>Иван Тестов</p>".encode("cp1251"))

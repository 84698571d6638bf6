"""By which words a text is found, in Chinese and in English (SVC-15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.knowledge.policy import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("activate", "activation"), ("activated", "activating"), ("renewal", "renewed"), ("expires", "expiry"),
        ("points", "point"), ("cards", "card"), ("phones", "phone"), ("members", "member"), ("benefits", "benefit"),
    ],
)  # fmt: skip
def test_forms_of_an_english_word_are_one(one: str, other: str) -> None:
    assert words.stem(one) == words.stem(other)


@pytest.mark.parametrize(("one", "other"), [("point", "card"), ("renew", "remind"), ("tier", "time"), ("lost", "last")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert words.stem(one) != words.stem(other)


@given(st.text(alphabet=st.characters(categories=["Ll", "Nd"]), max_size=40))
def test_the_stem_of_a_stem_is_itself_and_its_beginning(word: str) -> None:
    stem = words.stem(word)
    assert words.stem(stem) == stem
    assert word.startswith(stem)


def test_full_width_capitals_and_accents_make_no_difference() -> None:
    assert words.normal("ＣＡＦÉ １２") == "cafe 12"


def test_chinese_is_cut_into_pairs_and_single_characters() -> None:
    assert words.terms("激活卡") == {"激", "活", "卡", "激活", "活卡"}
    assert words.terms("App里的card") == {"app", "里", "的", "里的", "card"}


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("我的卡怎么激活？", ("卡", "激活")),
        ("請問如何啟用會員卡", ("啟用", "用會", "會員", "員卡")),
        ("How do I activate my card?", ("activ", "card")),
        ("what is a point worth", ("point", "worth")),
        ("  ", ()),
        ("？！", ()),
    ],
)
def test_what_a_question_is_dressed_in_is_left_out(asked: str, terms: tuple[str, ...]) -> None:
    assert words.asked(asked).terms == terms


def test_a_question_of_nothing_but_dressing_is_taken_at_its_word() -> None:
    assert words.asked("怎么").terms == ("怎么",)
    assert words.asked("how").terms == ("how",)


def test_the_last_word_counts_as_a_beginning_while_it_is_typed() -> None:
    assert words.asked("lost ca", typing=True) == words.Question(("lost",), ("ca*", "ca"))
    assert words.asked("lost card ", typing=True) == words.Question(("lost", "card"))
    assert words.asked("lost c", typing=True) == words.Question(("lost",))
    assert words.asked("积分ca", typing=True).unfinished == ("ca*", "ca")
    assert words.asked("积分", typing=True) == words.Question(("积分",))


@given(st.text(max_size=120))
def test_whatever_is_asked_stands_in_the_index_of_the_same_text(text: str) -> None:
    """Whoever pastes a title finds what it belongs to."""
    asked = words.asked(text)
    indexed = words.terms(text)
    assert len(asked.terms) <= words.MOST_TERMS
    assert {one for one in asked.terms if len(one) < words.LONGEST_TERM} <= indexed | {text}


@given(st.text(max_size=60))
def test_a_word_in_a_title_is_found_however_much_of_it_has_been_typed(text: str) -> None:
    typed = words.asked(text, typing=True)
    if typed.unfinished:
        assert typed.unfinished[0] in words.beginnings(text)


@given(st.text(max_size=300))
def test_no_term_is_longer_than_its_column(text: str) -> None:
    assert all(0 < len(term) <= 40 for term in words.terms(text) | words.beginnings(text))
    assert all(len(term) <= 40 for term in words.asked(text, typing=True).wanted)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  停车　场 ", "停车 场"),
        ("call 138 0013 8000 please", "call … please"),
        ("mail me at lin@example.com", "mail me at"),
        ("13800138000", ""),
        ("wifi\x00\u202e code", "wifi code"),
        ("ROOM 1204", "room 1204"),
    ],
)
def test_nothing_that_could_name_a_person_is_kept_of_a_search(typed: str, kept: str) -> None:
    assert words.in_vain(typed) == kept


@given(st.from_regex(r"\A[a-z ]{0,10}\+?[0-9][0-9 -]{8,14}[0-9][a-z ]{0,10}\Z"))
def test_no_long_number_is_kept_of_a_search(typed: str) -> None:
    assert sum(sign.isdigit() for sign in words.in_vain(typed)) < 5

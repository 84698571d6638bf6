"""States, classification, routing and the words a case is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy.states import TransitionRefused
from service_desk.policy import search_words, states
from service_desk.policy.classification import Category, suggest
from service_desk.policy.routing import Agent, choose, rank
from service_desk.policy.states import State

CATEGORIES = (
    Category("transaction", "complaint", ("退款", "refund", "charged twice"), "high", "complex", 10),
    Category("service", "complaint", ("态度", "rude"), position=20),
    Category("benefits", "enquiry", ("早餐", "breakfast", "benefit"), position=30),
    Category("tea", "enquiry", ("tea",), position=40),
)


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_a_case_goes_only_the_ways_that_are_listed(before: State, after: State) -> None:
    if after in states.WAYS[before]:
        states.check_way(before, after)
    else:
        with pytest.raises(TransitionRefused):
            states.check_way(before, after)


def test_only_the_undoing_of_a_merge_leads_out_of_it() -> None:
    assert not states.WAYS[State.MERGED]
    assert states.listed("merged", "open")
    assert not states.listed("merged", "closed")
    assert not states.listed("closed", "resolved")


@pytest.mark.parametrize(
    ("text", "kind", "category", "severity", "complexity"),
    [
        ("你们重复扣款，我要投诉，请退款", "complaint", "transaction", "high", "complex"),
        ("I was charged twice and want a REFUND", "complaint", "transaction", "high", "complex"),
        ("請問早餐幾點開始？早餐券怎麼用", "enquiry", "benefits", "normal", "simple"),
        ("When does breakfast begin?", "enquiry", "benefits", "normal", "simple"),
        ("店员态度太差", "complaint", "service", "normal", "simple"),
        ("我的个人信息被泄露了", "complaint", "", "high", "simple"),
        ("再不处理我就找律师，投诉到12315", "complaint", "", "critical", "complex"),
        ("Hello", "enquiry", "", "normal", "simple"),
        ("我要投诉早餐", "complaint", "", "normal", "simple"),
        ("ＢＲＥＡＫＦＡＳＴ　ｔｉｍｅｓ", "enquiry", "benefits", "normal", "simple"),
    ],
)
def test_words_suggest_what_a_case_is(text: str, kind: str, category: str, severity: str, complexity: str) -> None:
    found = suggest(text, categories=CATEGORIES)
    assert (found.kind, found.category, found.severity, found.complexity) == (kind, category, severity, complexity)


def test_a_latin_word_is_found_as_a_whole_word_alone() -> None:
    assert suggest("I was on a team of steam engineers", categories=CATEGORIES).category == ""
    assert suggest("a cup of tea, please", categories=CATEGORIES).category == "tea"


def test_with_a_kind_given_only_its_own_categories_are_suggested() -> None:
    assert suggest("breakfast and a rude waiter", categories=CATEGORIES, kind="complaint").category == "service"
    assert suggest("breakfast and a rude waiter", categories=CATEGORIES, kind="enquiry").category == "benefits"


def test_the_words_that_speak_for_it_are_told() -> None:
    assert suggest("早餐很好，但要投诉态度", categories=CATEGORIES).because == ("投诉", "态度")


WORDS = ["投诉", "退款", "早餐", "rude ", "tea ", "建议", "refund", "谢谢", " thank you for", "律师", "x", "隐私"]


@given(
    st.lists(st.sampled_from(WORDS), max_size=6).map("".join) | st.text(max_size=200),
    st.sampled_from(["", "complaint", "enquiry"]),
)
def test_any_text_has_a_suggestion_and_always_the_same(text: str, kind: str) -> None:
    first, second = (suggest(text, categories=order, kind=kind) for order in (CATEGORIES, CATEGORIES[::-1]))
    assert first == second
    assert not kind or first.kind == kind
    assert not first.category or any(one.code == first.category and one.kind == first.kind for one in CATEGORIES)


def agent(pk: int, *, load: int = 0, capacity: int = 10, skills: str = "", languages: str = "zh-hans en") -> Agent:
    known = frozenset(int(skill) for skill in skills.split())
    return Agent(pk, known, frozenset(languages.split()), load, capacity)


def test_a_case_goes_to_the_one_with_the_least_load_for_his_capacity() -> None:
    there = [agent(1, load=2, capacity=4), agent(2, load=3, capacity=12), agent(3, load=9)]
    assert choose(there, skill=None, language="en") == 2


def test_of_equals_the_first_gets_it() -> None:
    assert choose([agent(7), agent(3), agent(5)], skill=None, language="") == 3


def test_skill_and_language_are_asked_for() -> None:
    there = [agent(1, languages="en"), agent(2, skills="4", languages="zh-hant"), agent(3, skills="4", languages="en")]
    assert choose(there, skill=4, language="zh-hans") == 2
    assert choose(there, skill=4, language="en") == 3
    assert choose(there, skill=9, language="en") is None


def test_her_own_adviser_goes_before_skill_and_load_but_not_beyond_his_room() -> None:
    there = [agent(1, skills="4"), agent(2, load=9), agent(3, load=10)]
    assert choose(there, skill=4, language="en", adviser=2) == 2
    assert choose(there, skill=4, language="en", adviser=3) == 1
    assert choose(there, skill=4, language="en", adviser=99) == 1


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), max_size=8), st.randoms())
def test_nobody_gets_more_than_he_has_room_for_and_the_order_of_agents_is_no_matter(
    loads: list[tuple[int, int]], luck: object
) -> None:
    there = [agent(place, load=load, capacity=capacity) for place, (load, capacity) in enumerate(loads)]
    chosen = choose(there, skill=None, language="")
    shuffled = list(there)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(shuffled, skill=None, language="") == chosen
    room = [one for one in there if one.load < one.capacity]
    assert (chosen is None) == (not room)
    if chosen is not None:
        assert there[chosen].fullness == min(one.fullness for one in room)


def test_the_rank_of_a_tier_is_its_place_on_the_ladder() -> None:
    ladder = ["normal", "silver", "gold", "platinum"]
    assert [rank(code, ladder) for code in ("", "normal", "gold", "platinum", "retired")] == [0, 0, 2, 3, 0]


def test_chinese_is_found_by_pairs_and_latin_by_words() -> None:
    assert search_words.words("退款没有到账 REFUND, a 2nd time！") == [
        "退款", "款没", "没有", "有到", "到账", "refund", "2nd", "time",
    ]  # fmt: skip
    assert search_words.words("款 a") == []
    assert not search_words.is_searchable("a")


@given(
    st.text(alphabet="退款申请早餐券会员卡积分", min_size=2, max_size=12), st.text(max_size=20), st.text(max_size=20)
)
def test_a_chinese_phrase_is_found_wherever_it_stands(phrase: str, before: str, after: str) -> None:
    assert set(search_words.words(phrase)) <= set(search_words.words(f"{before} {phrase} {after}"))


@given(st.text(max_size=300))
def test_words_of_any_text_are_short_and_each_is_told_once(text: str) -> None:
    found = search_words.words(text)
    assert len(found) == len(set(found)) <= search_words.MOST
    assert all(2 <= len(word) <= search_words.LONGEST for word in found)

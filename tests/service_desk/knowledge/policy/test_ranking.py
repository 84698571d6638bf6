"""Which answers come first (SVC-15): title over keywords over summary over body, rare words over common ones."""

from hypothesis import given
from hypothesis import strategies as st

from service_desk.knowledge.policy import ranking, words
from service_desk.knowledge.policy.ranking import Hit
from service_desk.knowledge.policy.words import Question

TERMS = ("card", "point", "激活", "renew")
questions = st.lists(st.sampled_from(TERMS), min_size=1, max_size=4, unique=True).map(
    lambda found: Question(tuple(found))
)
hits = st.lists(
    st.builds(Hit, st.integers(1, 6), st.sampled_from(TERMS), st.integers(1, 25)),
    max_size=24,
    unique_by=lambda hit: (hit.document, hit.term),
)
documents = st.fixed_dictionaries({term: st.integers(1, 500) for term in TERMS})


def test_title_outranks_keywords_outranks_summary_outranks_body() -> None:
    places = {"title": "refund", "keywords": "refund", "summary": "refund", "body": "refund"}
    weighed = [
        ranking.weights(**{name: text if name == place else "" for name, text in places.items()})["refund"]
        for place in ("title", "keywords", "summary", "body")
    ]
    assert weighed == sorted(weighed, reverse=True)
    assert len(set(weighed)) == 4


def test_a_term_in_several_places_weighs_their_sum_and_languages_do_not_add_up() -> None:
    weighed = ranking.weights(title="Points", keywords="", summary="", body="About points")
    assert weighed["point"] == ranking.TITLE + ranking.BODY
    assert ranking.merged([{"a": 3, "b": 1}, {"a": 2, "c": 5}]) == {"a": 3, "b": 1, "c": 5}


def test_the_words_of_titles_and_keywords_are_found_by_their_beginnings_those_of_the_text_are_not() -> None:
    weighed = ranking.weights(title="Activation", keywords="unlock", summary="", body="whatever")
    assert weighed["acti*"] == ranking.TITLE
    assert weighed["unl*"] == ranking.KEYWORDS
    assert "wha*" not in weighed


def test_a_rare_word_says_more_than_a_common_one() -> None:
    question = Question(("card", "renew"))
    found = ranking.ranked(question, [Hit(1, "card", 12), Hit(2, "renew", 12)], documents={"card": 300, "renew": 1})
    assert found[0] == 2


def test_what_meets_too_little_of_the_question_is_no_answer() -> None:
    question = Question(("card", "renew", "refund"))
    common = ranking.ranked(question, [Hit(1, "card", 25)], documents={"card": 200, "renew": 1, "refund": 1})
    assert common == []


def test_of_an_unfinished_word_one_reading_is_enough_and_counts_once() -> None:
    question = words.asked("cards", typing=True)
    assert question.places == (("cards*", "card"),)
    assert ranking.ranked(question, [Hit(1, "card", 12)], documents={"card": 3}) == [1]
    both = [Hit(1, "card", 12), Hit(1, "cards*", 12), Hit(2, "card", 12)]
    assert ranking.ranked(question, both, documents={"card": 3, "cards*": 3}) == [1, 2]


@given(questions, hits, documents, st.randoms())
def test_the_order_does_not_depend_on_how_the_rows_came(question, found, known, chance) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert ranking.ranked(question, found, documents=known) == ranking.ranked(question, shuffled, documents=known)


@given(questions, hits, documents)
def test_only_what_was_hit_is_answered_and_each_once(question, found, known) -> None:
    answered = ranking.ranked(question, found, documents=known)
    assert len(answered) == len(set(answered))
    assert set(answered) <= {hit.document for hit in found if hit.term in question.wanted}


@given(questions, hits, documents, st.integers(1, 6), st.sampled_from(TERMS))
def test_meeting_more_of_the_question_never_ranks_lower(question, found, known, document, term) -> None:
    if term not in question.terms or any((hit.document, hit.term) == (document, term) for hit in found):
        return
    before = ranking.ranked(question, found, documents=known)
    after = ranking.ranked(question, [*found, Hit(document, term, 5)], documents=known)
    assert document not in before or after.index(document) <= before.index(document)


@given(questions, hits, documents)
def test_meeting_the_whole_question_is_always_an_answer(question, found, known) -> None:
    whole = [Hit(99, term, 1) for term in question.terms]
    assert 99 in ranking.ranked(question, [*found, *whole], documents=known)

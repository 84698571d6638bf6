"""The way through a survey: only forward, never in a circle, and nothing on it that nobody reaches."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleBroken
from service_desk.surveys.policy import checking, questions, routing
from service_desk.surveys.policy.questions import Answer, Question, QuestionKind, SurveyKind
from service_desk.surveys.policy.routing import Compare, Condition, Questionnaire, Skip, Verb

FIVE, TEXT = QuestionKind.SCALE_5, QuestionKind.TEXT
CHOICE, CHOICES = QuestionKind.CHOICE, QuestionKind.CHOICES


def at_most(question: str, number: int) -> Condition:
    return Condition(question, Compare.AT_MOST, number)


def at_least(question: str, number: int) -> Condition:
    return Condition(question, Compare.AT_LEAST, number)


def one_of(question: str, *options: str) -> Condition:
    return Condition(question, Compare.ANY_OF, options=frozenset(options))


def hide(at: str, when: Condition) -> Skip:
    return Skip(at, Verb.HIDE, when)


def jump(at: str, when: Condition, to: str = routing.THE_END) -> Skip:
    return Skip(at, Verb.JUMP, when, to)


def form(*skips: Skip, kinds: tuple[QuestionKind, ...] = (FIVE, TEXT, CHOICE, TEXT)) -> Questionnaire:
    """q1 from 1 to 5, q2 own words, q3 one of a, b and c, q4 own words."""
    made = [
        Question(f"q{n}", kind, options=("a", "b", "c") if kind in questions.WITH_OPTIONS else ())
        for n, kind in enumerate(kinds, start=1)
    ]
    return Questionnaire(made, skips)


def way(one: Questionnaire, **answers: Answer) -> list[str]:
    return [question.code for question in routing.way(one, answers)]


def score(number: int) -> Answer:
    return Answer(number=number)


def test_without_skips_every_question_is_asked_in_turn():
    assert way(form()) == ["q1", "q2", "q3", "q4"]
    assert routing.next_question(form(), {"q1": score(3)}) == form().questions[1]


def test_a_condition_on_an_earlier_answer_hides_a_question():
    hides = form(hide("q2", at_least("q1", 4)))
    assert way(hides, q1=score(4)) == ["q1", "q3", "q4"]
    assert way(hides, q1=score(3)) == ["q1", "q2", "q3", "q4"]


def test_an_answer_leads_on_to_a_later_question_or_to_the_end():
    leads = form(jump("q1", at_least("q1", 5), "q4"), jump("q3", one_of("q3", "b")))
    assert way(leads, q1=score(5)) == ["q1", "q4"]
    assert way(leads, q1=score(2), q3=Answer(chosen=("b",))) == ["q1", "q2", "q3"]


def test_what_was_answered_on_another_way_does_not_count():
    """She said 5, was led to the end of the way, went back and said 2: now all is asked, and q4 keeps what she wrote."""
    leads = form(jump("q1", at_least("q1", 5), "q4"), hide("q4", one_of("q3", "a")))
    given = {"q1": score(2), "q4": Answer(text="Lovely")}
    assert routing.next_question(leads, given) == leads.questions[1]
    given |= {"q2": Answer(text="Slow"), "q3": Answer(chosen=("a",))}
    assert routing.next_question(leads, given) is None
    assert list(routing.on_the_way(leads, given)) == ["q1", "q2", "q3"]


def test_of_a_question_that_was_passed_over_no_condition_holds():
    hides = form(hide("q2", at_most("q1", 5)))
    assert way(hides, q1=questions.PASSED_OVER) == ["q1", "q2", "q3", "q4"]


def test_the_first_skip_that_holds_leads_on():
    leads = form(jump("q1", at_least("q1", 4), "q3"), jump("q1", at_least("q1", 2), "q4"))
    assert way(leads, q1=score(5)) == ["q1", "q3", "q4"]
    assert way(leads, q1=score(2)) == ["q1", "q4"]


@pytest.mark.parametrize(
    ("skip", "code"),
    [
        (hide("q1", at_most("q1", 2)), "survey_skip_looks_ahead"),
        (hide("q2", one_of("q3", "a")), "survey_skip_looks_ahead"),
        (jump("q1", at_most("q1", 2), "q2"), "survey_skip_goes_back"),
        (jump("q3", one_of("q3", "a"), "q1"), "survey_skip_goes_back"),
        (jump("q3", one_of("q3", "a"), "q9"), "survey_skip_goes_back"),
        (jump("q1", at_most("q1", 6)), "survey_skip_unfit"),
        (jump("q1", one_of("q1", "a")), "survey_skip_unfit"),
        (jump("q3", one_of("q3", "z")), "survey_skip_unfit"),
        (jump("q3", one_of("q3")), "survey_skip_unfit"),
        (jump("q2", at_most("q2", 2)), "survey_skip_unfit"),
        (hide("q4", at_most("q9", 2)), "survey_skip_looks_ahead"),
    ],
)
def test_a_skip_that_makes_no_sense_is_refused(skip: Skip, code: str):
    with pytest.raises(RuleBroken) as refused:
        checking.check(form(skip), kind=SurveyKind.CSAT, measure="q1")
    assert refused.value.code == code


def test_a_question_that_no_answers_lead_to_is_refused():
    """Between them the two skips take every score past the second question."""
    past = form(jump("q1", at_most("q1", 3), "q3"), jump("q1", at_least("q1", 4), "q3"))
    with pytest.raises(RuleBroken) as refused:
        checking.check(past, kind=SurveyKind.CSAT, measure="q1")
    assert (refused.value.code, refused.value.params) == ("survey_question_unreachable", {"place": 2})
    checking.check(form(jump("q1", at_most("q1", 3), "q3")), kind=SurveyKind.CSAT, measure="q1")


def test_a_question_hidden_by_every_answer_is_refused():
    hidden = form(hide("q4", one_of("q3", "a", "b")), hide("q4", one_of("q3", "c")))
    with pytest.raises(RuleBroken, match="survey_question_unreachable"):
        checking.check(hidden, kind=SurveyKind.CSAT, measure="q1")


def test_a_score_that_some_answers_miss_is_refused():
    missed = form(jump("q1", one_of("q1", "a")), kinds=(CHOICE, FIVE))
    with pytest.raises(RuleBroken) as refused:
        checking.check(missed, kind=SurveyKind.CSAT, measure="q2")
    assert (refused.value.code, refused.value.params) == ("survey_measure_may_be_missed", {"place": 2})


@pytest.mark.parametrize(
    ("one", "kind", "measure", "code"),
    [
        (Questionnaire(()), SurveyKind.OTHER, "", "survey_without_questions"),
        (form(kinds=(FIVE,) * 21), SurveyKind.OTHER, "", "survey_too_long"),
        (form(*[hide("q2", at_most("q1", 1))] * 11), SurveyKind.CSAT, "q1", "survey_has_too_many_skips"),
        (
            Questionnaire([Question("q1", CHOICE, options=("a",))]),
            SurveyKind.OTHER,
            "",
            "survey_question_needs_options",
        ),
        (form(), SurveyKind.CSAT, "", "survey_measure_missing"),
        (form(), SurveyKind.NPS, "q1", "survey_measure_unfit"),
        (form(), SurveyKind.CES, "q1", "survey_measure_unfit"),
        (Questionnaire([Question("q1", FIVE, required=False)]), SurveyKind.CSAT, "q1", "survey_measure_unfit"),
        (form(), SurveyKind.OTHER, "q1", "survey_measures_nothing"),
    ],
)
def test_what_nobody_can_publish_is_refused(one: Questionnaire, kind: SurveyKind, measure: str, code: str):
    with pytest.raises(RuleBroken) as refused:
        checking.check(one, kind=kind, measure=measure)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (Question("q", FIVE), questions.PASSED_OVER, "survey_answer_missing"),
        (Question("q", FIVE), score(0), "survey_answer_unfit"),
        (Question("q", FIVE), score(6), "survey_answer_unfit"),
        (Question("q", FIVE), Answer(text="five"), "survey_answer_unfit"),
        (Question("q", CHOICE, options=("a", "b")), Answer(chosen=("z",)), "survey_answer_unfit"),
        (Question("q", CHOICE, options=("a", "b")), Answer(chosen=("a", "b")), "survey_answer_unfit"),
        (Question("q", CHOICES, options=("a", "b")), Answer(chosen=("a", "z")), "survey_answer_unfit"),
        (Question("q", CHOICES, options=("a", "b")), score(-1), "survey_answer_unfit"),
        (Question("q", TEXT), score(1), "survey_answer_unfit"),
        (Question("q", TEXT), Answer(text="x" * 2_001), "survey_text_too_long"),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused(question: Question, answer: Answer, code: str):
    with pytest.raises(RuleBroken) as refused:
        questions.fit(question, answer)
    assert refused.value.code == code


def test_what_need_not_be_answered_may_be_passed_over_and_options_keep_their_order():
    assert questions.fit(Question("q", TEXT, required=False), Answer()) == questions.PASSED_OVER
    several = Question("q", CHOICES, options=("a", "b", "c"))
    assert questions.fit(several, Answer(chosen=("c", "a"))).chosen == ("a", "c")


# Any survey at all, small enough that every way of answering it can be walked.

KINDS = st.sampled_from([FIVE, CHOICE, CHOICES, TEXT])


@st.composite
def surveys(draw: st.DrawFn) -> Questionnaire:
    """Up to five questions and four skips that each make sense by themselves."""
    made = [
        Question(f"q{n}", kind, draw(st.booleans()), ("a", "b") if kind in questions.WITH_OPTIONS else ())
        for n, kind in enumerate(draw(st.lists(KINDS, min_size=1, max_size=5)), start=1)
    ]
    skips = [draw(_skip(made)) for _ in range(draw(st.integers(0, 4)))]
    return Questionnaire(made, [skip for skip in skips if _makes_sense(made, skip)])


@st.composite
def _skip(draw: st.DrawFn, made: list[Question]) -> Skip:
    codes = [one.code for one in made]
    asked = draw(st.sampled_from(made))
    if asked.kind in questions.WITH_OPTIONS:
        when = one_of(asked.code, *draw(st.sets(st.sampled_from(["a", "b"]), min_size=1)))
    else:
        when = Condition(
            asked.code, draw(st.sampled_from([Compare.AT_MOST, Compare.AT_LEAST])), draw(st.integers(1, 5))
        )
    verb = draw(st.sampled_from(list(Verb)))
    return Skip(draw(st.sampled_from(codes)), verb, when, draw(st.sampled_from([*codes, routing.THE_END])))


def _makes_sense(made: list[Question], skip: Skip) -> bool:
    try:
        checking.check_skip(Questionnaire(made, [skip]), skip)
    except RuleBroken:
        return False
    return True


def _every_answer(question: Question) -> list[Answer]:
    passed = [] if question.required else [questions.PASSED_OVER]
    if question.kind is FIVE:
        return passed + [score(number) for number in range(1, 6)]
    if question.kind is CHOICE:
        return [*passed, Answer(chosen=("a",)), Answer(chosen=("b",))]
    if question.kind is CHOICES:
        return passed + [Answer(chosen=chosen) for chosen in (("a",), ("b",), ("a", "b"))]
    return [*passed, Answer(text="x")]


@given(surveys(), st.data())
def test_whatever_is_answered_the_way_goes_forward_and_comes_to_an_end(one: Questionnaire, data: st.DataObject):
    answers = {each.code: data.draw(st.sampled_from(_every_answer(each))) for each in one.questions}
    places = [one.place(code) for code in way(one, **answers)]
    assert places == sorted(set(places)), "no question twice, none before an earlier one"
    given_so_far: dict[str, Answer] = {}
    steps = 0
    while (following := routing.next_question(one, given_so_far)) is not None:
        given_so_far[following.code] = answers[following.code]
        steps += 1
        assert steps <= len(one.questions)
    assert [one.place(code) for code in routing.on_the_way(one, given_so_far)] == places


@given(surveys())
def test_what_is_called_reachable_is_what_some_answers_really_lead_to(one: Questionnaire):
    met: set[str] = set()
    missed = False
    last = one.questions[-1].code
    for answers in product(*map(_every_answer, one.questions)):
        codes = way(one, **{each.code: answer for each, answer in zip(one.questions, answers, strict=True)})
        met |= set(codes)
        missed = missed or last not in codes
    assert checking.explore(one, must=last) == (met, missed)

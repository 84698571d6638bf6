"""SVC-07 · D5.1 — what a survey must be before a second person is asked: each question reached, its measure never missed."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from core.rules import RuleBroken
from service_desk.surveys.policy.questions import (
    MEASURED_ON,
    PASSED_OVER,
    SCALES,
    WITH_OPTIONS,
    Answer,
    Question,
    QuestionKind,
    SurveyKind,
)
from service_desk.surveys.policy.routing import Compare, Questionnaire, Skip, Verb, following, is_hidden

MOST_QUESTIONS, MOST_OPTIONS, MOST_SKIPS = 20, 12, 10


def check(form: Questionnaire, *, kind: SurveyKind, measure: str) -> None:
    """SVC-07 · D5.1 — refuse a survey that nobody can publish, saying which question it is about (by its place, from 1)."""
    if not form.questions:
        raise RuleBroken("survey_without_questions")
    if len(form.questions) > MOST_QUESTIONS:
        raise RuleBroken("survey_too_long", most=MOST_QUESTIONS)
    if len(form.skips) > MOST_SKIPS:
        raise RuleBroken("survey_has_too_many_skips", most=MOST_SKIPS)
    for place, question in enumerate(form.questions, start=1):
        if question.kind in WITH_OPTIONS and not 2 <= len(question.options) <= MOST_OPTIONS:
            raise RuleBroken("survey_question_needs_options", place=place, most=MOST_OPTIONS)
    for skip in form.skips:
        check_skip(form, skip)
    _check_measure(form, kind, measure)
    met, missed = explore(form, must=measure)
    for place, question in enumerate(form.questions, start=1):
        if question.code not in met:
            raise RuleBroken("survey_question_unreachable", place=place)
    if measure and missed:
        raise RuleBroken("survey_measure_may_be_missed", place=form.place(measure) + 1)


def check_skip(form: Questionnaire, skip: Skip) -> None:
    """SVC-07 · D5.1 — a skip looks back at an answer and leads forward; what it asks of the answer can be."""
    here, on = form.place(skip.at), form.place(skip.when.question)
    last = here - 1 if skip.verb is Verb.HIDE else here
    if on > last:
        raise RuleBroken("survey_skip_looks_ahead", place=here + 1)
    if skip.verb is Verb.JUMP and skip.to and not here + 1 < form.place(skip.to) < len(form.questions):
        raise RuleBroken("survey_skip_goes_back", place=here + 1)
    asked = form.questions[on]
    if asked.kind in SCALES:
        fits = skip.when.test is not Compare.ANY_OF and skip.when.number in SCALES[asked.kind]
    else:
        fits = skip.when.test is Compare.ANY_OF and bool(skip.when.options) and skip.when.options <= set(asked.options)
    if not fits:
        raise RuleBroken("survey_skip_unfit", place=here + 1)


def explore(form: Questionnaire, *, must: str = "") -> tuple[set[str], bool]:
    """Every question that some answers lead to, and whether some answers lead to the end past the one that must be met.

    Exact: of each question that a condition asks about one answer is tried for every way in which the conditions can turn
    out; for all others one answer is as good as another. What is tried already is not tried again.
    """
    tried = {one.code: list(_tried(form, one)) for one in form.questions}
    met: set[str] = set()
    seen: set[tuple[int, bool, frozenset[tuple[str, Answer]]]] = set()
    missed = False
    open_: list[tuple[int, bool, Mapping[str, Answer]]] = [(0, False, {})]
    while open_:
        place, was_met, answers = open_.pop()
        key = (place, was_met, frozenset(answers.items()))
        if key in seen:
            continue
        seen.add(key)
        if place >= len(form.questions):
            missed = missed or not was_met
            continue
        code = form.questions[place].code
        if is_hidden(form, code, answers):
            open_.append((place + 1, was_met, answers))
            continue
        met.add(code)
        for answer in tried[code]:
            given = answers if answer is None else {**answers, code: answer}
            open_.append((following(form, place, given), was_met or code == must, given))
    return met, missed


def _check_measure(form: Questionnaire, kind: SurveyKind, measure: str) -> None:
    wanted = MEASURED_ON.get(kind)
    if wanted is None:
        if measure:
            raise RuleBroken("survey_measures_nothing", place=form.place(measure) + 1)
        return
    found = next((one for one in form.questions if one.code == measure), None)
    if found is None:
        raise RuleBroken("survey_measure_missing")
    if found.kind is not wanted or not found.required:
        raise RuleBroken("survey_measure_unfit", place=form.place(measure) + 1)


def _tried(form: Questionnaire, question: Question) -> Iterator[Answer | None]:
    """One answer for each way in which the conditions about the question turn out together; None where there are none."""
    conditions = [skip.when for skip in form.skips if skip.when.question == question.code]
    if not conditions:
        yield None
        return
    told: set[tuple[bool, ...]] = set()
    for answer in _answers(question, {code for one in conditions for code in one.options}):
        outcome = tuple(one.holds({question.code: answer}) for one in conditions)
        if outcome not in told:
            told.add(outcome)
            yield answer


def _answers(question: Question, asked_about: set[str]) -> Iterator[Answer]:
    if not question.required:
        yield PASSED_OVER
    if question.kind in SCALES:
        yield from (Answer(number=number) for number in SCALES[question.kind])
    elif question.kind is QuestionKind.CHOICE:
        yield from (Answer(chosen=(code,)) for code in question.options)
    elif question.kind is QuestionKind.CHOICES:
        about = [code for code in question.options if code in asked_about]
        other = tuple(code for code in question.options if code not in asked_about)[:1]
        for count in range(len(about) + 1):
            yield from (Answer(chosen=chosen or other) for chosen in combinations(about, count) if chosen or other)

"""SVC-07 · D5.1 — the way through a survey: a condition on an earlier answer hides a question, or leads on to a later one.

The way only goes forward, so that no survey can lead in a circle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service_desk.surveys.policy.questions import Answer, Question

THE_END = ""
"""Where a skip leads that ends the survey."""


class Compare(StrEnum):
    """What a condition asks of a number or of chosen options."""

    AT_MOST = "at-most"
    AT_LEAST = "at-least"
    ANY_OF = "any-of"


class Verb(StrEnum):
    HIDE = "hide"
    JUMP = "jump"


@dataclass(frozen=True)
class Condition:
    """Whether the answer to a question is at most or at least a number, or one of some options."""

    question: str
    test: Compare
    number: int = 0
    options: frozenset[str] = frozenset()

    def holds(self, answers: Mapping[str, Answer]) -> bool:
        """Of a question that was hidden or passed over nothing holds."""
        answer = answers.get(self.question)
        if answer is None:
            return False
        if self.test is Compare.ANY_OF:
            return not self.options.isdisjoint(answer.chosen)
        if answer.number is None:
            return False
        return answer.number <= self.number if self.test is Compare.AT_MOST else answer.number >= self.number


@dataclass(frozen=True)
class Skip:
    """At a question: hide it, or after it go on with a later one (or end), when a condition holds."""

    at: str
    verb: Verb
    when: Condition
    to: str = THE_END


@dataclass(frozen=True)
class Questionnaire:
    """The questions in their order, and the skips among them."""

    questions: Sequence[Question]
    skips: Sequence[Skip] = ()

    def at(self, code: str, verb: Verb) -> Iterator[Skip]:
        return (skip for skip in self.skips if skip.at == code and skip.verb is verb)

    def place(self, code: str) -> int:
        """Where a question stands, from 0; the end stands behind the last."""
        return next((n for n, one in enumerate(self.questions) if one.code == code), len(self.questions))


def is_hidden(form: Questionnaire, code: str, answers: Mapping[str, Answer]) -> bool:
    return any(skip.when.holds(answers) for skip in form.at(code, Verb.HIDE))


def following(form: Questionnaire, place: int, answers: Mapping[str, Answer]) -> int:
    """The place after an answered question: where the first skip leads whose condition holds, else the next."""
    code = form.questions[place].code
    skip = next((skip for skip in form.at(code, Verb.JUMP) if skip.when.holds(answers)), None)
    return place + 1 if skip is None else max(form.place(skip.to) if skip.to else len(form.questions), place + 1)


def way(form: Questionnaire, answers: Mapping[str, Answer]) -> Iterator[Question]:
    """SVC-07 · D5.1 — the questions that these answers lead through, each after those before it.

    Only answers on the way count: one that was given before somebody went back and took another turn asks nothing.
    """
    place, given = 0, dict[str, Answer]()
    while place < len(form.questions):
        question = form.questions[place]
        if is_hidden(form, question.code, given):
            place += 1
            continue
        yield question
        if question.code in answers:
            given[question.code] = answers[question.code]
        place = following(form, place, given)


def next_question(form: Questionnaire, answers: Mapping[str, Answer]) -> Question | None:
    """The first question on the way that has not been answered or passed over; None when the way is at its end."""
    return next((one for one in way(form, answers) if one.code not in answers), None)


def on_the_way(form: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers that count, in the order of the way."""
    return {one.code: answers[one.code] for one in way(form, answers) if one.code in answers}

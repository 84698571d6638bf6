"""What a quiz asks of somebody, and what became of his tries (SVC-09 · D7.2)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext

from core import clock
from service_desk.models import CourseStep, Enrolment, QuizAnswer, QuizAttempt
from service_desk.people.policy import attempts, grading
from service_desk.people.policy.attempts import Decision, Past, Terms
from service_desk.people.queries import bank


@dataclass(frozen=True)
class Choice:
    """A choice as it stands on the screen: its place there, its text, whether it was ticked; once graded whether it is
    right."""

    place: int
    text: str
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True)
class Shown:
    """A question as somebody sees it."""

    answer: QuizAnswer
    choices: list[Choice]

    @property
    def typed(self) -> str:
        return str((self.answer.answer or {}).get("typed", ""))

    @property
    def explanation(self) -> str:
        return self.answer.version.worded("explanation")

    @property
    def is_answered(self) -> bool:
        return any(one.is_chosen for one in self.choices) or bool(self.typed)


@dataclass(frozen=True)
class Told:
    """A quiz as its course shows it: what it asks for, the attempts so far, whether another may begin."""

    needed: int
    attempts: list[QuizAttempt]
    running: QuizAttempt | None
    decision: Decision


def told(enrolment: Enrolment, step: CourseStep) -> Told:
    """Where somebody stands with a quiz. One query."""
    rows = list(QuizAttempt.objects.filter(enrolment=enrolment, step=step).order_by("number"))
    past = [Past(one.closed_at, bool(one.passed)) for one in rows if one.closed_at is not None]
    return Told(
        needed=needed(step),
        attempts=[one for one in rows if one.closed_at is not None],
        running=next((one for one in rows if one.closed_at is None), None),
        decision=attempts.may_begin(terms_of(step), past, now=clock.now()),
    )


def terms_of(step: CourseStep) -> Terms:
    return Terms(minutes=step.minutes, tries=step.tries, wait_minutes=step.wait_minutes)


def past_of(enrolment: Enrolment, step: CourseStep) -> list[Past]:
    """The attempts that are over."""
    rows = QuizAttempt.objects.filter(enrolment=enrolment, step=step, closed_at__isnull=False)
    return [Past(row.closed_at, bool(row.passed)) for row in rows if row.closed_at is not None]


def seen_last(enrolment: Enrolment, step: CourseStep) -> set[int]:
    """The questions of the attempt before."""
    last = QuizAttempt.objects.filter(enrolment=enrolment, step=step).order_by("-number").first()
    return set(last.answers.values_list("question", flat=True)) if last else set()


def shown(attempt: QuizAttempt) -> list[Shown]:
    """Every question of an attempt in its order, its choices in theirs. One query."""
    return [_shown(one) for one in attempt.answers.select_related("version").order_by("position")]


def is_over(attempt: QuizAttempt) -> bool:
    """Whether nothing can be answered any more: handed in, or out of time."""
    return attempt.closed_at is not None or attempts.is_over(attempt.ends_at, now=clock.now())


def seconds_left(attempt: QuizAttempt) -> int:
    """What is left to answer; 0 where there is no limit, or nothing left."""
    return max(0, int((attempt.ends_at - clock.now()).total_seconds())) if attempt.ends_at else 0


def needed(step: CourseStep) -> int:
    return grading.needed(step.questions or 0, pass_percent=step.pass_percent or 100)


def needed_of(attempt: QuizAttempt, count: int) -> int:
    """How many of the questions of an attempt have to be right, by the mark it began with."""
    return grading.needed(count, pass_percent=attempt.pass_percent)


def _shown(answer: QuizAnswer) -> Shown:
    version, told = answer.version, answer.answer or {}
    chosen, right = set(told.get("chosen", ())), bank.key_of(version).right
    places = (0, 1) if version.kind == "truth" else tuple(answer.order)
    choices = [
        Choice(place, _text(version.choices, version.kind, one), one in chosen, one in right)
        for place, one in enumerate(places)
    ]
    return Shown(answer, choices)


def _text(choices: list[dict[str, Any]], kind: str, place: int) -> str:
    """The text of a choice in the reader's language, English where none was written."""
    if kind == "truth":
        return pgettext("answer to a question", "True") if place == 0 else pgettext("answer to a question", "False")
    texts = choices[place]
    return str(texts.get((get_language() or "en").lower()) or texts.get("en", ""))

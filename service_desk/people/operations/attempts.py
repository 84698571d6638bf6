"""A try at a quiz: drawn by lot, answered one by one, graded for good when it is handed in (SVC-09 · D7.2)."""

from collections.abc import Collection
from random import Random, SystemRandom

from django.db import transaction

from core import audit, clock
from core.models import User
from core.refusals import Refusal
from service_desk.models import CourseStep, Enrolment, QuizAnswer, QuizAttempt
from service_desk.people.operations import enrolments
from service_desk.people.policy import attempts, drawing, grading
from service_desk.people.queries import bank, quizzes

LOT = SystemRandom()
LONGEST_TYPED = 40


@transaction.atomic
def begin(enrolment: Enrolment, step: CourseStep, *, user: User, lot: Random = LOT) -> QuizAttempt:
    """Draw the questions and start the clock; while one attempt runs, that one is given again.

    Refuses a step whose turn has not come, and what `policy.attempts` says: passed, used up, or to be waited for.
    """
    row = enrolments.lock(enrolment, user=user)
    enrolments.refuse_unopened(row, step, kind=CourseStep.Kind.QUIZ)
    close_overdue_of(row)
    if (running := QuizAttempt.objects.filter(enrolment=row, step=step, closed_at=None).first()) is not None:
        return running
    now = clock.now()
    decision = attempts.may_begin(quizzes.terms_of(step), quizzes.past_of(row, step), now=now)
    if not decision.allowed:
        raise Refusal(decision.code, allowed_from=decision.allowed_from)
    questions = {one.pk: one for one in bank.asked(step.course).select_related("version")}
    drawn = drawing.draw(questions, step.questions or 0, seen=quizzes.seen_last(row, step), lot=lot)
    if not drawn:
        raise Refusal("course_not_ready")
    number = QuizAttempt.objects.filter(enrolment=row, step=step).count() + 1
    attempt = QuizAttempt.objects.create(
        enrolment=row,
        step=step,
        number=number,
        started_at=now,
        ends_at=attempts.ends_at(quizzes.terms_of(step), begun_at=now),
        pass_percent=step.pass_percent or 100,
    )
    QuizAnswer.objects.bulk_create(
        QuizAnswer(
            attempt=attempt,
            position=place,
            question=questions[pk],
            version=questions[pk].version,
            order=drawing.order(len(questions[pk].version.choices), lot=lot),  # type: ignore[union-attr]
        )
        for place, pk in enumerate(drawn, start=1)
    )
    audit.record("service_desk.attempt.begin", subject=attempt, actor=user, details={"number": number})
    return attempt


@transaction.atomic
def answer(
    attempt: QuizAttempt, position: int, *, user: User, shown: Collection[int] = (), typed: str = ""
) -> QuizAnswer:
    """Answer a question, or answer it otherwise, while the attempt runs. `shown` are places on the screen.

    Refuses (`quiz_is_over`) after it was handed in or its time was over.
    """
    row = _lock(attempt, user=user)
    if row.closed_at is not None or attempts.is_over(row.ends_at, now=clock.now()):
        raise Refusal("quiz_is_over")
    one = row.answers.filter(position=position).first()
    if one is None:
        raise Refusal("step_is_not_here", status=404)
    chosen = sorted(drawing.places(shown, one.order))
    if one.version.kind == "truth":
        chosen = sorted({place for place in shown if place in (0, 1)})
    one.answer = {"chosen": chosen, "typed": typed.strip()[:LONGEST_TYPED]}
    one.answered_at = clock.now()
    one.save(update_fields=["answer", "answered_at"])
    return one


@transaction.atomic
def hand_in(attempt: QuizAttempt, *, user: User) -> QuizAttempt:
    """Have the attempt graded; what is not answered is wrong. A repeat gives the same result."""
    row = _lock(attempt, user=user)
    return row if row.closed_at is not None else _close(row)


@transaction.atomic
def close_overdue(attempt: QuizAttempt) -> QuizAttempt:
    """Grade an attempt whose time is over, with what was answered until then: for the sweep."""
    row = _lock(attempt)
    if row.closed_at is None and attempts.is_over(row.ends_at, now=clock.now()):
        _close(row)
    return row


def close_overdue_of(enrolment: Enrolment) -> None:
    """The same for all attempts of an enrolment that the caller holds."""
    for attempt in QuizAttempt.objects.filter(enrolment=enrolment, closed_at=None):
        close_overdue(attempt)


def _lock(attempt: QuizAttempt, *, user: User | None = None) -> QuizAttempt:
    """The enrolment first, then the attempt: in the order in which a new one is begun."""
    Enrolment.objects.select_for_update().get(pk=attempt.enrolment_id)
    rows = QuizAttempt.objects.select_for_update(of=("self",)).select_related("enrolment__user", "step")
    row = rows.get(pk=attempt.pk)
    if user is not None and row.enrolment.user_id != user.pk:
        raise Refusal("not_permitted", status=404)
    return row


def _close(row: QuizAttempt) -> QuizAttempt:
    """Grade every answer by the version that was asked, and the whole by its pass mark; a pass is a step that is done."""
    answers = list(row.answers.select_related("version"))
    for one in answers:
        one.is_right = grading.is_right(bank.key_of(one.version), _given(one))
    QuizAnswer.objects.bulk_update(answers, ["is_right"])
    rights = [bool(one.is_right) for one in answers]
    row.closed_at = clock.now()
    row.score_bps = grading.score_bps(rights)
    row.passed = grading.passes(rights, pass_percent=row.pass_percent)
    row.save(update_fields=["closed_at", "score_bps", "passed"])
    audit.record(
        "service_desk.attempt.close",
        subject=row,
        actor=row.enrolment.user,
        details={"score_bps": row.score_bps, "passed": row.passed, "number": row.number},
    )
    if row.passed and row.enrolment.is_open:
        enrolment = enrolments.lock(row.enrolment)
        enrolments.done(enrolment, row.step, by=enrolment.user, details={"attempt": row.pk, "score_bps": row.score_bps})
    return row


def _given(one: QuizAnswer) -> grading.Answer:
    told = one.answer or {}
    return grading.Answer(frozenset(told.get("chosen", ())), str(told.get("typed", "")))

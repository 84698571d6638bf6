"""The bank of questions: written, revised as new versions, taken out (SVC-09 · D7.2). Attempts keep what they asked."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import access, audit
from core.models import User
from core.refusals import Refusal
from service_desk.models import Course, QuizQuestion, QuizQuestionVersion
from service_desk.people.operations.courses import CHANGE
from service_desk.people.policy import grading
from service_desk.people.queries import bank

CONTENT = (
    "kind", "text", "text_zh_hans", "text_zh_hant", "explanation", "explanation_zh_hans", "explanation_zh_hant", "choices",
    "answer", "tolerance",
)  # fmt: skip


@transaction.atomic
def write(course: Course, content: Mapping[str, Any], *, by: User) -> QuizQuestion:
    """A new question in the bank of a course. Refuses (`question_cannot_be_asked`) one without a right answer, or with
    none that is wrong."""
    access.require(by, CHANGE)
    question = QuizQuestion.objects.create(course=course)
    _version(question, content, number=1, by=by)
    audit.record("service_desk.question.write", subject=question, actor=by, details={"course": course.code})
    return question


@transaction.atomic
def revise(question: QuizQuestion, content: Mapping[str, Any], *, by: User) -> QuizQuestion:
    """Ask it otherwise from now on: a new version; attempts that drew the former one are graded by that."""
    access.require(by, CHANGE)
    row = QuizQuestion.objects.select_for_update(of=("self",)).select_related("version").get(pk=question.pk)
    now = row.version
    if now is not None and all(getattr(now, name) == content.get(name, getattr(now, name)) for name in CONTENT):
        raise Refusal("nothing_changes")
    _version(row, content, number=(now.number if now else 0) + 1, by=by)
    audit.record("service_desk.question.revise", subject=row, actor=by)
    return row


@transaction.atomic
def use(question: QuizQuestion, *, is_active: bool, by: User) -> None:
    """Draw it again, or no more. A repeat changes nothing."""
    access.require(by, CHANGE)
    if QuizQuestion.objects.filter(pk=question.pk, is_active=not is_active).update(is_active=is_active):
        audit.record("service_desk.question.use", subject=question, actor=by, details={"is_active": is_active})


def _version(question: QuizQuestion, content: Mapping[str, Any], *, number: int, by: User) -> None:
    version = QuizQuestionVersion(
        question=question, number=number, author=by, **{name: content[name] for name in CONTENT if name in content}
    )
    if not grading.fits(bank.key_of(version), len(version.choices)):
        raise Refusal("question_cannot_be_asked", status=422)
    version.save(force_insert=True)
    question.version = version
    question.save(update_fields=["version"])

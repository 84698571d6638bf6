"""What a course is made of: its steps, its bank of questions, and what it still lacks to be opened (SVC-08, SVC-09)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from service_desk.models import (
    Course,
    CourseMaterial,
    CourseStep,
    PracticalItem,
    QuizAnswer,
    QuizQuestion,
    QuizQuestionVersion,
)
from service_desk.people.policy import grading

TRUE, FALSE = "true", "false"


@dataclass(frozen=True)
class Line:
    """A line of the checklist: what is asked for (with the step it is asked of), and whether it is there."""

    code: str
    met: bool
    step: CourseStep | None = None


def steps_of(course: Course) -> list[CourseStep]:
    """The steps in force, in their order."""
    return list(course.steps.filter(retired_at=None).order_by("position"))


def asked(course: Course) -> QuerySet[QuizQuestion]:
    """The questions that attempts draw from."""
    return QuizQuestion.objects.filter(course=course, is_active=True, version__isnull=False)


def items_of(step: CourseStep) -> list[PracticalItem]:
    """The lines of a check sheet, in their order."""
    return list(step.items.filter(retired_at=None).order_by("position", "pk"))


def material_of(step: CourseStep) -> CourseMaterial | None:
    """The newest version of what there is to read."""
    return step.materials.order_by("-number").first()


def checklist(course: Course) -> list[Line]:
    """SVC-08 · D7.1 — what a course needs before it is opened. A constant number of queries."""
    steps = list(
        course.steps.filter(retired_at=None)
        .annotate(written=Count("materials", distinct=True))
        .annotate(lines=Count("items", filter=Q(items__retired_at=None), distinct=True))
        .order_by("position")
    )
    in_bank = asked(course).count()
    lines = [Line("steps", bool(steps))]
    for step in steps:
        has = vars(step)
        match step.kind:
            case CourseStep.Kind.READ:
                lines.append(Line("material", has["written"] > 0, step))
            case CourseStep.Kind.QUIZ:
                lines.append(Line("questions", in_bank >= (step.questions or 1), step))
            case CourseStep.Kind.CHECK:
                lines.append(Line("items", has["lines"] > 0, step))
    if course.competence is not None:
        lines.append(Line("competence", course.competence.is_active))
    return lines


def key_of(version: QuizQuestionVersion) -> grading.Key:
    """What is right, as the rule takes it."""
    kind = grading.Kind(version.kind)
    if kind is grading.Kind.NUMBER:
        number, off = grading.read_number(version.answer), grading.read_number(version.tolerance or "0")
        # A number that cannot be read can never be right: a tolerance below nothing is refused by the rule.
        return grading.Key(
            kind, number=number or Decimal(0), tolerance=Decimal(-1) if number is None or off is None else off
        )
    if kind is grading.Kind.TRUTH:
        return grading.Key(kind, right=frozenset({TRUE: [0], FALSE: [1]}.get(version.answer, [])))
    return grading.Key(kind, right=frozenset(place for place, one in enumerate(version.choices) if one.get("right")))


def with_outcome(rows: QuerySet[QuizQuestion]) -> QuerySet[QuizQuestion]:
    """Questions with how often they were asked in attempts that are graded, and how often answered right."""
    graded = QuizAnswer.objects.filter(question=OuterRef("pk"), is_right__isnull=False).order_by().values("question")
    return rows.annotate(
        times_asked=Coalesce(Subquery(graded.annotate(n=Count("pk")).values("n")), 0),
        times_right=Coalesce(Subquery(graded.annotate(n=Count("pk", filter=Q(is_right=True))).values("n")), 0),
    )

"""“My training” (SVC-08 · D7.1): what I have to do, what I am certified for, a course step by step."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import competence
from core.models import User
from members.policy import legal_layout
from service_desk.models import Course, CourseStep, Enrolment
from service_desk.people.operations import enrolments, files
from service_desk.people.policy.courses import StepState
from service_desk.people.queries import bank, classes, progress, quizzes
from service_desk.people.views.working import at_work, tried

Kind = CourseStep.Kind


@require_safe
@at_work
def home(request: HttpRequest, user: User) -> HttpResponse:
    """What is due, the most urgent first; the certificates; what else could be learned."""
    return render(request, "service_desk/work/training.html", {"training": progress.training_of(user)})


@require_safe
@at_work
def course(request: HttpRequest, user: User, course: str) -> HttpResponse:
    """The course with its steps: what is done, what is next, what it is good for."""
    found, enrolment = found_course(user, course)
    mine = progress.mine([enrolment])[0] if enrolment else None
    gates = competence.gates()
    context: dict[str, Any] = {
        "course": found,
        "mine": mine,
        "opens": [(gates[one.right].label, one.subject) for one in progress.opens(found) if one.right in gates],
        "lines": _lines(mine, user) if mine else [(step, StepState.NEXT, None) for step in bank.steps_of(found)],
    }
    return render(request, "service_desk/work/course.html", context)


@require_POST
@at_work
def begin(request: HttpRequest, user: User, course: str) -> HttpResponse:
    """Take it of one's own accord."""
    found, _enrolment = found_course(user, course)
    tried(request, lambda: enrolments.begin(found, user=user))
    return redirect("people:course", found.code)


@require_http_methods(["GET", "POST"])
@at_work
def step(request: HttpRequest, user: User, course: str, step: int) -> HttpResponse:
    """Something to read; saying that one has read it opens the next step."""
    found, enrolment = found_course(user, course)
    row = _step(found, step, kind=Kind.READ)
    if enrolment is None or not enrolment.is_open:
        return redirect("people:course", found.code)
    if request.method == "POST":
        if tried(request, lambda: enrolments.read(enrolment, row, user=user)):
            return redirect("people:course", found.code)
    elif progress.standing(enrolment).states[row.pk] is StepState.NEXT:
        return redirect("people:course", found.code)
    material = bank.material_of(row)
    context = {
        "course": found,
        "step": row,
        "material": material,
        "sections": legal_layout.sections(material.worded("body")) if material else [],
        "state": progress.standing(enrolment).states[row.pk],
    }
    return render(request, "service_desk/work/step.html", context)


@require_safe
@at_work
def file(request: HttpRequest, user: User, course: str, step: int) -> HttpResponse:
    """The file beside the text: to whoever takes the course, as a download, never to be opened in place."""
    found, enrolment = found_course(user, course)
    material = bank.material_of(_step(found, step, kind=Kind.READ))
    if enrolment is None or material is None or not material.file:
        raise Http404
    with default_storage.open(files.path_of(material.file)) as kept:
        kind = files.TYPES[material.file.rpartition(".")[2]]
        response = HttpResponse(kept.read(), content_type=kind)
    named = content_disposition_header(as_attachment=True, filename=material.file_name or material.file)
    response.headers["Content-Disposition"] = named or "attachment"
    return response


def found_course(user: User, code: str) -> tuple[Course, Enrolment | None]:
    """An open course, or one that the person takes or has taken; his newest enrolment in it."""
    found = Course.objects.select_related("competence").filter(code=code).first()
    if found is None:
        raise Http404
    rows = Enrolment.objects.filter(user=user, course=found, withdrawn_at=None).order_by("-pk")
    enrolment = rows.first()
    if enrolment is None and found.state != Course.State.OPEN:
        raise Http404
    return found, enrolment


def _step(course: Course, pk: int, *, kind: str) -> CourseStep:
    row = CourseStep.objects.filter(pk=pk, course=course, kind=kind, retired_at=None).first()
    if row is None:
        raise Http404
    return row


def _lines(mine: progress.Mine, user: User) -> list[tuple[CourseStep, StepState, Any]]:
    """The steps with what belongs to each: the classes to choose from, the tries of a quiz."""
    found: list[tuple[CourseStep, StepState, Any]] = []
    for one in mine.steps:
        state: StepState = mine.standing.states[one.pk]
        more: Any = None
        if one.kind == Kind.CLASS and state is not StepState.DONE:
            more = classes.offered(one, enrolment=mine.enrolment)
        elif one.kind == Kind.QUIZ:
            more = quizzes.told(mine.enrolment, one)
        found.append((one, state, more))
    return found

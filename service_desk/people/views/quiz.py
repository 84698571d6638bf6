"""The quiz (SVC-09 · D7.2): a question at a time, large enough for a thumb; the result with what was right and why."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.models import User
from service_desk.models import CourseStep, QuizAttempt
from service_desk.people.operations import attempts
from service_desk.people.queries import quizzes
from service_desk.people.views.training import found_course
from service_desk.people.views.working import at_work, tried


@require_POST
@at_work
def begin(request: HttpRequest, user: User, course: str, step: int) -> HttpResponse:
    """Draw the questions and start; a try that runs goes on."""
    found, enrolment = found_course(user, course)
    row = CourseStep.objects.filter(pk=step, course=found, kind=CourseStep.Kind.QUIZ, retired_at=None).first()
    if row is None or enrolment is None:
        raise Http404
    begun: list[QuizAttempt] = []
    if tried(request, lambda: begun.append(attempts.begin(enrolment, row, user=user))):
        return redirect("people:question", begun[0].pk, 1)
    return redirect("people:course", found.code)


@require_safe
@at_work
def attempt(request: HttpRequest, user: User, attempt: int) -> HttpResponse:
    """All questions at a glance before it is handed in; afterwards the result, with what was right and why."""
    row = _attempt(user, attempt)
    shown = quizzes.shown(row)
    context = {
        "attempt": row,
        "course": row.enrolment.course,
        "step": row.step,
        "shown": shown,
        "answered": sum(one.is_answered for one in shown),
        "is_over": quizzes.is_over(row),
        "seconds_left": quizzes.seconds_left(row),
        "right": sum(bool(one.answer.is_right) for one in shown),
        "needed": quizzes.needed_of(row, len(shown)),
        "told": quizzes.told(row.enrolment, row.step) if row.closed_at else None,
    }
    return render(request, "service_desk/work/attempt.html", context)


@require_http_methods(["GET", "POST"])
@at_work
def question(request: HttpRequest, user: User, attempt: int, position: int) -> HttpResponse:
    """One question. What is answered is kept at once, and can be answered otherwise until it is handed in."""
    row = _attempt(user, attempt)
    shown = quizzes.shown(row)
    if not 1 <= position <= len(shown):
        raise Http404
    if quizzes.is_over(row):
        return redirect("people:attempt", row.pk)
    one = shown[position - 1]
    if request.method == "POST":
        places = [int(place) for place in request.POST.getlist("choice") if place.isdecimal() and len(place) < 4]
        typed = request.POST.get("typed", "").replace("\x00", "")[: attempts.LONGEST_TYPED]
        if (places or typed) and not tried(
            request, lambda: attempts.answer(row, position, user=user, shown=places, typed=typed)
        ):
            return redirect("people:attempt", row.pk)
        wanted = position - 1 if "back" in request.POST else position + 1
        if 1 <= wanted <= len(shown):
            return redirect("people:question", row.pk, wanted)
        return redirect("people:attempt", row.pk)
    context = {
        "attempt": row,
        "course": row.enrolment.course,
        "step": row.step,
        "one": one,
        "seconds_left": quizzes.seconds_left(row),
        "position": position,
        "count": len(shown),
        "marks": [(place, other.is_answered) for place, other in enumerate(shown, start=1)],
    }
    return render(request, "service_desk/work/question.html", context)


@require_POST
@at_work
def hand_in(request: HttpRequest, user: User, attempt: int) -> HttpResponse:
    """Have it graded, for good."""
    row = _attempt(user, attempt)
    tried(request, lambda: attempts.hand_in(row, user=user))
    return redirect("people:attempt", row.pk)


def _attempt(user: User, pk: int) -> QuizAttempt:
    """One's own; anybody else's is as good as missing."""
    rows = QuizAttempt.objects.select_related("enrolment__course", "step")
    row = rows.filter(pk=pk, enrolment__user=user).first()
    if row is None:
        raise Http404
    return row

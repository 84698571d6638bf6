"""Booking a seat in a class, and giving it up (SVC-08 · D7.1.3)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.models import User
from service_desk.models import ClassSeat, ClassSession, Enrolment
from service_desk.people.operations import sessions
from service_desk.people.queries import progress
from service_desk.people.views.working import at_work, tried


@require_POST
@at_work
def book(request: HttpRequest, user: User, session: int) -> HttpResponse:
    """Take a seat in a class of a course that one has to do."""
    found = ClassSession.objects.select_related("step__course").filter(pk=session).first()
    enrolment = Enrolment.objects.filter(progress.OPEN, user=user, course=found.step.course).first() if found else None
    if found is None or enrolment is None:
        raise Http404
    tried(request, lambda: sessions.book(found, enrolment, user=user), done=_("Your seat is booked."))
    return redirect("people:course", found.step.course.code)


@require_POST
@at_work
def give_up(request: HttpRequest, user: User, seat: int) -> HttpResponse:
    """Give one's own seat free again."""
    rows = ClassSeat.objects.select_related("session__step__course", "enrolment")
    found = rows.filter(pk=seat, enrolment__user=user).first()
    if found is None:
        raise Http404
    tried(request, lambda: sessions.give_up(found, user=user), done=_("The seat is free again."))
    return redirect("people:course", found.session.step.course.code)

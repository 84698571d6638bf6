"""The member's side of a complaint (SVC-04 · D6.2): how far it is, what was decided and given, and whether she is satisfied."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import refusals
from core.models import User
from core.rules import RuleBroken
from service_desk.forms.complaints import FollowUpForm, ObjectionForm
from service_desk.operations import complaint_follow_ups
from service_desk.policy.complaints import Stage
from service_desk.queries import complaints as kept
from service_desk.queries.complaints import Shown


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    """Her own complaint; a POST says that she is not satisfied, and it goes on."""
    shown = _mine(request, number)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            complaint_follow_ups.dissatisfied(shown.case, comment=form.cleaned_data["text"])
        except RuleBroken as broken:
            form.add_error(None, refusals.said(broken))
        else:
            messages.success(request, _("Thank you for telling us. We take it up again."))
            return redirect("service_desk:complaint", shown.case.number)
    status = 422 if form.errors else 200
    context = {"shown": shown, "case": shown.case, "form": form, "stages": _stages(shown.stage)}
    return render(request, "service_desk/portal/complaint.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in the message, without a log-in. Reading it changes nothing, because mail programs open links."""
    asked = kept.by_token(token)
    if asked is None:
        raise Http404
    form = FollowUpForm(request.POST if request.method == "POST" else None)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            asked = complaint_follow_ups.answer(
                asked, satisfied=form.cleaned_data["satisfied"] == "yes", comment=form.cleaned_data["text"]
            )
        except RuleBroken as broken:
            error = refusals.said(broken)
    status = 422 if error or form.errors else 200
    context = {"asked": asked, "case": asked.complaint.case, "form": form, "error": error}
    return render(request, "service_desk/public/follow_up.html", context, status=status)


def _mine(request: HttpRequest, number: str) -> Shown:
    found = kept.for_member(number, request.user) if isinstance(request.user, User) else None
    if found is None:
        raise Http404
    return found


def _stages(now: Stage) -> list[tuple[Stage, str]]:
    """What she sees of the way: received, looked into, answered, closed."""
    ladder = [Stage.RECEIVED, Stage.INVESTIGATED, Stage.ANSWERED, Stage.CLOSED]
    place = ladder.index(Stage.INVESTIGATED if now is Stage.FOUND else now)
    return [(one, "done" if at < place else "now" if at == place else "ahead") for at, one in enumerate(ladder)]

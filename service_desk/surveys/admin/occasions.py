"""When a survey is asked: occasions entered and stopped (SVC-06, SVC-07 · D5.1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, refusals
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk.surveys.admin.pages import found_at
from service_desk.surveys.forms.drafting import TriggerForm
from service_desk.surveys.operations import drafting, triggers


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new occasion: it asks from its day on."""
    user, survey = viewer(request, drafting.PROPOSE), found_at(str(pk))
    form = TriggerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            triggers.begin(survey, form.terms(), list(form.cleaned_data["stores"]), by=user)
            return redirect("admin:service_desk_survey_change", survey.pk)
        except RuleBroken as refusal:
            if isinstance(refusal, Refusal) and refusal.status == 403:
                raise
            form.add_error(None, refusals.said(refusal))
    return page(
        request,
        "admin/service_desk/surveys/occasion.html",
        status=422 if form.errors else 200,
        title=_now("When it is asked"),
        survey=survey,
        form=form,
    )


@require_POST
def stop(request: HttpRequest, pk: int, trigger: int) -> HttpResponse:
    """Ask no more at this occasion."""
    user, survey = staff(request), found_at(str(pk))
    access.require(user, drafting.PROPOSE)
    row = survey.triggers.filter(pk=trigger).first()
    if row is None:
        raise Http404
    tried(request, lambda: triggers.stop(row, by=user), done=_now("Stopped."))
    return redirect("admin:service_desk_survey_change", survey.pk)

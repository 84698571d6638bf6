"""Telling members whom an incident concerns: whom, how many, in which words; and the notice in the portal (SVC-16 · D12)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_POST

from cards.admin.pages import viewer
from core import parameters
from core.request import posted
from service_desk.incidents.admin.common import incident_of, shown
from service_desk.incidents.forms.common import Letters
from service_desk.incidents.forms.letters import TellForm, WhomForm
from service_desk.incidents.models import Incident, IncidentTelling
from service_desk.incidents.operations import announcing, holding, telling
from service_desk.incidents.operations.telling import TELL
from service_desk.incidents.policy.parameters import IncidentParameters
from service_desk.incidents.queries import tellings
from service_desk.knowledge.operations.announcements import PROPOSE, Wording
from service_desk.quality.admin.common import typed

PAGE = "admin:service_desk_incident_change"


def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it, look at it in every language, and send it or ask for it."""
    user = viewer(request, TELL)
    row = incident_of(user, pk)
    form = TellForm(posted(request), request.FILES or None, initial=_begins(row))
    checked = form.is_bound and form.is_valid()
    if checked and "send" in request.POST:
        made = typed(form, lambda: telling.ask(row, form.letter(), by=user, key=form.cleaned_data["key"]))
        if made is not None:
            waits = made.state == IncidentTelling.State.WAITING
            said = _now("Sent for approval. It goes out once a second person has approved it.")
            messages.success(request, said if waits else _now("It goes out now."))
            return redirect(PAGE, row.pk)
    names = dict(settings.LANGUAGES)
    return shown(
        request, "tell", wrong=form.is_bound and bool(form.errors), form=form, incident=row,
        title=_now("Tell the members concerned"), counted=_counted(row, form) if checked else None,
        previews=[(names[code], code, text) for code, text in form.said().items()] if checked else [],
        alone=parameters.in_force(IncidentParameters).tell_alone,
    )  # fmt: skip


@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """While somebody chooses: how many members the rule concerns."""
    user = viewer(request, TELL)
    row = incident_of(user, pk)
    form = WhomForm(request.POST, request.FILES)
    counted = _counted(row, form) if form.is_valid() else None
    return shown(
        request, "_count", counted=counted, incident=row, alone=parameters.in_force(IncidentParameters).tell_alone
    )


def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice above the pages of members, for as long as it goes on; a second person publishes it."""
    user = viewer(request, PROPOSE)
    row = incident_of(user, pk)
    holding.require_lead(row, user)
    form = Letters(posted(request), initial=_words(row))
    if form.is_bound:
        made = typed(form, lambda: announcing.announce(row, _wordings(form), by=user))
        if made is not None:
            messages.success(request, _now("Sent for approval. It takes effect once a second person has approved it."))
            return redirect(PAGE, row.pk)
    title = _now("Announce it in the portal")
    return shown(request, "announce", wrong=bool(form.errors), form=form, incident=row, title=title)


def _counted(row: Incident, form: WhomForm) -> int:
    return tellings.count(row, form.cleaned_data["rule"], form.chosen())


def _begins(row: Incident) -> dict[str, Any]:
    return {"key": TellForm.fresh_key()} | _words(row)


def _words(row: Incident) -> dict[str, Any]:
    """The words that the plan has ready."""
    return Letters.initial_from(row.plan.texts) if row.plan else {}


def _wordings(form: Letters) -> dict[str, Wording]:
    """The first line of a text is the line above the pages; all of it stands behind."""
    return {
        code: Wording(title=text["title"], summary=text["body"].split("\n")[0][:240], body=text["body"])
        for code, text in form.said().items()
    }

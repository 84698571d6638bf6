"""The room of an incident: everything at a glance, and every deed from it (SVC-16 · D12)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cards.admin.pages import staff, tried
from core import access, refusals
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk.incidents.admin.common import incident_of, shown
from service_desk.incidents.forms.room import AnswerForm, MoveForm, NoteForm, ReportForm, SeverityForm
from service_desk.incidents.models import Incident, IncidentCall, IncidentStep
from service_desk.incidents.operations import announcing, calling, holding, leading
from service_desk.incidents.operations.telling import TELL
from service_desk.incidents.policy import states
from service_desk.incidents.policy.states import State
from service_desk.incidents.queries import rooms
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.operations.announcements import PROPOSE as ANNOUNCE
from service_desk.operations.holding import HANDLE
from service_desk.quality.admin.common import found

PAGE, EVERY = "admin:service_desk_incident_change", 10


@dataclass(frozen=True)
class Verb:
    """A deed: its form, if it has one, what it does, and what is said afterwards."""

    do: Callable[[Incident, User, Any], object]
    done: Any
    form: type[forms.Form] | None = None


def _moves(after: State) -> Callable[[Incident, User, Any], object]:
    return lambda row, user, form: leading.move(row, after, text=form.said("text"), by=user)


def _note(row: Incident, user: User, form: NoteForm) -> object:
    typed = form.cleaned_data
    return leading.note(row, kind=typed["kind"], text=typed["text"], at=typed["at"], by=user)


def _grave(row: Incident, user: User, form: SeverityForm) -> object:
    return leading.change_severity(row, form.cleaned_data["severity"], reason=form.said("reason"), by=user)


def _report(row: Incident, user: User, form: ReportForm) -> object:
    told = {name: form.said(name) for name in ("authority", "reference", "text")}
    return leading.report(row, **told, at=form.cleaned_data["at"], by=user)


VERBS: Mapping[str, Verb] = {
    "acknowledge": Verb(lambda row, user, _form: calling.acknowledge(row, by=user), _("You have answered the call.")),
    "take-over": Verb(lambda row, user, _form: leading.take_over(row, by=user), _("You lead it now.")),
    "note": Verb(_note, _("Noted."), NoteForm),
    "severity": Verb(_grave, _("Changed."), SeverityForm),
    "contain": Verb(_moves(State.CONTAINED), _("It is contained."), MoveForm),
    "resolve": Verb(_moves(State.RESOLVED), _("It is resolved."), MoveForm),
    "reopen": Verb(_moves(State.OPEN), _("It is open again."), MoveForm),
    "close": Verb(_moves(State.CLOSED), _("It is closed."), MoveForm),
    "report": Verb(_report, _("Recorded."), ReportForm),
    "answer": Verb(
        lambda row, user, form: announcing.prepare_answer(row, form.texts(), by=user), _("It lies ready on its cases."),
        AnswerForm,
    ),
}  # fmt: skip


@never_cache
def one(request: HttpRequest, pk: object) -> HttpResponse:
    """Everything about it."""
    user = staff(request)
    return _shown(request, incident_of(user, pk), user)


@require_safe
@never_cache
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """What of it renews itself on an open page."""
    user = staff(request)
    row = incident_of(user, pk)
    return shown(request, "_live", **_context(row, user))


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One deed. Whatever stands against it is said beside its form, where everything typed still is."""
    user = staff(request)
    row = incident_of(user, pk)
    if verb == "tick":
        step = found(IncidentStep.objects.filter(incident=row), request.POST.get("step", ""))
        tried(request, lambda: leading.tick(step, by=user), done=_now("Done."))
        return redirect(PAGE, row.pk)
    known = VERBS.get(verb)
    if known is None:
        raise Http404
    form = known.form(request.POST, auto_id=f"id_{verb}_%s") if known.form else None
    if form is None or form.is_valid():
        try:
            known.do(row, user, form)
        except RuleBroken as broken:
            if isinstance(broken, Refusal) and broken.status == 403:
                raise
            if form is None:
                messages.error(request, refusals.said(broken))
                return redirect(PAGE, row.pk)
            form.add_error(None, refusals.said(broken))
        else:
            messages.success(request, str(known.done))
            return redirect(PAGE, row.pk)
    holding.require_work(row, user)
    return _shown(request, incident_of(user, pk), user, refused=verb, form=form)


def _context(row: Incident, user: User) -> dict[str, Any]:
    leads = holding.may_lead(row, user)
    calls = IncidentCall.objects.filter(incident=row, person=user)
    answers = list(calls.values_list("acknowledged_at", flat=True))
    works = leads or row.declared_by_id == user.pk or bool(answers)
    return {
        "incident": row,
        "room": rooms.room(row),
        "leads": leads and row.state != State.CLOSED,
        "works": works and row.state != State.CLOSED,
        "may_take": (leads or bool(answers)) and row.commander_id != user.pk and row.state != State.CLOSED,
        "is_called": None in answers and row.is_going_on,
        "is_mine": row.commander_id == user.pk,
        "may_tell": access.allows(user, TELL) and not row.is_drill and row.state != State.CLOSED,
        "may_announce": leads and access.allows(user, ANNOUNCE) and not row.is_drill and row.is_going_on,
        "is_announced": row.announcement is not None and row.announcement.state != Announcement.State.WITHDRAWN,
        "may_link": access.allows(user, HANDLE) and not row.is_drill and row.state != State.CLOSED,
        "sees_cases": access.allows(user, "service_desk.view_case"),
        "measured": rooms.measured(row),
    }


def _shown(
    request: HttpRequest, row: Incident, user: User, *, refused: str = "", form: forms.Form | None = None
) -> HttpResponse:
    follows = states.FOLLOWS[State(row.state)]
    begins: dict[str, dict[str, Any]] = {
        "answer": AnswerForm.initial_from(row.answers), "severity": {"severity": row.severity},
    }  # fmt: skip
    prepared = {
        code.replace("-", "_"): known.form(initial=begins.get(code), auto_id=f"id_{code}_%s")
        for code, known in VERBS.items()
        if known.form
    }
    if form is not None:
        prepared[refused.replace("-", "_")] = form
    context = _context(row, user)
    return shown(
        request, "room", wrong=form is not None, title=f"{row.number} · {row.what}", forms=prepared, refused=refused,
        follows={str(state) for state in follows}, every=EVERY, criteria=row.plan, **context,
    )  # fmt: skip

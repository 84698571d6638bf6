"""The page of a complaint (SVC-04, SVC-05 · D6): its log, finding, cause, compensation, answer, and how content the member is."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cards.admin.pages import page, viewer
from core import access
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk import handing_out
from service_desk.admin.complaint_verbs import VERBS
from service_desk.forms.complaints import ComplaintForm
from service_desk.operations import complaints, holding
from service_desk.policy.complaints import Stage
from service_desk.policy.states import State
from service_desk.queries import compensation as given
from service_desk.queries import complaints as kept
from service_desk.queries import improvements
from service_desk.queries.complaint_choosing import choosing
from service_desk.queries.complaints import VIEW, Whole

FORBIDDEN = 403
LONGEST_KEY = 19


@require_safe
@never_cache
def complaint(request: HttpRequest, pk: str) -> HttpResponse:
    """One complaint, on record before it is shown; neither one's own nor one about oneself."""
    user = viewer(request, VIEW)
    return shown(request, _found(pk), user)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the verbs. What stands against it is said beside its form, where everything typed still is."""
    known = VERBS.get(verb)
    user = viewer(request, known.right if known else holding.HANDLE)
    found = _found(str(pk))
    if known is None:
        raise Http404
    form = known.form(request.POST, request.FILES, choosing=choosing(found))
    if form.is_valid():
        try:
            known.do(found.case, user, form)
        except RuleBroken as broken:
            if isinstance(broken, Refusal) and broken.status == FORBIDDEN:
                raise
            form.refuse(broken)
        else:
            messages.success(request, f"{found.case.number}: {known.done}")
            return redirect("admin:service_desk_complaint_change", pk)
    return shown(request, _found(str(pk)), user, verb=verb, form=form)


@require_safe
@never_cache
def evidence(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A file of the investigation, on record each time it is opened."""
    user = viewer(request, VIEW)
    found = _found(str(pk))
    file = kept.evidence(found.case, token)
    if file is None:
        raise Http404
    complaints.look(found.case, by=user, file=file)
    return handing_out.as_file(file)


def shown(
    request: HttpRequest, found: Whole, user: User, *, verb: str = "", form: ComplaintForm | None = None
) -> HttpResponse:
    """The page, on record before it is shown; `form` is the one that was refused, and comes back as it was."""
    complaints.look(found.case, by=user)
    case, may = found.case, {right for right in _RIGHTS if access.allows(user, right)}
    choices = choosing(found)
    forms = {code: one.form(choosing=choices, initial=_initial(found, code)) for code, one in VERBS.items()}
    if form is not None:
        forms[verb] = form
    is_open = case.state != State.MERGED
    context: dict[str, Any] = {
        "whole": found,
        "case": case,
        "complaint": found.row,
        "stages": _stages(found.stage),
        "forms": forms,
        "refused": form,
        "room": given.room(found.compensations, user=user) if given.GIVE in may else None,
        "may_handle": holding.HANDLE in may and is_open,
        "may_give": given.GIVE in may and is_open and case.state != State.CLOSED and case.member is not None,
        "may_propose": improvements.PROPOSE in may,
        "may_see_measures": "service_desk.view_improvementmeasure" in may,
        "waits": any(one.is_open for one in found.compensations),
        "asked": next((one for one in found.follow_ups if one.satisfied is None), None),
    }
    status = 200 if form is None else 409 if _is_stale(form) else 422
    title = case.number
    return page(request, "admin/service_desk/complaint.html", status=status, title=title, **context)


_RIGHTS = (holding.HANDLE, given.GIVE, improvements.PROPOSE, "service_desk.view_improvementmeasure")


def _initial(found: Whole, verb: str) -> dict[str, Any]:
    """What stands already, and the version that is shown."""
    row = found.row
    stands: dict[str, dict[str, Any]] = {
        "name_colleague": {"colleague": row.against_id},
        "find": {"finding": row.finding, "text": row.explanation},
        "name_cause": {"cause": row.cause_id},
    }
    return {"version": found.case.version, **stands.get(verb, {})}


def _stages(now: Stage) -> list[tuple[Stage, str]]:
    """Each stage, and whether it is behind, now, or ahead."""
    ladder = list(Stage)
    place = ladder.index(now)
    return [(one, "done" if at < place else "now" if at == place else "ahead") for at, one in enumerate(ladder)]


def _is_stale(form: ComplaintForm) -> bool:
    return any(error.code == "case_changed" for error in form.non_field_errors().as_data())


def _found(pk: str) -> Whole:
    found = kept.whole(int(pk)) if pk.isdecimal() and len(pk) < LONGEST_KEY else None
    if found is None:
        raise Http404
    return found

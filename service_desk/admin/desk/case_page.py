"""The page of a case (SVC-01 to SVC-03 · A6.2, D4.3): everything about it, and everything that can be done."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cards.admin.pages import page, viewer
from core import access, clock, parameters, reveals
from core.admin.base import reveal_control
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.admin.people import MASKS
from members.models import Member
from members.policy import emails, names, phones
from service_desk.admin.desk.verbs import QUEUE, VERBS
from service_desk.forms.desk import DeskForm
from service_desk.handing_out import as_file
from service_desk.models import Case, CaseAttachment, CaseTask, CaseViewing
from service_desk.operations import holding, opening, presence
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.states import State
from service_desk.queries import callers, cases, desk
from service_desk.queries.choosing import choosing
from service_desk.wording import canned, history

FORBIDDEN, CHANGE = 403, "admin:service_desk_case_change"
CONTACT = {"contact_name": names.masked, "contact_phone": phones.masked, "contact_email": emails.masked}


@never_cache
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, on record before it is shown; nobody looks at what is said of his own."""
    user, found = viewer(request, presence.VIEW), found_case(pk)
    holding.refuse_own(found, by=user)
    opening.look(found, by=user)
    return shown(request, found, user)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the verbs. Whatever stands against it is said beside its form, where everything typed still is."""
    user, found, known = viewer(request, holding.HANDLE), found_case(pk), VERBS.get(verb)
    if known is None:
        raise Http404
    form = known.form(request.POST, request.FILES, case=found, choosing=choosing())
    if form.is_valid():
        try:
            known.do(found, user, form)
        except RuleBroken as broken:
            if isinstance(broken, Refusal) and broken.status == FORBIDDEN:
                raise
            form.refuse(broken)
        else:
            messages.success(request, f"{found.number}: {known.done}")
            return _afterwards(request, verb, found)
    return shown(request, found_case(pk), user, verb=verb, form=form)


def shown(
    request: HttpRequest, found: Case, user: User, *, verb: str = "", form: DeskForm | None = None
) -> HttpResponse:
    """The page; `form` is the one that was refused, and comes back as it was."""
    whole = cases.whole(found)
    row = whole.case
    choices = choosing(answers_for=row.category, with_answers=True)
    may_handle = access.allows(user, holding.HANDLE)
    forms = {code: one.form(case=row, choosing=choices) for code, one in VERBS.items()}
    if form is not None:
        forms[verb] = form
    people = desk.names_of(history.people_in(whole.events))
    context = {
        "case": row,
        "whole": whole,
        "clocks": desk.clocks(whole),
        "history": [(event, history.detail(event, people)) for event in whole.events],
        "caller": callers.about(row.member, but=row) if row.member else None,
        "contact": contact_of(row.member or row, user),
        "open_tasks": [task for task in whole.tasks if task.state == CaseTask.State.OPEN],
        "ended_tasks": [task for task in whole.tasks if task.state != CaseTask.State.OPEN],
        "follows": any(one.user_id == user.pk for one in whole.followers),
        "answers": [(answer, canned.prepared(answer, row, by=user)) for answer in choices.answers],
        "reply_language": cases.language_of(row),
        "watching": _told(whole.viewings, but=user),
        "look_every": _look_every(),
        "done": request.GET.get("done", "") if request.GET.get("done") in VERBS else "",
        "forms": forms,
        "refused": verb,
        "may_handle": may_handle and row.state != State.MERGED,
        "may_assign": access.allows(user, holding.ASSIGN),
        "is_mine": row.owner_id == user.pk,
        "is_over": row.state in (State.RESOLVED, State.CLOSED),
    }
    status = 200 if form is None else 409 if _is_stale(form) else 422
    return page(request, "admin/service_desk/case.html", status=status, title=row.number, **context)


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent by the open page again and again: who else looks or writes, and whether the case has changed meanwhile."""
    user, found = viewer(request, presence.VIEW), found_case(pk)
    if request.POST.get("leaves"):
        presence.look_away(found, by=user)
        return JsonResponse({})
    others = presence.look(found, by=user, writing=request.POST.get("writing") == "1")
    changed = request.POST.get("version", "") != str(found.version)
    told = _("This case was changed meanwhile.") if changed else ""
    return JsonResponse({"watching": [_words(one) for one in others], "changed": told})


@require_safe
@never_cache
def attachment(request: HttpRequest, token: str) -> HttpResponse:
    """A file of a case, on record each time."""
    user = viewer(request, presence.VIEW)
    found = CaseAttachment.objects.select_related("entry__case__member").filter(token=token).first()
    if found is None:
        raise Http404
    holding.refuse_own(found.entry.case, by=user)
    opening.take_out(found, by=user)
    return as_file(found)


def found_case(pk: int) -> Case:
    found = desk.case_of(pk) if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def _afterwards(request: HttpRequest, verb: str, case: Case) -> HttpResponse:
    """Where one stands after a verb; the page of the case is told which, and forgets what was kept of its form."""
    if request.POST.get("next") == "board":
        return redirect("admin:service_desk_case_board")
    if VERBS[verb].then == QUEUE:
        return redirect("admin:service_desk_case_queue")
    return redirect(f"{reverse(CHANGE, args=[case.pk])}?done={verb}")


def _is_stale(form: DeskForm) -> bool:
    return any(error.code == "case_changed" for error in form.non_field_errors().as_data())


def contact_of(subject: Member | Case, user: User) -> list[tuple[Any, Any]]:
    """How a member, or whoever wrote without being one, is reached: masked, and revealed one by one with a reason."""
    masks = {name: MASKS[name] for name in ("name", "phone", "email")} if isinstance(subject, Member) else CONTACT
    may_reveal = access.allows(user, reveals.RIGHT)
    told = []
    for field, mask in masks.items():
        if value := getattr(subject, field):
            label = subject._meta.get_field(field).verbose_name  # type: ignore[union-attr]
            hidden = mask(value)
            told.append((label, reveal_control(subject, field, hidden) if may_reveal else format_html("{}", hidden)))
    return told


def _told(viewings: list[CaseViewing], *, but: User) -> list[str]:
    horizon = clock.now() - dt.timedelta(seconds=parameters.in_force(ServiceDeskParameters).viewing_seconds)
    return [_words(one) for one in viewings if one.user_id != but.pk and one.seen_at >= horizon]


def _words(viewing: CaseViewing) -> str:
    name = {"name": str(viewing.user)}
    return _("%(name)s is writing") % name if viewing.is_writing else _("%(name)s is looking") % name


def _look_every() -> int:
    """Seconds between two looks: a third of what counts as open, so that one may get lost."""
    return max(parameters.in_force(ServiceDeskParameters).viewing_seconds // 3, 5)

"""The hotline (SVC-01, SVC-02 · A6.2): who calls, what is open already, and the new case in one form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cards.admin.pages import page, viewer
from core.models import User
from core.refusals import Refusal
from core.request import posted
from core.rules import RuleBroken
from members.models import Member
from service_desk.admin.desk.case_page import CHANGE, FORBIDDEN, contact_of
from service_desk.forms.calls import CallerForm, CallForm
from service_desk.models import Case
from service_desk.models.choices import Severity
from service_desk.operations import cases as opened
from service_desk.operations import holding, opening
from service_desk.policy.codes import Channel, Kind
from service_desk.queries import callers, finding
from service_desk.queries.choosing import Choosing, choosing

LONGEST = 20_000


@require_http_methods(["GET", "POST"])
@never_cache
def call(request: HttpRequest) -> HttpResponse:
    """Look the caller up; her panel and the form stand below one another. A number goes in by POST, into no log."""
    user = viewer(request, holding.HANDLE)
    step = request.POST.get("step", "")
    if step == "open":
        return _opened(request, user)
    asked = CallerForm(posted(request))
    if step != "look_up" or not asked.is_valid():
        return _shown(request, asked=asked, status=422 if asked.errors else 200)
    who = asked.cleaned_data["who"]
    return _shown(request, asked=asked, user=user, member=callers.find(who), who=who)


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """While the words are typed: how the rule would classify them, and because of which of them."""
    viewer(request, holding.HANDLE)
    kind = request.POST.get("kind", "")
    told = opened.suggest(
        request.POST.get("subject", "")[:LONGEST], request.POST.get("text", "")[:LONGEST],
        kind=kind if kind in set(Kind) else "",
    )  # fmt: skip
    category = next((one for one in choosing().categories if one.code == told.category), None)
    parts = [str(category) if category else "", str(Severity(told.severity).label), ", ".join(told.because)]
    return JsonResponse(
        {
            "category": told.category,
            "severity": told.severity,
            "told": _("Suggested: %(parts)s") % {"parts": " · ".join(part for part in parts if part)},
        }
    )


def _opened(request: HttpRequest, user: User) -> HttpResponse:
    """The case of the call; what was refused comes back with everything that was typed."""
    member = _named(request)
    form = _form(request, member, choosing())
    if form.is_valid():
        try:
            case = _open(form, member, user)
        except RuleBroken as broken:
            if isinstance(broken, Refusal) and broken.status == FORBIDDEN:
                raise
            form.refuse(broken)
        else:
            settled = _("settled") if case.closed_at else _("opened")
            messages.success(request, f"{case.number}: {settled}")
            return redirect(CHANGE, case.pk)
    return _shown(request, asked=CallerForm(), user=user, member=member, form=form, status=422)


def _open(form: CallForm, member: Member | None, user: User) -> Case:
    given = form.cleaned_data
    return opened.open_case(
        kind=given["kind"],
        channel=Channel.HOTLINE,
        subject=given["subject"],
        body=given["text"],
        member=member,
        contact=form.contact,
        category=given["category"],
        severity=given["severity"],
        card=form.card,
        order=form.order,
        by=user,
        key=f"hotline:{user.pk}:{given['key']}",
        close_at_once=given["answer"],
    )


def _shown(
    request: HttpRequest,
    *,
    asked: CallerForm,
    user: User | None = None,
    member: Member | None = None,
    who: str = "",
    form: CallForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; once somebody (`user`) has looked a caller up, with what is known of her and the form below it."""
    context: dict[str, Any] = {"asked_form": asked}
    if user is not None:
        opening.look_up(member, by=user)
        holding.refuse_kin(member, by=user)
        context |= {"member": member, "form": form or _form(request, member, choosing(), who=who)}
        context |= _known_of(member, user) if member else {"others": _of_number(who)}
    return page(request, "admin/service_desk/call.html", status=status, title=_("Call"), **context)


def _known_of(member: Member, user: User) -> dict[str, Any]:
    return {"caller": callers.about(member), "contact": contact_of(member, user)}


def _of_number(who: str) -> list[Case]:
    """What somebody who is no member has written or said before, by the number that calls."""
    phone = callers.as_phone(who)
    return list(finding.at_address(phone=phone)[: callers.SHOWN]) if phone else []


def _form(request: HttpRequest, member: Member | None, choices: Choosing, *, who: str = "") -> CallForm:
    return CallForm(
        request.POST if request.POST.get("step") == "open" else None,
        knows_person=member is not None,
        choosing=choices,
        cards=callers.cards_of(member) if member else [],
        orders=callers.orders_of(member) if member else [],
        initial={"phone": callers.as_phone(who), "email": who if "@" in who else ""},
    )


def _named(request: HttpRequest) -> Member | None:
    """The caller whom the page knows already."""
    pk = request.POST.get("member", "")
    return Member.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None

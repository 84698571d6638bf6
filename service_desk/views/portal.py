"""Service in the portal (SVC-01, SVC-04 · A6.2, D6): a member asks, reads the thread, answers, says that it is solved, rates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards.queries import orders, wallet
from core import limits, refusals
from core.limits import Limit
from core.models import User
from core.request import posted
from core.rules import RuleBroken
from members.models import Member
from service_desk.forms.portal import KINDS, AnswerForm, AskForm, RateForm
from service_desk.handing_out import as_file
from service_desk.models import Case, CaseAttachment, CaseEntry
from service_desk.operations import belonging, rating, settling, threads
from service_desk.operations import cases as opening
from service_desk.policy.codes import Channel
from service_desk.policy.states import UNDONE, State
from service_desk.queries import cases as rows
from service_desk.queries import claims

A_PAGE = 20
ORDERS_OFFERED = 10
OPENING, WRITING = Limit("case-open", 10, 3_600), Limit("case-write", 60, 3_600)


@require_safe
@login_required
@never_cache
def cases(request: HttpRequest) -> HttpResponse:
    """Her cases, the newest first, and what she wrote before she was a member."""
    member = _member(request)
    if member is None:
        return render(request, "service_desk/portal/cases.html", {"member": None})
    page = Paginator(rows.of_member(member), A_PAGE).get_page(request.GET.get("page"))
    context = {"member": member, "page": page, "unclaimed": list(claims.unclaimed(member)[:A_PAGE])}
    return render(request, "service_desk/portal/cases.html", context)


@require_POST
@login_required
def claim(request: HttpRequest) -> HttpResponse:
    """What was written from her confirmed addresses is hers from now on."""
    member = _member(request)
    if member is None:
        raise Http404
    if belonging.claim(member):
        messages.success(request, _("Done. You find what you wrote below."))
    return redirect("service_desk:cases")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """A question, a complaint, a request: one short form, and straight to its thread."""
    member, user = _member(request), _user(request)
    if member is None:
        raise Http404
    form = AskForm(
        posted(request),
        request.FILES or None,
        cards=wallet.cards_of(user),
        orders=list(orders.of_buyer(user)[:ORDERS_OFFERED]),
        initial=_wanted(request),
    )
    if request.method == "POST" and form.is_valid() and (opened := _open(form, member, user)):
        messages.success(request, _("We have it. Our answer will stand here and in your inbox."))
        return redirect("service_desk:case", opened.number)
    context = {"form": form, "kinds": KINDS}
    return render(request, "service_desk/portal/ask.html", context, status=422 if form.errors else 200)


def _open(form: AskForm, member: Member, user: User) -> Case | None:
    """The case, or None with the reason on the form."""
    given = form.cleaned_data
    try:
        limits.require((OPENING, str(user.pk)))
        return opening.open_case(
            kind=given["kind"],
            channel=Channel.WEB,
            subject=given["subject"],
            body=given["text"],
            member=member,
            card=form.card,
            order=form.order,
            attachments=given["attachments"],
            key=f"portal:{user.pk}:{given['key']}",
        )
    except RuleBroken as broken:
        form.refuse(broken)
        return None


def _wanted(request: HttpRequest) -> dict[str, str]:
    """What the page that led here knows already: `?kind=complaint&card=…` or `&order=…`."""
    kind = request.GET.get("kind", "")
    about = f"card-{request.GET['card']}" if "card" in request.GET else f"order-{request.GET.get('order', '')}"
    return {"about": about[:80]} | ({"kind": kind} if kind in dict(KINDS) else {})


@require_safe
@login_required
@never_cache
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The thread over all channels; the number of a case that was merged leads to the one it lives in."""
    found = _hers(request, number)
    if found.number != number.strip().upper():
        return redirect("service_desk:case", found.number)
    return _thread(request, found)


@require_POST
@login_required
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Another word of hers. A case that was solved is opened again by it; one that is long over begins anew."""
    found, user = _hers(request, number), _user(request)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _thread(request, found, answer=form)
    given = form.cleaned_data
    try:
        limits.require((WRITING, str(user.pk)))
        entry = threads.member_wrote(
            found,
            body=given["text"],
            channel=Channel.WEB,
            attachments=given["attachments"],
            key=f"portal:{user.pk}:{given['key']}",
        )
    except RuleBroken as broken:
        form.refuse(broken)
        return _thread(request, found, answer=form)
    messages.success(request, _("Sent."))
    return redirect("service_desk:case", entry.case.number)


@require_POST
@login_required
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """It is solved, she says."""
    settled = settling.settle(_hers(request, number))
    messages.success(request, _("Thank you. If something is still open, just write here again."))
    return redirect("service_desk:case", settled.number)


@require_POST
@login_required
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """From one to five, once, with a few words if she likes."""
    found = _hers(request, number)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            rating.rate(found, score=form.cleaned_data["score"], comment=form.cleaned_data["comment"])
        except RuleBroken as broken:
            form.add_error(None, refusals.said(broken))
        else:
            messages.success(request, _("Thank you for telling us."))
            return redirect("service_desk:case", found.number)
    return _thread(request, found, rate=form)


@require_safe
@login_required
@never_cache
def attachment(request: HttpRequest, token: str) -> HttpResponse:
    """A file out of her own thread; never one of a note."""
    files = CaseAttachment.objects.select_related("entry__case__member")
    mine = files.filter(entry__case__member__user=_user(request)).exclude(entry__direction=CaseEntry.Direction.NOTE)
    found = mine.filter(token=token).first()
    if found is None:
        raise Http404
    return as_file(found)


def _thread(request: HttpRequest, case: Case, **forms: Any) -> HttpResponse:
    """The page of a case; a form that was refused comes back with what was typed."""
    is_open = State(case.state) in UNDONE
    context = {
        "case": case,
        "said": rows.for_member(case),
        "promised": rows.promised_answer(case) if is_open else None,
        "is_open": is_open,
        "is_settled": not is_open and rows.is_settled(case),
        "may_rate": not is_open and case.rated_at is None,
        "answer_form": forms.get("answer") or AnswerForm(),
        "rate_form": forms.get("rate") or RateForm(),
    }
    return render(request, "service_desk/portal/case.html", context, status=422 if forms else 200)


def _hers(request: HttpRequest, number: str) -> Case:
    """Her case, wherever it lives now; another member's is as good as missing."""
    named = rows.by_number(number[:20])
    found = rows.leading_to(named) if named else None
    if found is None or found.member is None or found.member.user_id != _user(request).pk:
        raise Http404
    return found


def _member(request: HttpRequest) -> Member | None:
    return Member.objects.filter(user=_user(request)).first()


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user

"""Two cases that are one, one that is two (SVC-02 · A6.2.2, invariant 43): looked at before it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cards.admin.pages import page, viewer
from core import refusals
from core.models import User
from core.request import posted
from core.rules import RuleBroken
from service_desk.admin.desk.case_page import CHANGE, found_case
from service_desk.forms.desk import MergeForm, SplitForm
from service_desk.models import Case
from service_desk.operations import cases as opened
from service_desk.operations import holding, merging, opening
from service_desk.queries import callers, cases
from service_desk.queries.choosing import choosing


@require_http_methods(["GET", "POST"])
@never_cache
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """First the number, then both cases side by side and what will become of them, then the deed."""
    user, found = viewer(request, holding.HANDLE), found_case(pk)
    _open(found, user)
    asked = request.POST if request.method == "POST" else request.GET if "into" in request.GET else None
    form = MergeForm(asked, case=found, choosing=choosing())
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    refusal = ""
    if into is not None:
        _open(into, user)
        try:
            merging.check_fit(found, into)
            if request.method == "POST":
                target = merging.merge(found, into=into, by=user, version=form.cleaned_data["version"])
                messages.success(request, _("%(number)s lives here now.") % {"number": found.number})
                return redirect(CHANGE, target.pk)
        except RuleBroken as broken:
            refusal = refusals.said(broken)
    caller = callers.about(found.member, but=found) if found.member else None
    context: dict[str, Any] = {
        "case": found,
        "form": form,
        "refusal": refusal,
        "pair": [(one, cases.whole(one)) for one in (found, into)] if into else [],
        "into": into,
        "others": caller.open_cases if caller else [],
    }
    status = 409 if refusal else 422 if form.errors else 200
    return page(request, "admin/service_desk/merge.html", status=status, title=found.number, **context)


@require_http_methods(["GET", "POST"])
@never_cache
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what goes along; see what the new case will be; do it."""
    user, found = viewer(request, holding.HANDLE), found_case(pk)
    _open(found, user)
    whole = cases.whole(found)
    form = SplitForm(posted(request), case=found, said=whole.entries, choosing=choosing())
    preview = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if request.POST.get("step") == "confirm":
            try:
                fresh = merging.split(
                    found,
                    entries_of=form.chosen,
                    subject=given["subject"],
                    by=user,
                    kind=given["kind"],
                    category=given["category"],
                    version=given["version"],
                )
            except RuleBroken as broken:
                form.refuse(broken)
            else:
                messages.success(request, _("%(number)s is a case of its own.") % {"number": fresh.number})
                return redirect(CHANGE, fresh.pk)
        else:
            words = opened.suggest(given["subject"], form.chosen[0].body, kind=given["kind"])
            preview = {"entries": form.chosen, "category": form.categories.get(given["category"] or words.category)}
    context = {
        "case": found,
        "whole": whole,
        "form": form,
        "preview": preview,
        "chosen": [one.pk for one in form.chosen] if form.is_bound and "entries" in form.cleaned_data else [],
    }
    status = 422 if form.errors else 200
    return page(request, "admin/service_desk/split.html", status=status, title=found.number, **context)


def _open(case: Case, user: User) -> None:
    """Both are looked at, and that is on record."""
    holding.refuse_own(case, by=user)
    opening.look(case, by=user)

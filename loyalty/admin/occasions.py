"""Occasions of points in the back office: what was judged, and noting a task or an event for a member (LOY-04)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, viewer
from core import clock, refusals, show, words
from core.admin.base import ReadOnly, moment, worded
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.admin.member_field import MemberField
from loyalty.models import EarnOccasion
from loyalty.operations import occasions as operations
from loyalty.policy.rules import Kind
from loyalty.queries import occasions as rows
from loyalty.wording import sentences
from loyalty.wording.verdicts import KINDS


class OccasionForm(forms.Form):
    """Who did what. Only what a rule in force names can be chosen."""

    member = MemberField(label=_("Member number or phone"))
    what = forms.ChoiceField(label=_("Task or event"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        known = rows.recordable(clock.now())
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (f"{kind}:{code}", f"{KINDS[kind]} · {sentences.task_name(code)}") for kind, code in known
        ]


@admin.register(EarnOccasion)
class EarnOccasionAdmin(ReadOnly):
    list_display = ("member", "kind", "what", "points", moment("occurred_at", _("happened at")), "order", "actor")
    list_filter = ("kind",)
    list_select_related = ("member", "earned", "order", "actor")
    search_exact = ("member__number", "key")
    fields: ClassVar[Any] = (
        "member",
        "kind",
        "code",
        worded("tier", words.TIER, _("tier")),
        "net_minor",
        "reversed_minor",
        "occurred_at",
        "order",
        "earned",
        "actor",
    )

    @admin.display(description=_("task or event"))
    def what(self, row: EarnOccasion) -> str:
        return sentences.task_name(row.code) if row.code else "—"

    @admin.display(description=_("points"))
    def points(self, row: EarnOccasion) -> str:
        return show.number(row.earned.points) if row.earned else "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("member", "earned", "order", "actor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(operations.RECORD))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return note(request)


def note(request: HttpRequest) -> HttpResponse:
    """Note that a member did a task or came to an event, once each."""
    user = viewer(request, operations.RECORD)
    form = OccasionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kind, _colon, code = form.cleaned_data["what"].partition(":")
        try:
            earned = operations.record(form.cleaned_data["member"], Kind(kind), code, by=user)
        except RuleBroken as refusal:
            if isinstance(refusal, Refusal) and refusal.status == 403:
                raise
            form.add_error(None, refusals.said(refusal))
        else:
            gave = sentences.points_of(earned.points) if earned else _now("no points")
            messages.success(request, _now("Noted: %(points)s.") % {"points": gave})
            return redirect("admin:loyalty_earnoccasion_changelist")
    return page(
        request,
        "admin/loyalty/occasion.html",
        status=422 if form.errors else 200,
        title=_now("Note a task or an event"),
        form=form,
    )

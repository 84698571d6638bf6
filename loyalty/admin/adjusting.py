"""Granting and taking points by hand, from the page of a member (LOY-04 · B7)."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, viewer
from core import parameters, refusals
from core.admin.base import moment, number, state
from core.request import posted
from core.rules import RuleBroken
from loyalty.admin.ledger import LARGEST_KEY, _of_member, _OfOneMember
from loyalty.models import PointAdjustment
from loyalty.operations import adjustments
from loyalty.policy.parameters import PointsParameters
from loyalty.policy.rule_forms import LARGEST_POINTS
from loyalty.queries import balances
from members.models import Member

GRANT, TAKE = "grant", "take"


class AdjustmentForm(forms.Form):
    """How many, which way, why. The key is drawn with the form, so that sending it twice adjusts once."""

    way = forms.ChoiceField(label=_("What to do"), choices=((GRANT, _("Grant points")), (TAKE, _("Take points"))))
    points = forms.IntegerField(
        label=_("Points"),
        min_value=1,
        max_value=LARGEST_POINTS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    category = forms.ChoiceField(label=_("Reason"), choices=PointAdjustment.Category.choices)
    explanation = forms.CharField(
        label=_("Explanation"),
        max_length=200,
        help_text=_("For colleagues and auditors; the member is told the reason above."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    may_owe = forms.BooleanField(label=_("What is missing may be owed"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def signed(self) -> int:
        points: int = self.cleaned_data["points"]
        return points if self.cleaned_data["way"] == GRANT else -points


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """LOY-04 · B7 — at once up to the limit; above it the request waits for a second person."""
    user = viewer(request, adjustments.RIGHT)
    rows = Member.objects.select_related("user")
    member = rows.filter(pk=pk).first() if pk <= LARGEST_KEY else None
    if member is None:
        raise Http404
    form = AdjustmentForm(posted(request), initial={"key": uuid.uuid4()})
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = adjustments.ask(
                member, form.signed(), category=given["category"], explanation=given["explanation"], by=user,
                key=str(given["key"]), may_owe=given["may_owe"],
            )  # fmt: skip
        except RuleBroken as broken:
            form.add_error(None, refusals.said(broken))
            status = getattr(broken, "status", 409)
        else:
            waits = row.state == PointAdjustment.State.WAITING
            messages.success(request, _now("Waits for a second person.") if waits else _now("Done."))
            return redirect("admin:loyalty_pointtransaction_ledger", member.pk)
    return page(
        request,
        "admin/loyalty/adjust.html",
        status=422 if form.errors and status == 200 else status,
        title=_now("Adjust points of member %(number)s") % {"number": member.number},
        member=member,
        form=form,
        account=balances.account_of(member),
        alone=parameters.in_force(PointsParameters).adjust_alone,
    )


@admin.register(PointAdjustment)
class PointAdjustmentAdmin(_OfOneMember):
    list_display = (
        "ordinal", _of_member, number("points", _("points")), "category", state(_("state")), "asked_by", "decided_by",
        moment("asked_at", _("asked at")),
    )  # fmt: skip
    list_filter = ("state", "category")
    list_select_related = ("member", "asked_by", "decided_by")
    fields: ClassVar[Any] = (
        _of_member, number("points", _("points")), "category", "explanation", "may_owe", "state", "asked_by",
        moment("asked_at", _("asked at")), "approval", "decided_by", "transaction",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        own = path("member/<int:pk>/", self.admin_site.admin_view(ask), name="loyalty_pointadjustment_ask")
        return [own, *super().get_urls()]

"""Reservations, redeemed and granted benefits, service points and advisers in the back office (CARD-24, LOY-15)."""

import uuid
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.admin.pages import page, viewer
from core import access, clock, refusals, show, words
from core.admin.base import Audited, code, moment, state, worded, words_filter
from core.admin.deciding import Deciding, Decision, ReasonForm
from core.models import User
from core.rules import RuleBroken
from core.templatetags import ui
from loyalty.forms_benefits import GrantForm
from loyalty.models import (
    Adviser,
    Benefit,
    BenefitGrant,
    BenefitRedemption,
    BenefitReservation,
    BenefitVersion,
    ServicePoint,
)
from loyalty.operations import advisers, benefit_grants, benefit_reservations, redemptions
from loyalty.queries import catalogue

BOOKED = BenefitReservation.State.BOOKED
GIVEN_BY = worded("source", words.GRANT, _("source"))


class OnDay(admin.SimpleListFilter):
    """Who comes today, tomorrow, later."""

    title = _("day")
    parameter_name = "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("today")), ("coming", _("from today on")), ("past", _("past"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = clock.today()
        wanted = {"today": {"day_on": today}, "coming": {"day_on__gte": today}, "past": {"day_on__lt": today}}
        return queryset.filter(**wanted.get(self.value() or "", {}))


def _benefit(row: Any) -> str:
    found: str = row.benefit.localized_name
    return found


@admin.register(BenefitReservation)
class BenefitReservationAdmin(Deciding):
    """By store and day; a store sees its own."""

    list_display = (
        "worded",
        "store",
        moment("starts_at", pgettext_lazy("moment", "from")),
        "member",
        state(_("state")),
    )
    list_filter = (OnDay, "state", "store")
    search_exact = ("member__number",)
    search_help_text = _("Member number")
    ordering = ("-starts_at", "-id")
    fields: ClassVar[Any] = (
        "worded", "possible", "state", "store", "starts_at", "ends_at", "member", "made_at", "ended_at", "ended_by",
    )  # fmt: skip
    decisions = (
        Decision(
            "cancel", _("Cancel"), redemptions.RIGHT, lambda row: row.state == BOOKED, ReasonForm,
            lambda row, user, given: benefit_reservations.cancel(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = (
            super()
            .get_queryset(request)
            .select_related("entitlement", "version", "store", "member", "ended_by", "card__holder")
        )
        return access.within_scope(rows, cast(User, request.user))

    @admin.display(description=_("benefit"))
    def worded(self, row: BenefitReservation) -> str:
        return _benefit(row)


@admin.register(BenefitRedemption)
class BenefitRedemptionAdmin(Deciding):
    list_display = ("worded", "store", moment("at", _("at")), "member", "quantity", "clerk", "taken_back")
    list_filter = ("store", ("reversed_at", admin.EmptyFieldListFilter))
    search_exact = ("member__number",)
    search_help_text = _("Member number")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "worded", "possible", "store", "at", "member", "quantity", "worth", "costs", "clerk", "reversed_at", "reversed_by",
        "reversal_reason",
    )  # fmt: skip
    decisions = (
        Decision(
            "reverse", _("Take back"), redemptions.ANY_TIME, lambda row: row.reversed_at is None, ReasonForm,
            lambda row, user, given: redemptions.reverse(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = (
            super().get_queryset(request).select_related("version", "store", "member", "clerk", "reversed_by", "card")
        )
        return access.within_scope(rows, cast(User, request.user))

    @admin.display(description=_("benefit"))
    def worded(self, row: BenefitRedemption) -> str:
        return row.version.localized_name

    @admin.display(description=_("taken back"))
    def taken_back(self, row: BenefitRedemption) -> SafeString | str:
        return ui.status_pill("warn", _now("taken back")) if row.reversed_at else "—"

    @admin.display(description=_("worth"))
    def worth(self, row: BenefitRedemption) -> str:
        return show.money(row.value_minor)

    @admin.display(description=_("cost"))
    def costs(self, row: BenefitRedemption) -> str:
        return show.money(row.cost_minor)


@admin.register(BenefitGrant)
class BenefitGrantAdmin(Deciding):
    """What events gave members; given by hand here, with a reason."""

    list_display = ("worded", "member", "uses", "last_valid_on", GIVEN_BY, moment("granted_at", _("granted at")))
    list_filter = (words_filter("source", words.GRANT, _("source")), ("withdrawn_at", admin.EmptyFieldListFilter))
    search_exact = ("member__number",)
    search_help_text = _("Member number")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "worded", "possible", "member", "uses", "starts_on", "last_valid_on", GIVEN_BY, "reason", "granted_by", "granted_at",
        "withdrawn_at", "withdrawn_by",
    )  # fmt: skip
    decisions = (
        Decision(
            "withdraw", _("Withdraw"), benefit_grants.RIGHT, lambda row: row.withdrawn_at is None, ReasonForm,
            lambda row, user, given: benefit_grants.withdraw(row, reason=given["reason"], by=user),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related("version", "member", "granted_by", "withdrawn_by")

    @admin.display(description=_("benefit"))
    def worded(self, row: BenefitGrant) -> str:
        return row.version.localized_name

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(benefit_grants.RIGHT))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, benefit_grants.RIGHT)
        events = [one.pk for one in catalogue.in_force(clock.today()) if one.benefit.kind == Benefit.Kind.EVENT]
        form = GrantForm(
            request.POST or None, versions=BenefitVersion.objects.filter(pk__in=events), initial={"key": uuid.uuid4()}
        )
        if request.method == "POST" and form.is_valid() and (grant := _granted(form, by=user)):
            return redirect("admin:loyalty_benefitgrant_change", grant.pk)
        return page(
            request,
            "admin/loyalty/grant.html",
            status=422 if form.errors else 200,
            title=_now("Grant the benefit of an event"),
            form=form,
        )


def _granted(form: GrantForm, *, by: User) -> BenefitGrant | None:
    given = form.cleaned_data
    try:
        return benefit_grants.give(
            given["member"],
            given["benefit"],
            uses=given["uses"],
            last_valid_on=given["last_valid_on"],
            source="staff",
            external_id=str(given["key"]),
            reason=given["reason"],
            by=by,
        )
    except RuleBroken as refusal:
        form.add_error(
            "last_valid_on" if refusal.code == "benefit_ends_before_it_starts" else None, refusals.said(refusal)
        )
        return None


@admin.register(ServicePoint)
class ServicePointAdmin(Audited):
    """Where benefits in kind are served by reservation, and for how many at once."""

    list_display = (code, "store", "opens_at", "closes_at", "slot_minutes", "capacity", "is_open")
    list_filter = ("store", "is_open")
    list_select_related = ("store",)
    search_exact = ("code",)
    fields = ("code", "store", "opens_at", "closes_at", "slot_minutes", "capacity", "is_open")


class AssignForm(ReasonForm):
    """Who advises from now on."""

    person = forms.ModelChoiceField(label=_("Adviser"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = access.holders(advisers.ADVISE)  # type: ignore[attr-defined]
        self.order_fields(["person", "reason"])


@admin.register(Adviser)
class AdviserAdmin(Deciding):
    list_display = ("member", "person", "since_on")
    list_filter: ClassVar[Any] = ()
    list_select_related = ("member", "person")
    search_exact = ("member__number",)
    search_help_text = _("Member number")
    ordering = ("-pk",)
    fields: ClassVar[Any] = ("member", "possible", "person", "since_on")
    decisions = (
        Decision(
            "assign", _("Assign another"), advisers.CHANGE, lambda _row: True, AssignForm,
            lambda row, user, given: advisers.assign(row, given["person"], reason=given["reason"], by=user),
        ),
    )  # fmt: skip

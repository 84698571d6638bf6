"""Holds and risk events in the back office: alerts are taken up, holds are lifted, nothing is edited."""

import datetime as dt
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import figures, words, worklists
from core.admin.base import moment, worded, words_filter
from core.admin.deciding import ConfirmForm, Deciding, Decision, ReasonForm
from core.models import User
from risk import operations, queries
from risk.models import Hold, RiskEvent

KIND = worded("kind", words.RISK, _("kind"))


class Waiting(admin.SimpleListFilter):
    """Alerts nobody has taken up yet."""

    title = _("alerts")
    parameter_name = "alerts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("waiting"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RiskEvent]) -> QuerySet[RiskEvent]:
        if self.value() == "open":
            return queryset.filter(is_alert=True, acknowledged_at__isnull=True)
        return queryset


class InForce(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hold]) -> QuerySet[Hold]:
        match self.value():
            case "yes":
                return queryset.filter(lifted_at__isnull=True)
            case "no":
                return queryset.filter(lifted_at__isnull=False)
            case _:
                return queryset


def _alerts(_user: User, days: list[dt.date]) -> Any:
    return figures.grouped(queries.alerts_since(figures.midnight(days[0])), "at", alerts=Count("pk"))


figures.register(
    figures.Table(
        code="risk.alerts",
        order=40,
        right="risk.view_riskevent",
        by_day=_alerts,
        figures=(
            figures.Figure(
                code="alerts", label=_("Risk alerts"), column="alerts", is_bad=True, since="at",
                url="admin:risk_riskevent_changelist", query={"is_alert__exact": "1"},
            ),
        ),
    )
)  # fmt: skip


@admin.register(RiskEvent)
class RiskEventAdmin(Deciding):
    list_display = (KIND, "subject", "member", "actor", moment("at", _("at")), "is_alert", "acknowledged_by")
    list_filter = (Waiting, words_filter("kind", words.RISK, _("kind")))
    list_select_related = ("member", "actor", "acknowledged_by")
    search_exact = ("subject", "member__number")
    ordering = ("-id",)
    decisions = (
        Decision(
            "acknowledge", _("Take up the alert"), "risk.change_riskevent",
            lambda event: event.is_alert and event.acknowledged_at is None, ConfirmForm,
            lambda event, user, _given: operations.acknowledge(event, by=user),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        KIND, "possible", "subject", "member", "actor", "address", "facts", "is_alert", "at", "acknowledged_by",
        "acknowledged_at",
    )  # fmt: skip
    actions = ("take_up",)

    @admin.action(description=_("Take up the alerts"), permissions=["take_up"])
    def take_up(self, request: HttpRequest, queryset: QuerySet[RiskEvent]) -> None:
        taken = operations.acknowledge_all(queryset, by=cast(User, request.user))
        self.message_user(request, _now("%(number)s alerts taken up.") % {"number": taken})

    def has_take_up_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("risk.change_riskevent")


@admin.register(Hold)
class HoldAdmin(Deciding):
    list_display = (
        "subject",
        "scope",
        "member",
        "reason",
        "placed_by",
        moment("placed_at", _("placed at")),
        "lifted_at",
    )
    list_filter = (InForce, "scope")
    list_select_related = ("member", "placed_by")
    search_exact = ("subject", "member__number")
    ordering = ("-id",)
    decisions = (
        Decision(
            "lift", _("Lift the hold"), "risk.change_hold", lambda hold: hold.lifted_at is None, ReasonForm,
            lambda hold, user, given: operations.lift_hold(hold, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "subject", "possible", "scope", "member", "reason", "placed_by", "placed_at", "ends_at", "lifted_by", "lifted_at",
    )  # fmt: skip


worklists.register(
    worklists.Worklist(
        code="risk.alerts",
        label=_("Risk alerts"),
        rows=lambda _user: queries.open_alerts(),
        url="admin:risk_riskevent_changelist",
        query="alerts=open",
        right="risk.change_riskevent",
        icon="shield",
        urgent=True,
    )
)

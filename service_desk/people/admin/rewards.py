"""Contests, incentives, improvement plans and careers in the back office (SVC-11 · B11.3, D7.3)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.admin.pages import page, staff, viewer
from core import access, show
from core.admin import revealable
from core.admin.base import Audited, code, moment, state
from core.admin.deciding import ConfirmForm, Decision, ReasonForm
from core.models import User
from service_desk.models import CareerLevel, CareerStep, Contest, ImprovementPlan, Incentive
from service_desk.people.admin.base import SPACE, AddingOfPeople, DecidingOfPeople
from service_desk.people.admin.performance_forms import CareerForm, ContestForm, FindingForm, IncentiveForm, PlanForm
from service_desk.people.operations import careers, contests, incentives, plans
from service_desk.people.operations.incentives import PROPOSE
from service_desk.people.policy.kpis import Subject
from service_desk.people.queries import contests as standing
from service_desk.people.queries import reach


@admin.register(Contest)
class ContestAdmin(AddingOfPeople):
    """A named period, and who stands where."""

    list_display = ("localized_name", "kpi", "kind", "starts_on", "last_on", "store", "department", "is_closed")
    list_filter = ("kpi", "kind", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("store", "department")
    search_prefix = ("name",)
    ordering = ("-id",)
    add_asks = contests.CALL
    add_form = ContestForm
    add_title = _("Call a contest")
    add_about = _("People are ranked among those of a store or department; stores against one another.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those among everybody, and those of one's own stores and departments."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("store", "department", "created_by")
        bound = reach.of(staff(request), "people.view_contest")
        among_all = Q(store=None, department=None)
        own = Q(store__in=bound.stores) | Q(department__in=bound.departments)
        return rows if bound.everywhere else rows.filter(among_all | own)

    @admin.display(description=_("closed"), boolean=True)
    def is_closed(self, row: Contest) -> bool:
        return row.closed_at is not None

    def make(self, given: dict[str, Any], user: User) -> Model:
        return contests.call(
            {name: given[name] for name in ContestForm.WORDS},
            kpi=given["kpi"],
            kind=Subject(given["kind"]),
            starts_on=given["starts_on"],
            last_on=given["last_on"],
            store=given["store"],
            department=given["department"],
            prize=given["prize"],
            by=user,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        viewer(request, "people.view_contest")
        row = self.may_see(request, object_id)
        if not isinstance(row, Contest):
            raise Http404
        return page(
            request,
            "admin/service_desk/contest.html",
            title=row.localized_name,
            contest=row,
            ranked=standing.ranked(row),
        )


@admin.register(Incentive)
class IncentiveAdmin(AddingOfPeople, DecidingOfPeople):
    """Who was praised or rewarded, for what; a proposal waits for a second person."""

    list_display = ("person", "kind", "title", "amount", state(_("state")), "author", "possible")
    list_filter = ("kind", "state")
    list_select_related = ("person", "author")
    search_exact = ("person__employment__staff_number",)
    search_prefix = ("person__display_name",)
    ordering = ("-id",)
    decisions = (
        Decision(
            "give", _("He has it"), PROPOSE, lambda row: row.state == "agreed", ConfirmForm,
            lambda row, user, _given: incentives.give(row, by=user),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "person", "kind", "title", "amount", "reason", state(_("state")), "possible", "author",
        moment("proposed_at", _("proposed at")), "given_by", moment("given_at", _("given at")),
    )  # fmt: skip
    add_asks = PROPOSE
    add_form = IncentiveForm
    add_title = _("Reward a colleague")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("person", "author", "given_by")
        return reach.within(rows, staff(request), right="people.view_incentive")

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, row: Incentive) -> str:
        return show.money(row.amount_minor) if row.amount_minor else "—"

    def make(self, given: dict[str, Any], user: User) -> Model:
        row = incentives.propose(
            given["person"],
            kind=given["kind"],
            title=given["title"],
            amount_minor=given["amount_minor"],
            reason=given["reason"],
            by=user,
        )
        return row.approval or row


@admin.register(ImprovementPlan)
class ImprovementPlanAdmin(AddingOfPeople, DecidingOfPeople):
    """What colleagues are to do better; agreed by them, verified by another."""

    list_display = ("person", "due_on", state(_("state")), "author", "possible")
    list_filter = ("state",)
    list_select_related = ("person", "author")
    search_exact = ("person__employment__staff_number",)
    search_prefix = ("person__display_name",)
    masked_fields = ("goal", "measures", "finding")
    ordering = ("-id",)
    decisions = (
        Decision(
            "reached", _("It was reached"), PROPOSE, lambda row: row.state == "agreed", FindingForm,
            lambda row, user, given: plans.verify(row, reached=True, finding=given["reason"], by=user),
        ),
        Decision(
            "missed", _("It was not reached"), PROPOSE, lambda row: row.state == "agreed", FindingForm,
            lambda row, user, given: plans.verify(row, reached=False, finding=given["reason"], by=user),
        ),
        Decision(
            "withdraw", _("Take it back"), PROPOSE, lambda row: row.state in ("proposed", "agreed"), ReasonForm,
            lambda row, user, given: plans.withdraw(row, reason=given["reason"], by=user),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "person", revealable("goal", label=_("goal")), revealable("measures", label=_("what is done for it")), "due_on",
        state(_("state")), "possible", "author", moment("proposed_at", _("proposed at")),
        moment("agreed_at", _("agreed at")), "verified_by", moment("verified_at", _("verified at")),
        revealable("finding", label=_("what was found")),
    )  # fmt: skip
    add_asks = PROPOSE
    add_form = PlanForm
    add_title = _("An improvement plan")
    add_about = _("The colleague reads it and is asked to agree.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("person", "author", "verified_by")
        return reach.within(rows, staff(request), right="people.view_improvementplan")

    def make(self, given: dict[str, Any], user: User) -> Model:
        return plans.propose(
            given["person"], goal=given["goal"], measures=given["measures"], due_on=given["due_on"], by=user
        )


@admin.register(CareerStep)
class CareerStepAdmin(AddingOfPeople):
    """Who holds which level since when; a new one waits for a second person."""

    list_display = ("person", "level", "starts_on", "author", "approver")
    list_filter = ("level",)
    list_select_related = ("person", "level", "author", "approver")
    search_exact = ("person__employment__staff_number",)
    search_prefix = ("person__display_name",)
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "person", "level", "starts_on", "reason", "author", "approver", moment("recorded_at", _("recorded at")),
    )  # fmt: skip
    add_asks = PROPOSE
    add_form = CareerForm
    add_title = pgettext_lazy("career", "Give a level")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("person", "level", "author", "approver")
        return reach.within(rows, staff(request), right="people.view_careerstep")

    def make(self, given: dict[str, Any], user: User) -> Model:
        return careers.propose(
            given["person"], given["level"], starts_on=given["starts_on"], reason=given["reason"], by=user
        )


@admin.register(CareerLevel)
class CareerLevelAdmin(Audited):
    """The ladder, from the lowest rank up."""

    space = SPACE
    list_display = ("localized_name", code, "rank")
    fields = (
        "code", "rank", "name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans",
        "description_zh_hant",
    )  # fmt: skip
    search_exact = ("code",)
    search_prefix = ("name",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may("view", request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may("add", request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may("change", request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may("delete", request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may("view", request)


def _may(verb: str, request: HttpRequest) -> bool:
    return access.allows(staff(request), f"{SPACE}.{verb}_careerlevel")

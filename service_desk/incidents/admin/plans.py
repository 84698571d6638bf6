"""Emergency plans in the back office: what is in force, writing the next version, kinds (SVC-16 · D12)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import staff, tried, viewer
from core import access, approvals, show
from core.admin.base import ReadOnly
from core.models import User
from core.request import posted, reason_of
from core.templatetags import ui
from service_desk.incidents.admin.common import is_wrong, shown
from service_desk.incidents.forms.plan import KindForm, LevelFormSet, PlanForm, StepFormSet, levels_of, steps_of
from service_desk.incidents.models import EmergencyPlan, PlanVersion
from service_desk.incidents.operations import plans
from service_desk.incidents.operations.plans import PROPOSE
from service_desk.incidents.policy.states import SEVERITIES
from service_desk.incidents.queries import planned
from service_desk.quality.admin.common import found, typed

VIEW = "service_desk.view_emergencyplan"
PAGE = "admin:service_desk_emergencyplan_change"


class DueFilter(admin.SimpleListFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("to go over or to drill"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[EmergencyPlan]) -> QuerySet[EmergencyPlan]:
        user = request.user
        if self.value() != "yes" or not isinstance(user, User):
            return queryset
        return queryset.filter(pk__in=planned.due(user).values("pk"))


@admin.register(EmergencyPlan)
class EmergencyPlanAdmin(ReadOnly):
    list_display = ("named", "standing", "owner", "reviewed", "drilled")
    list_filter = (DueFilter, "is_active")
    list_select_related = ("owner",)
    ordering = ("position", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return planned.standing(rows)

    @admin.display(description=_("emergency plan"))
    def named(self, row: EmergencyPlan) -> str:
        return str(row)

    @admin.display(description=_("state"))
    def standing(self, row: EmergencyPlan) -> SafeString:
        if not vars(row)["has_plan"]:
            return ui.status_pill("bad", _now("no plan"))
        return ui.status_pill("warn", _now("due")) if vars(row)["is_due"] else ui.status_pill("ok", _now("in force"))

    @admin.display(description=_("to be gone over by"), ordering="review_on")
    def reviewed(self, row: EmergencyPlan) -> str:
        return show.day(row.review_on) if row.review_on else "—"

    @admin.display(description=_("last drilled on"), ordering="drilled_on")
    def drilled(self, row: EmergencyPlan) -> str:
        return show.day(row.drilled_on) if row.drilled_on else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, PROPOSE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return kind(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/kind/", inside(kind), name="service_desk_emergencyplan_kind"),
            path("<int:pk>/edit/", inside(edit), name="service_desk_emergencyplan_edit"),
            path("<int:pk>/act/<slug:verb>/", inside(act), name="service_desk_emergencyplan_act"),
        ]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """What is in force, what is drafted, and what can be done."""
    user = viewer(request, VIEW)
    plan = found(planned.standing(EmergencyPlan.objects.select_related("owner")), pk)
    versions = list(planned.whole().filter(plan=plan)[:20])
    now = next((row for row in versions if row.state == PlanVersion.State.PUBLISHED), None)
    draft = next((row for row in versions if row.state in ("draft", "waiting")), None)
    return shown(
        request, "plan", title=str(plan), plan=plan, now=now, draft=draft, versions=versions,
        shown_version=now or draft, may_write=access.allows(user, PROPOSE),
        criteria=[(one, (now or draft).criterion(one)) for one in SEVERITIES] if (now or draft) else [],  # type: ignore[union-attr]
        approval_url=approvals.page_of(draft.approval) if draft and draft.approval else "",
    )  # fmt: skip


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next version; it begins with the draft, or with what is in force."""
    user = viewer(request, PROPOSE)
    plan = found(EmergencyPlan.objects.all(), pk)
    row = planned.whole().filter(plan=plan).exclude(state=PlanVersion.State.REPLACED).order_by("-number").first()
    form = PlanForm(posted(request), initial=PlanForm.initial_of(row) if row else None)
    steps = StepFormSet(posted(request), initial=steps_of(row), prefix="steps")
    levels = LevelFormSet(posted(request), initial=levels_of(row), prefix="levels")
    if form.is_bound and not is_wrong(form, steps, levels):
        kept = typed(form, lambda: plans.draft(plan, form.content(steps, levels), by=user))
        if kept is not None:
            return redirect(PAGE, plan.pk)
    return shown(
        request, "plan_form", wrong=form.is_bound, form=form, steps=steps, levels=levels, plan=plan, title=str(plan)
    )


def kind(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A kind of emergency: its names, and whoever keeps its plan."""
    user = viewer(request, PROPOSE)
    plan = found(EmergencyPlan.objects.all(), pk) if pk is not None else None
    form = KindForm(posted(request), instance=plan)
    if form.is_bound and form.is_valid():
        kept = plans.keep(form.save(commit=False), changed=form.changed_data, by=user)
        return redirect(PAGE, kept.pk)
    title = str(plan) if plan else _now("Another kind of emergency")
    return shown(request, "kind_form", wrong=bool(form.errors), form=form, plan=plan, title=title)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask a second person to put the draft in force, or say that the plan still holds."""
    user = staff(request)
    access.require(user, PROPOSE)
    plan = found(EmergencyPlan.objects.all(), pk)
    if verb not in DEEDS:
        raise Http404
    deed, done = DEEDS[verb]
    tried(request, partial(deed, plan, user, reason_of(request)), done=str(done))
    return redirect(PAGE, plan.pk)


def _publish(plan: EmergencyPlan, user: User, reason: str) -> object:
    row = plan.versions.filter(state__in=[PlanVersion.State.DRAFT, PlanVersion.State.WAITING]).first()
    if row is None:
        raise Http404
    return plans.publish(row, reason=reason, by=user)


DEEDS: dict[str, tuple[Callable[[EmergencyPlan, User, str], object], Any]] = {
    "publish": (_publish, _("Sent for approval. It takes effect once a second person has approved it.")),
    "confirm": (lambda plan, user, _reason: plans.confirm(plan, by=user), _("Gone over.")),
}

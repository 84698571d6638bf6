"""Who has what to do (the due list), and the rules of on-boarding, in the back office (SVC-08 · A6.1, D7.1.4)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock, refusals
from core.admin.base import moment
from core.admin.deciding import Decision, ReasonForm
from core.rules import RuleBroken
from core.templatetags import ui
from service_desk.models import CourseStep, Enrolment, OnboardingRule, PracticalCheck, StepDone
from service_desk.people.admin.base import DecidingOfPeople
from service_desk.people.admin.forms import EnrolForm, RuleForm
from service_desk.people.operations import checks, courses, enrolments, onboarding
from service_desk.people.policy.courses import StepState
from service_desk.people.queries import bank, progress, quizzes

VIEW = "people.view_enrolment"
STATES = {"open": _("to do"), "overdue": _("overdue"), "done": _("done"), "withdrawn": _("taken off")}
TONES = {"open": "info", "overdue": "bad", "done": "ok", "withdrawn": "quiet"}


class StandingFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.filter(progress.OPEN)
            case "overdue":
                return queryset.filter(progress.OPEN, due_on__lt=clock.today())
            case "done":
                return queryset.filter(completed_at__isnull=False)
            case "withdrawn":
                return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(Enrolment)
class EnrolmentAdmin(DecidingOfPeople):
    list_display = ("user", "course", "standing", "due_on", "source", moment("enrolled_at", _("enrolled at")))
    list_filter = (StandingFilter, "source", "course", "user__employment__store")
    list_select_related = ("user", "course")
    search_exact = ("user__employment__staff_number",)
    search_prefix = ("user__display_name", "course__code")
    ordering = ("-id",)
    decisions = (
        Decision(
            "withdraw", _("Take it off the list"), enrolments.ENROL, lambda row: row.is_open, ReasonForm,
            lambda row, user, given: enrolments.withdraw(row, reason=given["reason"], by=user),
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("user", "course__competence", "certificate")
        return access.within_scope(rows, staff(request), path="user__employment__store")

    @admin.display(description=_("standing"))
    def standing(self, row: Enrolment) -> SafeString:
        return ui.status_pill(TONES[row.state], str(STATES[row.state]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), enrolments.ENROL)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, enrolments.ENROL)
        form = EnrolForm(request.POST if request.method == "POST" else None, by=user)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                for colleague in form.chosen():
                    enrolments.enrol(colleague, given["course"], due_on=given["due_on"], by=user)
            except RuleBroken as refusal:
                form.add_error(None, refusals.said(refusal))
            else:
                count = len(form.chosen())
                said = ngettext(
                    "%(count)s colleague has it on the list.", "%(count)s colleagues have it on the list.", count
                )
                messages.success(request, said % {"count": count})
                return redirect("admin:service_desk_enrolment_changelist")
        status = 422 if request.method == "POST" else 200
        return page(request, "admin/core/form.html", status=status, title=_now("Give somebody a course"), form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user = viewer(request, VIEW)
        row = self.may_see(request, object_id)
        if not isinstance(row, Enrolment):
            raise Http404
        mine = progress.mine([row])[0]
        done = {one.step_id: one for one in StepDone.objects.filter(enrolment=row).select_related("by")}
        to_check = next(
            (step for step in mine.steps
             if step.kind == CourseStep.Kind.CHECK and mine.standing.states[step.pk] is StepState.NOW),
            None,
        )  # fmt: skip
        may_check = row.is_open and user.pk != row.user_id and access.allows(user, checks.ASSESS)
        return page(
            request,
            "admin/service_desk/enrolment.html",
            title=str(row),
            enrolment=row,
            standing=(TONES[row.state], STATES[row.state]),
            lines=[(step, mine.standing.states[step.pk], done.get(step.pk)) for step in mine.steps],
            attempts=row.attempts.select_related("step").order_by("-id")[:20],
            checks=row.checks.select_related("assessor", "step").order_by("-id")[:20],
            to_check=to_check if may_check else None,
            possible=self.possible(row),
        )

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/check/", inside(self.check_view), name="service_desk_enrolment_check"),
            path("attempts/<int:attempt>/", inside(self.attempt_view), name="service_desk_enrolment_attempt"),
        ]
        return [*own, *super().get_urls()]

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The check sheet, filled in by whoever watched."""
        user = viewer(request, checks.ASSESS)
        row = self.may_see(request, pk)
        if not isinstance(row, Enrolment):
            raise Http404
        standing = progress.standing(row)
        step = CourseStep.objects.filter(pk=standing.now or 0, kind=CourseStep.Kind.CHECK).first()
        if step is None or not row.is_open:
            return redirect("admin:service_desk_enrolment_change", row.pk)
        items = bank.items_of(step)
        if request.method == "POST":
            marks = {
                item.pk: request.POST[f"item_{item.pk}"] == "1" for item in items if f"item_{item.pk}" in request.POST
            }
            comment = request.POST.get("comment", "").replace("\x00", "")[:2_000]
            made: list[PracticalCheck] = []
            if tried(
                request,
                lambda: made.append(checks.record(row, step, marks, comment=comment, by=user)),
                done=_now("Recorded."),
            ):
                return redirect("admin:service_desk_enrolment_change", row.pk)
        return page(
            request,
            "admin/service_desk/check.html",
            status=422 if request.method == "POST" else 200,
            title=f"{row.user} · {step}",
            enrolment=row,
            step=step,
            items=items,
        )

    def attempt_view(self, request: HttpRequest, attempt: int) -> HttpResponse:
        """A try at a quiz as it was answered, and graded."""
        viewer(request, VIEW)
        visible = self.get_queryset(request)
        rows = (
            progress.attempts().filter(pk=attempt, enrolment__in=visible)
            if attempt < 10**18
            else progress.attempts().none()
        )
        row = rows.first()
        if row is None:
            raise Http404
        return page(
            request,
            "admin/service_desk/attempt.html",
            title=f"{row.enrolment.user} · {row.step}",
            attempt=row,
            shown=quizzes.shown(row),
        )


@admin.register(OnboardingRule)
class OnboardingRuleAdmin(DecidingOfPeople):
    """Who is given which course when he begins."""

    list_display = ("course", "whom", "within_days", "starts_on", "is_in_force")
    list_select_related = ("course", "post")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    search_prefix = ("course__code",)
    decisions = (
        Decision(
            "end", _("End it"), courses.CHANGE, lambda row: row.ended_at is None, ReasonForm,
            lambda row, user, given: onboarding.end_rule(row, reason=given["reason"], by=user),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "course", "whom", "possible", "within_days", "starts_on", "set_by", moment("ended_at", _("ended at")), "ended_by",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("course", "post", "set_by", "ended_by")

    @admin.display(description=_("whom it is for"))
    def whom(self, row: OnboardingRule) -> str:
        role = access.roles().get(row.role)
        return str(row.post) if row.post else str(role.name if role else row.role)

    @admin.display(description=_("in force"), boolean=True)
    def is_in_force(self, row: OnboardingRule) -> bool:
        return row.ended_at is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), courses.CHANGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, courses.CHANGE)
        form = RuleForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            made: list[OnboardingRule] = []
            if tried(
                request, lambda: made.append(onboarding.set_rule(**form.cleaned_data, by=user)), done=_now("In force.")
            ):
                return redirect("admin:service_desk_onboardingrule_change", made[0].pk)
        status = 422 if request.method == "POST" else 200
        return page(request, "admin/core/form.html", status=status, title=_now("A rule of on-boarding"), form=form)

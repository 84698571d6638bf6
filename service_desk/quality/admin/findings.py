"""Findings in the back office: what was found, the measure against it, whether it helped (SVC-12 · D9)."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, viewer
from core import access, clock, show
from core.models import User
from core.request import posted
from core.templatetags import ui
from service_desk.quality.admin.common import OfTheHouse, form_page, found, typed
from service_desk.quality.admin.review_forms import AgainForm, FindingForm, ReasonForm, RectifyForm, VerifyForm
from service_desk.quality.models import CaseReview, QualityFinding
from service_desk.quality.operations import findings, sampling
from service_desk.quality.policy import coordination
from service_desk.quality.policy.verifying import Compared, Counted, Standing
from service_desk.quality.queries import coordination as tasks
from service_desk.quality.queries import findings as rows
from service_desk.quality.queries import reviews, sheets
from service_desk.surveys.policy import figures

RELATED = ("department", "review__case", "review__agent", "made_by", "task__owner", "task__ended_by", "withdrawn_by")
HERE = "admin:service_desk_qualityfinding_change"


class StandingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*QualityFinding.State.choices, ("late", _("measure late"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "late":
            return queryset.late(clock.today())
        return queryset.standing(self.value()) if self.value() in QualityFinding.State.values else queryset


@admin.register(QualityFinding)
class QualityFindingAdmin(OfTheHouse):
    space = "quality"
    list_display = ("title", "stands", "severity", "department", "owner", "due", "day")
    list_filter = (StandingFilter, "severity", "department")
    list_select_related: ClassVar[tuple[str, ...]] = ("department", "task__owner")
    ordering = ("-id",)
    search_prefix = ("title",)
    rows_of = staticmethod(rows.visible_to)

    @admin.display(description=_("state"))
    def stands(self, row: QualityFinding) -> str:
        return ui.status_pill(row.tone, row.state_word)

    @admin.display(description=_("who does it"))
    def owner(self, row: QualityFinding) -> str:
        return str(row.task.owner) if row.task and row.task.owner else "—"

    @admin.display(description=_("to be done by"))
    def due(self, row: QualityFinding) -> str:
        if row.task is None:
            return "—"
        late = coordination.is_late(row.task.due_on, row.task.state, today=clock.today())
        return ui.status_pill("bad", show.day(row.task.due_on)) if late else show.day(row.task.due_on)

    @admin.display(description=_("found on"), ordering="made_on")
    def day(self, row: QualityFinding) -> str:
        return show.day(row.made_on)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, findings.RECTIFY)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return add(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [path("<int:pk>/act/<slug:verb>/", inside(act), name="service_desk_qualityfinding_act")]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: object, *, verb: str = "", form: Any = None) -> HttpResponse:
    """What was found, what is done about it, what was seen when it was verified; `form` is one that was refused."""
    user = staff(request)
    finding = found(rows.visible_to(user).select_related(*RELATED), pk)
    stands, task = finding.standing, finding.task
    may_verify = access.allows(user, sampling.VERIFY)
    did_it = task is not None and user.pk in (task.owner_id, task.ended_by_id)
    names = sheets.newest_names()
    forms_ = {name: form if name == verb else made() for name, made in FORMS.items()}
    return page(
        request,
        "admin/service_desk/quality/finding.html",
        status=422 if form is not None else 200,
        title=finding.title,
        finding=finding,
        stands=stands.value,
        criterion=names.get(finding.code),
        task=task,
        is_late=task is not None and coordination.is_late(task.due_on, task.state, today=clock.today()),
        sees_task=task is not None and tasks.visible_to(user).filter(pk=task.pk).exists(),
        sees_review=finding.review_id is not None and reviews.visible_to(user).filter(pk=finding.review_id).exists(),
        verifications=[(one, _bars(_of(one))) for one in finding.verifications.select_related("by", "owner")],
        samples=list(finding.samples.defer("frame")),
        bars=_bars(rows.compared(finding)) if stands is Standing.CHECK else [],
        may_rectify=stands is Standing.OPEN and access.allows(user, findings.RECTIFY),
        may_verify=stands is Standing.CHECK and may_verify and not did_it,
        did_it=stands is Standing.CHECK and did_it and may_verify,
        forms=forms_,
        refused=verb,
    )


def _of(row: Any) -> Compared:
    return Compared(Counted(row.before_failed, row.before_of), Counted(row.after_failed, row.after_of))


def _bars(compared: Compared) -> list[dict[str, Any]]:
    """Before and since, each with its interval of 95 %, for the picture and the table."""
    found_ = []
    for label, one in ((_now("before the finding"), compared.before), (_now("since it was done"), compared.after)):
        share = figures.share(one.failed, one.of)
        if share is not None:
            low, high = round(share.low * 1_000), round(share.high * 1_000)
            found_.append(
                {
                    "label": label, "failed": one.failed, "of": one.of, "share": f"{share.value * 100:.0f} %",
                    "span": f"{share.low * 100:.0f}–{share.high * 100:.0f} %", "bar": round(share.value * 1_000),
                    "low": low, "high": high,
                }
            )  # fmt: skip
    return found_


def add(request: HttpRequest) -> HttpResponse:
    """A finding: of a review, or of what monitoring shows."""
    user = staff(request)
    review = _of_review(request, user)
    if review is None or review.reviewer_id != user.pk:
        access.require(user, findings.RECTIFY)
    form = FindingForm(posted(request), initial=_begins(request, review))
    if form.is_bound:
        made = typed(form, lambda: findings.raise_(form.found(), by=user, review=review))
        if made is not None:
            messages.success(request, _now("Entered. The department is told."))
            return redirect(HERE, made.pk)
    return form_page(request, form, template="finding_form.html", title=_now("A quality finding"), review=review)


def _begins(request: HttpRequest, review: CaseReview | None) -> dict[str, Any]:
    if review is None:
        return {}
    begins: dict[str, Any] = {"department": review.department_id, "evidence": review.case.number}
    told = reviews.told(review)
    for one in told.failed if told else []:
        if one.mark.code == request.GET.get("code"):
            severity = "critical" if one.is_critical else "minor"
            begins |= {"code": one.mark.code, "title": one.name, "text": one.mark.remark, "severity": severity}
    return begins


def _of_review(request: HttpRequest, user: User) -> CaseReview | None:
    key = request.GET.get("review", "")
    return found(reviews.visible_to(user).select_related("case", "sheet"), key) if key else None


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One deed; what stands against it is said beside its form, where everything typed still is."""
    user = staff(request)
    if verb not in DEEDS:
        raise Http404
    right, do, done = DEEDS[verb]
    viewer(request, right)
    finding = found(rows.visible_to(user).select_related(*RELATED), pk)
    form: Any = FORMS[verb](request.POST)
    if typed(form, lambda: do(finding, form, user)) is None:
        return one(request, pk, verb=verb, form=form)
    messages.success(request, str(done))
    return redirect(HERE, finding.pk)


FORMS: dict[str, Callable[..., forms.Form]] = {
    "rectify": lambda data=None: RectifyForm(data, auto_id="rectify-%s"),
    "withdraw": lambda data=None: ReasonForm(data, auto_id="withdraw-%s"),
    "verify": lambda data=None: VerifyForm(data, auto_id="verify-%s"),
    "again": lambda data=None: AgainForm(data, auto_id="again-%s"),
}
DEEDS: dict[str, tuple[str, Callable[[QualityFinding, Any, User], object], Any]] = {
    "rectify": (
        findings.RECTIFY,
        lambda finding, form, user: findings.rectify(finding, **form.given(), by=user),
        _("Asked for. Whoever does it is told."),
    ),
    "withdraw": (
        findings.RECTIFY,
        lambda finding, form, user: findings.withdraw(finding, reason=form.said("reason"), by=user),
        _("Withdrawn."),
    ),
    "verify": (
        sampling.VERIFY,
        lambda finding, form, user: findings.verify(finding, **form.given(), by=user),
        _("Kept. Whoever did it is told."),
    ),
    "again": (
        sampling.VERIFY,
        lambda finding, form, user: sampling.draw_again(finding, count=form.cleaned_data["count"], by=user),
        _("Drawn. The reviewers are told."),
    ),
}
"""Verb → who may, what it does, what is said when it is done."""

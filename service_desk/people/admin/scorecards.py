"""Score-cards, what is to be reached, and objections, in the back office (SVC-10 · B11, D7.2.4)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, staff, viewer
from core import parameters, show
from core.admin import revealable
from core.admin.base import moment, state
from core.admin.deciding import Decision
from core.models import User
from core.templatetags import ui
from service_desk.models import KpiTarget, Objection, ScoreCard
from service_desk.people.admin.base import AddingOfPeople, DecidingOfPeople, OfPeople
from service_desk.people.admin.performance_forms import AnswerForm, TargetForm, UpholdForm, Value
from service_desk.people.models import KpiCode
from service_desk.people.operations import objections, targets
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.parameters import PerformanceParameters
from service_desk.people.policy.periods import Span
from service_desk.people.queries import reach, scorecards
from service_desk.people.wording import share, told

VIEW = "people.view_scorecard"


@admin.register(ScoreCard)
class ScoreCardAdmin(OfPeople):
    """A list that leads to a card with its picture."""

    list_display = ("whose", "kind", "period", "reached", "at_store", "of_department", "standing")
    list_filter = ("kind", "span", "at_store", "of_department", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "store", "department", "at_store", "of_department")
    search_exact = ("person__employment__staff_number",)
    search_prefix = ("person__display_name",)
    ordering = ("-starts_on", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return reach.cards(super().get_queryset(request), staff(request), right=VIEW)

    @admin.display(description=_("whose"))
    def whose(self, row: ScoreCard) -> str:
        return str(row.subject)

    @admin.display(description=_("period"), ordering="starts_on")
    def period(self, row: ScoreCard) -> str:
        return show.month(row.starts_on) if row.span == Span.MONTH else str(row.starts_on.year)

    @admin.display(description=_("reached"), ordering="total_bps")
    def reached(self, row: ScoreCard) -> str:
        return share(row.total_bps)

    @admin.display(description=_("standing"))
    def standing(self, row: ScoreCard) -> SafeString:
        closed = row.closed_at is not None
        return ui.status_pill("quiet" if closed else "info", str(_("closed") if closed else _("running")))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        viewer(request, VIEW)
        row = self.may_see(request, object_id)
        if not isinstance(row, ScoreCard):
            raise Http404
        most = parameters.in_force(PerformanceParameters).history_months
        found = scorecards.before(row, most=most)
        return page(
            request,
            "admin/service_desk/scorecard.html",
            title=f"{row.subject} · {self.period(row)}",
            card=row,
            shown=found[0],
            series=scorecards.series(found),
        )


@admin.register(KpiTarget)
class KpiTargetAdmin(AddingOfPeople):
    """What was agreed, the newest first; a new one waits for a second person."""

    list_display = ("kpi", "whose", "span", "value_told", "starts_on", "author", "approver")
    list_filter = ("kpi", "kind", "span")
    list_select_related = ("person", "post", "store", "department", "author", "approver")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "kpi", "whose", "span", "value_told", "starts_on", "reason", "author", "approver",
        moment("recorded_at", _("recorded at")),
    )  # fmt: skip
    add_asks = targets.PROPOSE
    add_form = TargetForm
    add_title = _("A target")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.select_related("person", "post", "store", "department", "author", "approver")
        bound = reach.of(staff(request), "people.view_kpitarget")
        return rows if bound.everywhere else rows.filter(Q(person=None) | bound.people("person"))

    @admin.display(description=_("whose"))
    def whose(self, row: KpiTarget) -> str:
        one = row.person or row.post or row.store or row.department
        kind = str(row.get_kind_display())
        return f"{kind} · {one}" if one else kind

    @admin.display(description=_("target"))
    def value_told(self, row: KpiTarget) -> str:
        return told(row.kpi, row.value)

    def make(self, given: dict[str, Any], user: User) -> Model:
        return targets.propose(
            given["kpi"],
            kind=Subject(given["kind"]),
            span=Span(given["span"]),
            value=Value.of(given["kpi"], given["value"]),
            starts_on=given["starts_on"],
            reason=given["reason"],
            whom=TargetForm.whom(given),
            by=user,
        )


def _uphold(row: Objection, user: User, given: dict[str, Any]) -> Objection:
    value = Value.of(row.figure.kpi, given["value"]) if row.figure else None
    return objections.decide(row, upheld=True, answer=given["answer"], value=value, by=user)


@admin.register(Objection)
class ObjectionAdmin(DecidingOfPeople):
    """Who says that he was scored wrongly; decided by somebody who did not score him."""

    list_display = ("person", "about", moment("raised_at", _("raised at")), state(_("state")), "decided_by", "possible")
    list_filter = ("state",)
    list_select_related = ("person", "decided_by", "spot_check", "figure")
    search_exact = ("person__employment__staff_number",)
    search_prefix = ("person__display_name",)
    masked_fields = ("words", "answer")
    ordering = ("-id",)
    decisions = (
        Decision("uphold", _("He is right"), objections.SETTLE, lambda row: row.state == "open", UpholdForm, _uphold),
        Decision(
            "reject", _("It stays as it is"), objections.SETTLE, lambda row: row.state == "open", AnswerForm,
            lambda row, user, given: objections.decide(row, upheld=False, answer=given["answer"], by=user),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "person", "about", state(_("state")), "possible", revealable("words", label=_("what is wrong")),
        moment("raised_at", _("raised at")), "decided_by", moment("decided_at", _("decided at")),
        revealable("answer", label=_("answer")),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related(
            "person", "decided_by", "spot_check__assessor", "spot_check__standard", "figure__card"
        )  # fmt: skip
        return reach.within(rows, staff(request), right="people.view_objection")

    @admin.display(description=_("about"))
    def about(self, row: Objection) -> str:
        if row.spot_check is not None:
            url = reverse("admin:service_desk_spotcheck_change", args=[row.spot_check_id])
            words = [str(_("spot check")), show.day(row.spot_check.checked_on), share(row.spot_check.score_bps)]
        elif row.figure is not None:
            figure, card = row.figure, row.figure.card
            url = reverse("admin:service_desk_scorecard_change", args=[card.pk])
            words = [str(KpiCode(figure.kpi).label), show.month(card.starts_on), told(figure.kpi, figure.value)]
        else:
            return "—"
        return format_html('<a class="underline" href="{}">{}</a>', url, " · ".join(words))

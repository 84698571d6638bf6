"""Improvement measures in the back office (SVC-05 · D6.3): proposed, agreed, worked on, done, verified by live figures."""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, viewer
from core import access, clock, refusals
from core.admin.base import ReadOnly
from core.models import User
from core.refusals import Refusal
from core.request import posted
from core.rules import RuleBroken
from service_desk.forms.improvements import MeasureForm, NoteForm, VerdictForm, initial_of
from service_desk.models import Case, ImprovementMeasure
from service_desk.operations import improvements
from service_desk.policy.codes import Kind
from service_desk.policy.improvements import LEADS_TO, OPEN, WAYS, State
from service_desk.queries import causes
from service_desk.queries import improvements as kept
from service_desk.queries.improvements import AGREE, PROPOSE, VERIFY, Figures
from service_desk.templatetags.complaints import measure_state

VIEW = "service_desk.view_improvementmeasure"
LONGEST_KEY = 19
AXIS = (0.05, 20.0)
"""The ratios that the picture shows, from a twentieth to twenty times as often."""
Act = Callable[[ImprovementMeasure, User, Any], object]
# verb → the form (None: a button), what it does, what is said when done
VERBS: dict[str, tuple[type[forms.Form] | None, Act, str | Promise]] = {
    "agree": (None, lambda row, by, _form: improvements.agree(row, by=by), _("Agreed. The owner was told.")),
    "start": (None, lambda row, by, _form: improvements.start(row, by=by), _("In work from today.")),
    "finish": (
        NoteForm,
        lambda row, by, form: improvements.finish(row, note=form.cleaned_data["note"], by=by),
        _("Done. Its effect shows in the days that follow."),
    ),
    "drop": (
        NoteForm, lambda row, by, form: improvements.drop(row, reason=form.cleaned_data["note"], by=by), _("Dropped."),
    ),
    "verify": (VerdictForm, lambda row, by, form: improvements.verify(row, **form.cleaned_data, by=by), _("Confirmed.")),
}  # fmt: skip


class WhichFilter(admin.SimpleListFilter):
    """What waits: mine, to be agreed, overdue, to be verified."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("mine to do")),
            ("agree", _("to be agreed")),
            ("overdue", _("overdue")),
            ("verify", _("to be verified")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        user, today = request.user, clock.today()
        if not isinstance(user, User):
            return queryset
        chosen: dict[str, QuerySet[Any]] = {
            "mine": kept.of_owner(user),
            "agree": kept.to_agree(user),
            "overdue": kept.overdue(today),
            "verify": kept.to_verify(today, but=user),
        }
        rows = chosen.get(self.value() or "")
        return queryset if rows is None else queryset.filter(pk__in=rows.order_by().values("pk"))


@admin.register(ImprovementMeasure)
class ImprovementMeasureAdmin(ReadOnly):
    list_display = ("title", "stands", "cause", "owner", "department", "due_on", "share_left")
    list_filter = (WhichFilter, "state")
    list_select_related: ClassVar[tuple[str, ...]] = ("cause", "owner", "department")
    search_prefix = ("title",)

    @admin.display(description=_("state"), ordering="state")
    def stands(self, row: ImprovementMeasure) -> str:
        return measure_state(row)

    @admin.display(description=_("may be left"), ordering="target_bps")
    def share_left(self, row: ImprovementMeasure) -> str:
        return f"{row.target_bps // 100}\N{NO-BREAK SPACE}%"

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/<slug:verb>/do/", self.admin_site.admin_view(act), name="service_desk_improvementmeasure_act"
        )
        return [own, *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may look at them; and everybody his own."""
        return super().has_view_permission(request, obj) or (obj is not None and obj.owner_id == request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, PROPOSE)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """From the analysis (`?cause=`) or from a complaint (`?case=`)."""
        user = viewer(request, PROPOSE)
        case = _case(request.GET.get("case", ""))
        given = {name: request.GET[name] for name in ("cause", "store", "product", "category") if name in request.GET}
        about = {"store": case.store_id, "product": case.product_id, "category": case.category_id} if case else {}
        form = MeasureForm(posted(request), case=case, initial={**about, **given})
        if request.method == "POST" and form.is_valid():
            made = _tried(form, lambda: improvements.propose(form.terms(), by=user))
            if isinstance(made, ImprovementMeasure):
                messages.success(request, _now("Proposed. Somebody else agrees."))
                return redirect("admin:service_desk_improvementmeasure_change", made.pk)
        title = _now("An improvement measure")
        status = 422 if form.errors else 200
        return page(request, "admin/service_desk/improve.html", status=status, title=title, form=form, case=case)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A measure with its figures; a draft is changed here."""
        row, user = _found(object_id), _reader(request, object_id)
        form = (
            MeasureForm(posted(request), case=row.case, initial=initial_of(row)) if row.state == State.DRAFT else None
        )
        if request.method == "POST":
            access.require(user, PROPOSE)
            if form is None:
                raise Http404
            if form.is_valid() and _tried(form, lambda: improvements.revise(row, form.terms(), by=user)):
                messages.success(request, _now("Saved."))
                return redirect("admin:service_desk_improvementmeasure_change", row.pk)
        return shown(request, row, user, draft=form)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the verbs; what stands against it is said beside its form."""
    row, user = _found(str(pk)), _reader(request, str(pk))
    if verb not in VERBS:
        raise Http404
    kind, do, done = VERBS[verb]
    form = kind(request.POST, prefix=verb) if kind else forms.Form(request.POST)
    if form.is_valid() and _tried(form, lambda: do(row, user, form) or True):
        messages.success(request, str(done))
        return redirect("admin:service_desk_improvementmeasure_change", pk)
    return shown(request, _found(str(pk)), user, verb=verb, refused=form)


def shown(
    request: HttpRequest, row: ImprovementMeasure, user: User, *, draft: MeasureForm | None = None, verb: str = "",
    refused: forms.Form | None = None,
) -> HttpResponse:  # fmt: skip
    """The page; a form that was refused comes back as it was."""
    ahead, figures = WAYS[State(row.state)], kept.figures_of(row)
    may_agree, own = access.allows(user, AGREE), row.owner_id == user.pk
    offered = {
        "agree": State.AGREED in ahead and may_agree and row.author_id != user.pk,
        "start": State.WORKING in ahead and (own or may_agree),
        "finish": State.DONE in ahead and (own or may_agree),
        "drop": State.DROPPED in ahead and (may_agree or (row.state == State.DRAFT and row.author_id == user.pk)),
        "verify": State.VERIFIED in ahead and access.allows(user, VERIFY) and not own,
    }
    proposed = LEADS_TO.get(figures.verdict) if figures else None
    initial = {"verify": {"confirmed": str(proposed or "")}}
    verbs = {
        code: kind(prefix=code, initial=initial.get(code)) if kind else forms.Form()
        for code, (kind, _do, _done) in VERBS.items()
        if offered[code]
    }
    if refused is not None:
        verbs[verb] = refused
    if draft is None and row.state == State.DRAFT and access.allows(user, PROPOSE):
        draft = MeasureForm(case=row.case, initial=initial_of(row))
    context = {
        "row": row,
        "cause": causes.tree().path(row.cause_id),
        "events": row.events.select_related("by"),
        "reviews": row.reviews.select_related("by"),
        "figures": figures,
        "picture": _picture(figures, row) if figures else None,
        "verbs": verbs,
        "draft": draft if access.allows(user, PROPOSE) else None,
        "is_late": State(row.state) in OPEN and row.due_on < clock.today(),
        "wrong": draft is not None and bool(draft.errors),
    }
    wrong = refused is not None or (draft is not None and draft.errors)
    return page(
        request, "admin/service_desk/improvement.html", status=422 if wrong else 200, title=row.title, **context
    )


def _picture(found: Figures, row: ImprovementMeasure) -> dict[str, Any] | None:
    """The interval of the ratio on a scale of powers, with “as before” and the target marked."""
    seen = found.comparison
    if seen is None or seen.ratio is None:
        return None
    return {
        "low": _place(seen.low),
        "high": _place(seen.high),
        "ratio": _place(seen.ratio),
        "same": _place(1.0),
        "target": _place(row.target_bps / 10_000),
    }


def _place(ratio: float) -> int:
    """0 to 1,000 along the axis."""
    low, high = (math.log(end) for end in AXIS)
    inside = min(max(ratio, AXIS[0]), AXIS[1])
    return round(1_000 * (math.log(inside) - low) / (high - low))


def _tried(form: forms.Form, do: Callable[[], object]) -> object:
    """Do it, or say beside the form why not; who has no right at all is sent away."""
    try:
        return do()
    except RuleBroken as broken:
        if isinstance(broken, Refusal) and broken.status == HTTPStatus.FORBIDDEN and broken.code == "not_permitted":
            raise
        form.add_error("due_on" if broken.code == "deadline_has_passed" else None, refusals.said(broken))
        return None


def _case(pk: str) -> Case | None:
    rows = Case.objects.filter(kind=Kind.COMPLAINT)
    return rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < LONGEST_KEY else None


def _reader(request: HttpRequest, pk: str) -> User:
    """Whoever may look at measures; and the owner."""
    user = staff(request)
    if not ImprovementMeasure.objects.filter(pk=int(pk), owner=user).exists():
        access.require(user, VIEW)
    return user


def _found(pk: str) -> ImprovementMeasure:
    rows = ImprovementMeasure.objects.select_related(
        "cause", "case", "category", "product__version", "store", "owner", "department", "author", "agreed_by"
    )
    row = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < LONGEST_KEY else None
    if row is None:
        raise Http404
    return row

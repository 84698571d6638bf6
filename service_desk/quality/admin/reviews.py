"""Reviews in the back office: what is to be reviewed, the case beside the sheet, what came of it (SVC-12 · D9)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock, refusals, show
from core.models import User
from core.refusals import Refusal
from core.request import posted
from core.rules import RuleBroken
from core.templatetags import ui
from service_desk.operations import holding, opening, presence
from service_desk.quality.admin import review_figures
from service_desk.quality.admin.common import OfTheHouse, form_page, found, typed
from service_desk.quality.admin.review_forms import AnswerForm, ChooseForm, MarkingForm, ReviewerForm
from service_desk.quality.models import CaseReview
from service_desk.quality.operations import findings, review_objections, reviews, sampling
from service_desk.quality.operations.reviews import Marking
from service_desk.quality.queries import reviews as rows
from service_desk.quality.queries import sheets
from service_desk.queries import cases

RELATED = ("case__member", "agent", "reviewer", "sheet", "department", "sample", "made_by")
HERE = "admin:service_desk_casereview_change"


class WhoseFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("mine to review")),
            ("late", _("mine, and late")),
            ("nobody", _("nobody reviews it yet")),
            ("objected", _("objected to")),
            ("decide", _("objections that I may decide")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CaseReview]) -> QuerySet[CaseReview]:
        user = request.user
        if not isinstance(user, User):
            return queryset.none()
        match self.value():
            case "mine":
                return queryset.filter(reviewer=user, state="open")
            case "late":
                return queryset.filter(reviewer=user, state="open", due_on__lt=clock.today())
            case "nobody":
                return queryset.filter(reviewer__isnull=True)
            case "objected":
                return queryset.filter(objection__isnull=False)
            case "decide":
                return queryset.filter(pk__in=rows.objections(user).values("review"))
        return queryset


class ResultFilter(admin.SimpleListFilter):
    title = _("result")
    parameter_name = "result"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("to be reviewed")), ("passed", _("passed")), ("failed", _("not passed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CaseReview]) -> QuerySet[CaseReview]:
        match self.value():
            case "open":
                return queryset.open()  # type: ignore[attr-defined,no-any-return]
            case "passed":
                return queryset.filter(passed=True)
            case "failed":
                return queryset.filter(passed=False)
        return queryset


@admin.register(CaseReview)
class CaseReviewAdmin(OfTheHouse):
    space = "quality"
    list_display = ("case", "stands", "due", "result", "agent", "reviewer", "reason")
    list_filter = (WhoseFilter, ResultFilter, "reason")
    list_select_related: ClassVar[tuple[str, ...]] = ("case", "agent", "reviewer")
    ordering = ("state", "due_on", "id")
    search_exact = ("case__number",)
    search_prefix = ("agent__display_name",)
    rows_of = staticmethod(rows.visible_to)

    @admin.display(description=_("state"), ordering="state")
    def stands(self, row: CaseReview) -> str:
        tone = "info" if row.state == CaseReview.State.OPEN else "ok"
        return ui.status_pill(tone, row.get_state_display())

    @admin.display(description=_("to be reviewed by"), ordering="due_on")
    def due(self, row: CaseReview) -> str:
        if row.state == CaseReview.State.DONE:
            return "—"
        return ui.status_pill("bad", show.day(row.due_on)) if row.is_late(clock.today()) else show.day(row.due_on)

    @admin.display(description=_("result"), ordering="score")
    def result(self, row: CaseReview) -> str:
        return "—" if row.score is None else ui.status_pill("ok" if row.passed else "bad", f"{row.score} %")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, rows.REVIEW) or access.allows(request.user, rows.MANAGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return choose(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("figures/", inside(review_figures.figures), name="service_desk_casereview_figures"),
            path("<int:pk>/keep/", inside(keep), name="service_desk_casereview_keep"),
            path("<int:pk>/take/", inside(take), name="service_desk_casereview_take"),
            path("<int:pk>/assign/", inside(assign), name="service_desk_casereview_assign"),
            path("<int:pk>/decide/", inside(decide), name="service_desk_casereview_decide"),
        ]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """The case beside the sheet: to be marked by the reviewer, to be read by everybody else who may."""
    user = staff(request)
    review = _found(user, pk)
    form = None
    if review.state == CaseReview.State.OPEN and review.reviewer_id == user.pk:
        sheet = sheets.whole(review.sheet)
        form = MarkingForm(posted(request), sheet=sheet, begins=Marking.from_json(review.draft))
        if form.is_bound and (answer := _typed(request, review, form, user)) is not None:
            return answer
    return shown(request, review, user, form=form)


def _typed(request: HttpRequest, review: CaseReview, form: MarkingForm, user: User) -> HttpResponse | None:
    """Hand it in, or keep it as it is. What cannot be handed in is kept too: nothing that was typed is lost."""
    if "keep" in request.POST:
        if form.is_valid() and tried(
            request, lambda: reviews.keep(review, form.marking(), by=user), done=_now("Kept.")
        ):
            return redirect(HERE, review.pk)
        return None
    if form.is_complete():
        try:
            reviews.hand_in(review, form.marking(), by=user)
        except RuleBroken as refusal:
            if isinstance(refusal, Refusal) and refusal.status == 403:
                raise
            form.add_error(None, refusals.said(refusal))
        else:
            messages.success(request, _now("Handed in. Your colleague is told."))
            return redirect(HERE, review.pk)
    elif form.cleaned_data:
        reviews.keep(review, form.marking(), by=user)
    return None


def shown(
    request: HttpRequest, review: CaseReview, user: User, *, form: MarkingForm | None, answer: AnswerForm | None = None
) -> HttpResponse:
    """The page; the thread is on record before it is shown, and only whoever may look at cases reads it."""
    may_read = access.allows(user, presence.VIEW)
    if may_read:
        holding.refuse_own(review.case, by=user)
        opening.look(review.case, by=user)
    scores = rows.scores_of(review)
    is_open = review.state == CaseReview.State.OPEN
    wrong = any(one is not None and one.is_bound and bool(one.errors) for one in (form, answer))
    return page(
        request,
        "admin/service_desk/quality/review.html",
        status=422 if wrong else 200,
        title=_now("Review of %(case)s") % {"case": review.case.number},
        review=review,
        case=review.case,
        whole=cases.whole(review.case) if may_read else None,
        form=form,
        wrong=wrong,
        is_late=review.is_late(clock.today()),
        told=rows.told(review, scores),
        scores=scores,
        objection=getattr(review, "objection", None),
        found={one.code: one for one in review.findings.select_related("task")},
        may_find=not is_open and (review.reviewer_id == user.pk or access.allows(user, findings.RECTIFY)),
        may_take=is_open and review.reviewer_id is None and access.allows(user, rows.REVIEW),
        reviewer_form=ReviewerForm(review=review) if is_open and access.allows(user, rows.MANAGE) else None,
        may_decide=rows.objections(user).filter(review=review).exists(),
        may_see_samples=access.allows(user, "quality.view_reviewsample"),
        answer=answer,
    )


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent by the open page while one marks: what is there so far is kept."""
    user = viewer(request, rows.REVIEW)
    review = _found(user, pk)
    form = MarkingForm(request.POST, sheet=sheets.whole(review.sheet), begins=Marking({}))
    if form.is_valid():
        try:
            reviews.keep(review, form.marking(), by=user)
        except RuleBroken as refusal:
            return page(request, "admin/service_desk/quality/_kept.html", said=refusals.said(refusal))
    return page(request, "admin/service_desk/quality/_kept.html", at=clock.now())


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request, rows.REVIEW)
    review = _found(user, pk)
    tried(request, lambda: reviews.take(review, by=user), done=_now("It is yours to review."))
    return redirect(HERE, review.pk)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request, rows.MANAGE)
    review = _found(user, pk)
    form = ReviewerForm(request.POST, review=review)
    if form.is_valid():
        to = form.cleaned_data["to"]
        tried(request, lambda: reviews.assign(review, to=to, by=user), done=_now("Assigned."))
    else:
        messages.error(request, refusals.sentence("not_a_reviewer"))
    return redirect("admin:service_desk_casereview_changelist")


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody else marks the case as he finds it, and answers."""
    user = viewer(request, rows.SETTLE)
    theirs = CaseReview.objects.filter(pk__in=rows.objections(user).values("review"))
    review = found(theirs.select_related(*RELATED, "objection"), pk)
    first = rows.scores_of(review)[0]
    begins = Marking(
        {one.code: one.mark for one in first.marks.all()},
        {one.code: one.remark for one in first.marks.all() if one.remark},
    )
    form = MarkingForm(posted(request), sheet=sheets.whole(review.sheet), begins=begins)
    answer = AnswerForm(posted(request))
    if form.is_bound and all([form.is_complete(), answer.is_valid()]):
        said = answer.said("answer")
        done = typed(form, lambda: review_objections.decide(review.objection, form.marking(), answer=said, by=user))
        if done is not None:
            messages.success(request, _now("Decided. Both are told."))
            return redirect("admin:service_desk_casereview_changelist")
    return shown(request, review, user, form=form, answer=answer)


def choose(request: HttpRequest) -> HttpResponse:
    """A case that somebody wants to have reviewed."""
    user = viewer(request, rows.MANAGE if access.allows(staff(request), rows.MANAGE) else rows.REVIEW)
    form = ChooseForm(posted(request), initial={"case": request.GET.get("case", "")})
    if form.is_bound and form.is_valid():
        case = cases.by_number(form.said("case"))
        if case is None:
            form.add_error("case", _now("There is no such case."))
        else:
            made = typed(form, lambda: sampling.add(case, reason=form.said("reason"), by=user))
            if made is not None:
                messages.success(request, _now("It will be reviewed."))
                return redirect("admin:service_desk_casereview_changelist")
    return form_page(request, form, template="review_choose.html", title=_now("Have a case reviewed"))


def _found(user: User, pk: object) -> CaseReview:
    return found(rows.visible_to(user).select_related(*RELATED), pk)

"""Samples in the back office: what was drawn of what by which rule, and who is given cases (SVC-12 · D9)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, tried, viewer
from core import access, show
from core.admin import ReadOnly
from core.admin.base import moment, number
from core.models import User
from service_desk.quality.admin.common import found
from service_desk.quality.models import CaseReview, ReviewSample
from service_desk.quality.operations import sampling
from service_desk.quality.queries import reviews
from service_desk.quality.queries import sampling as drawn
from service_desk.quality.queries.reviews import MANAGE

SEE = "quality.view_reviewsample"
MOST = 300
WHOLE = {"severe": _("critical cases"), "breached": _("missed deadlines"), "unhappy": _("low ratings")}


@admin.register(ReviewSample)
class ReviewSampleAdmin(ReadOnly):
    space = "quality"
    list_display = (
        "of", number("population", _("cases in all")), number("drawn", _("cases drawn")), "done", "sheet",
        moment("at", _("drawn at")),
    )  # fmt: skip
    list_select_related: ClassVar[tuple[str, ...]] = ("sheet", "finding")
    ordering = ("-id",)

    @admin.display(description=_("of"), ordering="week_starts_on")
    def of(self, row: ReviewSample) -> str:
        return title_of(row)

    @admin.display(description=_("reviewed"))
    def done(self, row: ReviewSample) -> str:
        return f"{show.number(vars(row)['done_'])} / {show.number(row.drawn)}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).defer("frame")
        counted: QuerySet[Any] = rows.annotate(done_=Count("reviews", filter=Q(reviews__state="done")))
        return counted

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and access.allows(request.user, SEE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [path("reviewers/", inside(reviewers), name="service_desk_reviewsample_reviewers")]
        return [*own, *super().get_urls()]


def title_of(sample: ReviewSample) -> str:
    if sample.week_starts_on is None:
        return _now("Verification: %(finding)s") % {"finding": sample.finding}
    return _now("Week from %(day)s") % {"day": show.day(sample.week_starts_on)}


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """What was drawn; drawing again by its seed shows whether it is what it says."""
    user = viewer(request, SEE)
    sample = found(ReviewSample.objects.select_related("sheet", "finding", "by"), pk)
    rows = list(sample.reviews.select_related("case", "agent", "reviewer").order_by("pk"))
    theirs = set(reviews.visible_to(user).filter(sample=sample).values_list("pk", flat=True))
    return page(
        request,
        "admin/service_desk/quality/sample.html",
        title=title_of(sample),
        sample=sample,
        rows=rows[:MOST],
        more=max(len(rows) - MOST, 0),
        theirs=theirs,
        done=sum(one.state == CaseReview.State.DONE for one in rows),
        share=f"{sample.rule.get('share_bps', 0) / 100:g}",
        whole=[word for name, word in WHOLE.items() if sample.rule.get(name)],
        holds=sorted(one.case_id for one in rows) == drawn.drawn_again(sample),
    )


def reviewers(request: HttpRequest) -> HttpResponse:
    """Who reviews, who is given cases by the draw, and how many each has open."""
    user = viewer(request, SEE)
    people, load, on_duty = reviews.reviewers(), reviews.load(), set(reviews.on_duty())
    if request.method == "POST":
        chosen = next((one for one in people if str(one.pk) == request.POST.get("reviewer")), None)
        viewer(request, reviews.REVIEW if chosen == user and not access.allows(user, MANAGE) else MANAGE)
        if chosen is not None:
            on = request.POST.get("on") == "1"
            tried(request, lambda: sampling.be_on_duty(chosen, on=on, by=user), done=_now("Kept."))
        return redirect("admin:service_desk_reviewsample_reviewers")
    manages = access.allows(user, MANAGE)
    shown = [(one, one.pk in on_duty, load.get(one.pk, 0), manages or one.pk == user.pk) for one in people]
    return page(request, "admin/service_desk/quality/reviewers.html", title=_now("Reviewers"), people=shown)

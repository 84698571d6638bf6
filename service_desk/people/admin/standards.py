"""Standards of posts, and spot checks against them, in the back office (SVC-09 · D7.2)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock
from core.admin import revealable
from core.admin.base import moment
from core.models import Post, User
from service_desk.models import PostStandard, SpotCheck
from service_desk.people.admin.base import OfPeople
from service_desk.people.admin.performance_forms import ColleagueForm, CriterionForm, StandardForm
from service_desk.people.operations import standards
from service_desk.people.queries import reach
from service_desk.people.queries import standards as written
from service_desk.people.wording import share

CRITERIA = forms.formset_factory(CriterionForm, extra=6, max_num=20, absolute_max=20)
WORDS = ("name", "name_zh_hans", "name_zh_hant", "weight")


@admin.register(PostStandard)
class PostStandardAdmin(OfPeople):
    """What good work at a post is; a new standard begins with the criteria of the one in force."""

    list_display = ("post", "starts_on", "reason", "author")
    list_filter = ("post",)
    list_select_related = ("post", "author")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "post", "starts_on", "criteria_told", "reason", "author", moment("created_at", _("written at")),
    )  # fmt: skip

    @admin.display(description=_("criteria"))
    def criteria_told(self, row: PostStandard) -> SafeString:
        lines = ((one.localized_name, one.weight) for one in row.criteria.all())
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} · × {}</li>", lines))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), standards.CHANGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, standards.CHANGE)
        chosen = _post(request.GET.get("post", ""))
        form = StandardForm(request.POST if request.method == "POST" else None, initial={"post": chosen})
        criteria = CRITERIA(request.POST if request.method == "POST" else None, initial=_criteria_of(chosen))
        if request.method == "POST" and form.is_valid() and criteria.is_valid():
            given = [one.cleaned_data for one in criteria.forms if one.cleaned_data.get("name")]
            worded = [{name: one[name] for name in WORDS} for one in given]
            made: list[PostStandard] = []
            if tried(
                request,
                lambda: made.append(standards.set_standard(**form.cleaned_data, criteria=worded, by=user)),
                done=_now("In force."),
            ):
                return redirect("admin:service_desk_poststandard_change", made[0].pk)
        return page(
            request,
            "admin/service_desk/standard.html",
            status=422 if request.method == "POST" else 200,
            title=_now("A standard of a post"),
            form=form,
            criteria=criteria,
            posts=Post.objects.select_related("department"),
        )


def _post(pk: str) -> Post | None:
    return Post.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def _criteria_of(post: Post | None) -> list[dict[str, Any]]:
    """The criteria in force, to be changed."""
    found = written.of_post(post, on=clock.today()) if post else None
    return [{name: getattr(one, name) for name in WORDS} for one in found.criteria.all()] if found else []


@admin.register(SpotCheck)
class SpotCheckAdmin(OfPeople):
    """Colleagues seen at work; one's own and those that one's right reaches."""

    list_display = ("person", "checked_on", "score", "assessor", "store", "seen", "is_void")
    list_filter = ("store", ("void_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "assessor", "store")
    search_exact = ("person__employment__staff_number",)
    search_prefix = ("person__display_name",)
    masked_fields = ("comment",)
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "person", "standard", "sheet", "score", "assessor", "store", moment("checked_at", _("checked at")),
        revealable("comment", label=_("comment")), moment("seen_at", _("seen at")), moment("void_at", _("void since")),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.select_related("person", "assessor", "store", "standard__post")
        return reach.within(rows, staff(request), right="people.view_spotcheck")

    @admin.display(description=_("score"), ordering="score_bps")
    def score(self, row: SpotCheck) -> str:
        return share(row.score_bps)

    @admin.display(description=_("seen by the colleague"), boolean=True)
    def seen(self, row: SpotCheck) -> bool:
        return row.seen_at is not None

    @admin.display(description=_("void"), boolean=True)
    def is_void(self, row: SpotCheck) -> bool:
        return row.void_at is not None

    @admin.display(description=_("marks"))
    def sheet(self, row: SpotCheck) -> SafeString:
        marks = row.marks.select_related("criterion").order_by("criterion__position")
        lines = ((one.criterion.localized_name, one.mark) for one in marks)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} · {}/5</li>", lines))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), standards.CHECK)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """First whom, then mark by mark."""
        user = viewer(request, standards.CHECK)
        given = request.POST if request.method == "POST" else request.GET
        whom = ColleagueForm(given if "person" in given else None, by=user)
        person = whom.cleaned_data["person"] if whom.is_bound and whom.is_valid() else None
        standard = written.of_person(person, on=clock.today()) if person else None
        if request.method == "POST" and person is not None:
            made: list[SpotCheck] = []
            if tried(request, lambda: made.append(_checked(request, person, by=user)), done=_now("Recorded.")):
                return redirect("admin:service_desk_spotcheck_change", made[0].pk)
        return page(
            request,
            "admin/service_desk/spot_check.html",
            status=422 if request.method == "POST" else 200,
            title=_now("A spot check"),
            whom=whom,
            person=person,
            standard=standard,
            scale=range(1, 6),
        )


def _checked(request: HttpRequest, person: User, *, by: User) -> SpotCheck:
    marks = {
        int(name.removeprefix("mark_")): int(str(value))
        for name, value in request.POST.items()
        if name.startswith("mark_") and name.removeprefix("mark_").isdecimal() and str(value) in set("12345")
    }
    comment = request.POST.get("comment", "").replace("\x00", "")[:2_000]
    return standards.spot_check(person, marks, comment=comment, by=by)

"""The score sheet in the back office: its versions, the draft, asking a second person to publish it (SVC-12 · D9)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, tried, viewer
from core import access, refusals, show
from core.admin import ReadOnly
from core.admin.base import moment, state
from core.models import User
from core.request import posted
from core.rules import RuleBroken
from service_desk.quality.admin.common import found
from service_desk.quality.admin.review_forms import ReasonForm, SheetForms
from service_desk.quality.models import ScoreSheet
from service_desk.quality.operations import sheets
from service_desk.quality.queries import sheets as rows
from service_desk.quality.queries.reviews import MANAGE

SEE = "quality.view_scoresheet"
HERE = "admin:service_desk_scoresheet_change"


@admin.register(ScoreSheet)
class ScoreSheetAdmin(ReadOnly):
    space = "quality"
    list_display = (
        "version", state(_("state")), "asks", "note", "author", "published_by", moment("published_at", _("published at")),
    )  # fmt: skip
    list_select_related: ClassVar[tuple[str, ...]] = ("author", "published_by")
    ordering = ("-number",)

    @admin.display(description=_("version"), ordering="number")
    def version(self, row: ScoreSheet) -> str:
        return str(row)

    @admin.display(description=_("criteria"))
    def asks(self, row: ScoreSheet) -> str:
        return show.number(vars(row)["asked_"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = found.annotate(asked_=Count("criteria"))
        return counted

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and access.allows(request.user, SEE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, MANAGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [path("<int:pk>/submit/", inside(submit), name="service_desk_scoresheet_submit")]
        return [*own, *super().get_urls()]


def begin(request: HttpRequest) -> HttpResponse:
    """The next version, as a draft with everything that is in force."""
    user = viewer(request, MANAGE)
    if request.method == "POST":
        return redirect(HERE, sheets.begin(by=user).pk)
    title = _now("A new version of the score sheet")
    return page(request, "admin/service_desk/quality/sheet_begin.html", title=title, now=rows.in_force())


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """A version to read; the draft to write."""
    user = viewer(request, SEE)
    sheet = found(ScoreSheet.objects.select_related("author", "published_by"), pk)
    writes = sheet.state == ScoreSheet.State.DRAFT and access.allows(user, MANAGE)
    if not writes:
        if request.method == "POST":
            raise Http404
        whole = rows.whole(sheet)
        return page(request, "admin/service_desk/quality/sheet.html", title=str(sheet), sheet=sheet, whole=whole)
    forms = SheetForms(posted(request), sheet=sheet)
    refused = ""
    if request.method == "POST" and forms.is_valid():
        try:
            sheets.write(sheet, forms.parts(), note=forms.note.said("note"), by=user)
        except RuleBroken as refusal:
            refused = str(refusals.said(refusal))
        else:
            messages.success(request, _now("Kept."))
            return redirect(HERE, sheet.pk)
    return page(
        request,
        "admin/service_desk/quality/sheet_form.html",
        status=422 if request.method == "POST" else 200,
        title=str(sheet),
        sheet=sheet,
        forms=forms,
        refused=refused,
        wrong=request.method == "POST",
        whole=rows.whole(sheet),
        reason_form=ReasonForm(),
    )


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person to publish it."""
    user = viewer(request, MANAGE)
    sheet = found(ScoreSheet.objects.all(), pk)
    form = ReasonForm(request.POST)
    reason = form.said("reason") if form.is_valid() else ""
    tried(request, lambda: sheets.submit(sheet, reason=reason, by=user), done=_now("Waits for a second person."))
    return redirect(HERE, sheet.pk)

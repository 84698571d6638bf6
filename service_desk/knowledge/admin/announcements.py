"""Announcements in the back office: what is on, what waits, writing one, and taking one back (MEM-11 · D9.4, D7)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock, refusals
from core.admin.base import ReadOnly, moment, state
from core.refusals import Refusal
from core.request import posted, reason_of
from core.rules import RuleBroken
from service_desk.knowledge.forms import LANGUAGES, NewsForm
from service_desk.knowledge.models import Announcement, AnnouncementText
from service_desk.knowledge.operations import announcements as operations
from service_desk.knowledge.operations.announcements import PROPOSE
from service_desk.knowledge.queries import concerned

VIEW = "service_desk.view_announcement"
State = Announcement.State


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnly):
    list_display = (
        "named", state(_("state")), "kind", "audience", "importance", moment("starts_at", pgettext_lazy("moment", "from")),
        moment("ends_at", _("until")), "author",
    )  # fmt: skip
    list_filter = ("state", "kind", "audience")
    list_select_related = ("author",)
    ordering = ("-starts_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        titles = Prefetch("texts", AnnouncementText.objects.only("announcement", "language", "title"))
        found: QuerySet[Any] = super().get_queryset(request).prefetch_related(titles)
        return found

    @admin.display(description=_("announcement"))
    def named(self, row: Announcement) -> str:
        return row.text(get_language() or "en").title if row.texts.all() else str(row)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PROPOSE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/edit/", inside(edit), name="service_desk_announcement_edit"),
            path("<int:pk>/act/<slug:verb>/", inside(act), name="service_desk_announcement_act"),
        ]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: str) -> HttpResponse:
    """What it says, to whom, how many have read it, and what can be done."""
    user = viewer(request, VIEW)
    row = _found(pk)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(LANGUAGES) else get_language() or "en"
    text = row.text(language) if row.texts.all() else None
    read = row.readings.aggregate(
        read=Count("pk", filter=Q(read_at__isnull=False)), away=Count("pk", filter=Q(dismissed_at__isnull=False))
    )
    return page(
        request,
        "admin/service_desk/knowledge/announcement.html",
        title=text.title if text else str(row),
        row=row,
        text=text,
        languages=LANGUAGES,
        language=language,
        readers=concerned.readers(row),
        is_on=row.state == State.PUBLISHED and (row.ends_at is None or row.ends_at > clock.now()),
        may_write=access.allows(user, PROPOSE),
        **read,
    )


def begin(request: HttpRequest) -> HttpResponse:
    """A new announcement: a draft."""
    user = viewer(request, PROPOSE)
    form = NewsForm(posted(request))
    if form.is_bound and form.is_valid():
        made = _tried(form, lambda: operations.begin(form.notice(), by=user))
        if made is not None:
            return redirect("admin:service_desk_announcement_change", made.pk)
    return _form(request, form, title=_now("New announcement"))


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a draft says from now on."""
    user = viewer(request, PROPOSE)
    row = _found(str(pk))
    form = NewsForm(posted(request), initial=NewsForm.initial_of(row))
    if form.is_bound and form.is_valid():
        made = _tried(form, lambda: operations.edit(row, form.notice(), by=user))
        if made is not None:
            return redirect("admin:service_desk_announcement_change", made.pk)
    return _form(request, form, title=_now("Edit the announcement"), row=row)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask a second person to publish it, or take it back."""
    user, row = staff(request), _found(str(pk))
    access.require(user, PROPOSE)
    deed = DEEDS.get(verb)
    if deed is None:
        raise Http404
    operation, done = deed
    tried(request, partial(operation, row, reason=reason_of(request), by=user), done=str(done))
    return redirect("admin:service_desk_announcement_change", row.pk)


DEEDS: dict[str, tuple[Callable[..., Any], Any]] = {
    "publish": (operations.publish, _("Sent for approval. It takes effect once a second person has approved it.")),
    "withdraw": (operations.withdraw, _("Withdrawn.")),
}


def _form(request: HttpRequest, form: NewsForm, *, title: str, row: Announcement | None = None) -> HttpResponse:
    context = {"form": form, "row": row, "wrong": bool(form.errors), "title": title}
    status = 422 if form.errors else 200
    return page(request, "admin/service_desk/knowledge/announcement_form.html", status=status, **context)


def _tried(form: NewsForm, act: Callable[[], Announcement]) -> Announcement | None:
    try:
        return act()
    except RuleBroken as refusal:
        if isinstance(refusal, Refusal) and refusal.status == 403:
            raise
        form.add_error(None, refusals.said(refusal))
        return None


def _found(pk: str) -> Announcement:
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    rows = Announcement.objects.select_related("author", "approval__decided_by", "legal_text")
    row = rows.prefetch_related("texts", "products").filter(pk=int(pk)).first()
    if row is None:
        raise Http404
    return row

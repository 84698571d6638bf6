"""The inbox of approvals: what changes, side by side, what follows from it, and the decision (C2.3)."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import access, approvals, refusals, show
from core.admin.base import ReadOnly, moment, state
from core.models import Approval, User
from core.request import reason_of
from core.rules import RuleBroken


class WhoseFilter(admin.SimpleListFilter):
    """Mine to decide (the usual look), mine asked, or all that I may see."""

    title = gettext_lazy("show")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("asked", _("asked by me")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": _("waiting for my decision")} if number == 0 else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Approval]) -> QuerySet[Approval]:
        user = _user(request)
        if self.value() == "asked":
            return queryset.filter(author=user)
        return queryset if self.value() == "all" else queryset & approvals.waiting_for(user)


@admin.register(Approval)
class ApprovalAdmin(ReadOnly):
    list_display = (
        "title",
        "kind_in_words",
        "author",
        moment("requested_at", gettext_lazy("requested at")),
        state(gettext_lazy("state")),
        "decided_by",
    )
    list_filter = (WhoseFilter, "state")
    list_select_related = ("author", "decided_by")
    search_exact = ("subject",)
    search_prefix = ("title",)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_in_words(self, row: Approval) -> str:
        kind = approvals.kinds().get(row.kind)
        return str(kind.label) if kind else row.kind

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody on the staff has an inbox; what is in it depends on his rights."""
        return isinstance(request.user, User) and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return approvals.visible_to(_user(request))

    def get_urls(self) -> list[URLPattern]:
        decide = path(
            "<int:pk>/decide/", self.admin_site.admin_view(require_POST(self.decide)), name="core_approval_decide"
        )
        return [decide, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        approval = self._found(request, object_id)
        return TemplateResponse(request, "admin/core/approval.html", self._shown(request, approval))

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry out one decision; a refusal is said on the request's own page, with what was typed."""
        approval = self._found(request, str(pk))
        decisions: dict[str, tuple[Callable[..., Approval], str]] = {
            "approve": (approvals.approve, _("Approved.")),
            "reject": (approvals.reject, _("Rejected.")),
            "withdraw": (approvals.withdraw, _("Withdrawn.")),
        }
        chosen = decisions.get(request.POST.get("decision", ""))
        if chosen is None:
            raise Http404
        decide, done = chosen
        try:
            decide(approval, by=_user(request), reason=reason_of(request))
        except RuleBroken as refusal:
            approval.refresh_from_db()
            shown = self._shown(request, approval) | {"refusal": refusals.said(refusal)}
            status = getattr(refusal, "status", 409)
            return TemplateResponse(request, "admin/core/approval.html", shown, status=status)
        messages.success(request, done)
        return redirect(reverse("admin:core_approval_changelist"))

    def _found(self, request: HttpRequest, pk: str) -> Approval:
        if not pk.isdecimal() or not self.has_view_permission(request):
            raise Http404
        row = self.get_queryset(request).select_related("author", "decided_by").filter(pk=int(pk)).first()
        if row is None or row.kind not in approvals.kinds():
            raise Http404
        return row  # type: ignore[no-any-return]

    def _shown(self, request: HttpRequest, approval: Approval) -> dict[str, Any]:
        user, kind = _user(request), approvals.kind_of(approval)
        pending = approval.state == Approval.State.PENDING
        return {
            **self.admin_site.each_context(request),
            "title": approval.title,
            "subtitle": kind.label,
            "opts": self.opts,
            "approval": approval,
            "kind": kind,
            "subject_url": kind.url(approval) if kind.url else "",
            "changes": changes(approval),
            "effects": effects(approval),
            "evidence": approvals.evidence_for(approval),
            "may_decide": pending and approval.author_id != user.pk and access.allows(user, kind.right),
            "is_author": approval.author_id == user.pk,
            "may_withdraw": pending and approval.author_id == user.pk,
            "reason": reason_of(request),
        }


def changes(approval: Approval) -> list[dict[str, Any]]:
    """Each field before and after; what stays the same is told apart."""
    words = _words(approval)
    names = list(dict.fromkeys([*approval.after, *approval.before]))
    return [
        {
            "label": label_of(name, words),
            "before": shown(name, approval.before.get(name), words),
            "after": shown(name, approval.after.get(name), words),
            "same": name in approval.before and approval.before.get(name) == approval.after.get(name),
            "new": name not in approval.before,
        }
        for name in names
    ]


def effects(approval: Approval) -> list[tuple[str, str]]:
    words = _words(approval)
    return [(label_of(name, words), shown(name, value, words)) for name, value in approval.effect.items()]


def _words(approval: Approval) -> Mapping[str, approvals.Word]:
    kind = approvals.kind_of(approval)
    return kind.words(approval) if kind.words else {}


def label_of(name: str, words: Mapping[str, approvals.Word]) -> str:
    return str(words[name].label) if name in words else name.replace("_", " ").replace(".", " · ")


def shown(name: str, value: Any, words: Mapping[str, approvals.Word]) -> str:
    return words[name].show(value) if name in words and value is not None else plainly(name, value)


def plainly(name: str, value: Any) -> str:
    """A value that its kind gave no words for, as a reader wants it."""
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return show.money(value) if name.endswith("_minor") else show.number(value)
    if isinstance(value, list):
        return show.listed(plainly(name, item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{label_of(key, {})} {plainly(key, item)}" for key, item in value.items())
    return _day_or_text(value)


def _day_or_text(value: Any) -> str:
    if isinstance(value, str) and len(value) == len("2026-11-22"):
        try:
            return show.day(dt.date.fromisoformat(value))
        except ValueError:
            return value
    return value if isinstance(value, str) else json.dumps(value)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user

"""Questions about cases, for the departments that are asked (SVC-02, SVC-13 · A6.2.2, B10): whoever is asked needs no right
of the service desk, and sees what he is asked, not what the member said."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page
from core import access, refusals, worklists
from core.admin.base import ReadOnly, moment, state
from core.models import User
from core.request import posted
from core.rules import RuleBroken
from service_desk.forms.fields import text_field
from service_desk.models import CaseTask
from service_desk.operations import holding, presence, tasks
from service_desk.queries import asked

CHANGELIST = "admin:service_desk_casetask_changelist"


class AnswerForm(forms.Form):
    answer = text_field(_("Answer"), rows=6)


@admin.register(CaseTask)
class CaseTaskAdmin(ReadOnly):
    list_display = (
        "case",
        "department",
        "owner",
        state(_("state")),
        moment("asked_at", _("asked at")),
        moment("due_at", _("due at")),
    )
    list_display_links = ("case",)
    list_filter = ("state",)
    list_select_related: ClassVar[tuple[str, ...]] = ("case", "department", "owner")
    ordering = ("-id",)
    search_exact = ("case__number",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody of the house; which rows, the queryset says."""
        return isinstance(request.user, User) and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows, user = super().get_queryset(request), request.user
        if not isinstance(user, User):
            return rows.none()
        return rows if access.allows(user, presence.VIEW) else rows.filter(pk__in=asked.of(user).values("pk"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The question, what it is about, and the form that answers it."""
        user = request.user
        found = self.may_see(request, object_id)
        if not isinstance(found, CaseTask) or not isinstance(user, User):
            raise Http404
        form = AnswerForm(posted(request))
        may_answer = found.state == CaseTask.State.OPEN and (
            access.allows(user, holding.HANDLE) or asked.of(user).filter(pk=found.pk).exists()
        )
        if request.method == "POST" and form.is_valid():
            try:
                tasks.answer(found, answer=form.cleaned_data["answer"], by=user)
            except RuleBroken as broken:
                form.add_error(None, refusals.said(broken))
            else:
                messages.success(request, _now("Thank you. Whoever asked is told."))
                return redirect(CHANGELIST)
        context = {"task": found, "case": found.case, "form": form, "may_answer": may_answer, "opts": self.opts}
        status = 422 if form.errors else 200
        return page(request, "admin/service_desk/task.html", status=status, title=found.case.number, **context)


worklists.register(
    worklists.Worklist(
        code="cases.tasks",
        label=_("Questions about cases to my department"),
        rows=asked.waiting,
        url=CHANGELIST,
        query="state__exact=open",
        icon="contact_support",
    )
)

"""The staff in the back office: who works where, which roles they hold, and opening and shutting accounts (SEC-01)."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from core import access, masking, refusals, show, staff
from core.admin.base import ReadOnly, masked, moment, revealable
from core.models import Employment, RoleAssignment, User
from core.request import reason_of
from core.rules import RuleBroken
from core.staff_forms import GrantForm, HireForm, MoveForm


@admin.register(Employment)
class EmploymentAdmin(ReadOnly):
    list_display = ("name", "staff_number", "post", "store", "roles_in_words", "is_active")
    list_display_links = ("name",)
    list_select_related = ("user", "post", "post__department", "store")
    list_filter = ("store", "post__department", "user__is_active")
    search_exact = ("staff_number",)
    search_prefix = ("user__display_name",)
    ordering = ("user__display_name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).prefetch_related("user__role_assignments__store")
        stores = access.stores_of(_user(request))
        if stores is None:
            return rows
        held = RoleAssignment.objects.filter(store__in=stores, ended_at__isnull=True)
        return rows.filter(Q(store__in=stores) | Q(user__in=held.values("user")))

    @admin.display(description=gettext_lazy("name"), ordering="user__display_name")
    def name(self, row: Employment) -> str:
        return str(row.user)

    @admin.display(description=gettext_lazy("roles"))
    def roles_in_words(self, row: Employment) -> str:
        return show.listed(role_in_words(one) for one in row.user.role_assignments.all() if one.ended_at is None)

    @admin.display(description=gettext_lazy("may log in"), boolean=True, ordering="user__is_active")
    def is_active(self, row: Employment) -> bool:
        return row.user.is_active

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(_user(request), staff.MANAGE)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        verbs: dict[str, Callable[..., HttpResponse]] = {
            "grant": self.grant,
            "revoke": self.revoke,
            "move": self.move,
            "shut": self.shut,
        }
        own = [
            path(f"<int:pk>/{name}/", inside(require_POST(view)), name=f"core_employment_{name}")
            for name, view in verbs.items()
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        access.require(request.user, staff.MANAGE)
        form = HireForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                hired = staff.hire(**form.cleaned_data, by=_user(request))
            except RuleBroken as refusal:
                form.add_error(None, refusals.said(refusal))
            else:
                messages.success(request, _("Taken on. Now give a role."))
                return redirect("admin:core_employment_change", hired.employment.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("New colleague"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/core/hire.html", context, status=422 if form.errors else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._found(request, object_id))

    def grant(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, by = self._found(request, str(pk)), _user(request)
        form = GrantForm(request.POST, by=by)
        if not form.is_valid():
            # An unoffered role is an attempt to hand out more than one may: the operation refuses it and raises the alert.
            wanted = request.POST.get("grant-role", "")
            return self._do(request, row, lambda: staff.grant(row.user, wanted, by=by), grant_form=form)
        told = form.cleaned_data
        return self._do(
            request,
            row,
            lambda: staff.grant(row.user, told["role"], by=by, store=told["store"], reason=told["reason"]),
            grant_form=form,
        )

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, by = self._found(request, str(pk)), _user(request)
        number = request.POST.get("assignment", "")
        held = row.user.role_assignments.filter(pk=number).first() if number.isdecimal() else None
        if held is None:
            raise Http404
        return self._do(request, row, lambda: staff.revoke(held, by=by, reason=reason_of(request)))

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, by = self._found(request, str(pk)), _user(request)
        access.require(by, staff.MANAGE)
        form = MoveForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, status=422, move_form=form)
        return self._do(request, row, lambda: staff.move(row, **form.cleaned_data, by=by))

    def shut(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shut the account out, or let it in again."""
        row, by = self._found(request, str(pk)), _user(request)
        verb = staff.disable if row.user.is_active else staff.enable
        return self._do(request, row, lambda: verb(row.user, by=by, reason=reason_of(request)))

    def _do(self, request: HttpRequest, row: Employment, act: Callable[[], object], **forms: Any) -> HttpResponse:
        try:
            act()
        except RuleBroken as refusal:
            status = getattr(refusal, "status", 409)
            return self._page(request, row, status=status, refusal=refusals.said(refusal), **forms)
        messages.success(request, _("Done."))
        return redirect("admin:core_employment_change", row.pk)

    def _found(self, request: HttpRequest, pk: str) -> Employment:
        row = self.may_see(request, pk)
        if not isinstance(row, Employment):
            raise Http404
        return row

    def _page(self, request: HttpRequest, row: Employment, *, status: int = 200, **context: Any) -> HttpResponse:
        by = _user(request)
        held = row.user.role_assignments.filter(ended_at__isnull=True).select_related("store", "granted_by")
        shown = {
            **self.admin_site.each_context(request),
            "title": str(row.user),
            "subtitle": str(row.post),
            "opts": self.opts,
            "employment": row,
            "email": revealable("email", mask=masking.address)(row.user),
            "held": [
                {
                    "assignment": one,
                    "role": role_in_words(one),
                    "may_revoke": access.allows(by, f"grant.{one.role}", at=one.store_id),
                }
                for one in held
            ],
            "grant_form": GrantForm(by=by) if staff.grantable_by(by) and row.user_id != by.pk else None,
            "move_form": MoveForm(initial={"post": row.post_id, "store": row.store_id}),
            "may_manage": access.allows(by, staff.MANAGE),
            "is_self": row.user_id == by.pk,
        }
        return TemplateResponse(request, "admin/core/colleague.html", shown | context, status=status)


@admin.register(User)
class UserAdmin(ReadOnly):
    """Accounts of all kinds; those of the staff are worked on at their employment."""

    list_display = (
        "display_name",
        "handle",
        masked("email", mask=masking.address, label=gettext_lazy("e-mail")),
        masked("phone", label=gettext_lazy("phone")),
        "is_staff",
        "is_active",
        moment("joined_at", pgettext_lazy("colleague", "joined")),
    )
    list_filter = ("is_staff", "is_active")
    search_exact = ("handle",)
    search_prefix = ("employment__user__display_name",)  # of colleagues: who is no member of staff has no such name
    search_sealed = ("email_index", "phone_index")
    search_help_text = gettext_lazy("Beginning of the name, or the whole e-mail address or phone number")
    masked_fields = ("email", "phone")
    ordering = ("-id",)
    fields = (  # type: ignore[assignment]
        "display_name",
        "handle",
        revealable("email", mask=masking.address, label=gettext_lazy("e-mail")),
        revealable("phone", label=gettext_lazy("phone")),
        "language",
        "is_staff",
        "is_active",
        moment("joined_at", pgettext_lazy("colleague", "joined")),
    )
    readonly_fields = fields  # type: ignore[assignment]


def role_in_words(held: RoleAssignment) -> str:
    known = access.roles().get(held.role)
    name = str(known.name) if known else held.role
    return f"{name} ({held.store.name})" if held.store else name


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user

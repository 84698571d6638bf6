"""Who is logged in where (SEC-01): seen and ended by administrators."""

from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import access
from core.admin.base import ReadOnly
from core.models import User
from members.operations import entrance
from members.templatetags.members import device

RIGHT = "core.end_session"

if admin.site.is_registered(UserSession):
    admin.site.unregister(UserSession)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnly):
    list_display = ("user", "what", "ip", "created_at", "last_seen_at")
    list_display_links = None
    list_filter = ("user__is_staff",)
    ordering = ("-last_seen_at",)
    actions = ("end",)

    @admin.display(description=_("device"))
    def what(self, row: UserSession) -> str:
        return device(row.user_agent)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and access.allows(request.user, RIGHT)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("Log out there"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = entrance.end_sessions(list(queryset[:200]), by=cast(User, request.user))
        notices.success(request, _("Sessions ended: %(count)s") % {"count": count})

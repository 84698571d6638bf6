"""Departments, stores, posts: the small tables that the organisation is made of."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core import access
from core.admin.base import Audited
from core.models import Department, Post, Store, User


@admin.register(Department)
class DepartmentAdmin(Audited):
    """SVC-14 · B2 — the departments, each with its director."""

    list_display = ("name", "code", "director")
    list_select_related = ("director",)
    fields = ("name", "code", "director")
    search_exact = ("code",)
    search_prefix = ("name",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Of everybody who can log in only those at work here are on offer."""
        if db_field.name == "director":
            kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True).order_by("display_name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Post)
class PostAdmin(Audited):
    list_display = ("title", "department")
    list_select_related = ("department",)
    fields = ("title", "department")
    search_prefix = ("title",)


@admin.register(Store)
class StoreAdmin(Audited):
    list_display = ("code", "name", "city", "is_open")
    list_filter = ("is_open",)
    fields = ("code", "name", "city", "address", "phone", "is_open")
    search_exact = ("code",)
    search_prefix = ("name", "city")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.within_scope(super().get_queryset(request), request.user, path="pk")  # type: ignore[arg-type]

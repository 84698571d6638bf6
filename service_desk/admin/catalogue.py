"""The small tables of the service desk, changed by a form; each change is audited (SVC-02 · A6.2.2)."""

from typing import ClassVar

from django.contrib import admin

from core.admin.base import Audited, code
from service_desk.models import AgentProfile, CannedAnswer, CaseCategory, Skill


@admin.register(CaseCategory)
class CaseCategoryAdmin(Audited):
    list_display = (code, "localized_name", "kind", "department", "skill", "severity", "complexity", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related: ClassVar[tuple[str, ...]] = ("department", "skill")
    search_exact = ("code",)
    search_prefix = ("name", "name_zh_hans")


@admin.register(CannedAnswer)
class CannedAnswerAdmin(Audited):
    list_display = (code, "name", "category", "is_active")
    list_filter = ("is_active",)
    list_select_related: ClassVar[tuple[str, ...]] = ("category",)
    search_exact = ("code",)
    search_prefix = ("name", "name_zh_hans")


@admin.register(Skill)
class SkillAdmin(Audited):
    list_display = (code, "localized_name")
    search_exact = ("code",)
    search_prefix = ("name", "name_zh_hans")


@admin.register(AgentProfile)
class AgentProfileAdmin(Audited):
    list_display = ("user", "languages", "capacity", "is_on_duty")
    list_filter = ("is_on_duty",)
    list_select_related: ClassVar[tuple[str, ...]] = ("user",)
    search_exact = ("user__display_name",)
    filter_horizontal = ("skills",)

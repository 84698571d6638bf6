"""Topics of the help pages: a small table of the house. A topic that any version belongs to, however old, stays."""

from django.contrib import admin

from core.admin.base import Audited, code
from service_desk.knowledge.models import ArticleCategory


@admin.register(ArticleCategory)
class ArticleCategoryAdmin(Audited):
    list_display = ("__str__", code, "position")
    ordering = ("position", "code")
    fields = (
        "code", ("name", "name_zh_hans", "name_zh_hant"), "icon", "position", "description", "description_zh_hans",
        "description_zh_hant",
    )  # fmt: skip
    search_exact = ("code",)

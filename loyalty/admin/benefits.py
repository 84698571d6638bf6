"""The catalogue of benefits in the back office: the list, and the addresses of its own pages (LOY-09, LOY-11 · C3)."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import words, worklists
from core.admin import ReadOnly
from core.admin.base import code
from core.models import User
from core.templatetags import ui
from loyalty.admin import benefit_pages
from loyalty.models import Benefit, BenefitVersion
from loyalty.operations import benefit_catalogue


@admin.register(Benefit)
class BenefitAdmin(ReadOnly):
    """A list that leads to own pages: a benefit is drafted, approved, revised and retired through them alone."""

    list_display = ("worded", code, "kind", "tier", "standing", "newest")
    list_display_links = ("worded",)
    list_filter = ("kind",)
    search_exact = ("code",)
    search_prefix = ("code", "versions__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(
            Prefetch("versions", BenefitVersion.objects.order_by("-number"), to_attr="all_versions")
        )

    @admin.display(description=_("name"))
    def worded(self, benefit: Benefit) -> str:
        version = _shown(benefit)
        return version.localized_name if version and version.name else benefit.code

    @admin.display(description=_("from which tier on"))
    def tier(self, benefit: Benefit) -> str:
        version = _shown(benefit)
        return words.of(words.TIER, version.from_tier) if version and version.from_tier else "—"

    @admin.display(description=_("state"))
    def standing(self, benefit: Benefit) -> SafeString:
        return ui.status_pill(*benefit_pages.standing(benefit, vars(benefit)["all_versions"]))

    @admin.display(description=_("newest version"))
    def newest(self, benefit: Benefit) -> str:
        versions: list[BenefitVersion] = vars(benefit)["all_versions"]
        return f"v{versions[0].number} · {versions[0].get_state_display()}" if versions else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(benefit_catalogue.PROPOSE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return benefit_pages.begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return benefit_pages.benefit(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("evaluation/", inside(benefit_pages.evaluation), name="loyalty_benefit_evaluation"),
            path("<int:pk>/do/<slug:verb>/", inside(benefit_pages.act), name="loyalty_benefit_act"),
            *super().get_urls(),
        ]


def _shown(benefit: Benefit) -> BenefitVersion | None:
    """What the list calls it by: the newest approved version, else the draft."""
    versions: list[BenefitVersion] = vars(benefit)["all_versions"]
    approved = (one for one in versions if one.state == BenefitVersion.State.APPROVED)
    return next(approved, versions[0] if versions else None)


def _drafts(user: User) -> QuerySet[BenefitVersion]:
    return BenefitVersion.objects.filter(author=user, state=BenefitVersion.State.DRAFT)


worklists.register(
    worklists.Worklist(
        code="benefit-drafts",
        label=_("Benefits I am drafting"),
        rows=_drafts,
        url="admin:loyalty_benefit_changelist",
        right=benefit_catalogue.PROPOSE,
        icon="draw",
    )
)

"""Articles in the back office: the list, one with its history and figures, and finding an answer for somebody."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock, show, worklists
from core.admin.base import ReadOnly
from core.templatetags import ui
from service_desk.knowledge.admin import answers, article_pages, article_writing
from service_desk.knowledge.models import Article, ArticleDay, ArticleRating, ArticleTerm, ArticleText, ArticleVersion
from service_desk.knowledge.operations.articles import PROPOSE
from service_desk.knowledge.policy import words
from service_desk.knowledge.policy.shares import Share
from service_desk.knowledge.queries import figures
from service_desk.knowledge.queries.articles import HEADS

State = ArticleVersion.State
STANDING = {
    "on": (_("on the shelf"), "ok"),
    "coming": (_("begins later"), "info"),
    "waiting": (_("waiting for approval"), "warn"),
    "draft": (_("draft"), "quiet"),
    "off": (_("withdrawn or over"), "quiet"),
}


class StandingFilter(admin.SimpleListFilter):
    """What readers find, what is being written, what has gone."""

    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, STANDING[code][0]) for code in ("on", "waiting", "draft", "off")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        live = Exists(ArticleVersion.objects.in_force(clock.today()).filter(article=OuterRef("pk")))
        match self.value():
            case "on":
                return queryset.filter(live)
            case "off":
                return queryset.exclude(live)
            case "waiting" | "draft" as state:
                return queryset.filter(Exists(ArticleVersion.objects.filter(article=OuterRef("pk"), state=state)))
        return queryset


class AudienceFilter(admin.SimpleListFilter):
    title = _("for")
    parameter_name = "audience"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ArticleVersion.Audience.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() not in ArticleVersion.Audience.values:
            return queryset
        theirs = _shown().filter(article=OuterRef("pk"), audience=self.value())
        return queryset.filter(Exists(theirs))


class ReviewFilter(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("to be reviewed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(pk__in=figures.to_review().values("pk")) if self.value() == "due" else queryset


@admin.register(Article)
class ArticleAdmin(ReadOnly):
    list_display = ("named", "standing", "audience", "topic", "review_on", "views", "replies", "helpful")
    list_filter = (StandingFilter, AudienceFilter, ReviewFilter)
    ordering = ("slug",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the versions that count and the figures, in a constant number of statements."""
        heads = Prefetch("texts", ArticleText.objects.only(*HEADS))
        shown = Prefetch("versions", _shown().select_related("category").prefetch_related(heads), to_attr="shown")
        days = ArticleDay.objects.filter(article=OuterRef("pk")).order_by().values("article")
        rated = ArticleRating.objects.filter(version__article=OuterRef("pk")).order_by().values("version__article")
        rows: QuerySet[Any] = super().get_queryset(request).prefetch_related(shown)
        found: QuerySet[Any] = rows.annotate(
            opened=_number(days.annotate(n=Sum("views"))),
            replied=_number(days.annotate(n=Sum("replies"))),
            yes=_number(rated.annotate(n=Count("pk", filter=Q(helped=True)))),
            all=_number(rated.annotate(n=Count("pk"))),
        )
        return found

    @admin.display(description=_("article"), ordering="slug")
    def named(self, row: Article) -> str:
        main = main_of(row)
        return main.text(get_language() or "en").title if main else row.slug

    @admin.display(description=_("state"))
    def standing(self, row: Article) -> str:
        word, tone = STANDING[standing_of(vars(row)["shown"])]
        return ui.status_pill(tone, str(word))

    @admin.display(description=_("for"))
    def audience(self, row: Article) -> str:
        main = main_of(row)
        return main.get_audience_display() if main else "—"

    @admin.display(description=_("topic"))
    def topic(self, row: Article) -> str:
        main = main_of(row)
        return main.category.localized_name if main else "—"

    @admin.display(description=_("views"), ordering="opened")
    def views(self, row: Article) -> str:
        return show.number(vars(row)["opened"])

    @admin.display(description=_("in replies"), ordering="replied")
    def replies(self, row: Article) -> str:
        return show.number(vars(row)["replied"])

    @admin.display(description=_("helped"))
    def helpful(self, row: Article) -> str:
        return share_told(Share(vars(row)["yes"], vars(row)["all"]))

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("slug",)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By address, and by the words that readers find it by: all of those that were typed."""
        for wanted in words.asked(term).terms or [term]:
            worded = ArticleTerm.objects.filter(term=wanted).values("version__article")
            rows = rows.filter(Q(slug__startswith=term) | Q(pk__in=worded))
        return rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PROPOSE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return article_writing.begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return article_pages.one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("find/", answers.find, "find"),
            ("preview/", article_writing.preview, "preview"),
            ("answer/<slug:slug>/", answers.answer, "answer"),
            ("<int:pk>/edit/", article_writing.edit, "edit"),
            ("<int:pk>/compare/", article_pages.compare, "compare"),
            ("<int:pk>/act/<slug:verb>/", article_pages.act, "act"),
        )
        inside = self.admin_site.admin_view
        named = [path(route, inside(view), name=f"service_desk_article_{name}") for route, view, name in own]
        return [*named, *super().get_urls()]


def _shown() -> QuerySet[ArticleVersion]:
    """The versions that tell how an article stands: the last word, and the open draft."""
    last = Q(state=State.PUBLISHED, superseded_on__isnull=True)
    return ArticleVersion.objects.filter(last | Q(state__in=[State.DRAFT, State.WAITING])).order_by("number")


def main_of(row: Article) -> ArticleVersion | None:
    """The version by which an article is called: what readers find, else the draft."""
    versions: list[ArticleVersion] = vars(row)["shown"]
    return next((one for one in versions if one.state == State.PUBLISHED), next(iter(versions), None))


def standing_of(versions: list[ArticleVersion]) -> str:
    """How an article stands, by those versions."""
    today = clock.today()
    states = {one.state for one in versions}
    last = next((one for one in versions if one.state == State.PUBLISHED), None)
    if State.WAITING in states:
        return "waiting"
    if last and last.valid_from_on and last.valid_from_on > today:
        return "coming"
    if last and (last.valid_until_on is None or last.valid_until_on >= today):
        return "on"
    return "draft" if State.DRAFT in states else "off"


def share_told(share: Share) -> str:
    """`82 % (61–93 %) of 17`, or a dash."""
    told = share.in_per_cent
    if told is None:
        return "—"
    value, low, high = told
    return f"{value} % ({low}–{high} %) · {show.number(share.of)}"


def _number(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), 0)


worklists.register(
    worklists.Worklist(
        code="articles_to_review",
        label=_("Articles to be reviewed"),
        rows=lambda _user: figures.to_review(),
        url="admin:service_desk_article_changelist",
        query="review=due",
        right=PROPOSE,
        icon="fact_check",
    )
)
worklists.register(
    worklists.Worklist(
        code="searches_in_vain",
        label=_("Looked for in vain"),
        rows=lambda _user: figures.in_vain(),
        url="admin:service_desk_vainsearch_changelist",
        query="settled=no",
        right=PROPOSE,
        icon="search_off",
    )
)

"""What editors see of their articles: views, answers with their interval, what is due, what was looked for in vain."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from core import clock, parameters
from service_desk.knowledge.models import Article, ArticleDay, ArticleRating, ArticleVersion, VainSearch
from service_desk.knowledge.policy.parameters import KnowledgeParameters
from service_desk.knowledge.policy.shares import Share

NOBODY_YET = Share(0, 0)


@dataclass(frozen=True)
class Figures:
    """Of one article: opened and put into replies within the counted days; answers to its version in force."""

    views: int = 0
    replies: int = 0
    helped: Share = NOBODY_YET


def of(articles: Iterable[int]) -> dict[int, Figures]:
    """The figures of articles, two statements whatever their number; `helped` counts every version."""
    keys = list(articles)
    since = clock.today() - dt.timedelta(days=parameters.in_force(KnowledgeParameters).popular_days)
    days = ArticleDay.objects.filter(article__in=keys, day__gte=since).order_by().values("article")
    summed = days.values_list("article", Sum("views"), Sum("replies"))
    counted = {article: (views, replies) for article, views, replies in summed}
    rated = ArticleRating.objects.filter(version__article__in=keys).order_by().values("version__article")
    answers = {
        row["version__article"]: Share(row["yes"], row["all"])
        for row in rated.annotate(yes=Count("pk", filter=Q(helped=True)), all=Count("pk"))
    }
    return {key: Figures(*counted.get(key, (0, 0)), answers.get(key, NOBODY_YET)) for key in keys}


def by_version(article: Article) -> dict[int, Share]:
    """How far each version helped."""
    rows = ArticleRating.objects.filter(version__article=article).order_by().values("version")
    counted = rows.annotate(yes=Count("pk", filter=Q(helped=True)), all=Count("pk"))
    return {row["version"]: Share(row["yes"], row["all"]) for row in counted}


def by_day(article: Article, *, days: int) -> list[tuple[dt.date, int]]:
    """How often it was opened on each of the last days, today last."""
    today = clock.today()
    since = today - dt.timedelta(days=days - 1)
    found = dict(article.days.filter(day__gte=since).values_list("day", "views"))
    return [(day, found.get(day, 0)) for day in (since + dt.timedelta(days=n) for n in range(days))]


def comments(article: Article) -> QuerySet[ArticleRating]:
    """What readers wrote beside their answer, the newest first."""
    rows = ArticleRating.objects.filter(version__article=article, comment__isnull=False)
    return rows.select_related("version")


def to_review() -> QuerySet[Article]:
    """SVC-15 · D6.4 — articles that readers find and that somebody should look over again about now."""
    by = clock.today() + dt.timedelta(days=parameters.in_force(KnowledgeParameters).review_ahead_days)
    live = ArticleVersion.objects.to_index(clock.today()).filter(article=OuterRef("pk"))
    return Article.objects.filter(Exists(live), review_on__lte=by).order_by("review_on")


def in_vain() -> QuerySet[VainSearch]:
    """What people looked for in vain and nobody has settled, the most wanted first."""
    return VainSearch.objects.filter(settled_at__isnull=True).order_by("-times", "-last_at")

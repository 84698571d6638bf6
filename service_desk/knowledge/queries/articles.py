"""Articles as their readers find them (SVC-15 · D6.4): by address, by topic, the popular ones; constant statements each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from core import clock
from core.models import User
from core.navigation import address
from members.models import Member
from service_desk.knowledge.models import ArticleCategory, ArticleText, ArticleVersion

PUBLIC, MEMBERS, AGENTS = (str(one) for one in ArticleVersion.Audience.values)
READS = {PUBLIC: [PUBLIC], MEMBERS: [PUBLIC, MEMBERS], AGENTS: [PUBLIC, MEMBERS, AGENTS]}
"""Whose articles each audience reads: a member everybody's too, a colleague all."""
HEADS = ("version", "language", "title", "summary")


@dataclass(frozen=True)
class Head:
    """An article in a list: its address and what it is called. `language` may be another than the reader's."""

    slug: str
    title: str
    summary: str
    language: str

    @property
    def url(self) -> str:
        return address("knowledge:article", self.slug) or ""


def audience_of(user: object) -> str:
    """To which audience somebody belongs."""
    if not isinstance(user, User):
        return PUBLIC
    return AGENTS if user.is_staff else MEMBERS


def in_force(audience: str, *, on: dt.date | None = None) -> QuerySet[ArticleVersion]:
    """What an audience finds on a day (today)."""
    return ArticleVersion.objects.in_force(on or clock.today()).filter(audience__in=READS[audience])


def find(slug: str, audience: str) -> ArticleVersion | None:
    """The version of an article that holds today, with its wordings and topic; None where it is not the reader's."""
    rows = in_force(audience).filter(article__slug=slug)
    return rows.select_related("article", "category").prefetch_related("texts").first()


def related(version: ArticleVersion, audience: str, *, language: str) -> list[Head]:
    """What to read next: the articles it names, as far as they are the reader's."""
    named = version.related.through.objects.filter(articleversion=version).values("article")
    return heads(in_force(audience).filter(article__in=named), language=language)


def topics(audience: str) -> list[ArticleCategory]:
    """The topics that have articles for this reader, each with how many (`found`)."""
    today = clock.today()
    live = in_force(audience, on=today).values("pk")
    counted = ArticleCategory.objects.annotate(found=Count("versions", filter=Q(versions__in=live)))
    return list(counted.filter(found__gt=0))


def of_topic(category: ArticleCategory, audience: str, *, language: str) -> list[Head]:
    rows = in_force(audience).filter(category=category).order_by("position", "article__slug")
    return heads(rows, language=language)


def popular(audience: str, *, days: int, most: int, language: str) -> list[Head]:
    """What was opened most within the last days."""
    since = clock.today() - dt.timedelta(days=days)
    opened = Q(article__days__day__gte=since)
    rows = in_force(audience).annotate(views=Sum("article__days__views", filter=opened))
    return heads(rows.filter(views__gt=0).order_by("-views", "article__slug")[:most], language=language)


def heads(rows: QuerySet[ArticleVersion], *, language: str) -> list[Head]:
    """Versions as heads in their order, two statements whatever their number."""
    shown = Prefetch("texts", ArticleText.objects.only(*HEADS))
    found = rows.select_related("article").prefetch_related(shown)
    return [head(one, language=language) for one in found]


def head(version: ArticleVersion, *, language: str) -> Head:
    text = version.text(language)
    return Head(version.article.slug, text.title, text.summary, text.language)


def heads_of(keys: Iterable[int], *, language: str) -> list[Head]:
    """The versions with these keys, in the order of the keys."""
    wanted = list(keys)
    if not wanted:
        return []
    place = {key: number for number, key in enumerate(wanted)}
    shown = Prefetch("texts", ArticleText.objects.only(*HEADS))
    rows = ArticleVersion.objects.filter(pk__in=wanted).select_related("article").prefetch_related(shown)
    return [head(one, language=language) for one in sorted(rows, key=lambda one: place[one.pk])]


def member_of(user: object) -> Member | None:
    return Member.objects.filter(user=user).first() if isinstance(user, User) and not user.is_staff else None

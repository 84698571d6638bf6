"""The articles that come with the programme (SVC-15 · D6.4): version 1 of each, until somebody publishes another.

The texts lie in `service_desk/knowledge/articles/<address>.<language>.md`; the figures in them are those in force.
"""

import functools
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from core import clock, parameters, periods
from service_desk.knowledge.models import Article, ArticleCategory, ArticleText, ArticleVersion
from service_desk.knowledge.policy.parameters import KnowledgeParameters
from service_desk.knowledge.policy.writing import Wording

SHIPPED = Path(__file__).resolve().parent.parent / "articles"
# Code, picture, and the name in the three languages.
TOPICS: tuple[tuple[str, str, tuple[str, str, str]], ...] = (
    ("cards", "wallet-cards", ("Cards and activation", "会员卡与激活", "會員卡與啟用")),
    ("renewal", "refresh-cw", ("Renewal", "续费", "續費")),
    ("benefits", "gem", ("Benefits", "权益", "權益")),
    ("points", "coins", ("Points and tiers", "积分与等级", "積分與等級")),
    ("privacy", "shield-check", ("Account and privacy", "账户与隐私", "帳戶與隱私")),
)


@dataclass(frozen=True)
class Shipped:
    """An article of the programme: its topic, its place among the questions (0: none), the pages that lead to it."""

    slug: str
    topic: str
    question: int = 0
    audience: str = ArticleVersion.Audience.PUBLIC.value
    pins: tuple[str, ...] = ()
    related: tuple[str, ...] = field(default=())


ARTICLES = (
    Shipped("when-does-my-year-begin", "cards", 1, related=("activate-a-card", "last-day")),
    Shipped("last-day", "cards", 2, related=("when-the-card-ends",)),
    Shipped("change-my-mind", "cards", 3),
    Shipped("use-a-benefit", "benefits", 4, related=("your-benefits",)),
    Shipped("give-a-card", "cards", 5, related=("activate-a-card",)),
    Shipped("when-the-card-ends", "renewal", 6, pins=("portal.renew",), related=("automatic-renewal",)),
    Shipped("automatic-renewal", "renewal", 7, related=("when-the-card-ends",)),
    Shipped("your-data", "privacy", 8, related=("privacy-choices",)),
    Shipped("activate-a-card", "cards", pins=("public.activate",), related=("first-steps",)),
    Shipped("first-steps", "cards", audience="members", pins=("portal.activated",), related=("your-benefits",)),
    Shipped("your-benefits", "benefits", pins=("portal.benefits",), related=("use-a-benefit",)),
    Shipped("how-points-work", "points", pins=("portal.points", "portal.rewards"), related=("tiers-explained",)),
    Shipped("tiers-explained", "points", pins=("portal.tier",), related=("how-points-work",)),
    Shipped("invite-a-friend", "points", audience="members", pins=("portal.invite",), related=("how-points-work",)),
    Shipped("privacy-choices", "privacy", pins=("portal.preferences",), related=("your-data",)),
)


@functools.cache
def wordings(slug: str) -> dict[str, Wording]:
    """What an article says in each language, from its files."""
    return {language: _read(SHIPPED / f"{slug}.{language}.md") for language, _name in settings.LANGUAGES}


def _read(path: Path) -> Wording:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    told = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in head.split("\n"))}
    return Wording(told["title"], body.strip(), told["summary"], told["keywords"])


@transaction.atomic
def publish_shipped() -> None:
    """Every topic and article that is not there yet; the search finds them with the next run of its sweep."""
    known = set(Article.objects.filter(slug__in=[one.slug for one in ARTICLES]).values_list("slug", flat=True))
    fresh = [one for one in ARTICLES if one.slug not in known]
    if not fresh:
        return
    topics = _topics()
    due_on = periods.add_months(clock.today(), parameters.in_force(KnowledgeParameters).review_months)
    rows = {one.slug: Article(slug=one.slug, review_on=due_on) for one in fresh}
    Article.objects.bulk_create(rows.values())
    versions = {one.slug: _version(one, rows[one.slug], topics[one.topic]) for one in fresh}
    ArticleVersion.objects.bulk_create(versions.values())
    ArticleText.objects.bulk_create(
        ArticleText(
            version=versions[one.slug],
            language=language,
            title=wording.title,
            summary=wording.summary,
            body=wording.body,
            keywords=wording.keywords,
        )
        for one in fresh
        for language, wording in wordings(one.slug).items()
    )
    _relate(fresh, versions)


def _topics() -> dict[str, ArticleCategory]:
    ArticleCategory.objects.bulk_create(
        [
            ArticleCategory(code=code, icon=icon, position=10 * place, name=en, name_zh_hans=hans, name_zh_hant=hant)
            for place, (code, icon, (en, hans, hant)) in enumerate(TOPICS, start=1)
        ],
        ignore_conflicts=True,
    )
    return {topic.code: topic for topic in ArticleCategory.objects.all()}


def _version(one: Shipped, article: Article, topic: ArticleCategory) -> ArticleVersion:
    return ArticleVersion(
        article=article,
        number=1,
        state=ArticleVersion.State.PUBLISHED,
        audience=one.audience,
        category=topic,
        is_question=bool(one.question),
        position=one.question or 50,
        pins=list(one.pins),
        valid_from_on=clock.today(),
        published_at=clock.now(),
    )


def _relate(fresh: list[Shipped], versions: dict[str, ArticleVersion]) -> None:
    named = {slug for one in fresh for slug in one.related}
    keys = dict(Article.objects.filter(slug__in=named).values_list("slug", "pk"))
    through = ArticleVersion.related.through
    through.objects.bulk_create(
        through(articleversion_id=versions[one.slug].pk, article_id=keys[slug])
        for one in fresh
        for slug in one.related
        if slug in keys
    )

"""The rows of a version: written as a draft, put in force, taken out of it (SVC-15 · D6.4). Callers hold the article."""

import datetime as dt

from django.db.models import Max

from core import clock, parameters, periods
from core.models import User
from core.refusals import Refusal
from service_desk.knowledge.models import Article, ArticleText, ArticleVersion
from service_desk.knowledge.operations import indexing
from service_desk.knowledge.policy.parameters import KnowledgeParameters
from service_desk.knowledge.policy.writing import Content
from service_desk.knowledge.queries import shelf

State = ArticleVersion.State


def open_draft(article: Article) -> ArticleVersion | None:
    """The version that is being written, or waits for a second person."""
    rows = article.versions.filter(state__in=[State.DRAFT, State.WAITING])
    return rows.select_related("article", "category").prefetch_related("texts", "related").first()


def last_word(article: Article) -> ArticleVersion | None:
    """The published version that nothing supersedes: what a new one is compared with."""
    rows = article.versions.filter(state=State.PUBLISHED, superseded_on__isnull=True)
    return rows.select_related("article", "category").prefetch_related("texts", "related").first()


def write(
    article: Article, content: Content, *, by: User | None, restores: ArticleVersion | None = None
) -> ArticleVersion:
    """Lay down what the open draft says, or begin one. Refuses (`article_waits`) while it waits for approval."""
    draft = open_draft(article)
    if draft is not None and draft.state == State.WAITING:
        raise Refusal("article_waits")
    if draft is None:
        latest: int = article.versions.aggregate(latest=Max("number", default=0))["latest"]
        draft = ArticleVersion(article=article, number=latest + 1)
    draft.audience, draft.category_id, draft.author = content.audience, content.category, by
    draft.is_question, draft.position, draft.pins = content.is_question, content.position, list(content.pins)
    draft.valid_from_on, draft.valid_until_on, draft.note = content.valid_from_on, content.valid_until_on, content.note
    draft.restores = restores or draft.restores
    draft.save()
    draft.related.set(set(content.related) - {article.pk})
    draft.texts.all().delete()
    ArticleText.objects.bulk_create(
        ArticleText(
            version=draft,
            language=language,
            title=wording.title,
            summary=wording.summary,
            body=wording.body,
            keywords=wording.keywords,
        )
        for language, wording in content.wordings.items()
    )
    return draft


def begins_on(draft: ArticleVersion) -> dt.date:
    """From when it would hold if it were decided today."""
    return max(draft.valid_from_on or clock.today(), clock.today())


def put_in_force(version: ArticleVersion) -> None:
    """It holds from its day on, and every version before it until then. Refuses what would have ended by now."""
    since = begins_on(version)
    if version.valid_until_on is not None and version.valid_until_on < since:
        raise Refusal("article_ends_before_it_begins")
    before = ArticleVersion.objects.to_index(since).filter(article=version.article_id)
    superseded = list(before.values_list("pk", flat=True))
    ArticleVersion.objects.filter(pk__in=superseded).update(superseded_on=since)
    version.state, version.valid_from_on, version.published_at = State.PUBLISHED, since, clock.now()
    version.save(update_fields=["state", "valid_from_on", "published_at"])
    indexing.index([*superseded, version.pk])
    due_again(version.article)
    shelf.refresh()


def take_off(article: Article, *, on: dt.date) -> int:
    """No version is found from a day on; returns how many would have been."""
    shown = ArticleVersion.objects.to_index(on).filter(article=article)
    keys = list(shown.values_list("pk", flat=True))
    shown.update(superseded_on=on)
    indexing.index(keys)
    shelf.refresh()
    return len(keys)


def due_again(article: Article) -> None:
    """It was looked over now; the policy says when somebody does so again."""
    months = parameters.in_force(KnowledgeParameters).review_months
    article.review_on, article.reviewed_at = periods.add_months(clock.today(), months), clock.now()
    article.save(update_fields=["review_on", "reviewed_at"])

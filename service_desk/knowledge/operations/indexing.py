"""The index by which articles are found (SVC-15 · D6.4): made as a version is published, anew when the cutting changes."""

from collections.abc import Collection

from django.db import transaction

from core import clock
from service_desk.knowledge.models import ArticleTerm, ArticleVersion
from service_desk.knowledge.policy import ranking, words

ROWS_AT_ONCE = 2_000


@transaction.atomic
def index(versions: Collection[int]) -> int:
    """Lay the terms of versions anew; versions that no reader will find again lose theirs. A repeat lays the same."""
    rows = list(ArticleVersion.objects.select_for_update().filter(pk__in=versions).order_by("pk"))
    ArticleTerm.objects.filter(version__in=[row.pk for row in rows]).delete()
    findable = ArticleVersion.objects.to_index(clock.today()).filter(pk__in=[row.pk for row in rows])
    terms = [
        ArticleTerm(version=version, term=term, weight=weight)
        for version in findable.prefetch_related("texts")
        for term, weight in sorted(_weighed(version).items())
    ]
    ArticleTerm.objects.bulk_create(terms, batch_size=ROWS_AT_ONCE)
    return ArticleVersion.objects.filter(pk__in=[row.pk for row in rows]).update(edition=words.EDITION)


def _weighed(version: ArticleVersion) -> dict[str, int]:
    return ranking.merged(
        ranking.weights(title=text.title, keywords=text.keywords, summary=text.summary, body=text.body)
        for text in version.texts.all()
    )

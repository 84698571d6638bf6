"""Clocks of the knowledge base: views gathered, texts indexed, announcements told, old searches forgotten."""

import datetime as dt
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from service_desk.knowledge.models import Article, ArticleVersion, VainSearch
from service_desk.knowledge.operations import counting, feedback, indexing, telling
from service_desk.knowledge.policy import words
from service_desk.knowledge.policy.parameters import KnowledgeParameters
from service_desk.knowledge.queries import news


class GatherViews(sweeps.Sweep):
    """SVC-15 · D6.4 — what was counted in the cache becomes figures by day."""

    name = "knowledge.gather_views"
    label: str | Promise = _("Gather views of articles")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = Article.objects.filter(pk__gt=after or 0)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return counting.gather(keys)


class IndexArticles(sweeps.Sweep):
    """SVC-15 · D6.4 — published wordings that were never cut into terms, or in an older way."""

    name = "knowledge.index"
    label: str | Promise = _("Index articles for the search")
    batch = 100

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = ArticleVersion.objects.to_index(self.ctx.on).filter(edition__lt=words.EDITION, pk__gt=after or 0)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return indexing.index(keys)


class TellNews(sweeps.Sweep):
    """MEM-11 · D9.4 — announcements that are also sent: each reader is written to once, in batches that resume."""

    name = "news.tell"
    label: str | Promise = _("Send announcements")
    batch = 2_000

    def claim(self, after: list[int] | None, limit: int) -> Sequence[list[int]]:
        while (row := news.to_tell()) is not None:
            behind = max(row.told_through, after[1] if after and after[0] == row.pk else 0)
            if readers := telling.next_readers(row, after=behind, limit=limit):
                return [[row.pk, reader] for reader in readers]
            telling.finish(row.pk)
        return []

    def process(self, keys: Sequence[list[int]]) -> int:
        return telling.tell(keys[0][0], [reader for _announcement, reader in keys])


class ForgetSearches(sweeps.Sweep):
    """SVC-15 · D6.4 — searches in vain that nobody has repeated for long."""

    name = "knowledge.forget_searches"
    label: str | Promise = _("Forget old searches")
    batch = 2_000

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        days = self.ctx.parameters.of(KnowledgeParameters).vain_days
        rows = VainSearch.objects.filter(last_at__lt=clock.now() - dt.timedelta(days=days), pk__gt=after or 0)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return feedback.forget(keys)


for sweep in (GatherViews(), IndexArticles(), TellNews(), ForgetSearches()):
    sweeps.register(sweep)

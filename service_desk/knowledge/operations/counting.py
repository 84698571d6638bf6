"""Views are counted without a row that everybody waits for: in the cache, and from there into the days, set by set.

A crash between the two may count some minutes twice, a cache that is emptied loses them: these are figures, not money.
"""

import datetime as dt
import logging
from collections.abc import Collection, Iterator

from django.core.cache import cache
from django.db import transaction

from core import clock
from service_desk.knowledge.models import Article, ArticleDay

VIEWS, REPLIES = "views", "replies"
COLUMNS = (VIEWS, REPLIES)
KEPT = dt.timedelta(days=4)
SAME_READER_SECONDS = 1_800
logger = logging.getLogger(__name__)


def count(article: int, column: str = VIEWS, *, reader: str = "") -> None:
    """One more; the same reader counts once in half an hour. A cache that is away counts nothing and stops nobody."""
    try:
        if reader and not cache.add(f"knowledge:seen:{article}:{reader}", True, SAME_READER_SECONDS):
            return
        key = _key(article, column, clock.today())
        cache.add(key, 0, int(KEPT.total_seconds()))
        cache.incr(key)
    except Exception:
        logger.exception("a view of article %s was not counted", article)


@transaction.atomic
def gather(articles: Collection[int]) -> int:
    """Move what was counted for these articles into their days; what is counted meanwhile stays for the next time."""
    places = {_key(*place): place for place in _places(articles)}
    counted = {key: number for key, number in cache.get_many(places).items() if number > 0}
    rows = _days({(places[key][0], places[key][2]) for key in counted})
    for key, number in counted.items():
        article, column, day = places[key]
        if row := rows.get((article, day)):
            setattr(row, column, getattr(row, column) + number)
    ArticleDay.objects.bulk_update(list(rows.values()), COLUMNS, batch_size=500)
    transaction.on_commit(lambda: _take_out(counted))
    return len(rows)


def _places(articles: Collection[int]) -> Iterator[tuple[int, str, dt.date]]:
    today = clock.today()
    for article in articles:
        for back in range(KEPT.days):
            for column in COLUMNS:
                yield article, column, today - dt.timedelta(days=back)


def _days(wanted: Collection[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], ArticleDay]:
    """The rows of these days, laid where there are none, and locked."""
    there = set(Article.objects.filter(pk__in={article for article, _day in wanted}).values_list("pk", flat=True))
    fresh = [ArticleDay(article_id=article, day=day) for article, day in sorted(wanted) if article in there]
    ArticleDay.objects.bulk_create(fresh, ignore_conflicts=True)
    rows = ArticleDay.objects.select_for_update().filter(
        article__in={row.article_id for row in fresh}, day__in={row.day for row in fresh}
    )
    return {(row.article_id, row.day): row for row in rows if (row.article_id, row.day) in wanted}


def _take_out(counted: dict[str, int]) -> None:
    for key, number in counted.items():
        try:
            cache.decr(key, number)
        except Exception:
            logger.exception("%s of %s will be counted again", number, key)


def _key(article: int, column: str, day: dt.date) -> str:
    return f"knowledge:{column}:{article}:{day.isoformat()}"

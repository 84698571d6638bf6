"""Views are counted in the cache and gathered into days (SVC-15): nothing waits for a row, nothing is lost in between."""

import datetime as dt
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock, sweeps
from service_desk.knowledge.models import ArticleDay
from service_desk.knowledge.operations import counting
from service_desk.knowledge.queries import articles, figures
from tests.service_desk.knowledge import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_shelf")]


def gather() -> int:
    return sweeps.run("knowledge.gather_views").done


def test_a_view_costs_no_statement_and_is_a_figure_after_the_sweep(django_capture_on_commit_callbacks) -> None:
    version = desk.published()
    with CaptureQueriesContext(connection) as seen:
        for reader in ("a", "b", "c"):
            counting.count(version.article_id, reader=reader)
        counting.count(version.article_id, counting.REPLIES)
    assert len(seen) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert gather() == 1
    row = ArticleDay.objects.get()
    assert (row.views, row.replies, row.day) == (3, 1, clock.today())


def test_what_was_gathered_is_not_gathered_again_and_what_came_meanwhile_is(django_capture_on_commit_callbacks) -> None:
    version = desk.published()
    counting.count(version.article_id, reader="a")
    with django_capture_on_commit_callbacks(execute=True):
        gather()
        counting.count(version.article_id, reader="b")
    with django_capture_on_commit_callbacks(execute=True):
        assert gather() == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert gather() == 0
    assert ArticleDay.objects.get().views == 2


def test_views_of_the_days_before_are_gathered_too(noon: dt.datetime, django_capture_on_commit_callbacks) -> None:
    with clock.stopped(noon):
        version = desk.published()
        counting.count(version.article_id, reader="a")
    with clock.stopped(noon + desk.days(2)):
        counting.count(version.article_id, reader="a")
        with django_capture_on_commit_callbacks(execute=True):
            gather()
    days = dict(ArticleDay.objects.values_list("day", "views"))
    assert days == {dt.date(2026, 11, 23): 1} or days == {dt.date(2026, 11, 23): 1, dt.date(2026, 11, 25): 1}


def test_the_same_reader_counts_once_in_half_an_hour() -> None:
    version = desk.published()
    for _ in range(5):
        counting.count(version.article_id, reader="a")
    assert cache.get(counting._key(version.article_id, "views", clock.today())) == 1


def test_a_cache_that_is_away_stops_no_reader(client: Client) -> None:
    version = desk.published()
    with mock.patch.object(cache, "add", side_effect=ConnectionError):
        counting.count(version.article_id, reader="a")
        assert client.get(f"/help/{version.article.slug}/").status_code == 200


def test_colleagues_do_not_count_as_readers(client: Client) -> None:
    version = desk.published()
    client.force_login(desk.writer())
    client.get(f"/help/{version.article.slug}/")
    assert cache.get(counting._key(version.article_id, "views", clock.today())) is None


def test_what_is_read_most_often_comes_first() -> None:
    first, second, old = desk.published(), desk.published(), desk.published()
    for version, views, ago in ((first, 3, 1), (second, 9, 2), (old, 99, 40)):
        ArticleDay.objects.create(article=version.article, day=clock.today() - desk.days(ago), views=views)
    found = articles.popular("public", days=30, most=5, language="en")
    assert [one.slug for one in found] == [second.article.slug, first.article.slug]
    assert figures.of([second.article_id])[second.article_id].views == 9
    assert [views for _day, views in figures.by_day(second.article, days=3)] == [9, 0, 0]

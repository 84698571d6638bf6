"""Long lists: a constant number of queries, counted no further than told, searched for rubbish."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from core.admin.base import COUNTED, EstimatingPaginator
from core.models import (
    Approval,
    Department,
    JobRun,
    Post,
    Store,
)
from tests import factories

pytestmark = pytest.mark.django_db


LISTS = ["approval", "auditrecord", "jobrun", "employment", "user", "store", "department", "post"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_a_constant_number_of_queries(name, administrator, client, store):
    address = reverse(f"admin:core_{name}_changelist") + ("?whose=all" if name == "approval" else "")
    client.force_login(administrator)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(12):
        user = factories.StaffFactory.create(roles={"clerk": store})
        Approval.objects.create(kind="parameter", subject=f"s{n}", title="x", author=user, state="withdrawn")
        JobRun.objects.create(job=f"j{n}", requested_by=user)
        Store.objects.create(code=f"X{n}", name="X")
        Post.objects.create(title=f"P{n}", department=Department.objects.create(code=f"c{n}", name=f"D{n}"))
        with transaction.atomic():
            audit.record("core.test.done", subject=user, actor=user, store_id=store.pk)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1, "\n".join(query["sql"] for query in many.captured_queries)


def test_a_selection_is_counted_no_further_than_the_limit(monkeypatch):
    monkeypatch.setattr("core.admin.base.COUNTED", 10)
    JobRun.objects.bulk_create([JobRun(job=f"j{n}", state="done") for n in range(25)])
    paginator = EstimatingPaginator(JobRun.objects.filter(state="done").order_by("id"), 5)
    assert (paginator.count, paginator.num_pages, paginator.told) == (10, 2, "more than 10")
    assert EstimatingPaginator(JobRun.objects.filter(job="j1").order_by("id"), 5).told == "1"


@pytest.mark.postgres
def test_a_whole_table_is_estimated_not_counted(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("core.admin.base.COUNTED", 1000)
    JobRun.objects.bulk_create([JobRun(job=f"j{n}", state="done") for n in range(3210)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_jobrun")
    paginator = EstimatingPaginator(JobRun.objects.order_by("id"), 50)
    with django_assert_num_queries(1) as asked:
        assert paginator.told == "about 3,000"
    assert "reltuples" in asked[0]["sql"]
    assert paginator.count == 1000


def test_no_page_offers_to_delete_in_bulk(administrator, client, store):
    client.force_login(administrator)
    for name in LISTS:
        assert "delete_selected" not in client.get(reverse(f"admin:core_{name}_changelist")).content.decode()


def test_the_limit_is_the_one_that_is_told():
    assert COUNTED == 10_000


@pytest.mark.parametrize("term", ["a\x00b", "%", "' OR 1=1 --", "x" * 5000, "\ud800"])
def test_a_search_for_rubbish_finds_nothing(term, administrator, client):
    client.force_login(administrator)
    answer = client.get(reverse("admin:core_user_changelist"), {"q": term.encode("utf-8", "replace").decode()})
    assert answer.status_code == (400 if "\x00" in term else 200)
    assert administrator.handle not in answer.content.decode()

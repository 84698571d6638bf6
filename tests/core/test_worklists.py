"""The home of the back office: what waits for whom, counted in one statement."""

import datetime as dt

import pytest
from django.urls import reverse

from core import clock, worklists
from core.models import Approval, JobRun, Message, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(worklists, "_worklists", {})


def enter(code, rows, **more):
    told = {"label": code, "url": "admin:index"} | more
    worklists.register(worklists.Worklist(code=code, rows=rows, **told))


def counts(user):
    return {one.worklist.code: one.count for one in worklists.waiting_for(user)}


def test_each_sees_the_worklists_of_his_rights(administrator, auditor, director, clerk):
    assert {"approvals", "failed_jobs", "poison", "dead_messages", "alerts"} <= counts(administrator).keys()
    assert {"approvals", "alerts"} <= counts(auditor).keys()
    assert not {"failed_jobs", "alerts"} & counts(director).keys()
    assert not {"failed_jobs", "alerts", "dead_messages"} & counts(clerk).keys()


def test_all_counts_cost_one_statement(empty, administrator, django_assert_num_queries):
    for n in range(30):
        enter(f"w{n}", lambda user: User.objects.filter(is_staff=True, display_name=str(user)))
    assert administrator.has_perm("core.view_user")
    with django_assert_num_queries(1):
        assert set(counts(administrator).values()) == {1}


def test_an_impossible_selection_counts_nothing(empty, administrator):
    enter("none", lambda _user: User.objects.none())
    enter("nobody", lambda _user: User.objects.filter(pk__in=[]))
    enter("some", lambda user: User.objects.filter(pk=user.pk))
    assert counts(administrator) == {"none": 0, "nobody": 0, "some": 1}


def test_a_long_list_is_counted_no_further_than_anybody_reads(empty, administrator):
    JobRun.objects.bulk_create([JobRun(job=f"j{n}", state="done") for n in range(1005)])
    enter("many", lambda _user: JobRun.objects.all())
    (one,) = worklists.waiting_for(administrator)
    assert (one.count, one.told) == (1001, "1000+")


def test_without_worklists_nothing_is_asked(empty, administrator, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert worklists.waiting_for(administrator) == []


def test_a_worklist_is_entered_once(empty):
    enter("x", lambda _user: User.objects.all())
    with pytest.raises(ValueError, match="registered twice"):
        enter("x", lambda _user: User.objects.all())


def test_the_home_shows_what_waits_and_leads_there(administrator, director, planner, client):
    Approval.objects.create(kind="parameter", subject="x", title="x", author=planner)
    Message.objects.create(
        dedup_key="k", event="e", channel="sms", purpose="service", language="en", state=Message.State.DEAD
    )
    JobRun.objects.create(job="j", state="failed")
    JobRun.objects.create(job="k", state="failed", started_at=clock.now() - dt.timedelta(days=8))
    client.force_login(director)
    waiting = client.get("/admin/").context["waiting"]
    assert {one["url"]: one["count"] for one in waiting}[reverse("admin:core_approval_changelist")] == 1
    client.force_login(administrator)
    answer = client.get("/admin/")
    assert answer.status_code == 200
    shown = {one["url"]: one["count"] for one in answer.context["waiting"]}
    assert shown[reverse("admin:core_message_changelist") + "?state__exact=dead"] == 1
    assert shown[reverse("admin:core_jobrun_changelist") + "?state__exact=failed"] == 1
    for url in shown:
        assert client.get(url).status_code == 200

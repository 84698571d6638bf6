"""Today's numbers of the workbench: what each may see, one statement for each table, drawn without a style."""

import datetime as dt

import pytest
from django.db.models import Count
from django.urls import reverse

from core import clock, figures
from core.models import JobRun, Message

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _a_sunday_at_noon():
    with clock.stopped(NOON):
        yield


def failed(days_ago: int, job: str = "core.test") -> JobRun:
    at = NOON - dt.timedelta(days=days_ago)
    return JobRun.objects.create(job=job, state=JobRun.State.FAILED, started_at=at, finished_at=at)


def given_up(days_ago: int) -> Message:
    return Message.objects.create(
        dedup_key=f"k{days_ago}", event="core.test", channel="email", purpose="service", language="en", state="dead",
        created_at=NOON - dt.timedelta(days=days_ago),
    )  # fmt: skip


def shown(user, code):
    return next(one for one in figures.shown_to(user) if one.figure.code == code)


def test_what_happens_is_told_of_today_and_what_waits_as_it_stands(administrator):
    for days_ago in (0, 0, 1, 13, 14):
        failed(days_ago)
    for days_ago in (2, 40):
        given_up(days_ago)
    jobs, messages = shown(administrator, "failed"), shown(administrator, "dead")
    assert (jobs.value, jobs.yesterday, sum(jobs.values)) == (2, 1, 4)
    assert (messages.value, sum(messages.values)) == (2, 1)


def test_a_day_begins_at_midnight_where_the_house_stands(administrator):
    failed(0)
    with clock.stopped(dt.datetime(2026, 11, 22, 16, 1, tzinfo=dt.UTC)):  # a minute past midnight in Shanghai
        jobs = shown(administrator, "failed")
    assert (jobs.value, jobs.yesterday) == (0, 1)


def test_each_sees_the_numbers_of_his_rights(administrator, auditor, clerk):
    codes = {one.figure.code for one in figures.shown_to(administrator)}
    assert {"failed", "dead"} <= codes
    assert not codes & {"sold", "sales", "alerts"}
    assert {"failed", "dead", "sold", "alerts"} <= {one.figure.code for one in figures.shown_to(auditor)}
    assert figures.shown_to(clerk) == []


def test_a_table_costs_one_statement_whatever_it_tells(auditor, django_assert_num_queries):
    for days_ago in range(14):
        failed(days_ago)
    assert auditor.has_perm("core.view_jobrun")
    with django_assert_num_queries(len(figures.registered())):
        figures.shown_to(auditor)


def test_every_number_leads_to_its_rows(auditor, client):
    failed(0)
    failed(3)
    client.force_login(auditor)
    for one in figures.shown_to(auditor):
        assert client.get(one.address).status_code == 200, one.address
    rows = client.get(shown(auditor, "failed").address).context["cl"]
    assert rows.queryset.count() == shown(auditor, "failed").value == 1


def test_the_workbench_draws_and_tells_the_numbers(auditor, client):
    failed(0)
    client.force_login(auditor)
    page = client.get(reverse("admin:index")).content.decode()
    assert "Today’s numbers" in page
    assert 'aria-label="14 days: lowest 0, highest 1"' in page
    assert "style=" not in page[page.index('class="figures"') : page.index("</ul>", page.index('class="figures"'))]
    assert page.count('<th scope="row">') == len(figures.shown_to(auditor))


def test_a_table_is_registered_once():
    table = figures.Table(code="core.jobs", right="core.view_jobrun", by_day=lambda _user, _days: [], figures=())
    with pytest.raises(ValueError, match="registered twice"):
        figures.register(table)


def test_rows_are_grouped_by_the_business_day():
    failed(0)
    failed(1, "core.other")
    rows = figures.grouped(JobRun.objects.all(), "started_at", runs=Count("pk"))
    assert {row["day"]: row["runs"] for row in rows} == {dt.date(2026, 11, 22): 1, dt.date(2026, 11, 21): 1}

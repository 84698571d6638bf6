"""A sweep does what is due in batches, in shards, by request, and goes on when it was stopped (RISK-09)."""

import datetime as dt

import pytest
from django.core.management import call_command

from core import jobs, sweeps
from core.models import AuditRecord, Department, Heartbeat, JobRun
from tests.core.sweeping import (
    SOMEBODY_ELSEWHERE,
    NameDepartments,
    a_run_by,
    departments,
    names,
    refused,
)

pytestmark = pytest.mark.django_db


def test_it_does_what_is_due_in_batches_and_says_how_many():
    departments(25)
    seen = []
    run = sweeps.run("test.name_departments", on_progress=lambda run: seen.append((run.done, run.total)))
    assert names() == ["x!"] * 25
    assert (run.state, run.done, run.total, run.failed) == ("done", 25, 25, 0)
    assert seen == [(10, 25), (20, 25), (25, 25), (25, 25)]
    run.refresh_from_db()
    assert (run.state, run.done, run.error) == ("done", 25, "")
    assert run.finished_at is not None


def test_with_nothing_due_it_is_done_at_once():
    run = sweeps.run("test.name_departments")
    assert (run.state, run.done, run.total) == ("done", 0, 0)


def test_a_second_run_on_the_same_day_starts_anew_and_finds_only_what_is_still_due():
    departments(3, name="x!!!")
    sweeps.run("test.name_departments")
    run = sweeps.run("test.name_departments")
    assert (run.done, names()) == (0, ["x!!!!"] * 3)
    assert JobRun.objects.count() == 2


def test_runs_that_found_nothing_leave_one_row(administrator):
    departments(2)
    sweeps.run("test.name_departments")
    Department.objects.filter(code__startswith="d").update(name="x!!!!")
    sweeps.request("test.name_departments", by=administrator)
    for _ in range(4):
        newest = sweeps.run("test.name_departments")
    assert list(JobRun.objects.order_by("id").values_list("done", "requested_by")) == [
        (2, None),
        (0, administrator.pk),
        (0, None),
    ]
    assert JobRun.objects.latest("id") == newest


def test_the_day_and_the_parameters_reach_the_sweep(sweep, monkeypatch):
    seen = []

    def claim(self, after, limit):
        seen.append(self.ctx)
        return []

    monkeypatch.setattr(NameDepartments, "claim", claim)
    sweeps.run(sweep, params={"store": 7}, on=dt.date(2028, 2, 29))
    assert (seen[0].on, seen[0].params["store"]) == (dt.date(2028, 2, 29), 7)


@pytest.mark.parametrize("of", [1, 2, 3, 7, 40])
def test_shards_together_do_every_row_once(of):
    departments(25)
    done = [sweeps.run("test.name_departments", shard=(number, of)).done for number in range(1, of + 1)]
    assert sum(done) == 25
    assert names() == ["x!"] * 25


def test_a_shard_and_the_whole_do_not_run_beside_one_another():
    departments(4)
    a_run_by(SOMEBODY_ELSEWHERE, job="test.name_departments#1/2")
    sweeps.run("test.name_departments", shard=(2, 2))
    for shard in (None, (2, 3), (1, 2)):
        with refused("already_running"):
            sweeps.run("test.name_departments", shard=shard)


@pytest.mark.parametrize("shard", [(0, 2), (3, 2), (1, 1)])
def test_a_shard_that_cannot_be_is_refused(shard, monkeypatch):
    if shard == (1, 1):
        monkeypatch.setattr(NameDepartments, "span", lambda _: None)
    with refused("job_not_shardable"):
        sweeps.run("test.name_departments", shard=shard)


def test_the_back_office_asks_and_a_worker_runs(administrator):
    departments(3)
    first, second = (sweeps.request("test.name_departments", by=administrator) for _ in range(2))
    assert (first, first.state) == (second, "waiting")
    jobs.run_waiting()
    first.refresh_from_db()
    assert (first.state, first.done, first.requested_by) == ("done", 3, administrator)
    assert AuditRecord.objects.get().action == "core.job.request"


def test_a_run_that_was_asked_for_takes_over_where_a_dead_one_stopped(administrator):
    departments(20)
    ids = list(Department.objects.filter(code__startswith="d").order_by("id").values_list("id", flat=True))
    a_run_by(SOMEBODY_ELSEWHERE, silent=sweeps.STALE_AFTER * 2, cursor={"after": ids[9]}, done=10, total=20)
    jobs.run_waiting()
    assert names() == ["x"] * 10 + ["x!"] * 10


def test_whoever_lacks_the_right_asks_for_nothing(clerk):
    with refused("not_permitted"):
        sweeps.request("test.name_departments", by=clerk)


def test_an_unknown_job_is_refused(administrator):
    for attempt in (lambda: sweeps.request("nothing", by=administrator), lambda: sweeps.run("nothing")):
        with refused("job_unknown"):
            attempt()


def test_the_command_lists_and_runs(capsys):
    departments(3)
    call_command("sweep")
    call_command("sweep", "test.name_departments")
    call_command("sweep", "test.name_departments", shard="1/2")
    told = capsys.readouterr().out
    assert "Name departments" in told
    assert "test.name_departments: 3 done, 0 set aside" in told


def test_the_canary_leaves_a_heartbeat():
    jobs.canary()
    jobs.canary()
    assert Heartbeat.objects.get().part == "worker"

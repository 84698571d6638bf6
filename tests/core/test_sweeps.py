"""A sweep does each row once, whatever happens to the process that sweeps (RISK-09)."""

import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from core import clock, jobs, poison, refusals, sweeps
from core.models import AuditRecord, Department, Heartbeat, JobRun, PoisonRow
from core.refusals import Refusal
from tests.core.sweeping import NameDepartments

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def sweep(monkeypatch):
    monkeypatch.setattr(sweeps, "_sweeps", {})
    return sweeps.register(NameDepartments())


def departments(count, name="x"):
    Department.objects.bulk_create([Department(code=f"d{n}", name=name) for n in range(count)])


def names():
    return sorted(Department.objects.filter(code__startswith="d").values_list("name", flat=True))


def refused(code):
    return pytest.raises(Refusal, match=f"^{re.escape(refusals.sentence(code))}$")


def a_run_by(owner, *, silent=dt.timedelta(0), **more):
    moment = clock.now() - silent
    told = {"job": NameDepartments.name, "params": {"on": clock.today().isoformat()}, "beat_at": moment}
    return JobRun.objects.create(state="running", owner=owner, **(told | more))


SOMEBODY_ALIVE = f"{socket.gethostname()[:100]}:{os.getpid()}:other"
SOMEBODY_ELSEWHERE = "another-host:1:other"


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


# --- poison ----------------------------------------------------------------------------------------------------------


def test_a_poison_row_is_set_aside_and_all_beside_it_are_done():
    departments(23)
    Department.objects.filter(code__in=["d7", "d20"]).update(name="poison")
    run = sweeps.run("test.name_departments")
    assert (run.state, run.done, run.failed) == ("done", 21, 2)
    assert names() == ["poison"] * 2 + ["x!"] * 21
    rows = PoisonRow.objects.order_by("id")
    assert [row.row for row in rows] == [str(Department.objects.get(code=code).pk) for code in ("d7", "d20")]
    assert rows[0].error == "ValueError: this row cannot be done"


def test_a_poison_row_is_kept_once_and_resolved_when_a_later_run_does_it():
    departments(12)
    Department.objects.filter(code="d3").update(name="poison")
    sweeps.run("test.name_departments")
    sweeps.run("test.name_departments")
    assert PoisonRow.objects.get().tries == 2
    Department.objects.filter(code="d3").update(name="cured")
    sweeps.run("test.name_departments")
    assert PoisonRow.objects.get().resolved_at is not None


def test_a_poison_row_can_be_tried_again_alone(administrator):
    departments(1, name="poison")
    sweeps.run("test.name_departments")
    assert poison.retry(PoisonRow.objects.get(), by=administrator) is False
    assert PoisonRow.objects.get().tries == 2
    Department.objects.filter(code="d0").update(name="cured")
    assert poison.retry(PoisonRow.objects.get(), by=administrator) is True
    assert "cured!" in names()
    assert AuditRecord.objects.get().action == "core.job.retry"
    with refused("row_not_set_aside"):
        poison.retry(PoisonRow.objects.get(), by=administrator)


def test_whoever_lacks_the_right_tries_nothing_again(clerk):
    departments(1, name="poison")
    sweeps.run("test.name_departments")
    with refused("not_permitted"):
        poison.retry(PoisonRow.objects.get(), by=clerk)


def test_when_everything_fails_the_run_stops_early(monkeypatch):
    monkeypatch.setattr(sweeps, "TOO_MANY_POISONED", 5)
    departments(200, name="poison")
    with pytest.raises(RuntimeError, match="5 rows failed"):
        sweeps.run("test.name_departments")
    run = JobRun.objects.get()
    assert (run.state, run.failed) == ("failed", 5)
    assert "5 rows failed" in run.error


def test_a_failing_claim_fails_the_run(monkeypatch):
    def claim(self, after, limit):
        raise ZeroDivisionError("no such thing")

    monkeypatch.setattr(NameDepartments, "claim", claim)
    with pytest.raises(ZeroDivisionError):
        sweeps.run("test.name_departments")
    assert JobRun.objects.get().error == "ZeroDivisionError: no such thing"


def test_a_passing_trouble_of_the_database_is_tried_again_and_poisons_nothing(monkeypatch):
    departments(5)
    original, troubles = NameDepartments.process, [OperationalError("deadlock detected")] * 2

    def process(self, keys):
        if troubles:
            raise troubles.pop()
        return original(self, keys)

    monkeypatch.setattr(NameDepartments, "process", process)
    assert sweeps.run("test.name_departments").done == 5
    assert not PoisonRow.objects.exists()


# --- one at a time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", [SOMEBODY_ALIVE, SOMEBODY_ELSEWHERE])
def test_a_job_that_runs_is_not_started_again(owner):
    a_run_by(owner)
    with refused("already_running"):
        sweeps.run("test.name_departments")
    jobs.run_sweep("test.name_departments")
    assert JobRun.objects.count() == 1


def test_two_running_rows_are_refused_by_the_database():
    a_run_by("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_run_by("b")


def test_a_run_that_has_been_silent_is_taken_over_from_its_cursor():
    departments(30)
    ids = list(Department.objects.order_by("id").values_list("id", flat=True))
    a_run_by(SOMEBODY_ELSEWHERE, silent=sweeps.STALE_AFTER * 2, cursor={"after": ids[19]}, done=20, total=30)
    run = sweeps.run("test.name_departments")
    assert (run.done, run.total, run.state) == (30, 30, "done")
    assert names() == ["x"] * 20 + ["x!"] * 10
    assert JobRun.objects.count() == 1


def test_a_run_whose_process_is_gone_from_this_machine_is_taken_over_at_once():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    departments(3)
    a_run_by(f"{socket.gethostname()[:100]}:{gone.pid}:other")
    assert sweeps.run("test.name_departments").done == 3


def test_an_interrupted_run_of_another_day_is_not_resumed_but_caught_up_with():
    departments(3)
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    a_run_by(SOMEBODY_ELSEWHERE, silent=dt.timedelta(days=1), cursor={"after": 10**9}, params={"on": yesterday})
    assert sweeps.run("test.name_departments").done == 3
    assert list(JobRun.objects.order_by("id").values_list("state", flat=True)) == ["interrupted", "done"]


def test_a_runner_that_slept_through_a_takeover_loses_its_batch(monkeypatch):
    departments(5)
    original = NameDepartments.process

    def process(self, keys):
        done = original(self, keys)
        JobRun.objects.update(owner="somebody else")
        return done

    monkeypatch.setattr(NameDepartments, "process", process)
    with refused("already_running"):
        sweeps.run("test.name_departments")
    assert names() == ["x"] * 5


def test_ctrl_c_leaves_an_interrupted_run_that_the_next_one_resumes(monkeypatch):
    departments(30)
    original = NameDepartments.process
    calls = []

    def process(self, keys):
        calls.append(keys)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(self, keys)

    monkeypatch.setattr(NameDepartments, "process", process)
    with pytest.raises(KeyboardInterrupt):
        sweeps.run("test.name_departments")
    assert JobRun.objects.get().state == "interrupted"
    assert sweeps.run("test.name_departments").done == 30
    assert names() == ["x!"] * 30
    assert JobRun.objects.count() == 1


# --- shards ----------------------------------------------------------------------------------------------------------


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


# --- asked for in the back office ------------------------------------------------------------------------------------


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


# --- races and kills -------------------------------------------------------------------------------------------------


def many_sweepers(count):
    outcomes: list[object] = []

    def work():
        try:
            outcomes.append(sweeps.run("test.name_departments").done)
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_sweep_once(monkeypatch):
    monkeypatch.setattr(NameDepartments, "slow", 0.05)
    departments(50)
    outcomes = many_sweepers(6)
    assert outcomes.count(50) == 1
    assert outcomes.count("already_running") == 5
    assert names() == ["x!"] * 50


def _without_owner(runner, **changes):
    """Anybody may move the cursor."""


def _take_anyway(sweep, job, asked, **more):
    return JobRun(job=job, params=asked, cursor={})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_lock_and_owner_two_beats_sweep_twice(monkeypatch):
    """The negative control of the test above."""
    ready = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(sweeps._Runner, "_lock", lambda _: None)
    monkeypatch.setattr(sweeps._Runner, "_own", _without_owner)
    monkeypatch.setattr(sweeps, "_take", _take_anyway)
    original = NameDepartments.claim

    def claim(self, after, limit):
        keys = original(self, after, limit)
        ready.wait()
        return keys

    monkeypatch.setattr(NameDepartments, "claim", claim)
    departments(10)
    outcomes = many_sweepers(2)
    assert outcomes == [10, 10]


SWEEP = """
import django; django.setup()
from core import clock, sweeps
from core.models import Department, Heartbeat, JobRun
from tests.core.sweeping import DieHalfWay
sweep = sweeps.register(DieHalfWay())
sweep.dies_at = Department.objects.get(code="d34").pk
{do}
"""
LAY = 'Department.objects.bulk_create([Department(code=f"d{n}", name="x") for n in range(60)])'
LAY_SCRIPT = f"import django; django.setup(); from core.models import Department; {LAY}"
SEE = SWEEP.format(
    do='print(sorted(Department.objects.filter(code__startswith="d").values_list("name", flat=True)));'
    "print(list(JobRun.objects.values_list('state', 'done')))"
)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_batch_it_resumes_and_does_each_row_once(tmp_path):
    if connection.vendor == "postgresql":
        python = Python(f"postgres://root@127.0.0.1:5432/{connection.settings_dict['NAME']}")
        connection.close()
    else:
        python = Python(f"sqlite:///{tmp_path / 'swept.sqlite3'}")
        python.run("from django.core.management import call_command as c; import django; django.setup(); c('migrate')")
    python.run(LAY_SCRIPT)
    killed = python.run(SWEEP.format(do="sweeps.run(sweep)"))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert python.run(SEE).stdout.splitlines() == [str(["x"] * 30 + ["x!"] * 30), "[('running', 30)]"]
    again = python.run(SWEEP.format(do="Heartbeat.objects.create(part='killed', at=clock.now()); sweeps.run(sweep)"))
    assert again.returncode == 0, again.stderr
    assert python.run(SEE).stdout.splitlines() == [str(["x!"] * 60), "[('done', 60)]"]


class Python:
    """Processes of their own, on a database of this test."""

    def __init__(self, url):
        self.env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(self, code):
        return subprocess.run(
            [sys.executable, "-c", code],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

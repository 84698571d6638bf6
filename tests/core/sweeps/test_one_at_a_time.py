"""A sweep does each row once, whatever happens to the process that sweeps (RISK-09)."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction

from core import clock, jobs, sweeps
from core.models import Department, JobRun
from core.refusals import Refusal
from tests.core.sweeping import (
    SOMEBODY_ALIVE,
    SOMEBODY_ELSEWHERE,
    NameDepartments,
    a_run_by,
    departments,
    names,
    refused,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("owner", [SOMEBODY_ALIVE, SOMEBODY_ELSEWHERE], ids=["alive", "elsewhere"])
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


ROOT = Path(__file__).resolve().parents[3]


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

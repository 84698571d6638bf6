"""A real worker on a real broker: what no test with tasks called by hand can show."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import uuid

import pytest
import redis
from django.db import connection

from config.celery import app
from core import clock
from core.backup.databases import PostgreSQL
from core.models import Heartbeat
from tests.config.embedded import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def queue(monkeypatch):
    """A queue of this test's own on the broker that the environment names, with a worker that listens to it alone."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/3").replace("unix://", "redis+socket://", 1)
    name = f"test-{uuid.uuid4().hex}"
    database = PostgreSQL().address(connection.settings_dict["NAME"])
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TEST_", "PYTEST_"))}
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "config", "worker", "--queues", name, "--concurrency", "1"],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": database, "CELERY_BROKER_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    monkeypatch.setattr(app.conf, "broker_url", url)
    with app.connection_for_write(url) as line:
        yield lambda task, *words: app.send_task(task, args=words, queue=name, connection=line)
    worker.send_signal(signal.SIGTERM)
    said = worker.communicate(timeout=60)[0]
    broker = redis.Redis.from_url(os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/3"))
    broker.delete(name, *broker.scan_iter(f"*{name}*"))
    assert worker.returncode == 0, said


def heartbeat_of(part: str) -> Heartbeat:
    """The first heartbeat of that part, waited for."""
    end = time.monotonic() + 30
    while not (found := Heartbeat.objects.filter(part=part).first()):
        assert time.monotonic() < end, "no worker took the task"
        time.sleep(0.1)
    return found


def test_a_live_worker_hears_the_canary_and_the_database_took_it_down(queue):
    queue("core.canary", "canary of a test")
    assert clock.now() - heartbeat_of("canary of a test").at < dt.timedelta(seconds=30)


def test_a_task_that_fails_does_not_stop_the_next(queue):
    queue("core.run_sweep", "no such sweep")
    queue("core.canary", "after a failure")
    assert heartbeat_of("after a failure").part == "after a failure"

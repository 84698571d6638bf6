"""`/healthz` and `/status/` tell the truth, and to the public no more than it needs (RISK-09)."""

import datetime as dt

import pytest
from django.core.cache import cache

from core import clock, health, jobs
from core.models import Heartbeat, JobRun, Message, PoisonRow

pytestmark = pytest.mark.django_db

ALL_WELL = {"database": True, "cache": True, "broker": True}


@pytest.fixture(autouse=True)
def answering(monkeypatch):
    """Every part answers, unless a test says otherwise."""
    monkeypatch.setattr(health, "PARTS", {name: lambda: True for name in ALL_WELL})


@pytest.fixture
def silent(monkeypatch):
    def silence(name, error=None):
        def answers():
            if error:
                raise error
            return False

        monkeypatch.setitem(health.PARTS, name, answers)

    return silence


def test_healthz_is_well_without_a_log_in(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", **ALL_WELL})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("part", list(ALL_WELL))
@pytest.mark.parametrize("error", [None, ConnectionError("10.0.0.7:6379 refused")])
def test_healthz_is_503_when_a_part_is_silent_and_leaks_nothing(client, silent, part, error):
    silent(part, error)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "broken", **ALL_WELL, part: False})
    assert b"10.0.0.7" not in answer.content


def test_database_and_cache_are_really_asked(monkeypatch):
    assert health.database_answers()
    assert health.cache_answers()
    monkeypatch.setattr(cache, "set", lambda *_: None)
    monkeypatch.setattr(cache, "get", lambda _: None)
    assert not health.cache_answers()


def test_a_broker_that_is_not_there_is_noticed(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(Exception, match=r"(?i)refused|connect"):
        health.broker_answers()


def test_a_live_broker_answers(settings):
    settings.CELERY_BROKER_URL = "memory://"
    assert health.broker_answers()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_they_are_only_read(client, method):
    for path in ("/healthz", "/status/"):
        assert getattr(client, method)(path).status_code == 405


def operational(client):
    return client.get("/status/").context["operational"]


def test_the_public_page_says_operational_or_degraded(client, silent):
    assert not operational(client)
    jobs.canary()
    assert operational(client)
    silent("cache")
    assert not operational(client)


def test_without_the_canary_for_five_minutes_it_is_degraded(client):
    jobs.canary()
    with clock.stopped(clock.now() + dt.timedelta(minutes=4)):
        assert operational(client)
    with clock.stopped(clock.now() + dt.timedelta(minutes=6)):
        assert not operational(client)


def late_message(**more):
    told = {"event": "e", "channel": "sms", "purpose": "service", "language": "en"}
    return Message.objects.create(dedup_key="k", due_at=clock.now() - dt.timedelta(minutes=20), **(told | more))


def test_a_backlog_of_messages_is_degraded(client):
    jobs.canary()
    message = late_message()
    assert not operational(client)
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=clock.now())
    assert operational(client)


def test_the_public_sees_no_details(client, clerk, auditor, wanqing):
    for user in (None, wanqing.user, clerk):
        if user:
            client.force_login(user)
        answer = client.get("/status/")
        assert "readings" not in answer.context
        assert "database" not in answer.content.decode()
    client.force_login(auditor)
    assert "database" in client.get("/status/").content.decode()


def unwell():
    return [str(reading.label) for reading in health.readings() if not reading.well]


def test_each_trouble_is_read():
    assert unwell() == ["beat and workers", "last backup", "last restore of a backup tried out"]
    for part in ("worker", "backup", "backup check"):
        Heartbeat.objects.create(part=part, at=clock.now())
    assert unwell() == []
    late_message(state="queued")
    Message.objects.create(
        dedup_key="d", event="e", channel="sms", purpose="service", language="en", state=Message.State.DEAD
    )
    run = JobRun.objects.create(job="j", state="failed")
    PoisonRow.objects.create(run=run, sweep="j", row="1", key=1, error="e")
    assert unwell() == [
        "oldest message waiting to be sent",
        "messages given up",
        "jobs that failed or fell silent",
        "rows that jobs set aside",
    ]


def test_a_failed_job_that_ran_through_since_is_forgiven():
    JobRun.objects.create(job="j", state="failed")
    JobRun.objects.create(job="j", state="done")
    assert "jobs that failed or fell silent" not in unwell()
    JobRun.objects.create(job="k", state="running", beat_at=clock.now() - dt.timedelta(hours=1))
    assert "jobs that failed or fell silent" in unwell()


def test_readings_cost_a_constant_number_of_queries(django_assert_max_num_queries):
    JobRun.objects.bulk_create([JobRun(job=f"j{n % 5}", state="done") for n in range(200)])
    with django_assert_max_num_queries(6):
        health.readings()

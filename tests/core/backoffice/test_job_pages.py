"""Jobs as they are started and watched in the back office."""

import pytest
from django.urls import reverse

from core import sweeps
from core.models import (
    Department,
    JobRun,
    PoisonRow,
)
from tests.core.sweeping import NameDepartments

pytestmark = pytest.mark.django_db


@pytest.fixture
def sweep(monkeypatch):
    monkeypatch.setattr(sweeps, "_sweeps", {})
    return sweeps.register(NameDepartments())


def test_a_job_is_started_watched_and_found_again(sweep, administrator, client):
    client.force_login(administrator)
    listing = reverse("admin:core_jobrun_changelist")
    assert "Name departments" in client.get(listing).content.decode()
    started = client.post(reverse("admin:core_jobrun_start", args=[sweep.name]))
    run = JobRun.objects.get()
    assert started["Location"] == reverse("admin:core_jobrun_change", args=[run.pk])
    text = client.get(started["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in text
    sweeps.run(sweep.name)
    moving = client.get(reverse("admin:core_jobrun_progress", args=[run.pk])).content.decode()
    assert "hx-trigger" not in moving
    assert "done" in moving
    assert "Name departments" in client.get(listing).content.decode()


def test_when_no_worker_can_be_called_the_run_still_waits_for_beat(
    sweep, administrator, client, monkeypatch, django_capture_on_commit_callbacks
):
    def away(**more):
        raise ConnectionError("broker away")

    monkeypatch.setattr("core.jobs.run_waiting.apply_async", away)
    client.force_login(administrator)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("admin:core_jobrun_start", args=[sweep.name])).status_code == 302
    assert JobRun.objects.get().state == "waiting"


def test_starting_is_a_post_with_the_right(sweep, auditor, administrator, client):
    address = reverse("admin:core_jobrun_start", args=[sweep.name])
    client.force_login(auditor)
    client.post(address)
    assert not JobRun.objects.exists()
    client.force_login(administrator)
    assert client.get(address).status_code == 405


def test_a_row_set_aside_is_shown_and_tried_again(sweep, administrator, auditor, client):
    department = Department.objects.create(code="d1", name="poison")
    run = sweeps.run(sweep.name)
    poison = PoisonRow.objects.get()
    client.force_login(administrator)
    assert "this row cannot be done" in client.get(reverse("admin:core_jobrun_change", args=[run.pk])).content.decode()
    Department.objects.filter(pk=department.pk).update(name="cured")
    client.post(reverse("admin:core_jobrun_retry", args=[poison.pk]))
    poison.refresh_from_db()
    assert poison.resolved_at is not None
    assert client.post(reverse("admin:core_jobrun_retry", args=[999])).status_code == 404

"""A row that cannot be done is set aside, once, and stops no other (RISK-09)."""

import pytest
from django.db import OperationalError

from core import poison, sweeps
from core.models import AuditRecord, Department, JobRun, PoisonRow
from tests.core.sweeping import NameDepartments, departments, names, refused

pytestmark = pytest.mark.django_db


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

"""A sweep for the tests: it names the departments that have no name yet."""

import datetime as dt
import os
import re
import signal
import socket
import time
from collections.abc import Sequence
from typing import Any

import pytest

from core import clock, refusals, sweeps
from core.models import Department, Heartbeat, JobRun
from core.refusals import Refusal


class NameDepartments(sweeps.Sweep):
    """Appends an exclamation mark, so that doing a row twice would show. Rows named `poison` cannot be done."""

    name = "test.name_departments"
    label = "Name departments"
    batch = 10
    slow = 0.0

    def total(self, ctx: sweeps.Context) -> int:
        return int(self.due().count())

    def span(self) -> tuple[int, int] | None:
        ids = Department.objects.order_by("id").values_list("id", flat=True)
        first, last = ids.first(), ids.last()
        return (first, last) if first is not None and last is not None else None

    def due(self) -> Any:
        return self.ctx.within(Department.objects.filter(code__startswith="d").exclude(name__endswith="!!!!"))

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.due().order_by("id")
        return list((rows.filter(id__gt=after) if after else rows).values_list("id", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        time.sleep(self.slow)
        rows = list(Department.objects.filter(id__in=keys))
        for row in rows:
            row.name += "!"
            row.save()
        if any(row.name.startswith("poison") for row in rows):
            raise ValueError("this row cannot be done")
        return len(rows)


class DieHalfWay(NameDepartments):
    """Kills its own process with SIGKILL in the middle of a batch, after it has written."""

    name = "test.die_half_way"
    dies_at = 35

    def process(self, keys: Sequence[int]) -> int:
        done = super().process(keys)
        if not Heartbeat.objects.filter(part="killed").exists() and keys[-1] >= self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


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

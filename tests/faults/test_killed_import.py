"""A file of purchases, killed again and again while it is recorded: each receipt counts once, none is missing."""

import random
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
from django.db.models import Sum

from core import jobs, sweeps
from core.models import JobRun
from loyalty.models import ImportDocument, PointTransaction, Purchase, PurchaseImport
from loyalty.operations import imports
from tests import factories
from tests.faults import house

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RECEIPTS, MEMBERS, KILLS = 12_000, 40, 4
WORKER = """
import django; django.setup()
from core import sweeps
from loyalty.jobs.imports import RecordImports
RecordImports.batch = 200
sweeps.run("imports.record")
"""


def progress() -> int:
    return sum(JobRun.objects.filter(job="imports.record").values_list("done", flat=True))


def moved(before: int, running: "subprocess.Popen[str]") -> bool:
    return progress() > before or running.poll() is not None


def test_killed_at_random_moments_each_receipt_is_recorded_once(db: None, tmp_path: Path) -> None:
    planner = factories.StaffFactory.create(roles={"operations_planner": None})
    members = factories.MemberFactory.create_batch(MEMBERS, user=None)
    rows = [f"R-{n},2026-01-{n % 28 + 1:02},{members[n % MEMBERS].number},10" for n in range(RECEIPTS)]
    content = "\n".join(["receipt,date,member,amount", *rows]).encode()
    row = imports.hand_in(content, name="till.csv", origin="till", by=planner)
    columns = {"document": 0, "occurred": 1, "member": 2, "amount": 3}
    imports.name_columns(row, columns=columns, options={"member_is": "number"}, store=None, by=planner)
    sweeps.run("imports.read")
    imports.confirm(PurchaseImport.objects.get(), by=planner)
    house.set_in_order()
    chance, seen = random.Random(15), [0]
    for _ in range(KILLS):
        before = progress()
        with house.process("-c", WORKER, **house.home(tmp_path)) as running:
            house.wait_for(partial(moved, before, running), "the file is recorded", 60, every=0.01)
            time.sleep(chance.uniform(0.0, 0.5))
            house.kill(running)
        seen.append(progress())
        done = ImportDocument.objects.filter(state="recorded").count()
        assert Purchase.objects.count() == done == progress()  # what is counted is what was committed
    assert seen == sorted(seen)
    assert 0 < seen[1] < RECEIPTS, f"the kills came too early or too late: {seen}"
    jobs.run_waiting()  # what beat strikes every minute: it finds what a dead process left
    row.refresh_from_db()
    assert (row.state, row.recorded, row.refused) == ("done", RECEIPTS, 0)
    assert Purchase.objects.count() == RECEIPTS
    earned = PointTransaction.objects.filter(kind="accrue").aggregate(sum=Sum("points"))["sum"]
    assert earned == MEMBERS * (200 * 10 + 100 * 12)  # each bought for ¥3,000, and is silver from ¥2,000 on
    assert sweeps.run("imports.record").done == 0
    assert house.broken() == {}

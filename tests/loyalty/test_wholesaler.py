"""The real log of a wholesaler, with its returns and broken rows."""

import csv
import gzip
import io
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from core import sweeps, verify
from core.models import User
from loyalty.models import (
    MemberReference,
    PointAccount,
    Purchase,
    PurchaseImport,
    PurchaseReturn,
)
from loyalty.operations import imports
from tests import factories
from tests.loyalty.files import faults, named, undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
WHOLESALE = "online_retail/online_retail_dev_slice_2010-12_2011-05.csv.gz"


def slice_of(path: Path, rows: int) -> bytes:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as log:
        return "".join(line for line, _ in zip(log, range(rows + 1), strict=False)).encode()


def customers_become_members(content: bytes, origin: str) -> None:
    known = {row["CustomerID"].removesuffix(".0") for row in csv.DictReader(io.StringIO(content.decode()))} - {""}
    members = factories.MemberFactory.create_batch(len(known), user=None)
    MemberReference.objects.bulk_create(
        MemberReference(source=origin, reference=one, member=member)
        for one, member in zip(sorted(known), members, strict=True)
    )


def plainly(content: bytes) -> tuple[set[str], int]:
    """What is a sale in the log, and what it is worth in our minor units, worked out on their own."""
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    wrong = {one["InvoiceNo"] for one in rows if (int(one["Quantity"]) < 0) != one["InvoiceNo"].startswith("C")}
    wrong |= {one["InvoiceNo"] for one in rows if float(one["UnitPrice"]) < 0}
    sales = [one for one in rows if one["InvoiceNo"] not in wrong and not one["InvoiceNo"].startswith("C")]
    exact = [Decimal(one["UnitPrice"]) * int(one["Quantity"]) * Decimal("9.1") * 100 for one in sales]
    worth = int(sum(one.quantize(Decimal(1), ROUND_HALF_UP) for one in exact))
    return {one["InvoiceNo"] for one in sales}, worth


def taken_in(content: bytes, by: User) -> PurchaseImport:
    customers_become_members(content, "wholesale")
    row = imports.hand_in(gzip.compress(content), name="log.csv.gz", origin="wholesale", by=by)
    row = named(row, by, member_is="reference", return_prefix="C", currency="GBP", rate="9.1")
    imports.confirm(row, by=by)
    sweeps.run("imports.record")
    row.refresh_from_db()
    return row


def test_a_real_log_of_a_wholesaler_with_its_returns_and_broken_rows(planner: User, shared_data: Path) -> None:
    content = slice_of(shared_data / WHOLESALE, 6_000)
    row = taken_in(content, planner)
    sales, worth = plainly(content)
    assert set(Purchase.objects.values_list("receipt_number", flat=True)) == sales
    assert sum(Purchase.objects.values_list("net_minor", flat=True)) == worth
    assert (row.rows, row.receipts, row.recorded, row.refused) == (6_000, 330, 301, 29)
    told = Counter(code for _, code in faults(row))
    assert told == {
        "return_unmatched": 29,
        "return_not_marked": 2,
    }  # goods bought before the log begins; stock written off
    assert PurchaseReturn.objects.count() == 4
    assert not [
        one.code for one in verify.invariants() if "loyalty" in one.check.__module__ and verify.look(one).broken
    ]


@pytest.mark.slow
def test_two_months_of_the_wholesaler_come_in_and_go_again(planner: User, shared_data: Path) -> None:
    content = slice_of(shared_data / WHOLESALE, 80_000)
    row = taken_in(content, planner)
    sales, _ = plainly(content)
    refused = set(row.documents.filter(state="refused", is_return=False).values_list("number", flat=True))
    assert set(Purchase.objects.values_list("receipt_number", flat=True)) == sales - refused
    assert row.recorded + row.refused == row.receipts
    assert not [
        one.code for one in verify.invariants() if "loyalty" in one.check.__module__ and verify.look(one).broken
    ]
    row = undone(row, planner)
    assert (row.undone + row.kept, row.kept) == (row.recorded, 0)
    assert not PointAccount.objects.exclude(available=0, pending=0, held=0, owed=0).exists()

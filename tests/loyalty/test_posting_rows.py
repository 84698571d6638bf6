"""A posting written in one statement leaves the rows that it leaves written one by one."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from core import clock
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import PointAccount, PointEntry, PointLot, PointTransaction
from loyalty.operations import points, posting_rows, reservations, reversals
from loyalty.operations.ledger import Cause
from members.models import Member
from tests.loyalty.conftest import cause

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
WRITTEN: tuple[Any, ...] = (PointTransaction, PointLot, PointEntry, PointAccount)
WAYS = (posting_rows.row_by_row, posting_rows.in_one_statement)


def rows() -> list[list[dict[str, Any]]]:
    """All that a posting writes, keys of the database named by their order."""
    found = []
    names: dict[tuple[str, int], int] = {}
    for model in WRITTEN:
        told = []
        for row in model.objects.order_by("pk").values():
            for key in ("id", "transaction_id", "lot_id", "reverses_id"):
                if row.get(key) is not None:
                    of = {"id": model.__name__, "lot_id": "PointLot"}.get(key, "PointTransaction")
                    row[key] = names.setdefault((of, row[key]), len(names))
            told.append(row)
        found.append(told)
    return found


def a_life(member: Member, store: Store, clerk: User) -> None:
    """Every verb, spends over several lots, debts, and a hold that is released."""
    at = Cause("till", "1", occurred_at=NOON, why={"rule": "base", "n": [1, None]}, reason="a \"reason\" % 's", actor=clerk,
               store=store)  # fmt: skip
    first = points.accrue(member, 100, cause=at, waits=False)
    points.accrue(member, 40, cause=Cause("till", "2"), earned_on=dt.date(2026, 1, 1), waits=False)
    points.accrue(member, 7, cause=Cause("till", "3"))
    spent = points.spend(member, 120, cause=Cause("till", "4"))
    reversals.give_back(spent, cause=Cause("till", "5"), points=90)
    hold = reservations.reserve(member, 60, subject="order", cause=Cause("till", "6"), until=NOON)
    reservations.release(hold, cause=Cause("till", "7"))
    reversals.take_back(first, 100, cause=Cause("till", "8"))
    points.mature(member, on=dt.date(2027, 1, 1))
    points.accrue(member, 500, cause=Cause("till", "9"), waits=False)


def test_both_ways_leave_the_same_rows(
    wanqing: Member, store: Store, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []
    with clock.stopped(NOON):
        for way in WAYS:
            monkeypatch.setattr(posting_rows, "write", way)
            point = transaction.savepoint()
            a_life(wanqing, store, clerk)
            left.append(rows())
            transaction.savepoint_rollback(point)
    assert left[0] == left[1]
    assert len(left[0][0]) > 9


@pytest.mark.parametrize("way", WAYS)
def test_a_key_that_was_used_leaves_nothing_behind(
    wanqing: Member, way: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    points.accrue(wanqing, 10, cause=cause("taken"), waits=False)
    monkeypatch.setattr(posting_rows, "write", way)
    monkeypatch.setattr("loyalty.operations.ledger.earlier", lambda *_, **__: None)  # as when two come at once
    before = rows()
    with pytest.raises(Refusal) as refused:
        points.accrue(wanqing, 10, cause=cause("taken"))
    assert (refused.value.code, rows()) == ("key_reused", before)

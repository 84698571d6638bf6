"""Purchases that arrive many times at once, on a server database, with the negative control (invariants.md part 2)."""

import json
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core import idempotency, verify
from core.api import clients
from core.idempotency import Once
from loyalty.models import Purchase
from loyalty.operations import bulk, purchases
from members.models import Member
from tests import factories
from tests.loyalty.conftest import balances
from tests.loyalty.test_bulk import delivery
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PHONE = "+8613812349999"


def broken() -> list[Any]:
    ours = [one for one in verify.invariants() if one.check.__module__.startswith("loyalty.")]
    return [(one.code, found.examples) for one in ours if (found := verify.look(one)).broken]


def body(number: int) -> bytes:
    """The same sale; without the key nothing tells the calls apart but a reference of their own."""
    sale = {"external_id": f"T-{number}", "occurred_at": "2026-01-20T12:00:00+08:00", "member": {"phone": PHONE},
            "lines": [{"net_minor": 10_000}]}  # fmt: skip
    return json.dumps(sale).encode()


@pytest.fixture
def key(db: None) -> str:
    cache.clear()
    factories.MemberFactory.create(phone=PHONE, user=None)
    administrator = factories.StaffFactory.create(roles={"administrator": None})
    return clients.make("Till", ["purchases.write"], by=administrator)[1]


def called(key: str, number: int, *, under: str = "one") -> int:
    told = {"Authorization": f"Bearer {key}", "Idempotency-Key": under}
    return Client().post("/api/v1/purchases", body(number), content_type="application/json", headers=told).status_code


def test_one_key_fifty_times_at_once_is_one_purchase(key: str) -> None:
    answers = at_once(lambda _: called(key, 1), range(50))
    assert (set(answers), Purchase.objects.count()) == ({201}, 1)
    assert (balances(Member.objects.get())[:2], broken()) == ((100, 0), [])


def test_one_key_for_two_bodies_at_once_serves_one_of_them(key: str) -> None:
    answers = at_once(lambda n: called(key, n % 2), range(20))
    assert (set(answers), Purchase.objects.count()) == ({201, 409}, 1)


def test_without_the_key_the_same_call_is_done_again(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: every call has a reference of its own, and only the key says that they are one."""

    def forgetful(**more: Any) -> Once:
        place = {**more, "key": uuid.uuid4().hex, "body": b""}
        return remembering(**place)

    remembering = idempotency.once
    monkeypatch.setattr(idempotency, "once", forgetful)
    at_once(lambda n: called(key, n), range(50))
    assert Purchase.objects.count() == 50


def test_bulk_and_single_purchases_side_by_side_lose_nothing_and_do_not_deadlock(key: str) -> None:
    members = factories.MemberFactory.create_batch(12, user=None)
    store = factories.StoreFactory.create()

    def one(turn: int) -> Any:
        some = members[::-1] if turn % 2 else members
        if turn % 3:
            return bulk.record([delivery(m, 1_000, key=f"b-{turn}-{m.pk}") for m in some], subject=store)
        single = delivery(members[turn % 12], 1_000, key=f"s-{turn}")
        return purchases.record(members[turn % 12], single.lines, arrival=single.arrival)

    answers = at_once(one, range(24))
    assert not [one for one in answers if isinstance(one, Exception)]
    assert (Purchase.objects.count(), broken()) == (16 * 12 + 8, [])


def test_the_same_delivery_in_many_batches_at_once_counts_once(key: str) -> None:
    member, store = factories.MemberFactory.create(user=None), factories.StoreFactory.create()
    same = [delivery(member, 1_000, key=f"k-{n}") for n in range(5)]
    answers = at_once(lambda _: bulk.record(same, subject=store), range(12))
    assert not [one for one in answers if isinstance(one, Exception)]
    assert (Purchase.objects.count(), balances(member)[1], broken()) == (5, 50, [])

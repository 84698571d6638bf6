"""Buying under concurrency, on a server database, each with its negative control (invariants.md part 2)."""

import contextlib
import datetime as dt
import random
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from cards.models import Card, CardNumber, Order, Payment, Product
from cards.operations import order_states, orders, settlement
from cards.payments import collecting, refunds
from cards.payments.word import Said, Word
from cards.queries import purchases
from core import clock
from core.models import User
from core.rules import RuleBroken
from members.models import Member
from tests import factories
from tests.cards import shop
from tests.cards.shop import assert_whole, place, start
from tests.racing import at_once, unlocked

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def buyers(count: int) -> list[Member]:
    found = []
    for n in range(count):
        member = factories.MemberFactory.create()
        factories.IdentityDocumentFactory(member=member, kind="passport", number=f"E{n:08}")
        found.append(member)
    return found


@contextlib.contextmanager
def unconstrained(table: str, column: str) -> Iterator[None]:
    """The negative control: the table does not say that the column's values are different."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)"
            " WHERE c.conrelid = %s::regclass AND c.contype = 'u' AND a.attname = %s",
            [table, column],
        )
        names = [name for (name,) in cursor.fetchall()]
        assert names
        for name in names:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    try:
        yield
    finally:
        call_command("flush", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" UNIQUE ({column})')


def test_the_same_key_fifty_times_is_one_order(buyer: Member, product: Product) -> None:
    answers = at_once(lambda _: place(buyer, product, key="same"), range(50))
    assert {order.pk for order in answers} == {Order.objects.get().pk}
    assert_whole()


def test_without_lock_and_constraint_the_same_key_makes_several_orders(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unconstrained("cards_order", "placement_key"), unlocked(monkeypatch, Member.objects):
        monkeypatch.setattr(purchases, "cards_counted", lambda *_: 0)
        at_once(lambda _: place(buyer, product, key="same"), range(50))
        assert Order.objects.count() > 1


def test_twenty_orders_of_one_person_at_once_respect_the_limit(buyer: Member, product: Product) -> None:
    answers = at_once(lambda n: place(buyer, product, key=str(n)), range(20))
    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert all(answer.code == "purchase_limit" for answer in answers if isinstance(answer, RuleBroken))


def test_without_the_lock_the_limit_is_overrun(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unlocked(monkeypatch, Member.objects):
        at_once(lambda n: place(buyer, product, key=str(n)), range(50))
    assert Order.objects.count() > 1


def paid_by_all(product: Product, count: int) -> list[Word]:
    """That many orders of different people, and the word that each is paid."""
    words = []
    for n, member in enumerate(buyers(count)):
        payment = start(place(member, product))
        words.append(Word(Said.SUCCEEDED, payment.reference, f"ch_{n}", payment.amount_minor, payment.currency))
    return words


def hear(word: Word) -> str:
    return settlement.hear("sandbox", word)


def test_the_last_number_of_the_stock_is_given_once(db: None) -> None:
    product = shop.make_product(numbers_in_stock=1)
    answers = at_once(hear, paid_by_all(product, 16))
    assert answers == ["settled"] * 16
    assert Card.objects.count() == 1
    assert Order.objects.filter(exception="no-stock", state="paid").count() == 15
    assert_whole()


def test_without_lock_and_constraint_the_last_number_is_given_twice(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    product = shop.make_product(numbers_in_stock=1)
    words, both = paid_by_all(product, 16), threading.Barrier(2)

    def stale(self: CardNumber, **_: Any) -> None:
        """Two have the number in hand before either has written it."""
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=5)
        CardNumber.objects.filter(pk=self.pk).update(state=self.state)

    monkeypatch.setattr(CardNumber, "save", stale)
    real = CardNumber.objects.filter

    def unheld(*args: Any, **kwargs: Any) -> Any:
        rows = real(*args, **kwargs)
        rows.__class__ = type("Unheld", (rows.__class__,), {"select_for_update": lambda self, **_: self})
        return rows

    with unconstrained("cards_card", "number_id"), monkeypatch.context() as patch:
        patch.setattr(CardNumber.objects, "filter", unheld)
        at_once(hear, words, threads=16)
        assert Card.objects.count() > 1


def test_callbacks_five_times_shuffled_and_at_once_settle_each_order_once(db: None) -> None:
    words = paid_by_all(shop.make_product(numbers_in_stock=20), 10)
    failed = [Word(Said.FAILED, word.reference) for word in words]
    shuffled = (words + failed) * 5
    random.Random(7).shuffle(shuffled)
    answers = at_once(hear, shuffled)
    assert answers.count("settled") == 10
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Order.objects.filter(state="fulfilled", paid_minor=129_900).count() == 10
    assert Card.objects.count() == 10
    assert_whole()


def test_a_double_click_on_pay_opens_one_payment(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    pages = at_once(lambda _: collecting.start(order, gateway="sandbox", return_url="/"), range(20))
    assert len(set(pages)) == 1
    assert Payment.objects.count() == 1


def test_without_the_lock_a_double_click_opens_several(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(buyer, product)
    with unlocked(monkeypatch, Order.objects):
        monkeypatch.setattr(order_states, "lock", lambda order: Order.objects.get(pk=order.pk))
        at_once(lambda _: collecting.start(order, gateway="sandbox", return_url="/"), range(50))
    assert Payment.objects.count() > 1


def test_settling_while_orders_expire_honours_every_payment(db: None) -> None:
    words = paid_by_all(shop.make_product(numbers_in_stock=20), 12)
    later = clock.now() + dt.timedelta(hours=3)

    def work(item: Any) -> Any:
        with clock.stopped(later):
            return orders.expire(item) if isinstance(item, Order) else hear(item)

    mixed: list[Any] = [*words, *Order.objects.all()]
    random.Random(3).shuffle(mixed)
    answers = at_once(work, mixed)
    assert answers.count("settled") == 12
    assert Order.objects.filter(state="fulfilled").count() == 12
    assert_whole()


def test_refunds_at_once_never_exceed_what_was_paid(buyer: Member, product: Product, finance: User) -> None:
    payment = shop.pay(place(buyer, product))
    answers = at_once(lambda _: refunds.request(payment, amount_minor=40_000, reason="race", by=finance), range(20))
    assert sum(not isinstance(answer, Exception) for answer in answers) == 3
    payment.refresh_from_db()
    assert payment.refunded_minor == 120_000
    assert_whole()

"""The process dies, or the provider talks nonsense, at the worst moments of a payment (design/invariants.md part 2).

A death is an exception that nothing catches: whatever the open transaction held is gone, what was committed stays.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from cards.jobs import buying
from cards.models import Card, Order, Payment, Product, Refund, SandboxCharge
from cards.operations import settlement
from cards.payments import callbacks, collecting, refunds
from cards.payments.sandbox import provider
from cards.payments.sandbox.gateway import Sandbox
from core import clock
from core.messaging import dispatch
from core.models import Message, User
from members.models import Member
from tests import factories
from tests.cards import shop
from tests.cards.shop import arrive, assert_whole, charge_of, pay, place, start, told

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(minutes=2)
GARBAGE = [ValueError("<html>502"), KeyError("status"), TypeError("NoneType"), RecursionError("deep")]


class Killed(BaseException):
    """The process is gone."""


def dies(*args: object, **kwargs: object) -> None:
    raise Killed


def dies_after(work: Callable[..., Any]) -> Callable[..., Any]:
    def done_and_dead(*args: Any, **kwargs: Any) -> None:
        work(*args, **kwargs)
        raise Killed

    return done_and_dead


def kept_instrument(buyer: Member, product: Product) -> str:
    order = place(buyer, product, key="first")
    provider.decide(charge_of(start(order, keep_instrument=True)), "paid")
    arrive(order.payments.get())
    return str(order.payments.get().instrument)


def asked_later() -> None:
    with clock.stopped(clock.now() + LATER):
        buying.ask_payments()


def test_dead_after_the_provider_opened_the_page_the_next_click_leads_to_the_same(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(buyer, product)
    with monkeypatch.context() as point:
        point.setattr(Sandbox, "start", dies_after(Sandbox.start))
        with pytest.raises(Killed):
            collecting.start(order, gateway="sandbox", return_url="/")
    pay(order)
    assert (SandboxCharge.objects.count(), Payment.objects.count()) == (1, 1)
    assert_whole()


def test_dead_between_the_charge_and_its_booking_the_money_is_booked_once(
    buyer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = shop.make_product(max_per_member=2)
    instrument = kept_instrument(buyer, product)
    order = place(buyer, product, key="second")
    with monkeypatch.context() as point:
        point.setattr(settlement, "hear", dies)
        with pytest.raises(Killed):
            collecting.charge_stored(order, gateway="sandbox", instrument=instrument)
    order.refresh_from_db()
    assert order.state == Order.State.PLACED
    asked_later()
    order.refresh_from_db()
    assert (order.state, order.paid_minor) == (Order.State.FULFILLED, order.total_minor)
    assert SandboxCharge.objects.filter(merchant_reference=order.payments.get().reference).count() == 1
    assert_whole()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["settle", "_tell_delivered", "_issue"])
def test_dead_in_the_middle_of_settling_nothing_of_it_stays_and_the_repeat_does_all(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    from cards.operations import fulfilment

    payment = pay(place(buyer, product), deliver=False)
    with monkeypatch.context() as broken:
        broken.setattr(settlement if point == "settle" else fulfilment, point, dies)
        with pytest.raises(Killed):
            arrive(payment)
    assert (Card.objects.count(), Payment.objects.get().state, told("order.paid")) == (0, "created", 0)
    assert arrive(payment) == ["settled"]
    assert (Card.objects.count(), told("order.paid"), told("order.fulfilled")) == (1, 1, 1)
    assert_whole()


@pytest.mark.django_db(transaction=True)
def test_dead_after_the_commit_and_before_the_answer_the_repeat_is_told_the_same(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = pay(place(buyer, product), deliver=False)
    with monkeypatch.context() as point:
        point.setattr(callbacks, "act", dies_after(callbacks.act))
        with pytest.raises(Killed):
            arrive(payment)
    assert Payment.objects.get().state == Payment.State.SUCCEEDED
    assert [arrive(payment) for _ in range(4)] == [["settled"]] * 4
    assert (Card.objects.count(), told("order.paid")) == (1, 1)
    assert_whole()


def test_dead_after_the_commit_and_before_anything_was_sent_the_messages_still_go_out_once(
    buyer: Member, product: Product
) -> None:
    pay(place(buyer, product))
    assert set(Message.objects.filter(channel="email").values_list("state", flat=True)) == {"queued"}
    for _ in range(2):
        for channel in ("inbox", "email", "sms"):
            dispatch.run(channel)
    assert set(Message.objects.values_list("state", "attempts")) <= {("sent", 1), ("sent", 0)}


@pytest.mark.parametrize("at", ["before", "after"])
def test_dead_around_the_providers_refund_it_is_paid_back_once(
    buyer: Member, product: Product, finance: User, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    payment = pay(place(buyer, product))
    refunds.request(payment, amount_minor=100, reason="x", by=finance)
    with monkeypatch.context() as point:
        if at == "before":
            point.setattr(Sandbox, "refund", dies)
        else:
            point.setattr(refunds, "settle", dies)
        with pytest.raises(Killed):
            buying.send_refunds()
    assert Refund.objects.get().state == Refund.State.REQUESTED
    assert charge_of(payment).refunded_minor == (0 if at == "before" else 100)
    for _ in range(3):
        buying.send_refunds()
    assert (Refund.objects.get().state, charge_of(payment).refunded_minor) == (Refund.State.SUCCEEDED, 100)
    assert told("order.refunded") == 1
    assert_whole()


def test_a_refund_that_the_provider_recognises_by_no_reference_would_be_paid_twice(
    buyer: Member, product: Product, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above: what saves us is that the reference is the same at every try."""
    payment = pay(place(buyer, product))
    refunds.request(payment, amount_minor=100, reason="x", by=finance)
    original, tries = provider.refund, iter("ab")

    def forgetful(reference: str, *, refund_reference: str, amount_minor: int) -> object:
        return original(reference, refund_reference=refund_reference + next(tries), amount_minor=amount_minor)

    monkeypatch.setattr(provider, "refund", forgetful)
    with monkeypatch.context() as point:
        point.setattr(refunds, "settle", dies)
        with pytest.raises(Killed):
            buying.send_refunds()
    buying.send_refunds()
    assert charge_of(payment).refunded_minor == 200


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda error: type(error).__name__)
def test_garbage_about_one_payment_stops_no_other(
    buyer: Member, stranger: Member, product: Product, monkeypatch: pytest.MonkeyPatch, garbage: Exception
) -> None:
    factories.IdentityDocumentFactory(member=stranger, kind="passport", number="E12345678")
    first, second = (pay(place(who, product), callback="never") for who in (buyer, stranger))
    query = Sandbox.query

    def mad(self: Sandbox, payment: Payment) -> object:
        if payment.pk == first.pk:
            raise garbage
        return query(self, payment)

    with monkeypatch.context() as point:
        point.setattr(Sandbox, "query", mad)
        asked_later()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Payment.State.CREATED, Payment.State.SUCCEEDED)
    asked_later()
    first.refresh_from_db()
    assert first.state == Payment.State.SUCCEEDED
    assert_whole()


def test_garbage_about_one_refund_stops_no_other(
    buyer: Member, product: Product, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = pay(place(buyer, product))
    for amount in (100, 200):
        refunds.request(payment, amount_minor=amount, reason="x", by=finance)
    refund = Sandbox.refund

    def mad(self: Sandbox, payment: Payment, *, amount_minor: int, reference: str) -> object:
        if amount_minor == 100:
            raise ValueError("<html>502")
        return refund(self, payment, amount_minor=amount_minor, reference=reference)

    with monkeypatch.context() as point:
        point.setattr(Sandbox, "refund", mad)
        buying.send_refunds()
    assert charge_of(payment).refunded_minor == 200
    buying.send_refunds()
    assert charge_of(payment).refunded_minor == 300
    assert_whole()


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_hangs_holds_no_row_of_ours(
    buyer: Member, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of its calls is made inside a transaction, so that whoever waits for it keeps nobody else waiting."""
    seen: dict[str, bool] = {}

    def watched(name: str) -> Callable[..., Any]:
        original = getattr(Sandbox, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            seen[name] = connection.in_atomic_block
            return original(*args, **kwargs)

        return call

    for name in ("start", "query", "refund", "charge_stored"):
        monkeypatch.setattr(Sandbox, name, watched(name))
    product = shop.make_product(max_per_member=3)
    instrument = kept_instrument(buyer, product)
    collecting.charge_stored(place(buyer, product, key="second"), gateway="sandbox", instrument=instrument)
    payment = pay(place(buyer, product, key="third"), callback="never")
    asked_later()
    payment.refresh_from_db()
    refunds.request(payment, amount_minor=100, reason="x", by=finance)
    buying.send_refunds()
    assert seen == {"start": False, "query": False, "refund": False, "charge_stored": False}

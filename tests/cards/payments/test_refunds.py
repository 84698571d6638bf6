"""Money that goes back (CARD-20 · invariants 13, 20, 28)."""

import pytest

from cards.jobs import buying
from cards.models import Card, Order, Payment, Product, Refund
from cards.operations import finance as desk
from cards.operations import settlement
from cards.payments import refunds
from cards.payments.gateway import Unavailable
from cards.payments.sandbox.gateway import Sandbox
from cards.payments.word import Said, Word
from core import approvals
from core.models import Approval, User
from core.refusals import Refusal
from members.models import Member
from tests.cards.shop import assert_whole, charge_of, pay, place, start, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(buyer: Member, product: Product) -> Payment:
    return pay(place(buyer, product))


def test_parts_go_back_up_to_what_was_paid(payment: Payment, finance: User) -> None:
    for _ in range(2):
        refunds.request(payment, amount_minor=50_000, reason="Goodwill", by=finance)
    with pytest.raises(Refusal) as refused:
        refunds.request(payment, amount_minor=29_901, reason="Goodwill", by=finance)
    assert refused.value.code == "refund_above_paid"
    buying.send_refunds()
    assert charge_of(payment).refunded_minor == 100_000
    order = Order.objects.get()
    assert (order.refunded_minor, order.state) == (100_000, "fulfilled")
    assert told("order.refunded") == 2
    assert_whole()


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_is_not_refunded(payment: Payment, finance: User, amount: int) -> None:
    with pytest.raises(Refusal):
        refunds.request(payment, amount_minor=amount, reason="x", by=finance)


def test_a_full_refund_after_approval_closes_the_card(payment: Payment, finance: User, director: User) -> None:
    asked = refunds.request(payment, amount_minor=129_900, reason="Cooling off", by=finance)
    assert isinstance(asked, Approval)
    with pytest.raises(Refusal):
        approvals.approve(asked, by=finance)
    approvals.approve(asked, by=director)
    buying.send_refunds()
    assert Card.objects.get().state == Card.State.CLOSED
    assert Order.objects.get().state == Order.State.REFUNDED
    assert Refund.objects.get().approval == asked
    assert_whole()


def test_an_approval_overtaken_by_another_refund_is_stale(payment: Payment, finance: User, director: User) -> None:
    asked = refunds.request(payment, amount_minor=129_900, reason="Cooling off", by=finance)
    assert isinstance(asked, Approval)
    refunds.request(payment, amount_minor=1, reason="Goodwill", by=finance)
    with pytest.raises(Refusal) as refused:
        approvals.approve(asked, by=director)
    assert refused.value.code == "stale"


def test_a_clerk_cannot_refund(payment: Payment, clerk: User) -> None:
    with pytest.raises(Refusal) as refused:
        refunds.request(payment, amount_minor=1, reason="x", by=clerk)
    assert refused.value.status == 403


def test_a_provider_that_is_down_gets_the_refund_later_and_once(
    payment: Payment, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refunds.request(payment, amount_minor=100, reason="x", by=finance)

    def down(*args: object, **kwargs: object) -> None:
        raise Unavailable("timeout")

    with monkeypatch.context() as broken:
        broken.setattr(Sandbox, "refund", down)
        buying.send_refunds()
    assert Refund.objects.get().state == Refund.State.REQUESTED
    for _ in range(3):
        buying.send_refunds()
    assert charge_of(payment).refunded_minor == 100
    assert_whole()


def test_refunds_that_no_provider_answers_hold_up_no_others(
    payment: Payment, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, other = (refunds.request(payment, amount_minor=100, reason="x", by=finance) for _ in range(2))
    assert isinstance(stuck, Refund)
    assert isinstance(other, Refund)
    asked: list[str] = []

    def silent(*args: object, reference: str, **kwargs: object) -> None:
        asked.append(reference)
        raise Unavailable("timeout")

    monkeypatch.setattr(buying, "AT_ONCE", 1)
    monkeypatch.setattr(Sandbox, "refund", silent)
    for _ in range(3):
        buying.send_refunds()
    assert asked == [stuck.reference, other.reference, stuck.reference]


def test_an_answer_lost_on_the_way_does_not_refund_twice(payment: Payment, finance: User) -> None:
    refund = refunds.request(payment, amount_minor=100, reason="x", by=finance)
    assert isinstance(refund, Refund)
    gateway = Sandbox()
    for _ in range(3):
        gateway.refund(payment, amount_minor=100, reference=refund.reference)
    buying.send_refunds()
    settlement.hear("sandbox", Word(Said.REFUNDED, refund.reference, "again"))
    assert charge_of(payment).refunded_minor == 100
    assert told("order.refunded") == 1
    assert_whole()


def test_a_refused_refund_keeps_its_reserve_and_can_be_sent_again(payment: Payment, finance: User) -> None:
    refund = refunds.request(payment, amount_minor=100, reason="x", by=finance)
    assert isinstance(refund, Refund)
    settlement.hear("sandbox", Word(Said.REFUND_FAILED, refund.reference))
    refund.refresh_from_db()
    assert refund.state == Refund.State.FAILED
    refunds.try_again(refund, by=finance)
    buying.send_refunds()
    refund.refresh_from_db()
    assert refund.state == Refund.State.SUCCEEDED
    assert_whole()


def test_money_set_aside_is_booked_when_it_fits_after_all(buyer: Member, product: Product, finance: User) -> None:
    order = place(buyer, product)
    payment = start(order)
    settlement.hear("sandbox", Word(Said.SUCCEEDED, payment.reference, "ch_1", 129_900, "JPY"))
    payment.refresh_from_db()
    finance_accepts(payment, finance)
    order.refresh_from_db()
    assert order.state == Order.State.FULFILLED
    assert_whole()


def finance_accepts(payment: Payment, by: User) -> None:
    desk.accept(payment, by=by, reason="The provider confirmed it in writing")


def test_money_of_a_wrong_amount_is_only_sent_back(buyer: Member, product: Product, finance: User) -> None:
    payment = start(place(buyer, product))
    settlement.hear("sandbox", Word(Said.SUCCEEDED, payment.reference, "ch_1", 1_000, "CNY"))
    payment.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        finance_accepts(payment, finance)
    assert refused.value.code == "payment_does_not_fit"
    send_back(payment, finance)
    payment.refresh_from_db()
    assert payment.refunded_minor == 1_000
    assert_whole()


def send_back(payment: Payment, by: User) -> None:
    desk.send_back(payment, by=by, reason="Wrong amount")

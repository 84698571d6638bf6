"""From a provider's word to a paid and delivered order, whatever comes twice, late, shuffled or never (CARD-09)."""

import datetime as dt
import itertools

import pytest

from cards.jobs import buying
from cards.models import Card, CardNumber, GatewayEvent, Order, Payment, Product, Refund
from cards.operations import fulfilment, orders, settlement
from cards.payments import callbacks, collecting
from cards.payments.gateway import SignatureInvalid, Unavailable
from cards.payments.sandbox import provider
from cards.payments.sandbox.gateway import Sandbox
from cards.payments.word import Said, Word
from core import clock, sweeps
from core.models import Message
from core.refusals import Refusal
from members.models import Member
from risk.models import RiskEvent
from tests.cards import shop
from tests.cards.shop import arrive, assert_whole, charge_of, pay, place, start, told

pytestmark = pytest.mark.django_db


def down(*args: object, **kwargs: object) -> None:
    raise Unavailable("connection refused")


def test_a_paid_order_has_its_card_at_once(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = pay(order)
    card = Card.objects.get(order_line__order=order)
    assert (order.state, order.paid_minor, payment.state) == ("fulfilled", 129_900, "succeeded")
    assert card.state == Card.State.ISSUED
    assert card.expected_phone_index == buyer.phone_index
    assert order.document is not None
    assert card.expected_document_index == order.document.number_index
    assert card.activate_before_on == clock.today() + dt.timedelta(days=180)
    assert [event.to_state for event in order.events.all()] == ["placed", "paid", "fulfilled"]
    assert told("order.paid") == told("order.fulfilled") == 1
    assert_whole()


def test_the_buyer_is_sent_number_and_activation_code(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    pay(order)
    card = Card.objects.get()
    text = Message.objects.get(event="order.fulfilled", channel="inbox").body
    code = card.number.activation_code
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in text
    assert " ".join(card.number.number[i : i + 4] for i in range(0, 16, 4)) in text


def test_a_gift_goes_to_the_phone_it_is_for(buyer: Member, product: Product) -> None:
    order = place(buyer, product, gift=orders.Gift("Zhou Lan", "+8613812340003", "Happy birthday"))
    pay(order)
    card = Card.objects.get()
    assert card.expected_phone_index != buyer.phone_index
    assert card.expected_document_index == ""
    message = Message.objects.get(event="gift.received", channel="sms")
    assert message.address == "+8613812340003"
    assert told("gift.sent") == 1
    assert told("order.fulfilled") == 0


def test_a_callback_five_times_changes_nothing_more(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = pay(order)
    for _ in range(5):
        assert arrive(payment) == ["settled"]
    order.refresh_from_db()
    assert order.paid_minor == 129_900
    assert Card.objects.count() == 1
    assert GatewayEvent.objects.count() == 1
    assert told("order.paid") == 1
    assert_whole()


@pytest.mark.parametrize("sequence", list(itertools.permutations(["paid", "declined", "cancelled"])))
def test_shuffled_words_end_in_the_money_that_came(buyer: Member, product: Product, sequence: tuple[str, ...]) -> None:
    order = place(buyer, product)
    payment = start(order)
    said = {"paid": Said.SUCCEEDED, "declined": Said.FAILED, "cancelled": Said.CANCELLED}
    for outcome in sequence * 2:
        settlement.hear("sandbox", Word(said[outcome], payment.reference, "ch_1", 129_900, "CNY"))
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.state, payment.state) == ("fulfilled", "succeeded")
    assert_whole()


def test_a_bad_signature_is_refused_without_a_trace(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = pay(order, deliver=False)
    row = charge_of(payment).callbacks.get()
    with pytest.raises(SignatureInvalid):
        callbacks.take("sandbox", shop.signed(row, secret="whsec_b3RoZXI="))
    with pytest.raises(SignatureInvalid):
        callbacks.take("sandbox", shop.signed(row, at=clock.now().timestamp() - 301))
    order.refresh_from_db()
    assert order.state == Order.State.PLACED
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize(("amount", "currency"), [(129_899, "CNY"), (129_901, "CNY"), (129_900, "JPY"), (0, "CNY")])
def test_a_wrong_amount_is_set_aside_for_a_person(buyer: Member, product: Product, amount: int, currency: str) -> None:
    order = place(buyer, product)
    payment = start(order)
    outcome = settlement.hear("sandbox", Word(Said.SUCCEEDED, payment.reference, "ch_1", amount, currency))
    payment.refresh_from_db()
    order.refresh_from_db()
    assert outcome == "quarantined:amount-mismatch"
    assert (payment.state, payment.received_minor, order.state) == ("quarantined", amount, "placed")
    assert not Card.objects.exists()
    assert not Refund.objects.exists()
    assert RiskEvent.objects.filter(kind="payment.set-aside").exists()
    assert told("payment.set-aside") == 1
    assert_whole()


def test_money_confirmed_late_opens_the_expired_order_again(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = pay(order, deliver=False)
    with clock.stopped(clock.now() + dt.timedelta(hours=72)):
        sweeps.run(buying.UnpaidOrders())
        order.refresh_from_db()
        assert order.state == Order.State.EXPIRED
        assert arrive(payment) == ["settled"]
    order.refresh_from_db()
    assert order.state == Order.State.FULFILLED
    assert_whole()


def test_money_for_a_cancelled_order_is_sent_back_by_itself(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = pay(order, deliver=False)
    orders.cancel(order, by=buyer.user)
    assert arrive(payment) == ["quarantined:order-cancelled"]
    buying.send_refunds()
    buying.send_refunds()
    payment.refresh_from_db()
    assert payment.refunded_minor == 129_900
    assert Refund.objects.get().state == Refund.State.SUCCEEDED
    assert charge_of(payment).refunded_minor == 129_900
    assert not Card.objects.exists()
    assert_whole()


def test_paying_twice_sends_the_second_payment_back(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    first = start(order)
    Payment.objects.filter(pk=first.pk).update(state=Payment.State.FAILED)
    second = start(order)
    assert first.pk != second.pk
    for payment in (first, second):
        provider.decide(charge_of(payment), "paid")
    assert arrive(first) + arrive(second) == ["settled", "quarantined:already-paid"]
    buying.send_refunds()
    order.refresh_from_db()
    assert (order.paid_minor, order.refunded_minor, order.state) == (129_900, 0, "fulfilled")
    assert_whole()


def test_late_money_is_sent_back_when_the_buyer_has_her_card_from_another_order(
    buyer: Member, product: Product
) -> None:
    order = place(buyer, product, key="a")
    payment = pay(order, deliver=False)
    with clock.stopped(clock.now() + dt.timedelta(hours=3)):
        sweeps.run(buying.UnpaidOrders())
        pay(place(buyer, product, key="b"))
        assert arrive(payment) == ["quarantined:limit-reached-meanwhile"]
        buying.send_refunds()
    assert Card.objects.count() == 1
    assert_whole()


def test_a_payment_cannot_be_started_when_the_time_is_over(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    assert order.pay_before_at is not None
    with clock.stopped(order.pay_before_at), pytest.raises(Refusal) as refused:
        start(order)
    assert refused.value.code == "order_too_late_to_pay"


def test_clicking_pay_twice_opens_one_payment(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    first = collecting.start(order, gateway="sandbox", return_url="/")
    assert collecting.start(order, gateway="sandbox", return_url="/") == first
    assert order.payments.count() == 1


def test_a_declined_payment_leaves_the_order_open(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    assert pay(order, outcome="declined").state == Payment.State.FAILED
    assert order.state == Order.State.PLACED
    assert told("payment.failed") == 1
    assert pay(order).state == Payment.State.SUCCEEDED
    assert_whole()


def test_a_word_that_never_comes_is_asked_for(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    pay(order, callback="never")
    assert order.state == Order.State.PLACED
    with clock.stopped(clock.now() + dt.timedelta(minutes=1)):
        assert buying.ask_payments() == 1
    order.refresh_from_db()
    assert order.state == Order.State.FULFILLED
    assert_whole()


def test_a_payment_nobody_decided_is_closed_when_the_provider_closes_it(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = start(order)
    with clock.stopped(clock.now() + dt.timedelta(minutes=31)):
        buying.ask_payments()
    payment.refresh_from_db()
    assert payment.state == Payment.State.CANCELLED


def test_a_provider_that_is_down_for_ten_minutes_loses_nothing(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(buyer, product)
    payment = pay(order, callback="never")
    now = clock.now()
    with monkeypatch.context() as broken:
        for call in ("start", "query", "refund", "charge_stored"):
            broken.setattr(Sandbox, call, down)
        for minute in range(1, 11):
            with clock.stopped(now + dt.timedelta(minutes=minute)):
                buying.ask_payments()
        with pytest.raises(Refusal) as refused:
            collecting.start(order, gateway="sandbox", return_url="/")
        assert refused.value.status == 503
    payment.refresh_from_db()
    assert payment.state == Payment.State.CREATED
    with clock.stopped(now + dt.timedelta(minutes=12)):
        buying.ask_payments()
    payment.refresh_from_db()
    assert payment.state == Payment.State.SUCCEEDED
    assert_whole()


def test_a_payment_that_never_reached_the_provider_fails_in_the_end(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(buyer, product)
    with monkeypatch.context() as broken:
        broken.setattr(Sandbox, "start", down)
        with pytest.raises(Refusal):
            collecting.start(order, gateway="sandbox", return_url="/")
    with clock.stopped(clock.now() + dt.timedelta(minutes=16)):
        buying.ask_payments()
    assert order.payments.get().state == Payment.State.FAILED


def test_money_for_a_payment_we_do_not_know_raises_an_alert(db: None) -> None:
    assert settlement.hear("sandbox", Word(Said.SUCCEEDED, "P0", "ch_9", 1, "CNY")) == "unknown-payment"
    assert RiskEvent.objects.get(kind="payment.unknown").is_alert


def test_one_gateway_reference_is_never_two_payments(buyer: Member, stranger: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = pay(order)
    gift = place(buyer, product, key="gift", gift=orders.Gift("Lan", "+8613812340003"))
    other = start(gift)
    word = Word(Said.SUCCEEDED, other.reference, payment.gateway_reference or "", 129_900, "CNY")
    assert settlement.hear("sandbox", word) == "gateway-reference-used"
    again = Word(Said.SUCCEEDED, payment.reference, "ch_other", 129_900, "CNY")
    assert settlement.hear("sandbox", again) == "second-gateway-reference"
    gift.refresh_from_db()
    assert gift.state == Order.State.PLACED
    assert_whole()


def test_without_stock_the_order_waits_and_is_delivered_when_numbers_come(buyer: Member, db: None) -> None:
    product = shop.make_product(numbers_in_stock=0)
    order = place(buyer, product)
    pay(order)
    assert (order.state, order.exception) == ("paid", "no-stock")
    assert_whole()
    sweeps.run(buying.WaitingOrders())
    shop.stock(product.series, 1)
    sweeps.run(buying.WaitingOrders())
    sweeps.run(buying.WaitingOrders())
    order.refresh_from_db()
    assert (order.state, order.exception) == ("fulfilled", "")
    assert told("order.waiting") == told("order.fulfilled") == 1
    assert_whole()


def test_a_store_keeps_its_numbers_from_online_orders(buyer: Member, store: object, db: None) -> None:
    product = shop.make_product(numbers_in_stock=0)
    shop.stock(product.series, 2, store=store)  # type: ignore[arg-type]
    order = place(buyer, product)
    pay(order)
    assert order.exception == "no-stock"
    assert not CardNumber.objects.filter(state="assigned").exists()


def test_a_kept_instrument_comes_with_the_payment_only_when_allowed(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    payment = start(order, keep_instrument=True)
    provider.decide(charge_of(payment), "paid")
    arrive(payment)
    payment.refresh_from_db()
    assert payment.instrument.startswith(provider.GOOD)
    gift = place(buyer, product, key="g", gift=orders.Gift("Lan", "+8613812340003"))
    assert pay(gift).instrument == ""


def test_a_kept_instrument_is_charged_without_the_payer(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    assert collecting.charge_stored(order, gateway="sandbox", instrument=provider.GOOD + "1") == "settled"
    assert collecting_state(order) == "fulfilled"
    gift = place(buyer, product, key="g", gift=orders.Gift("Lan", "+8613812340003"))
    assert collecting.charge_stored(gift, gateway="sandbox", instrument=provider.BAD + "1") == "failed"
    assert collecting_state(gift) == "placed"


def collecting_state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_a_crash_after_the_callback_was_kept_is_made_good_by_its_repeat(
    buyer: Member, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(buyer, product)
    payment = pay(order, deliver=False)

    def crash(*args: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(fulfilment, "fulfil", crash)
        with pytest.raises(RuntimeError):
            arrive(payment)
    assert GatewayEvent.objects.get().outcome == ""
    order.refresh_from_db()
    assert order.state == Order.State.PLACED
    assert arrive(payment) == ["settled"]
    order.refresh_from_db()
    assert order.state == Order.State.FULFILLED
    assert_whole()

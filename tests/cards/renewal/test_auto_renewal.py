"""Automatic renewal: opt-in, announced, charged once, tried again, ended in one step (CARD-17, law.md)."""

import datetime as dt

import pytest

from cards.jobs import renewal as jobs
from cards.models import Card, Order, Payment, Price, Product, RenewalCharge, RenewalMandate, Term
from cards.operations import mandates, orders
from cards.operations.orders import Agreed
from cards.payments.gateway import Unavailable
from cards.payments.sandbox.gateway import Sandbox
from cards.policy.parameters import RenewalParameters
from cards.queries import mandates as rows
from core import clock
from core.messaging import dispatch
from core.models import Approval, Message
from members.models import Member
from members.operations import legal as publishing
from members.queries import legal
from tests.cards import shop
from tests.cards.products import refused, swept
from tests.cards.renewal.conftest import ENDS, at, broken, place

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NOTIFY = "cards.notify_auto_renewals"
ANNOUNCED = ENDS - 35 * DAY
CHARGED = ENDS - 30 * DAY


@pytest.fixture(autouse=True)
def texts(db: None) -> None:
    publishing.publish_shipped()


def kept(card: Card, *, works: bool = True) -> Payment:
    """The holder left a means of payment when she bought something in January."""
    instrument = "sbi_ok_1" if works else "sbi_no_1"
    paid = card.order_line.order
    return Payment.objects.create(
        order=paid, gateway="sandbox", reference="P-KEPT", amount_minor=paid.total_minor, keep_instrument=True,
        received_minor=paid.total_minor, state="succeeded", settled_at=clock.now(), instrument=instrument, currency="CNY",
    )  # fmt: skip


def agreed() -> Agreed:
    return Agreed(legal.in_force("auto-renewal"), "en")


def agree(card: Card, *, works: bool = True) -> RenewalMandate:
    kept(card, works=works)
    assert card.holder is not None
    with at(dt.date(2026, 2, 1)):
        return mandates.agree(card, member=card.holder, agreed=agreed())


def night(day: dt.date) -> int:
    """One night and morning: charges are announced, what is due is collected, messages go out."""
    with at(day, hour=1):
        swept(NOTIFY)
        charged = jobs.charge_auto_renewals()
    with at(day, hour=10):
        dispatch.run("inbox")
    return charged


def nights(first: dt.date, last: dt.date) -> int:
    return sum(night(first + days * DAY) for days in range((last - first).days + 1))


def told(event: str) -> int:
    return Message.objects.filter(event=event, channel="inbox", state="sent").count()


def test_it_is_announced_five_days_before_and_charged_once_on_its_day(card: Card) -> None:
    agree(card)
    assert nights(ENDS - 60 * DAY, CHARGED - DAY) == 0
    charge = RenewalCharge.objects.get()
    assert (charge.notified_on, charge.charge_on, charge.total_minor) == (ANNOUNCED, CHARGED, 116_910)
    assert told("auto_renewal.notice") == 1
    nights(CHARGED, ENDS + 40 * DAY)
    card.refresh_from_db()
    charge.refresh_from_db()
    assert (card.last_valid_on, charge.state) == (dt.date(2028, 1, 21), RenewalCharge.State.CHARGED)
    assert charge.order is not None
    assert (charge.order.total_minor, charge.order.payments.count()) == (116_910, 1)
    assert (told("auto_renewal.charged"), told("card.renewed"), told("card.renewal_due")) == (1, 0, 0)
    assert broken("C17", "24", "24a") == []


def test_the_notice_says_price_day_and_how_to_end_it(card: Card) -> None:
    mandate = agree(card)
    night(ANNOUNCED)
    with at(ANNOUNCED, hour=10):
        dispatch.run("email")
    body = Message.objects.get(event="auto_renewal.notice", channel="email").body
    for words in ("¥1,169.10", "2026年12月22日", "2028年1月21日", rows.off_token(mandate)):
        assert words in body, words


def test_without_a_notice_that_reached_her_nothing_is_ever_charged(card: Card) -> None:
    agree(card)
    with at(ANNOUNCED, hour=1):
        swept(NOTIFY)
    for days in range(60):
        with at(ANNOUNCED + days * DAY, hour=1):
            swept(NOTIFY)
            assert jobs.charge_auto_renewals() == 0
    assert not Order.objects.filter(kind="renewal").exists()
    assert set(RenewalCharge.objects.values_list("state", flat=True)) == {RenewalCharge.State.VOID}


def test_a_notice_that_would_come_too_late_is_not_sent_but_made_anew(card: Card) -> None:
    agree(card)
    with at(ANNOUNCED, hour=1):
        swept(NOTIFY)
    with at(ANNOUNCED + 2 * DAY, hour=10):
        dispatch.run("inbox")
    assert Message.objects.get(event="auto_renewal.notice", channel="inbox").suppressed_because == "no-longer-true"
    nights(CHARGED, CHARGED + 6 * DAY)
    second = RenewalCharge.objects.latest("pk")
    assert (second.notified_on, second.charge_on) == (CHARGED, CHARGED + 5 * DAY)
    assert (second.total_minor, second.state) == (129_900, RenewalCharge.State.CHARGED)  # early-bird is over by then
    assert broken("C17") == []


def test_after_missed_nights_the_notice_still_has_its_days(card: Card) -> None:
    agree(card)
    night(ANNOUNCED + 3 * DAY)
    assert RenewalCharge.objects.get().charge_on == ANNOUNCED + 8 * DAY
    nights(ANNOUNCED + 4 * DAY, ANNOUNCED + 7 * DAY)
    assert not Order.objects.filter(kind="renewal").exists()
    nights(ANNOUNCED + 8 * DAY, ANNOUNCED + 8 * DAY)
    assert Order.objects.get(kind="renewal").total_minor == 129_900


def test_another_price_than_was_announced_is_announced_again(card: Card, product: Product) -> None:
    agree(card)
    night(ANNOUNCED)
    approval = Approval.objects.latest("pk")
    Price.objects.create(product=product, amount_minor=149_900, starts_on=CHARGED - DAY, approval=approval)
    nights(ANNOUNCED + DAY, CHARGED + 5 * DAY)
    first, second = RenewalCharge.objects.order_by("pk")
    assert (first.state, second.total_minor, second.charge_on) == ("void", 149_900, CHARGED + 5 * DAY)
    assert Order.objects.get(kind="renewal").total_minor == 149_900


def test_a_refused_charge_is_tried_on_three_days_and_then_left_to_her(card: Card) -> None:
    mandate = agree(card, works=False)
    nights(ANNOUNCED, CHARGED)
    with at(CHARGED, hour=20):
        jobs.charge_auto_renewals()
    assert Payment.objects.filter(order__kind="renewal").count() == 1
    nights(CHARGED + DAY, CHARGED + 20 * DAY)
    mandate.refresh_from_db()
    order = Order.objects.get(kind="renewal")
    assert (order.payments.count(), mandate.ended_because, RenewalCharge.objects.get().state) == (3, "unpaid", "failed")
    assert (told("auto_renewal.failed"), told("payment.failed")) == (3, 0)
    bodies = list(Message.objects.filter(event="auto_renewal.failed", channel="inbox").order_by("pk"))
    assert ["明天会再试一次" in one.body for one in bodies] == [True, True, False]


def test_after_the_last_try_it_is_paid_by_hand_with_the_same_order(card: Card) -> None:
    agree(card, works=False)
    nights(ANNOUNCED, CHARGED + 2 * DAY)
    with at(CHARGED + 3 * DAY):
        shop.pay(Order.objects.get(kind="renewal"))
    card.refresh_from_db()
    assert card.last_valid_on == dt.date(2028, 1, 21)
    assert RenewalCharge.objects.get().state == RenewalCharge.State.CHARGED


def test_reminders_speak_again_once_it_failed(card: Card) -> None:
    agree(card, works=False)
    nights(ANNOUNCED, CHARGED + 2 * DAY)
    with at(ENDS - 14 * DAY, hour=1):
        assert swept("cards.remind_renewal") == 1


def test_a_provider_that_does_not_answer_charges_once_in_the_end(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(card)
    nights(ANNOUNCED, CHARGED - DAY)

    def down(self: Sandbox, payment: Payment, **other: object) -> None:
        raise Unavailable("no route")

    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "charge_stored", down)
        nights(CHARGED, CHARGED + 2 * DAY)
    assert Payment.objects.filter(order__kind="renewal", state="created").count() == 1
    night(CHARGED + 3 * DAY)
    assert Payment.objects.get(order__kind="renewal").state == Payment.State.SUCCEEDED
    assert Term.objects.filter(card=card).count() == 2


def test_switched_off_nothing_is_charged(card: Card) -> None:
    mandate = agree(card)
    night(ANNOUNCED)
    with at(ANNOUNCED + DAY):
        assert mandates.end(mandate, because="member")
        assert not mandates.end(mandate, because="member")
    nights(ANNOUNCED + 2 * DAY, CHARGED + 5 * DAY)
    assert not Order.objects.filter(kind="renewal").exists()
    assert (told("auto_renewal.ended"), RenewalCharge.objects.get().state) == (1, "void")


def test_switched_off_before_the_notice_left_it_never_leaves(card: Card) -> None:
    mandate = agree(card)
    with at(ANNOUNCED, hour=1):
        swept(NOTIFY)
        mandates.end(mandate, because="member")
    with at(ANNOUNCED, hour=10):
        dispatch.run("inbox")
    assert Message.objects.get(event="auto_renewal.notice", channel="inbox").suppressed_because == "no-longer-true"


def test_renewed_by_hand_the_announced_charge_is_not_made(card: Card) -> None:
    agree(card)
    night(ANNOUNCED)
    with at(ANNOUNCED + DAY):
        shop.pay(place(card, years=2))
    nights(ANNOUNCED + 2 * DAY, CHARGED + 5 * DAY)
    assert (RenewalCharge.objects.get().state, Term.objects.filter(card=card).count()) == ("void", 2)


def test_an_order_she_cancelled_ends_it(card: Card) -> None:
    mandate = agree(card, works=False)
    nights(ANNOUNCED, CHARGED)
    with at(CHARGED, hour=15):
        orders.cancel(Order.objects.get(kind="renewal"), by=None)
    night(CHARGED + DAY)
    mandate.refresh_from_db()
    assert mandate.ended_because == "member"
    assert Payment.objects.filter(order__kind="renewal").count() == 1


def test_a_product_that_is_not_sold_any_longer_ends_it_and_says_so(card: Card, product: Product) -> None:
    mandate = agree(card)
    Product.objects.filter(pk=product.pk).update(state=Product.State.RETIRED)
    night(ANNOUNCED)
    mandate.refresh_from_db()
    assert (mandate.ended_because, told("auto_renewal.ended")) == ("not-renewable", 1)


def test_only_the_holder_with_a_kept_means_of_payment_and_the_text_in_force_may_agree(
    card: Card, stranger: Member, wanqing: Member
) -> None:
    with refused("instrument_missing"):
        mandates.agree(card, member=wanqing, agreed=agreed())
    kept(card)
    with refused("card_not_found"):
        mandates.agree(card, member=stranger, agreed=agreed())
    with refused("agreement_changed"):
        mandates.agree(card, member=wanqing, agreed=Agreed(legal.in_force("terms"), "en"))
    first = mandates.agree(card, member=wanqing, agreed=agreed())
    assert mandates.agree(card, member=wanqing, agreed=agreed()) == first
    assert first.acceptance.text.kind == "auto-renewal"


def test_the_link_of_a_notice_names_one_mandate_and_cannot_be_made_up(card: Card, product: Product) -> None:
    mandate = agree(card)
    assert rows.by_token(rows.off_token(mandate)) == mandate
    assert rows.by_token(rows.off_token(mandate)[:-1] + "x") is None
    assert rows.by_token("1") is None


def test_the_charge_day_never_leaves_less_than_the_notice() -> None:
    from cards.policy import auto_renewal

    rules = RenewalParameters()
    assert auto_renewal.charge_day(ENDS, notified_on=ENDS - 35 * DAY, parameters=rules) == ENDS - 30 * DAY
    assert auto_renewal.charge_day(ENDS, notified_on=ENDS - 10 * DAY, parameters=rules) == ENDS - 5 * DAY
    assert auto_renewal.charge_day(ENDS, notified_on=ENDS + 10 * DAY, parameters=rules) == ENDS + 15 * DAY
    assert auto_renewal.charge_day(ENDS, notified_on=ENDS + 11 * DAY, parameters=rules) is None


def test_a_second_stroke_charges_nothing_more(card: Card) -> None:
    agree(card)
    nights(ANNOUNCED, CHARGED - DAY)
    with at(CHARGED, hour=1):
        jobs.charge_auto_renewals()
        jobs.charge_auto_renewals()
    assert Payment.objects.filter(order__kind="renewal").count() == 1

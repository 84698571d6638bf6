"""Renewing a card: the exact term, the frozen price, repeats, two ways at once, and money that comes too late."""

import datetime as dt

import pytest

from cards.models import Card, Order, Payment, Product, Refund, Term
from cards.operations import counter_sale, orders, renewals
from cards.payments.sandbox import provider
from cards.policy.renewal_terms import RenewalTerms
from cards.queries import renewals as rows
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from members.models import Member
from tests.cards import shop
from tests.cards.products import refused
from tests.cards.renewal.conftest import ENDS, at, broken, make_card, place

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def last_term(card: Card) -> tuple[dt.date, dt.date]:
    term = Term.objects.filter(card=card).latest("sequence")
    return term.starts_on, term.last_valid_on


def considered(order: Order) -> dict[str, str]:
    return {one["offer"]: one["reason"] for one in order.lines.get().offers["considered"]}


@pytest.mark.parametrize("before_end", [200, 30, 1, 0, -1, -15], ids=str)
def test_a_renewal_extends_from_the_old_expiry_until_the_end_of_grace(card: Card, before_end: int) -> None:
    with at(ENDS - before_end * DAY):
        shop.pay(place(card))
    card.refresh_from_db()
    assert last_term(card) == (ENDS + DAY, dt.date(2028, 1, 21))
    assert (card.last_valid_on, card.renewals, card.valid_from_on) == (dt.date(2028, 1, 21), 1, dt.date(2026, 1, 21))


def test_after_grace_it_starts_afresh(card: Card) -> None:
    with at(ENDS + 16 * DAY):
        shop.pay(place(card))
    card.refresh_from_db()
    assert last_term(card) == (dt.date(2027, 2, 6), dt.date(2028, 2, 6))
    assert card.valid_from_on == dt.date(2027, 2, 6)


def test_three_years_are_one_longer_term(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        order = place(card, years=3)
        shop.pay(order)
    assert last_term(card) == (ENDS + DAY, dt.date(2030, 1, 21))
    assert (order.subtotal_minor, order.discount_minor) == (3 * 129_900, 77_940)


def test_a_card_of_29_february_ends_on_the_28th_and_returns_to_the_leap_day(wanqing: Member, product: Product) -> None:
    leap = make_card(wanqing, product, starts_on=dt.date(2024, 2, 29), ends_on=dt.date(2027, 2, 28))
    with at(dt.date(2027, 2, 1)):
        shop.pay(place(leap))
    assert last_term(leap) == (dt.date(2027, 3, 1), dt.date(2028, 2, 29))


def test_price_offers_and_their_reasons_are_frozen(card: Card) -> None:
    with at(ENDS - 30 * DAY):
        order = place(card, years=2)
    assert (order.total_minor, order.discount_minor) == (228_624, 31_176)
    assert considered(order) == {"early_bird": "outweighed", "multi_year": "chosen", "veteran_gift": "not_yet"}
    line = order.lines.get()
    assert (line.term_starts_on, line.term_last_valid_on) == (ENDS + DAY, dt.date(2029, 1, 21))


def test_the_early_bird_flies_until_the_thirtieth_day_before(card: Card) -> None:
    with at(ENDS - 30 * DAY, hour=23):
        assert place(card).total_minor == 116_910
    with at(ENDS - 29 * DAY, hour=0):
        order = place(card, key="later")
    assert order.total_minor == 129_900
    assert considered(order)["early_bird"] == "too_late"


def test_the_third_renewal_brings_the_veteran_gift(card: Card) -> None:
    for number in range(1, 4):
        card.refresh_from_db()
        assert card.last_valid_on is not None
        with at(card.last_valid_on - DAY):
            order = place(card, key=f"no-{number}")
            shop.pay(order)
        assert considered(order)["veteran_gift"] == ("chosen" if number == 3 else "not_yet")
    with at(ENDS):
        told = Message.objects.filter(event="card.renewed", channel="inbox").latest("pk")
    assert "gift" in told.body or "礼物" in told.body


def test_what_the_tier_brings_comes_from_above(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    gold = RenewalTerms("gold", points_back_bps=500)
    monkeypatch.setattr(rows, "_terms_of", rows._terms_of)
    rows.terms_from(lambda _: gold)
    with at(ENDS - 40 * DAY):
        order = place(card)
    assert order.lines.get().offers["points_back_bps"] == 500
    assert considered(order) == {"early_bird": "chosen", "tier_points_back": "chosen", "veteran_gift": "not_yet"}


def test_the_same_key_gives_the_same_order_and_other_content_is_refused(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        first = place(card, years=2)
        assert place(card, years=2) == first
        with refused("key_reused"):
            place(card, years=3)


def test_a_second_renewal_takes_the_place_of_one_nobody_began_to_pay(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        first = place(card, years=1)
        second = place(card, years=3, key="changed my mind")
        first.refresh_from_db()
    assert (first.state, second.state) == (Order.State.CANCELLED, Order.State.PLACED)


def test_beside_one_that_is_being_paid_it_is_refused(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        first = place(card)
        shop.start(first)
        with refused("renewal_open"):
            place(card, key="at the counter")


def test_a_late_second_callback_adds_no_second_term(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        payment = shop.pay(place(card), callback="twice")
    with at(ENDS - 2 * DAY):
        assert set(shop.arrive(payment, at=None)) <= {"repeated", "settled"}
    assert Term.objects.filter(card=card).count() == 2
    assert Message.objects.filter(event="card.renewed", channel="inbox").count() == 1


def test_money_of_an_expired_order_still_brings_its_exact_term(card: Card) -> None:
    with at(ENDS - 1 * DAY):
        order = place(card)
        payment = shop.start(order)
        provider.decide(shop.charge_of(payment), "paid", callback="now")
    with at(ENDS + 20 * DAY):
        orders.expire(order)
        shop.arrive(payment)
    assert last_term(card) == (ENDS + DAY, dt.date(2028, 1, 21))


def test_money_for_a_card_renewed_meanwhile_goes_back(card: Card, clerk: User, store: Store) -> None:
    with at(ENDS - 5 * DAY, hour=9):
        late = place(card)
        payment = shop.start(late)
        provider.decide(shop.charge_of(payment), "paid", callback="now")
    with at(ENDS - 4 * DAY):
        orders.expire(late)
        done = place(card, key="counter", channel="store", store=store, seller=clerk)
        counter_sale.take_payment(
            done, pay=counter_sale.Money(tendered_minor=130_000), clerk=clerk, store=store
        )  # fmt: skip
        shop.arrive(payment)
    payment.refresh_from_db()
    assert payment.state == Payment.State.QUARANTINED
    assert payment.failure == "renewed-meanwhile"
    assert Refund.objects.get().amount_minor == payment.received_minor
    assert Term.objects.filter(card=card).count() == 2


def test_money_for_a_closed_card_goes_back(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        order = place(card)
        Card.objects.filter(pk=card.pk).update(state=Card.State.CLOSED)
        payment = shop.pay(order)
    assert (payment.state, payment.failure) == (Payment.State.QUARANTINED, "card-closed")


def test_at_the_counter_it_is_paid_and_renewed_at_once(card: Card, clerk: User, store: Store) -> None:
    with at(ENDS - 5 * DAY):
        order = place(card, channel="store", store=store, seller=clerk)
        counter_sale.take_payment(order, pay=counter_sale.Money(terminal_reference="T-1001"), clerk=clerk, store=store)
    order.refresh_from_db()
    assert (order.state, last_term(card)[0]) == (Order.State.FULFILLED, ENDS + DAY)
    assert AuditRecord.objects.filter(action="cards.card.renew", store_id=store.pk).count() == 1


def test_a_clerk_renews_neither_his_own_card_nor_elsewhere(
    card: Card, clerk: User, store: Store, other_store: Store
) -> None:
    with at(ENDS - 5 * DAY):
        with pytest.raises(Refusal, check=lambda r: r.code == "not_permitted"):
            place(card, channel="store", store=other_store, seller=clerk)
        assert card.holder is not None
        card.holder.user = clerk
        card.holder.save(update_fields=["user"])
        clerk = User.objects.get(pk=clerk.pk)
        with pytest.raises(Refusal, check=lambda r: r.code == "own_card"):
            place(card, channel="store", store=store, seller=clerk)


def test_in_parts_the_card_is_renewed_with_the_first(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        order = place(card, parts=6)
        shop.pay(order)
    assert (order.state, order.paid_minor) == (Order.State.FULFILLED, 21_650)
    assert last_term(card)[1] == dt.date(2028, 1, 21)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "closed"}, "card_closed"),
        ({"state": "suspended", "suspension": "arrears"}, "card_suspended_arrears"),
        ({"state": "suspended", "suspension": "staff"}, "card_suspended_staff"),
    ],
)
def test_a_card_that_something_stands_against_is_not_renewed(card: Card, change: dict[str, str], code: str) -> None:
    Card.objects.filter(pk=card.pk).update(**change)
    with at(ENDS - 5 * DAY), refused(code):
        place(card)


def test_a_lost_card_may_be_renewed(card: Card) -> None:
    Card.objects.filter(pk=card.pk).update(state="suspended", suspension="lost")
    with at(ENDS - 5 * DAY):
        shop.pay(place(card))
    assert last_term(card)[0] == ENDS + DAY


def test_a_stranger_finds_no_card(card: Card, stranger: Member) -> None:
    with at(ENDS - 5 * DAY), refused("card_not_found"):
        renewals.place(card, member=stranger, years=1, key="x", agreed=shop.agreed())


def test_a_product_that_is_not_sold_any_longer_is_not_renewed(card: Card, product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(state=Product.State.RETIRED)
    with at(ENDS - 5 * DAY), refused("renewal_not_offered"):
        place(card)


def test_a_renewal_is_for_the_version_on_sale_and_the_running_term_keeps_its_own(
    card: Card, planner: User, director: User
) -> None:
    sold = card.version
    newer = shop.make_product("newer").version
    assert newer is not None
    Product.objects.filter(pk=card.product_id).update(version=newer)
    with at(ENDS - 5 * DAY):
        shop.pay(place(card))
    assert [term.version_id for term in Term.objects.filter(card=card).order_by("sequence")] == [sold.pk, newer.pk]


def test_the_terms_of_a_life_of_renewals_join(card: Card) -> None:
    with at(ENDS - 5 * DAY):
        shop.pay(place(card))
    with at(dt.date(2028, 3, 1)):
        card.refresh_from_db()
        shop.pay(place(card, key="afresh", parts=3))
    assert broken("24", "24a", "18") == []

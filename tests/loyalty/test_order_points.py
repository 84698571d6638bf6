"""Points that pay part of a card or a renewal: reserved with the order, taken when it is paid (LOY-06 · B7.2)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from cards.models import Order, Product
from cards.operations import orders
from cards.payments import refunds
from core import clock
from core.models import User
from core.rules import RuleBroken
from loyalty.models import PointLot
from loyalty.operations import points
from members.models import Member
from tests.cards import shop
from tests.cards.renewal import conftest as renewing
from tests.loyalty.conftest import balances, broken, cause
from tests.loyalty.shelf import rich

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(RuleBroken) as error:
        act(*args, **named)
    return error.value.code


def test_the_points_are_reserved_and_their_worth_is_the_discount_of_the_order(buyer: Member, product: Product) -> None:
    order = shop.place(rich(buyer, 50_000), product, points=30_000)
    assert (order.subtotal_minor, order.discount_minor, order.total_minor) == (129_900, 30_000, 99_900)
    line = order.lines.get()
    assert (line.unit_price_minor, line.discount_minor, line.total_minor) == (129_900, 30_000, 99_900)
    assert balances(buyer) == (20_000, 0, 30_000, 0)
    assert broken("cards.invariants.buying") == []


def test_paying_the_order_takes_them(buyer: Member, product: Product) -> None:
    order = shop.place(rich(buyer, 50_000), product, points=30_000)
    shop.pay(order)
    assert (order.state, order.paid_minor, balances(buyer)) == ("fulfilled", 99_900, (20_000, 0, 0, 0))
    assert broken("cards.invariants.buying") == []


def test_the_first_of_the_parts_takes_them(buyer: Member, product: Product) -> None:
    order = shop.place(rich(buyer, 50_000), product, points=30_000, parts=3)
    shop.pay(order)
    assert (order.paid_minor, balances(buyer)) == (33_300, (20_000, 0, 0, 0))
    assert broken("cards.invariants.buying") == []


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_an_order_that_ends_without_money_releases_them_to_their_lots(
    buyer: Member, product: Product, end: str
) -> None:
    rich(buyer, 50_000)
    before = list(PointLot.objects.values_list("pk", "remaining", "last_valid_on"))
    order = shop.place(buyer, product, points=30_000)
    if end == "cancel":
        orders.cancel(order, by=buyer.user)
        orders.cancel(order, by=buyer.user)
    else:
        with clock.stopped(clock.now() + dt.timedelta(days=1)):
            assert orders.expire(order)
    assert list(PointLot.objects.values_list("pk", "remaining", "last_valid_on")) == before
    assert (balances(buyer), broken("cards.invariants.buying")) == ((50_000, 0, 0, 0), [])


def test_money_that_comes_after_the_order_expired_reserves_them_anew(buyer: Member, product: Product) -> None:
    order = shop.place(rich(buyer, 50_000), product, points=30_000)
    payment = shop.pay(order, deliver=False)
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        assert orders.expire(order)
        assert balances(buyer) == (50_000, 0, 0, 0)
    shop.arrive(payment)
    order.refresh_from_db()
    assert (order.state, balances(buyer), broken("cards.invariants.buying")) == ("fulfilled", (20_000, 0, 0, 0), [])


def test_money_that_comes_when_the_points_are_gone_is_sent_back(buyer: Member, product: Product) -> None:
    order = shop.place(rich(buyer, 50_000), product, points=30_000)
    payment = shop.pay(order, deliver=False)
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        orders.expire(order)
    points.spend(buyer, 40_000, cause=cause())
    assert "quarantined:points-gone" in shop.arrive(payment)
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.state, payment.refunded_minor, balances(buyer)) == ("expired", 99_900, (10_000, 0, 0, 0))
    assert broken("cards.invariants.buying") == []


def test_a_refund_goes_back_by_the_same_ways_in_the_same_proportion(
    buyer: Member, product: Product, finance: User
) -> None:
    order = shop.place(rich(buyer, 50_000), product, points=30_000)
    payment = shop.pay(order)
    refunds.request(payment, amount_minor=33_300, reason="a third", by=finance)
    assert balances(buyer) == (30_000, 0, 0, 0)
    payment.refresh_from_db()
    refunds.request(payment, amount_minor=33_300, reason="another", by=finance)
    payment.refresh_from_db()
    refunds.request(payment, amount_minor=33_300, reason="the rest", by=finance)
    order.refresh_from_db()
    assert (order.state, balances(buyer)) == (Order.State.REFUNDED, (50_000, 0, 0, 0))
    assert broken("cards.invariants.buying") == []


def test_no_more_than_the_policy_allows_and_no_more_than_there_are(buyer: Member, product: Product) -> None:
    rich(buyer, 100_000)
    assert refused(shop.place, buyer, product, points=64_951) == "points_above_share"
    assert refused(shop.place, buyer, product, points=100_001) == "points_too_few"
    assert (balances(buyer), Order.objects.count()) == ((100_000, 0, 0, 0), 0)
    assert shop.place(buyer, product, points=64_950).total_minor == 64_950


def test_clicking_twice_reserves_once_and_other_points_under_the_key_are_refused(
    buyer: Member, product: Product
) -> None:
    rich(buyer, 50_000)
    assert shop.place(buyer, product, points=100) == shop.place(buyer, product, points=100)
    assert refused(shop.place, buyer, product, points=200) == "key_reused"
    assert balances(buyer) == (49_900, 0, 100, 0)


def test_she_sees_what_her_points_take_off_before_she_orders_and_twice_is_once(buyer: Member, product: Product) -> None:
    rich(buyer, 50_000)
    browser, where = Client(), f"/cards/{product.code}/buy/"
    assert buyer.user is not None
    browser.force_login(buyer.user)
    assert browser.get(where).context["by_points"].most == 50_000
    typed = {"step": "look", "parts": "1", "agree": "on", "key": "0" * 32, "text": shop.agreed().text.pk}
    assert browser.post(where, {**typed, "points": "50001"}).status_code == 422
    assert browser.post(where, {**typed, "points": "many"}).status_code == 422
    review = browser.post(where, {**typed, "points": "30,000"})
    assert (review.context["off"].points, review.context["pay_minor"]) == (30_000, 99_900)
    for _ in range(2):
        assert browser.post(where, {"step": "confirm", "draft": review.context["draft"]}).status_code == 302
    assert (Order.objects.get().total_minor, balances(buyer)) == (99_900, (20_000, 0, 30_000, 0))


def test_points_that_went_meanwhile_are_named_and_nothing_is_ordered(buyer: Member, product: Product) -> None:
    rich(buyer, 30_000)
    browser, where = Client(), f"/cards/{product.code}/buy/"
    assert buyer.user is not None
    browser.force_login(buyer.user)
    typed = {"step": "look", "parts": "1", "agree": "on", "key": "1" * 32, "text": shop.agreed().text.pk}
    review = browser.post(where, {**typed, "points": "30000"})
    points.spend(buyer, 1, cause=cause())
    refused_page = browser.post(where, {"step": "confirm", "draft": review.context["draft"]})
    assert (refused_page.status_code, Order.objects.count(), balances(buyer)) == (409, 0, (29_999, 0, 0, 0))


def test_a_renewal_is_paid_in_part_and_one_that_gives_way_releases_its_points(buyer: Member, product: Product) -> None:
    with renewing.at(dt.date(2026, 11, 23)):
        rich(buyer, 100_000)
        card = renewing.make_card(buyer, product)
        first = renewing.place(card, key="a", points=20_000)
        assert balances(buyer) == (80_000, 0, 20_000, 0)
        second = renewing.place(card, key="b", points=30_000)
        first.refresh_from_db()
        assert (first.state, balances(buyer)) == ("cancelled", (70_000, 0, 30_000, 0))
        line = second.lines.get()
        assert second.total_minor == line.unit_price_minor - line.discount_minor
        assert line.discount_minor >= 30_000
        assert refused(renewing.place, card, key="b", points=1) == "key_reused"
        shop.pay(second)
    assert (second.state, balances(buyer)) == ("fulfilled", (70_000, 0, 0, 0))
    assert broken() == []

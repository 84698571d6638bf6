"""Selling over the counter (CARD-06, CARD-07, CARD-08 · A3)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cards.models import Card, CardNumber, Order, Payment, Product
from cards.operations import counter_sale
from cards.operations.counter_sale import Money
from cards.queries.orders import Invoice
from core.models import Store, User
from core.refusals import Refusal
from members.models import Member
from risk.models import RiskEvent
from tests import factories
from tests.cards import shop
from tests.cards.shop import agreed, assert_whole, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(product: Product, store: Store) -> CardNumber:
    """A printed card that lies at Nanjing Road."""
    return shop.stock(product.series, 1, store=store)[0]


def sell(member: Member, product: Product, number: CardNumber, **other: Any) -> counter_sale.Sale:
    given = {"agreed": agreed(), "pay": Money(tendered_minor=130_000), "key": "sale", **other}
    return counter_sale.sell(member, product=product, card_number=number.number, **given)


def test_the_card_on_the_counter_is_sold_for_cash(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store
) -> None:
    sale = sell(buyer, product, number, clerk=clerk, store=store)
    assert (sale.card.number, sale.change_minor) == (number, 100)
    assert (sale.order.state, sale.order.channel, sale.order.seller) == ("fulfilled", "store", clerk)
    payment = Payment.objects.get()
    assert (payment.gateway, payment.received_by, payment.store) == ("cash", clerk, store)
    again = sell(buyer, product, number, clerk=clerk, store=store)
    assert (again.order, again.change_minor) == (sale.order, 100)
    assert Payment.objects.count() == 1
    assert_whole()


def test_a_card_of_another_store_is_not_sold_and_nothing_is_booked(
    buyer: Member, product: Product, clerk: User, store: Store, other_store: Store
) -> None:
    elsewhere = shop.stock(product.series, 1, store=other_store)[0]
    with pytest.raises(Refusal) as refused:
        sell(buyer, product, elsewhere, clerk=clerk, store=store)
    assert refused.value.code == "card_not_in_store_stock"
    assert not Order.objects.exists()
    assert not Payment.objects.exists()


def test_a_card_of_another_product_is_not_sold(buyer: Member, product: Product, clerk: User, store: Store) -> None:
    foreign = shop.stock(shop.make_product("other").series, 1, store=store)[0]
    with pytest.raises(Refusal):
        sell(buyer, product, foreign, clerk=clerk, store=store)


def test_too_little_cash_is_refused(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store
) -> None:
    with pytest.raises(Refusal) as refused:
        sell(buyer, product, number, clerk=clerk, store=store, pay=Money(tendered_minor=129_899))
    assert refused.value.code == "cash_too_little"


@pytest.mark.parametrize(
    ("price", "kind", "allowed"),
    [
        (499_999, "company", True),
        (500_000, "company", False),
        (4_999_999, "person", True),
        (5_000_000, "person", False),
    ],
)
def test_large_sums_are_not_taken_in_cash(
    buyer: Member, clerk: User, store: Store, price: int, kind: str, allowed: bool
) -> None:
    product = shop.make_product("dear", price_minor=price)
    number = shop.stock(product.series, 1, store=store)[0]
    invoice = Invoice(kind, "Ltd", "91310000MA1FL0XX0X", "a@b.cn").packed()
    given = {"clerk": clerk, "store": store, "invoice": invoice, "pay": Money(tendered_minor=price)}
    if allowed:
        assert sell(buyer, product, number, **given).order.state == Order.State.FULFILLED
    else:
        with pytest.raises(Refusal) as refused:
            sell(buyer, product, number, **given)
        assert refused.value.code == "cash_above_limit"


def test_a_terminal_reference_is_booked_once(
    buyer: Member, stranger: Member, product: Product, number: CardNumber, clerk: User, store: Store
) -> None:
    pay = Money(terminal_reference="T-0001")
    sell(buyer, product, number, clerk=clerk, store=store, pay=pay)
    factories.IdentityDocumentFactory(member=stranger, kind="passport", number="C12345678")
    other = shop.stock(product.series, 1, store=store)[0]
    with pytest.raises(Refusal) as refused:
        sell(stranger, product, other, clerk=clerk, store=store, pay=pay, key="second")
    assert refused.value.code == "terminal_reference_used"
    assert Order.objects.count() == 1


def test_a_clerk_does_not_sell_to_himself(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store
) -> None:
    buyer.user = clerk
    buyer.save()
    with pytest.raises(Refusal) as refused:
        sell(buyer, product, number, clerk=clerk, store=store)
    assert refused.value.code == "own_card"


def test_a_part_is_paid_at_the_counter(buyer: Member, product: Product, clerk: User, store: Store) -> None:
    order = place(buyer, product, parts=3)
    shop.pay(order)
    taken = counter_sale.take_payment(order, pay=Money(tendered_minor=50_000), clerk=clerk, store=store)
    assert (taken.payment.amount_minor, taken.change_minor) == (43_300, 6_700)
    assert_whole()


def counter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(product: Product, number: CardNumber, **other: Any) -> dict[str, Any]:
    return {
        "product": product.code, "phone": "138 1234 0009", "name": "赵敏", "document_kind": "passport",
        "document_number": "E12345678", "card_number": number.number, "parts": "1", "agree": "on", "method": "cash",
        "tendered": "1,300.00", "key": "0" * 32, "text": agreed().text.pk, **other,
    }  # fmt: skip


def test_the_form_sells_to_somebody_new(product: Product, number: CardNumber, clerk: User) -> None:
    answer = counter(clerk).post(reverse("counter:sell"), filled(product, number))
    assert answer.status_code == 302, answer.content.decode()
    card = Card.objects.get()
    assert card.purchaser.name == "赵敏"
    assert card.purchaser.documents.get().checked_by == clerk
    shown = counter(clerk).get(answer["Location"]).content.decode()
    assert "¥1.00" in shown
    assert_whole()


def test_a_posted_price_is_refused_recorded_and_changes_nothing(
    product: Product, number: CardNumber, clerk: User
) -> None:
    answer = counter(clerk).post(reverse("counter:sell"), filled(product, number, price="1.00"))
    assert answer.status_code == 403
    assert RiskEvent.objects.get(kind="price.tampering").actor == clerk
    assert not Order.objects.exists()


def test_a_clerk_of_another_store_cannot_open_the_sale(
    product: Product, number: CardNumber, clerk: User, other_clerk: User
) -> None:
    answer = counter(clerk).post(reverse("counter:sell"), filled(product, number))
    assert counter(other_clerk).get(answer["Location"]).status_code == 404


def test_members_have_no_counter(buyer: Member) -> None:
    assert buyer.user is not None
    assert counter(buyer.user).get(reverse("counter:sell")).status_code == 403

"""Points pay part of a card sold or renewed over the counter (LOY-06 · B7.2): the bill first, then the money."""

import re
from typing import Any

import pytest
from django.test import Client

from cards import receipts
from cards.models import Card, CardNumber, Order, Payment, Product
from cards.operations import counter_renewal, counter_sale, part_payment
from cards.operations.counter_sale import Money
from cards.payments import refunds
from cards.queries import orders as order_rows
from core.models import AuditRecord, Store, User
from core.rules import RuleBroken
from loyalty.models import PointHold, PointLot
from loyalty.operations import points
from members.models import Household, Member
from tests.cards import shop
from tests.cards.renewal import conftest as renewing
from tests.loyalty.conftest import balances, broken, cause, says_yes
from tests.loyalty.shelf import rich

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def her_yes(buyer: Member, clerk: User, store: Store) -> None:
    says_yes(buyer, clerk, store)


@pytest.fixture
def number(product: Product, store: Store) -> CardNumber:
    return shop.stock(product.series, 1, store=store)[0]


@pytest.fixture
def renewable(buyer: Member, product: Product) -> Card:
    return renewing.make_card(buyer, product)


def sell(member: Member, product: Product, number: CardNumber, **other: Any) -> counter_sale.Sale:
    given = {"agreed": shop.agreed(), "pay": Money(tendered_minor=100_000), "key": "sale", "points": 30_000, **other}
    return counter_sale.sell(member, product=product, card_number=number.number, **given)


def refused(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(RuleBroken) as error:
        act(*args, **named)
    return error.value.code


def filled(product: Product, number: CardNumber, **other: Any) -> dict[str, Any]:
    return {
        "product": product.code, "phone": "138 1234 0001", "name": "林婉清", "document_kind": "", "document_number": "",
        "card_number": number.number, "parts": "1", "agree": "on", "method": "cash", "tendered": "", "points": "30,000",
        "key": "0" * 32, "text": shop.agreed().text.pk, **other,
    }  # fmt: skip


def test_the_points_of_a_sale_are_taken_with_its_money(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store
) -> None:
    sale = sell(rich(buyer, 50_000), product, number, clerk=clerk, store=store, agreed_minor=99_900)
    assert (sale.order.total_minor, sale.order.paid_minor, sale.change_minor) == (99_900, 99_900, 100)
    assert sale.order.subtotal_minor == 129_900
    assert (balances(buyer), PointHold.objects.get().state) == ((20_000, 0, 0, 0), "captured")
    again = sell(buyer, product, number, clerk=clerk, store=store, agreed_minor=99_900)
    assert (again.order, Payment.objects.count(), balances(buyer)) == (sale.order, 1, (20_000, 0, 0, 0))
    assert broken("cards.invariants.buying") == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"pay": Money(tendered_minor=99_899)}, "cash_too_little"),
        ({"agreed_minor": 99_800}, "bill_changed"),
        ({"points": 50_001}, "points_too_few"),
        ({"points": 64_951}, "points_above_share"),
    ],
)
def test_a_sale_that_comes_to_nothing_leaves_the_points_in_their_lots(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store, other: dict[str, Any], code: str
) -> None:
    rich(buyer, 50_000)
    if code == "points_above_share":
        rich(buyer, 50_000)
    before = list(PointLot.objects.values_list("pk", "remaining"))
    assert refused(sell, buyer, product, number, clerk=clerk, store=store, **other) == code
    assert list(PointLot.objects.values_list("pk", "remaining")) == before
    assert (Order.objects.count(), Payment.objects.count(), PointHold.objects.count()) == (0, 0, 0)


def test_the_first_part_at_the_counter_takes_all_the_points_and_a_refund_gives_them_back(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store, finance: User
) -> None:
    sale = sell(rich(buyer, 50_000), product, number, clerk=clerk, store=store, parts=3, agreed_minor=99_900)
    assert (sale.order.paid_minor, balances(buyer)) == (33_300, (20_000, 0, 0, 0))
    refunds.request(Payment.objects.get(), amount_minor=33_300, reason="changed her mind", by=finance)
    assert balances(buyer)[0] > 20_000
    assert broken("cards.invariants.buying") == []


def test_a_clerk_spends_neither_his_own_points_nor_those_of_his_household(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store, stranger: Member
) -> None:
    home = Household.objects.create()
    Member.objects.filter(pk__in=[buyer.pk, stranger.pk]).update(household=home)
    Member.objects.filter(pk=stranger.pk).update(user=clerk)
    clerk = User.objects.get(pk=clerk.pk)
    her = Member.objects.get(pk=rich(buyer, 50_000).pk)
    assert refused(sell, her, product, number, clerk=clerk, store=store) == "own_card"
    assert Order.objects.count() == 0


def test_a_renewal_at_the_counter_takes_the_points_of_the_holder(
    renewable: Card, buyer: Member, clerk: User, store: Store
) -> None:
    rich(buyer, 50_000)
    choice: dict[str, Any] = {
        "years": 1,
        "parts": 1,
        "agreed": shop.agreed(),
        "clerk": clerk,
        "store": store,
        "points": 10_000,
    }
    order = counter_renewal.renew(renewable, **choice, key="r", pay=Money(tendered_minor=200_000))
    assert (order.state, balances(buyer)) == ("fulfilled", (40_000, 0, 0, 0))
    assert order.discount_minor >= 10_000
    again = counter_renewal.renew(renewable, **choice, key="r", pay=Money(tendered_minor=200_000))
    assert (again, balances(buyer), broken("cards.invariants.renewal")) == (order, (40_000, 0, 0, 0), [])


def test_the_form_reads_the_bill_out_before_it_takes_money(
    at_counter: Client, buyer: Member, product: Product, number: CardNumber
) -> None:
    rich(buyer, 50_000)
    asked = at_counter.post("/counter/sell/", filled(product, number), headers=ENGLISH)
    page = asked.content.decode()
    assert (asked.status_code, Order.objects.count()) == (200, 0)
    assert "Take ¥999.00 and hand over the card" in page
    assert 'name="agreed" value="99900"' in page
    assert re.search(r'<input[^>]*name="tendered"[^>]*autofocus', page)
    assert AuditRecord.objects.filter(action="counter.look_up", member_id=buyer.pk).count() == 1
    sold = at_counter.post("/counter/sell/", filled(product, number, agreed="99900", tendered="1,000.00"))
    assert sold.status_code == 302
    twice = at_counter.post("/counter/sell/", filled(product, number, agreed="99900", tendered="1,000.00"))
    assert (twice.headers["Location"], balances(buyer)) == (sold.headers["Location"], (20_000, 0, 0, 0))
    receipt = at_counter.get(sold.headers["Location"], headers=ENGLISH).content.decode()
    assert "30,000 points" in receipt
    assert "−¥300.00" in receipt
    assert ">Discount<" not in receipt


def test_other_points_than_those_of_the_bill_make_another_bill(
    at_counter: Client, buyer: Member, product: Product, number: CardNumber
) -> None:
    rich(buyer, 50_000)
    changed = filled(product, number, points="20,000", agreed="99900", tendered="1,000.00")
    page = at_counter.post("/counter/sell/", changed).content.decode()
    assert 'name="agreed" value="109900"' in page
    assert not Order.objects.exists()


@pytest.mark.parametrize(("points_typed", "phone"), [("60,000", "138 1234 0001"), ("10", "138 1234 7777")])
def test_points_that_are_not_there_are_said_beside_the_field(
    at_counter: Client, buyer: Member, product: Product, number: CardNumber, points_typed: str, phone: str
) -> None:
    rich(buyer, 50_000)
    before = Member.objects.count()
    answer = at_counter.post("/counter/sell/", filled(product, number, points=points_typed, phone=phone))
    assert answer.status_code == 422
    assert "points" in answer.context["form"].errors
    assert (Order.objects.count(), Member.objects.count()) == (0, before)


def test_a_price_beside_the_points_is_refused_as_ever(
    at_counter: Client, buyer: Member, product: Product, number: CardNumber
) -> None:
    rich(buyer, 50_000)
    answer = at_counter.post("/counter/sell/", filled(product, number, agreed="99900", tendered="1", total="1"))
    assert (answer.status_code, Order.objects.count(), balances(buyer)) == (403, 0, (50_000, 0, 0, 0))


def test_the_renewal_page_offers_the_points_and_reads_the_bill_out(
    at_counter: Client, renewable: Card, buyer: Member
) -> None:
    there = f"/counter/cards/{renewable.public_id}/renew/"
    assert 'name="points"' not in at_counter.get(there).content.decode()
    rich(buyer, 50_000)
    page = at_counter.get(there, headers=ENGLISH)
    assert "There are 50,000 points." in page.content.decode()
    assert re.search(r'<input[^>]*name="points"[^>]*data-key="F2"', page.content.decode())
    price = page.context["choices"][0].quote.pay_minor
    given = {
        "years": "1", "parts": "1", "agree": "on", "method": "cash", "tendered": "", "points": "10000",
        "key": "1" * 32, "text": shop.agreed().text.pk,
    }  # fmt: skip
    asked = at_counter.post(there, given, headers=ENGLISH)
    assert (asked.status_code, asked.context["bill"].pay_minor) == (200, price - 10_000)
    assert not Payment.objects.filter(gateway="cash").exists()
    done = at_counter.post(there, given | {"agreed": str(price - 10_000), "tendered": "2000"})
    assert done.status_code == 302
    receipt = at_counter.get(done.headers["Location"], headers=ENGLISH).content.decode()
    assert ("10,000 points" in receipt, balances(buyer)) == (True, (40_000, 0, 0, 0))


def test_points_gone_between_bill_and_money_are_refused_and_nothing_is_booked(
    at_counter: Client, buyer: Member, product: Product, number: CardNumber
) -> None:
    rich(buyer, 50_000)
    at_counter.post("/counter/sell/", filled(product, number))
    points.spend(buyer, 40_000, cause=cause())
    answer = at_counter.post("/counter/sell/", filled(product, number, agreed="99900", tendered="1,000.00"))
    assert (answer.status_code, Order.objects.count(), Payment.objects.count()) == (422, 0, 0)
    assert balances(buyer) == (10_000, 0, 0, 0)


def test_the_printed_receipt_names_the_points(
    buyer: Member, product: Product, number: CardNumber, clerk: User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = sell(rich(buyer, 50_000), product, number, clerk=clerk, store=store)
    rows: list[tuple[str, str]] = []
    monkeypatch.setattr(receipts, "_row", lambda _page, label, value, **_other: rows.append((label, value)))
    receipts.pdf(order_rows.standing(sale.order), by_points=part_payment.given(sale.order))
    assert ("30,000 points", "−¥300.00") in rows
    assert "Discount" not in dict(rows)

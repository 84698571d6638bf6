"""Orders and money in the back office: seen within scope, changed only through decisions (CARD-10)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cards.models import Order, Payment, Product, Refund
from cards.operations.orders import Gift
from core.models import Approval, Store, User
from members.models import Member
from tests.cards.shop import pay, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(buyer: Member, product: Product) -> Order:
    order = place(buyer, product, invoice='{"kind": "person", "title": "Lin", "tax_number": "", "email": "a@b.cn"}')
    pay(order)
    return order


def page(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_finance_sees_order_payment_and_queues(finance: User, order: Order) -> None:
    client = page(finance)
    payment = order.payments.get()
    for address in (
        reverse("admin:cards_order_changelist"),
        reverse("admin:cards_order_changelist") + "?queue=reconcile",
        reverse("admin:cards_order_changelist") + "?queue=invoice",
        reverse("admin:cards_order_changelist") + f"?q={order.number}",
        reverse("admin:cards_payment_changelist"),
        reverse("admin:cards_refund_changelist"),
        reverse("admin:cards_gatewayevent_changelist"),
    ):
        assert client.get(address).status_code == 200, address
    assert order.number in client.get(reverse("admin:cards_order_change", args=[order.pk])).content.decode()
    assert payment.reference in client.get(reverse("admin:cards_payment_change", args=[payment.pk])).content.decode()


def test_a_page_of_orders_asks_the_same_number_of_questions_however_long(
    finance: User, buyer: Member, product: Product, order: Order
) -> None:
    client = page(finance)
    address = reverse("admin:cards_order_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as short:
        client.get(address)
    for n in range(3):
        place(buyer, product, key=f"gift{n}", gift=Gift("Lan", "+8613812340003"))
    with CaptureQueriesContext(connection) as long:
        client.get(address)
    assert len(long) == len(short)


def test_a_manager_sees_only_orders_of_the_own_store(
    manager: User, order: Order, store: Store, other_store: Store
) -> None:
    address = reverse("admin:cards_order_change", args=[order.pk])
    Order.objects.update(store=other_store)
    assert page(manager).get(address).status_code in {302, 404}
    Order.objects.update(store=store)
    assert page(manager).get(address).status_code == 200


def test_finance_reconciles_and_records_the_invoice(finance: User, order: Order) -> None:
    client = page(finance)
    client.post(
        reverse("admin:cards_order_changelist"), {"action": "reconcile", "_selected_action": [order.pk]}, follow=True
    )
    client.post(reverse("admin:cards_order_decide", args=[order.pk, "invoice"]), {"number": "FP-1"})
    order.refresh_from_db()
    assert order.reconciled_by == finance
    assert order.invoice_number == "FP-1"


def test_a_small_refund_needs_one_person_and_a_large_one_two(finance: User, director: User, order: Order) -> None:
    client = page(finance)
    address = reverse("admin:cards_payment_decide", args=[order.payments.get().pk, "refund"])
    client.post(address, {"amount": "500.00", "reason": "Goodwill"})
    assert Refund.objects.get().amount_minor == 50_000
    client.post(address, {"amount": "500.01", "reason": "Goodwill"})
    assert Refund.objects.count() == 1
    assert Approval.objects.get(kind="cards.refund").author == finance


def test_an_auditor_sees_and_cannot_decide(auditor: User, order: Order) -> None:
    client = page(auditor)
    payment = order.payments.get()
    assert client.get(reverse("admin:cards_payment_change", args=[payment.pk])).status_code == 200
    address = reverse("admin:cards_payment_decide", args=[payment.pk, "refund"])
    assert client.post(address, {"amount": "1", "reason": "x"}).status_code == 403
    assert Payment.objects.get().refunded_minor == 0

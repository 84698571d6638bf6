"""What cards tell on the workbench: sales by the day they were paid, of the stores one serves; money that waits."""

import datetime as dt

import pytest

from cards.models import Order, Payment, Product
from cards.operations.orders import Gift
from core import clock, figures
from core.models import User
from members.models import Member
from tests.cards.shop import pay, place, start

pytestmark = pytest.mark.django_db


def shown(user: User, code: str) -> figures.Shown:
    return next(one for one in figures.shown_to(user) if one.figure.code == code)


def test_sales_are_counted_on_the_day_they_were_paid(finance: User, buyer: Member, product: Product) -> None:
    pay(place(buyer, product))
    two_days_ago = pay(place(buyer, product, key="gift", gift=Gift("Lan", "+8613812340003"))).order
    Order.objects.filter(pk=two_days_ago.pk).update(paid_at=clock.now() - dt.timedelta(days=2))
    place(buyer, product, key="unpaid", gift=Gift("Mia", "+8613812340004"))
    sold, sales, renewed = (shown(finance, code) for code in ("sold", "sales", "renewed"))
    assert (sold.value, sold.yesterday, sum(sold.values)) == (1, 0, 2)
    assert (sales.value, sales.values[-3]) == (129_900, 129_900)
    assert sum(renewed.values) == 0


def test_a_store_manager_sees_the_sales_of_her_store_alone(
    manager: User, finance: User, buyer: Member, product: Product
) -> None:
    pay(place(buyer, product))
    assert shown(finance, "sold").value == 1
    assert shown(manager, "sold").value == 0


def test_payments_wait_until_they_are_settled_and_those_set_aside_stand_out(
    finance: User, buyer: Member, product: Product
) -> None:
    payment = start(place(buyer, product))
    assert shown(finance, "waiting").value == 1
    Payment.objects.filter(pk=payment.pk).update(state="quarantined")
    assert (shown(finance, "waiting").value, shown(finance, "set-aside").value) == (0, 1)


def test_every_number_of_cards_leads_to_its_rows(auditor: User, client, buyer: Member, product: Product) -> None:
    pay(place(buyer, product))
    client.force_login(auditor)
    for one in figures.shown_to(auditor):
        answer = client.get(one.address)
        assert answer.status_code == 200, one.address
        if one.figure.code in {"sold", "sales", "renewed", "renewals"}:
            assert answer.context["cl"].queryset.count() == (1 if one.figure.code in {"sold", "sales"} else 0)

"""The page with the button to pay lets the browser go on to the provider's page, and no other page does (CARD-09)."""

import pytest
from django.test import Client

from cards.models import Product
from cards.payments.sandbox.gateway import Sandbox
from members.models import Member
from tests.cards import shop

pytestmark = pytest.mark.django_db


class Elsewhere(Sandbox):
    """A provider whose page stands under an address of its own."""

    pages = ("https://pay.example.com", "https://cashier.example.net")


@pytest.fixture
def inside(buyer: Member, client: Client) -> Client:
    assert buyer.user is not None
    client.force_login(buyer.user)
    return client


def targets(client: Client, address: str) -> str:
    policy = client.get(address)["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("form-action"))


def test_forms_of_the_sandbox_stay_on_this_site(inside: Client, buyer: Member, product: Product) -> None:
    order = shop.place(buyer, product)
    assert targets(inside, f"/orders/{order.token}/pay/") == "form-action 'self'"


def test_the_providers_that_are_switched_on_are_admitted_where_one_pays(
    inside: Client, buyer: Member, product: Product, settings
) -> None:
    settings.PAYMENT_GATEWAYS = {"sandbox": f"{__name__}.Elsewhere"}
    order = shop.place(buyer, product)
    paying = targets(inside, f"/orders/{order.token}/pay/")
    assert paying == "form-action 'self' https://cashier.example.net https://pay.example.com"
    for address in (f"/orders/{order.token}/", "/orders/", "/"):
        assert targets(inside, address) == "form-action 'self'"

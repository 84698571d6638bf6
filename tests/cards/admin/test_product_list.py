"""The list of card products: what it counts, and how far (CARD-01)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cards.admin import products as page
from cards.models import CardNumber, Product
from core.models import User
from tests.cards import products as shelf
from tests.cards.factories import CardFactory

pytestmark = pytest.mark.django_db
Counts = Callable[[], dict[str, tuple[int, int]]]


@pytest.fixture
def counts(client: Client, planner: User) -> Counts:
    """By product: in stock and sold, as the list has them."""

    def read() -> dict[str, tuple[int, int]]:
        client.force_login(planner)
        rows = client.get(reverse("admin:cards_product_changelist")).context["cl"].result_list
        return {row.code: (vars(row)["stock_count"], vars(row)["sold_count"]) for row in rows}

    return read


def sell(product: Product, count: int) -> None:
    version = shelf.offered(product)
    for _ in range(count):
        CardFactory.create(product=product, version=version)


def test_each_product_counts_its_own_cards_and_numbers(counts: Counts, planner: User, director: User):
    lake = shelf.on_sale(by=planner, approver=director, code="lake", stock=5, prefix="8611")
    shelf.on_sale(by=planner, approver=director, code="hill", stock=3, prefix="8612")
    sell(lake, 2)
    found = counts()
    assert (found["lake"], found["hill"]) == ((5, 2), (3, 0))


def test_numbers_that_left_the_stock_are_not_counted(counts: Counts, planner: User, director: User):
    shelf.on_sale(by=planner, approver=director, code="lake", stock=5)
    gone = CardNumber.objects.order_by("pk").values("pk")[:2]
    CardNumber.objects.filter(pk__in=gone).update(state=CardNumber.State.VOID, void_reason="torn")
    assert counts()["lake"] == (3, 0)


def test_nobody_counts_a_million_to_show_a_list(
    counts: Counts, planner: User, director: User, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(page, "MOST", 2)
    sell(shelf.on_sale(by=planner, approver=director, stock=2), 4)
    assert counts()["lake"] == (2, 3)
    told = client.get(reverse("admin:cards_product_changelist")).content.decode()
    assert ">2</td>" in told.replace("\n", "")
    assert ">2+</td>" in told.replace("\n", "")

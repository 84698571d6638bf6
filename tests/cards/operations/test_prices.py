"""CARD-03: prices by day, changed only through a second person."""

import datetime as dt

import pytest

from cards.models import Price
from cards.operations import prices, products, versions
from cards.queries import prices as rows
from core import approvals, clock
from core.models import User
from tests.cards import products as shelf
from tests.cards.products import refused

pytestmark = pytest.mark.django_db


def test_a_price_begins_on_its_day_and_the_one_before_is_remembered(
    planner: User, director: User, finance: User, noon: dt.datetime
):
    with clock.stopped(noon):
        today = clock.today()
        product = shelf.on_sale(by=planner, approver=director)
        asked = prices.propose(
            product, amount_minor=34_900, starts_on=today + dt.timedelta(days=10), by=planner, reason="Costs rose"
        )
        assert asked.effect["margin_minor"] == 34_900 - 1_000 - 30 * 600 - 3 * 3_000
        assert rows.price_on(product, today + dt.timedelta(days=10)) == shelf.PRICE
        approvals.approve(asked, by=finance)
        assert rows.price_on(product, today + dt.timedelta(days=9)) == shelf.PRICE
        assert rows.price_on(product, today + dt.timedelta(days=10)) == 34_900
        assert [price.amount_minor for price in rows.scheduled(product, today)] == [34_900]


def test_a_price_decided_late_begins_on_the_day_of_the_decision(
    planner: User, director: User, finance: User, noon: dt.datetime
):
    with clock.stopped(noon):
        product = shelf.on_sale(by=planner, approver=director)
        asked = prices.propose(product, amount_minor=1_900, starts_on=clock.today(), by=planner, reason="Sale")
    with clock.stopped(noon + dt.timedelta(days=3)):
        approvals.approve(asked, by=finance)
        assert rows.price_on(product, clock.today()) == 1_900
        assert rows.price_on(product, clock.today() - dt.timedelta(days=1)) == shelf.PRICE


def test_a_price_that_was_compared_with_another_one_is_stale(planner: User, director: User, finance: User):
    product = shelf.on_sale(by=planner, approver=director)
    asked = prices.propose(product, amount_minor=1_900, starts_on=clock.today(), by=planner, reason="Sale")
    Price.objects.create(product=product, amount_minor=2_000, starts_on=clock.today(), approval=asked)
    with refused("stale"):
        approvals.approve(asked, by=finance)


def test_a_revision_that_leaves_the_price_alone_keeps_the_price_that_came_meanwhile(
    planner: User, director: User, finance: User
):
    product = shelf.on_sale(by=planner, approver=director)
    second = shelf.revision(product, by=planner, name="City Annual Card II")
    asked = prices.propose(product, amount_minor=34_900, starts_on=clock.today(), by=planner, reason="Costs rose")
    approvals.approve(asked, by=finance)
    request = versions.submit(second, by=planner, reason="A new name", edits=second.edits)
    approvals.approve(request, by=director)
    product = products.go_on_sale(product, by=planner)
    assert product.version == second
    assert rows.price_on(product, clock.today()) == 34_900


@pytest.mark.parametrize(
    ("amount", "days", "reason", "code"),
    [
        (0, 0, "Free", "price_not_positive"),
        (500_001, 0, "More than a registered card may cost", "price_above_cap"),
        (29_900, 0, "The same", "price_unchanged"),
        (30_000, -1, "Yesterday", "price_in_the_past"),
        (30_000, 0, "  ", "reason_needed"),
    ],
)
def test_prices_that_cannot_be(planner: User, director: User, amount: int, days: int, reason: str, code: str):
    product = shelf.on_sale(by=planner, approver=director)
    with refused(code):
        prices.propose(
            product,
            amount_minor=amount,
            starts_on=clock.today() + dt.timedelta(days=days),
            by=planner,
            reason=reason,
        )


def test_nobody_proposes_a_price_for_what_was_never_on_sale(planner: User):
    with refused("product_not_offered"):
        prices.propose(
            shelf.draft(by=planner).product, amount_minor=1, starts_on=clock.today(), by=planner, reason="Early"
        )

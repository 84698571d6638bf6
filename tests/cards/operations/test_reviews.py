"""CARD-03, CARD-04: the review day of a launched product."""

import datetime as dt

import pytest

from cards.operations import reviews
from core import clock
from core.models import Message, User
from tests.cards import products as shelf
from tests.cards.products import refused, swept

pytestmark = pytest.mark.django_db


def test_the_people_responsible_are_reminded_once_on_the_review_day(planner: User, director: User, noon: dt.datetime):
    with clock.stopped(noon):
        product = shelf.on_sale(by=planner, approver=director)
        assert swept("products.review") == 0
    with clock.stopped(noon + dt.timedelta(days=92)):
        assert swept("products.review") == 1
        assert swept("products.review") == 0
        told = Message.objects.get(event="product.review-due", channel="inbox")
        assert told.recipient == planner
        reviews.conclude(shelf.offered(product).launch_plan, by=planner, note="Sells well; keep the price.")
        with refused("already_reviewed"):
            reviews.conclude(shelf.offered(product).launch_plan, by=planner, note="Twice")


def test_what_was_never_launched_is_not_reviewed(planner: User, director: User, noon: dt.datetime):
    with clock.stopped(noon):
        shelf.approved(by=planner, approver=director)
    with clock.stopped(noon + dt.timedelta(days=92)):
        assert swept("products.review") == 0

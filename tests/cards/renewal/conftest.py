"""A card in the middle of its year, on a product that is sold: what the tests of renewal begin with."""

import datetime as dt
from typing import Any

import pytest

from cards.models import Card, Order, Product
from cards.operations import renewals
from core import clock, verify
from members.models import Member
from tests.cards import shop
from tests.cards.factories import ActiveCardFactory, LineFactory, NumberFactory, OrderFactory

STARTED, ENDS = dt.date(2026, 1, 21), dt.date(2027, 1, 21)


def at(day: dt.date, hour: int = 12) -> Any:
    """Hold the clock at an hour of a business day."""
    return clock.stopped(dt.datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone()))


def make_card(
    member: Member, product: Product, *, starts_on: dt.date = STARTED, ends_on: dt.date = ENDS, **fields: Any
) -> Card:
    version = fields.pop("version", product.version)
    price = product.version.price_minor if product.version else 0
    moment = dt.datetime(starts_on.year, starts_on.month, starts_on.day, 10, tzinfo=clock.zone())
    order = OrderFactory.create(
        member=member, subtotal_minor=price, total_minor=price, paid_minor=price, placed_at=moment, paid_at=moment
    )
    line = LineFactory.create(order=order, version=version, unit_price_minor=price, total_minor=price)
    return ActiveCardFactory.create(
        order_line=line,
        number=NumberFactory.create(series=product.series),
        valid_from_on=starts_on,
        last_valid_on=ends_on,
        issued_at=moment,
        activated_at=moment,
        expected_phone_index=member.phone_index or "",
        **fields,
    )


def place(card: Card, *, years: int = 1, key: str = "once", **other: Any) -> Order:
    assert card.holder is not None
    return renewals.place(card, member=card.holder, years=years, key=key, agreed=shop.agreed(), **other)


@pytest.fixture
def card(wanqing: Member, product: Product) -> Card:
    return make_card(wanqing, product)


def broken(*codes: str) -> list[str]:
    """What `verify` finds of these invariants."""
    asked = [one for one in verify.invariants() if one.code in codes]
    assert len(asked) == len(codes)
    return [example for one in asked for example in verify.look(one).examples]

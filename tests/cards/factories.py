"""How rows of cards are made in tests: the smallest valid one, every detail open to the caller."""

import datetime as dt
from typing import Any

from factory import declarations
from factory.django import DjangoModelFactory

from cards.models import (
    Card,
    CardNumber,
    Entitlement,
    NumberSeries,
    Order,
    OrderLine,
    Product,
    ProductVersion,
    Term,
)
from cards.operations import activation
from cards.policy import numbers
from core import clock
from tests.factories import MemberFactory

ACTIVATION_CODE = "7KQM2XPT9RWB"
PRICE_MINOR = 29_900


class SeriesFactory(DjangoModelFactory[NumberSeries]):
    class Meta:
        model = NumberSeries
        django_get_or_create = ("code",)

    code = "city"
    prefix = "8600"


class NumberFactory(DjangoModelFactory[CardNumber]):
    class Meta:
        model = CardNumber

    series = declarations.SubFactory(SeriesFactory)
    number = declarations.Sequence(lambda n: numbers.card_number("8600", n + 1))
    activation_code = ACTIVATION_CODE
    activation_digest = declarations.LazyAttribute(lambda o: activation.digest(o.activation_code))


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product
        django_get_or_create = ("code",)

    code = "city"
    series = declarations.SubFactory(SeriesFactory)


class VersionFactory(DjangoModelFactory[ProductVersion]):
    class Meta:
        model = ProductVersion

    product = declarations.SubFactory(ProductFactory)
    number = declarations.Sequence(lambda n: n + 1)
    name = "City Card"
    name_zh_hans = "都会年卡"
    name_zh_hant = "都會年卡"
    price_minor = PRICE_MINOR
    terms_digest = "0" * 64
    state = "rejected"  # neither open nor in force: tests that need the launch go through the operations


class EntitlementFactory(DjangoModelFactory[Entitlement]):
    class Meta:
        model = Entitlement

    version = declarations.SubFactory(VersionFactory)
    code = declarations.Sequence(lambda n: f"breakfast-{n}")
    name = "Breakfast"
    value_minor = 4_800
    cost_minor = 1_500


class OrderFactory(DjangoModelFactory[Order]):
    class Meta:
        model = Order

    number = declarations.Sequence(lambda n: f"T26-{n:06}")
    member = declarations.SubFactory(MemberFactory)
    channel = "web"
    state = "fulfilled"
    subtotal_minor = PRICE_MINOR
    total_minor = PRICE_MINOR
    paid_minor = PRICE_MINOR
    placement_key = declarations.Sequence(lambda n: f"test-{n}")


class LineFactory(DjangoModelFactory[OrderLine]):
    class Meta:
        model = OrderLine

    order = declarations.SubFactory(OrderFactory)
    position = 1
    version = declarations.SubFactory(VersionFactory)
    unit_price_minor = PRICE_MINOR
    total_minor = PRICE_MINOR


class CardFactory(DjangoModelFactory[Card]):
    """A sold card, not yet activated, bought by `purchaser` for herself."""

    class Meta:
        model = Card

    number = declarations.SubFactory(NumberFactory)
    order_line = declarations.SubFactory(LineFactory)
    version = declarations.SelfAttribute("order_line.version")
    product = declarations.SelfAttribute("version.product")
    purchaser = declarations.SelfAttribute("order_line.order.member")
    activate_before_on = declarations.LazyFunction(lambda: clock.today() + dt.timedelta(days=180))
    expected_phone_index = declarations.SelfAttribute("purchaser.phone_index")


class ActiveCardFactory(CardFactory):
    """A card in use: held by its purchaser, in the middle of a year."""

    state = "active"
    holder: Any = declarations.SelfAttribute("purchaser")
    activated_at = declarations.LazyFunction(clock.now)
    valid_from_on = declarations.LazyFunction(lambda: clock.today() - dt.timedelta(days=100))
    last_valid_on = declarations.LazyFunction(lambda: clock.today() + dt.timedelta(days=265))

    @classmethod
    def _create(cls, model_class: type[Card], *args: Any, **kwargs: Any) -> Card:
        card: Card = super()._create(model_class, *args, **kwargs)
        TermFactory.create(card=card)
        return card


class TermFactory(DjangoModelFactory[Term]):
    class Meta:
        model = Term

    card = declarations.SubFactory(CardFactory)
    sequence = 1
    order_line = declarations.SelfAttribute("card.order_line")
    version = declarations.SelfAttribute("card.version")
    starts_on = declarations.SelfAttribute("card.valid_from_on")
    last_valid_on = declarations.SelfAttribute("card.last_valid_on")
    price_minor = PRICE_MINOR


__all__ = ["ActiveCardFactory", "CardFactory", "EntitlementFactory", "OrderFactory"]

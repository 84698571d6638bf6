"""How many statements an operation at the counter may cost: one table of ceilings, for either database.

In a test the transaction of an operation is a savepoint, so two of each count are its SAVEPOINT and RELEASE. What is read
once a process (what an approved version grants), once a request (the clerk's rights) or from the cache (parameters) has been
read before.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards.models import Card, Entitlement, Product, ProductVersion
from cards.operations import codes, counter_activation, counter_renewal, counter_sale, looking, uses
from cards.policy.parameters import RenewalParameters
from cards.queries import cards, entitlements
from core import access, clock, parameters
from core.models import Approval, Store, User
from members.models import LegalText, Member
from tests.cards import shop
from tests.cards.counter_cast import ID_NUMBER
from tests.cards.renewal.conftest import make_card
from tests.factories import LegalTextFactory
from tests.loyalty.benefits_cast import a_benefit

SQLITE, POSTGRES = 0, 1
MOST = {
    "look-up by number": (15, 14),
    "look-up by code": (18, 17),
    "look-up by phone": (16, 15),
    "look-up by name": (16, 15),
    "look-up by order number": (17, 16),
    "use": (14, 13),
    "undo": (10, 9),
    # One of each asks which certificates the clerk lacks (CARD-26).
    "activation": (31, 24),
    "sale": (63, 58),
    "renewal": (68, 63),  # one of them asks whether points pay a part of an order that has a discount
}


@pytest.fixture
def count(clerk: User) -> Callable[..., None]:
    """The statements of a piece of work, held under the ceiling of its name."""

    def counted(name: str, work: Callable[[], object]) -> None:
        access.allows(clerk, "counter.look_up")
        assert getattr(clerk, "member", None) is None
        parameters.in_force(RenewalParameters)
        ceiling = MOST[name][POSTGRES if connection.vendor == "postgresql" else SQLITE]
        with CaptureQueriesContext(connection) as asked:
            work()
        assert len(asked) <= ceiling, f"{name}: {len(asked)}\n" + "\n".join(one["sql"][:150] for one in asked)

    return counted


@pytest.fixture
def benefit(card: Card, breakfast: Entitlement, planner: User, director: User) -> Entitlement:
    """Breakfast, on a version that was approved and is frozen since."""
    freeze(card.version, planner, director)
    return breakfast


def freeze(version: ProductVersion, planner: User, director: User) -> None:
    approval = Approval.objects.create(
        kind="product", subject=f"cards.product:{version.product_id}", title="city", author=planner, state="approved",
        decided_by=director, decided_at=clock.now(),
    )  # fmt: skip
    ProductVersion.objects.filter(pk=version.pk).update(state="approved", approval=approval, terms_digest="0" * 64)
    entitlements.of_version(version.pk)


@pytest.mark.parametrize("key", ["number", "code", "phone", "name", "order number"])
def test_a_look_up_with_its_panel(
    card: Card, benefit: Entitlement, store: Store, clerk: User, count: Callable[..., None], key: str
) -> None:
    holder = card.holder
    assert holder is not None
    uses.record(card, entitlement=benefit, store=store, clerk=clerk, key="earlier")
    a_benefit(per_month=4)
    cards.panel(card, day=clock.today(), store=store)
    typed = {
        "number": card.number.number,
        "code": codes.make(card),
        "phone": holder.phone,
        "name": holder.name,
        "order number": card.order_line.order.number,
    }[key]

    def look() -> None:
        found = looking.look_up(str(typed), store=store, clerk=clerk).cards
        assert found == [card]
        panel = cards.panel(found[0], day=clock.today(), store=store)
        assert (len(panel.benefits), len(panel.uses)) == (2, 1)

    count(f"look-up by {key}", look)


def test_a_use_and_taking_it_back(
    card: Card, benefit: Entitlement, store: Store, clerk: User, count: Callable[..., None]
) -> None:
    uses.record(card, entitlement=benefit, store=store, clerk=clerk, key="earlier")
    done = []
    count("use", lambda: done.append(uses.record(card, entitlement=benefit, store=store, clerk=clerk, key="a")))
    count("undo", lambda: uses.reverse(done[0], by=clerk, reason="a slip"))


def test_an_activation(
    sold: Card, store: Store, clerk: User, planner: User, director: User, count: Callable[..., None]
) -> None:
    freeze(sold.version, planner, director)
    agreement = LegalTextFactory.create(kind=LegalText.Kind.CARD_AGREEMENT)
    shown = counter_activation.Shown(
        proof="ING7", document_kind="resident_id", document_number=ID_NUMBER, agreed=agreement, language="en",
        keeps_number=True,
    )  # fmt: skip

    def activate() -> None:
        card = cards.shown().get(pk=sold.pk)
        done = counter_activation.complete(card, shown, clerk=clerk, store=store, phone_proved=False)
        assert done.card.state == Card.State.ACTIVE

    count("activation", activate)


def test_a_sale(buyer: Member, product: Product, store: Store, clerk: User, count: Callable[..., None]) -> None:
    (number,) = shop.stock(product.series, 1, store=store)
    agreed, pay = shop.agreed(), counter_sale.Money(tendered_minor=130_000)

    def sell() -> None:
        counter_sale.sell(
            buyer,
            product=product,
            card_number=number.number,
            agreed=agreed,
            pay=pay,
            clerk=clerk,
            store=store,
            key="sale",
        )

    count("sale", sell)


def test_a_renewal(wanqing: Member, product: Product, store: Store, clerk: User, count: Callable[..., None]) -> None:
    card = make_card(wanqing, product)
    agreed, pay = shop.agreed(), counter_sale.Money(tendered_minor=500_000)

    def renew() -> None:
        counter_renewal.renew(card, years=1, parts=1, key="till", agreed=agreed, pay=pay, clerk=clerk, store=store)

    count("renewal", renew)

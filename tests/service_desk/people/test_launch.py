"""No card goes on sale before enough of those who will sell it are certified, in every store (CARD-04 · A2.2.1)."""

import pytest

from cards.operations import products
from cards.policy import launch
from cards.queries import launches
from core import certifying, clock
from core.models import Competence, Message, Store, User
from tests import factories
from tests.cards import products as shelf
from tests.cards.products import refused, swept

pytestmark = pytest.mark.django_db


@pytest.fixture
def selling(director: User) -> Competence:
    of = Competence.objects.create(code="selling", name="Selling")
    certifying.demand(of, right="counter.sell", starts_on=clock.today(), reason="New cards", by=director)
    return of


def certify(user: User, of: Competence, director: User) -> None:
    certifying.award_by_hand(user, of, awarded_on=clock.today(), reason="Shown", by=director)


def trained(version: object) -> bool:
    return "trained" not in launch.unmet(launches.readiness(version))  # type: ignore[arg-type]


def test_a_fresh_house_launches_without_certificates(planner: User, director: User, clerk: User) -> None:
    assert shelf.on_sale(by=planner, approver=director).state == "on-sale"


def test_every_store_needs_its_share(
    planner: User, director: User, clerk: User, manager: User, other_clerk: User, selling: Competence
) -> None:
    version = shelf.approved(by=planner, approver=director)
    with refused("not_ready"):
        products.go_on_sale(version.product, by=planner)
    certify(clerk, selling, director)
    assert not trained(version), "half of Nanjing Road, nobody in Chengdu"
    certify(other_clerk, selling, director)
    assert products.go_on_sale(version.product, by=planner).state == "on-sale"


def test_a_store_where_nobody_sells_holds_nothing_up_but_somebody_must(
    planner: User, director: User, store: Store, selling: Competence
) -> None:
    factories.StoreFactory.create(code="EMPTY")
    version = shelf.approved(by=planner, approver=director)
    assert not trained(version), "nobody sells anywhere"
    seller = factories.StaffFactory.create(roles={"clerk": store})
    certify(seller, selling, director)
    assert trained(version)


def test_a_pilot_asks_its_own_stores_alone(
    planner: User, director: User, clerk: User, other_clerk: User, store: Store, selling: Competence
) -> None:
    version = shelf.approved(by=planner, approver=director)
    shelf.pilot_at(store, version)
    certify(clerk, selling, director)
    product = products.start_pilot(version.product, by=planner)
    with refused("not_ready"):
        products.go_on_sale(product, by=planner)
    certify(other_clerk, selling, director)
    assert products.go_on_sale(product, by=planner).state == "on-sale"


def test_a_card_that_no_store_sells_needs_nobody(
    planner: User, director: User, clerk: User, selling: Competence
) -> None:
    version = shelf.approved(by=planner, approver=director)
    version.launch_plan.channels = ["web"]
    version.launch_plan.save()
    assert trained(version)


def test_a_requirement_for_another_card_does_not_matter(planner: User, director: User, clerk: User) -> None:
    other = shelf.on_sale(by=planner, approver=director, code="other", prefix="8699")
    of = Competence.objects.create(code="dear", name="Dear")
    certifying.demand(of, right="counter.sell", subject=other.code, starts_on=clock.today(), reason="x", by=director)
    assert trained(shelf.approved(by=planner, approver=director))


def test_who_has_left_or_whose_certificate_is_gone_does_not_count(
    planner: User, director: User, clerk: User, selling: Competence
) -> None:
    version = shelf.approved(by=planner, approver=director)
    given = certifying.award_by_hand(clerk, selling, awarded_on=clock.today(), reason="Shown", by=director)
    assert trained(version)
    certifying.revoke(given, by=director, reason="x")
    assert not trained(version)
    certify(clerk, selling, director)
    assert trained(version)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert not trained(version)


def test_the_launch_that_is_due_waits_for_them_and_its_people_are_told(
    planner: User, director: User, clerk: User, selling: Competence
) -> None:
    version = shelf.approved(by=planner, approver=director)
    assert swept("products.launch") == 0
    assert Message.objects.filter(event="product.launch-blocked", channel="inbox").count() == 1
    certify(clerk, selling, director)
    assert swept("products.launch") == 1
    version.product.refresh_from_db()
    assert version.product.state == "on-sale"

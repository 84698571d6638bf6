"""Benefits under concurrency, on a server database, each with its negative control (invariants.md part 2)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from cards.models import Card
from core import clock
from core.models import Store, User
from core.rules import RuleBroken
from loyalty.models import (
    BenefitCounter,
    BenefitRedemption,
    BenefitReservation,
    BookedSlot,
    PointAccount,
    ServicePoint,
)
from loyalty.operations import benefit_reservations, ledger, redemptions
from loyalty.queries.benefits import Offer
from members.models import Household, Member
from tests import factories
from tests.cards.factories import ActiveCardFactory, LineFactory, OrderFactory
from tests.loyalty.benefits_cast import a_benefit, a_point
from tests.racing import at_once, unlocked

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def card_of(member: Member) -> Card:
    return ActiveCardFactory.create(order_line=LineFactory.create(order=OrderFactory.create(member=member)))


def login(card: Card) -> User:
    assert card.holder is not None
    assert card.holder.user is not None
    return card.holder.user


def done(answers: list[object], of: type) -> int:
    assert all(isinstance(one, RuleBroken | of) for one in answers), [
        one for one in answers if not isinstance(one, of)
    ][:3]
    return sum(isinstance(one, of) for one in answers)


@contextmanager
def without(table: str, constraint: str, definition: str) -> Iterator[None]:
    """The negative control: the table's own check is lifted too."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        for model in (BenefitReservation, BenefitRedemption, BenefitCounter, BookedSlot):
            model.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({definition})")


@pytest.fixture
def crowd(db: None) -> list[Card]:
    return [card_of(factories.MemberFactory.create()) for _ in range(20)]


@pytest.fixture
def narrow(store: Store) -> ServicePoint:
    return a_point(store, capacity=3, opens_at=dt.time(0), closes_at=dt.time(23, 59), slot_minutes=0)


def book(cards: list[Card], offer: Offer, point: ServicePoint) -> list[object]:
    """Two hundred reservations of the same slot, each member ten times."""
    at = dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time(0), tzinfo=clock.zone())

    def one(turn: int) -> object:
        card = cards[turn % len(cards)]
        return benefit_reservations.reserve(card, offer, point=point, starts_at=at, by=login(card), key=f"race-{turn}")

    return at_once(one, range(200))


def test_two_hundred_for_the_last_seats_of_a_slot(crowd: list[Card], narrow: ServicePoint) -> None:
    answers = book(crowd, Offer(a_benefit()), narrow)
    assert done(answers, BenefitReservation) == 3
    assert (BookedSlot.objects.get().taken, BenefitReservation.objects.count()) == (3, 3)


def test_without_lock_and_check_the_slot_is_overbooked(
    crowd: list[Card], narrow: ServicePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = Offer(a_benefit())
    with without("loyalty_bookedslot", "slot_never_holds_more_than_its_capacity", "taken <= capacity"):
        with unlocked(monkeypatch, BookedSlot.objects):
            book(crowd, offer, narrow)
        assert BenefitReservation.objects.count() > 3


@pytest.fixture
def family(db: None) -> list[Card]:
    home = factories.HouseholdFactory.create()
    return [card_of(factories.MemberFactory.create(household=home)) for _ in range(8)]


def share(cards: list[Card], offer: Offer, store: Store, clerk: User) -> list[object]:
    def one(turn: int) -> object:
        card = cards[turn % len(cards)]
        return redemptions.record(card, offer, store=store, clerk=clerk, key=f"race-{turn}")

    return at_once(one, range(80))


def test_a_household_at_many_counters_keeps_to_its_cap(family: list[Card], store: Store, clerk: User) -> None:
    """Write skew: each member locks herself alone, and all of them the household."""
    answers = share(family, Offer(a_benefit(per_household=5)), store, clerk)
    assert done(answers, BenefitRedemption) == 5
    assert BenefitCounter.objects.get(household__isnull=False).used == 5


def test_without_lock_and_check_the_household_goes_beyond_its_cap(
    family: list[Card], store: Store, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = Offer(a_benefit(per_household=5))
    with without("loyalty_benefitcounter", "benefit_uses_never_exceed_the_limit", 'used <= "limit"'):
        with unlocked(monkeypatch, Household.objects):
            share(family, offer, store, clerk)
        assert BenefitRedemption.objects.count() > 5


def test_one_card_two_hundred_times_for_its_last_use(store: Store, clerk: User) -> None:
    card = card_of(factories.MemberFactory.create())
    offer = Offer(a_benefit(per_year=1))
    answers = at_once(lambda n: redemptions.record(card, offer, store=store, clerk=clerk, key=f"k{n}"), range(200))
    assert done(answers, BenefitRedemption) == 1


def test_without_the_locks_one_card_uses_it_more_than_once(
    store: Store, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A use taken back leaves its counter, so that no unique key keeps the others in line."""
    card = card_of(factories.MemberFactory.create())
    offer = Offer(a_benefit(per_year=1))
    taken_back = redemptions.record(card, offer, store=store, clerk=clerk, key="first")
    redemptions.reverse(taken_back, by=clerk, reason="Test")
    with without("loyalty_benefitcounter", "benefit_uses_never_exceed_the_limit", 'used <= "limit"'):
        monkeypatch.setattr(ledger, "account_of", lambda member: PointAccount.objects.filter(pk=member.pk).first())
        with unlocked(monkeypatch, Card.objects):
            at_once(lambda n: redemptions.record(card, offer, store=store, clerk=clerk, key=f"k{n}"), range(80))
        assert BenefitRedemption.objects.filter(reversed_at__isnull=True).count() > 1


def test_a_reservation_redeemed_and_cancelled_at_once_ends_once(
    crowd: list[Card], narrow: ServicePoint, clerk: User
) -> None:
    card, offer = crowd[0], Offer(a_benefit(per_year=1))
    today = dt.datetime.combine(clock.today(), dt.time(0), tzinfo=clock.zone())
    row = benefit_reservations.reserve(card, offer, point=narrow, starts_at=today, by=login(card), key="one")

    def either(turn: int) -> object:
        if turn % 2:
            return benefit_reservations.cancel(row, by=clerk)
        return benefit_reservations.redeem(row, store=narrow.store, clerk=clerk, key=f"k{turn}")

    answers = at_once(either, range(40))
    done(answers, BenefitReservation)
    row.refresh_from_db()
    used = BenefitCounter.objects.get(member=card.holder).used
    assert (row.state, used, BenefitRedemption.objects.count()) in {("redeemed", 1, 1), ("cancelled", 0, 0)}

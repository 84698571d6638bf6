"""Using a benefit at a store: limits, scope, states, repeats and taking back."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from cards.models import BenefitUse, Card, UseCounter
from cards.operations import uses
from core import clock
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from members.models import Member
from tests.cards.factories import ActiveCardFactory, EntitlementFactory, LineFactory, OrderFactory

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def card(wanqing: Member) -> Card:
    return ActiveCardFactory.create(order_line=LineFactory.create(order=OrderFactory.create(member=wanqing)))


def test_a_use_is_counted_audited_and_told(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version, per_month=4, per_year=20)
    with clock.stopped(NOON):
        use = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    assert {c.period: c.used for c in UseCounter.objects.all()} == {"month:2026-11": 1, "year:2026": 1}
    assert (use.used_on, use.value_minor) == (dt.date(2026, 11, 22), 4_800)
    assert AuditRecord.objects.filter(action="cards.benefit.used", member_id=card.holder_id).count() == 1
    assert Message.objects.filter(event="benefit.used", channel="inbox", recipient__member=card.holder).count() == 1


def test_a_repeat_with_the_same_key_counts_once(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version, per_day=2)
    first = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    again = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    assert first == again
    assert UseCounter.objects.get().used == 1


def test_the_same_key_for_another_benefit_is_refused(card: Card, store: Store, clerk: User) -> None:
    breakfast, lounge = EntitlementFactory.create_batch(2, version=card.version)
    uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    with pytest.raises(Refusal, check=lambda r: r.code == "key_reused"):
        uses.record(card, entitlement=lounge, store=store, clerk=clerk, key="a")


def test_the_refusal_at_the_limit_says_from_when(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version, per_month=1)
    with clock.stopped(NOON):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
        with pytest.raises(Refusal) as refused:
            uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="b")
    assert (refused.value.code, refused.value.allowed_from) == ("benefit_used_up_for_now", dt.date(2026, 12, 1))
    assert str(refused.value).endswith("from 1\N{NO-BREAK SPACE}December 2026.")


def test_a_benefit_bound_to_a_store_is_refused_elsewhere(
    card: Card, store: Store, other_store: Store, clerk: User
) -> None:
    lounge = EntitlementFactory.create(version=card.version)
    lounge.stores.add(other_store)
    with pytest.raises(Refusal, check=lambda r: r.code == "benefit_not_at_this_store"):
        uses.record(card, entitlement=lounge, store=store, clerk=clerk, key="a")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "suspended", "suspension": "arrears"}, "card_suspended_arrears"),
        ({"state": "closed"}, "card_closed"),
    ],
)
def test_a_card_out_of_use_says_why(card: Card, store: Store, clerk: User, change: dict[str, str], code: str) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    Card.objects.filter(pk=card.pk).update(**change)
    with pytest.raises(Refusal, check=lambda r: r.code == code):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")


@pytest.mark.parametrize(("days", "code"), [(1, "card_in_grace"), (15, "card_in_grace"), (16, "card_expired")])
def test_benefits_rest_in_grace_and_end_after_it(card: Card, store: Store, clerk: User, days: int, code: str) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    assert card.last_valid_on
    later = dt.datetime.combine(card.last_valid_on + dt.timedelta(days=days), dt.time(12), tzinfo=clock.zone())
    with clock.stopped(later), pytest.raises(Refusal, check=lambda r: r.code == code):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")


def test_the_last_day_counts_to_midnight(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    assert card.last_valid_on
    last = dt.datetime.combine(card.last_valid_on, dt.time(23, 59, 59, 999_999), tzinfo=clock.zone())
    with clock.stopped(last):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    with clock.stopped(last + dt.timedelta(microseconds=1)), pytest.raises(Refusal):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="b")


def test_a_use_taken_back_returns_to_the_period_it_came_from(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version, per_month=1)
    eve = dt.datetime(2026, 11, 30, 15, 55, tzinfo=dt.UTC)  # 23:55 in Shanghai
    with clock.stopped(eve):
        use = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    with clock.stopped(eve + dt.timedelta(minutes=10)):
        uses.reverse(use, by=clerk, reason="wrong benefit")
        uses.reverse(use, by=clerk, reason="wrong benefit")
        assert UseCounter.objects.get(period="month:2026-11").used == 0
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="b")
    assert UseCounter.objects.get(period="month:2026-12").used == 1


def test_an_old_use_is_not_taken_back_by_a_clerk(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    with clock.stopped(NOON):
        use = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    late = clock.stopped(NOON + dt.timedelta(hours=1))
    with late, pytest.raises(Refusal, check=lambda r: r.code == "use_too_old_to_reverse"):
        uses.reverse(use, by=clerk, reason="late")


def test_a_clerk_does_not_serve_his_own_card(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    assert card.holder
    Member.objects.filter(pk=card.holder.pk).update(user=clerk)
    with pytest.raises(Refusal, check=lambda r: r.code == "own_card"):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_hundred_redeemers_for_the_last_use(card: Card, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version, per_year=1)

    def redeem(n: int) -> bool:
        try:
            uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key=f"race-{n}")
        except Refusal:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(redeem, range(200))) == 1
    assert BenefitUse.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_lock_and_check_the_race_is_lost(
    card: Card, store: Store, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what holds the limit is the lock of the card and the check of the table."""
    breakfast = EntitlementFactory.create(version=card.version, per_year=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cards_usecounter DROP CONSTRAINT uses_never_exceed_the_limit")
        cursor.execute("ALTER TABLE cards_usecounter DROP CONSTRAINT use_counted_once_per_period")
    monkeypatch.setattr(Card.objects, "select_for_update", lambda **_: Card.objects.all())
    try:

        def redeem(n: int) -> bool:
            try:
                uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key=f"race-{n}")
            except Exception:
                return False
            else:
                return True
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(redeem, range(200))) > 1
    finally:
        BenefitUse.objects.all().delete()
        UseCounter.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                'ALTER TABLE cards_usecounter ADD CONSTRAINT uses_never_exceed_the_limit CHECK (used <= "limit")'
            )
            cursor.execute(
                "ALTER TABLE cards_usecounter ADD CONSTRAINT use_counted_once_per_period "
                "UNIQUE (card_id, entitlement_id, period)"
            )

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import Book, PointEntry, PointHold, PointLot, PointTransaction
from loyalty.operations import nightly, points, reservations, reversals
from loyalty.operations.ledger import Cause
from loyalty.queries import balances as queries
from members.models import Member
from risk.models import Hold
from tests.loyalty.conftest import balances, broken, cause

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
TODAY = dt.date(2026, 11, 23)


def earn(member: Member, amount: int, *, waits: bool = False, key: str | None = None, on: dt.date | None = None):
    return points.accrue(member, amount, cause=cause(key), waits=waits, earned_on=on)


def hold(member: Member, amount: int, minutes: int = 30) -> PointHold:
    until = clock.now() + dt.timedelta(minutes=minutes)
    return reservations.reserve(member, amount, subject="cards.order:1", cause=cause(), until=until)


def lots_of(member: Member) -> list[tuple[int, dt.date | None]]:
    return list(PointLot.objects.filter(member=member, is_open=True).values_list("remaining", "last_valid_on"))


@pytest.fixture(autouse=True)
def _whole() -> object:
    """Whatever a test does, the ledger's invariants hold at its end."""
    yield
    assert broken() == []


def test_points_that_can_still_be_returned_are_pending_until_the_window_closes(wanqing):
    earn(wanqing, 100, waits=True)
    assert balances(wanqing) == (0, 100, 0, 0)
    assert nightly.mature([wanqing.pk], on=TODAY + dt.timedelta(days=6)) == 0
    assert nightly.mature([wanqing.pk], on=TODAY + dt.timedelta(days=7)) == 1
    assert nightly.mature([wanqing.pk], on=TODAY + dt.timedelta(days=7)) == 0
    assert balances(wanqing) == (100, 0, 0, 0)


def test_a_purchase_of_long_ago_that_arrives_late_is_available_at_once(wanqing):
    earn(wanqing, 100, waits=True, on=TODAY - dt.timedelta(days=7))
    assert balances(wanqing) == (100, 0, 0, 0)


def test_the_same_fact_delivered_twice_earns_once_and_another_under_its_key_is_refused(wanqing, stranger):
    assert earn(wanqing, 150, key="signup") == earn(wanqing, 150, key="signup")
    assert balances(wanqing) == (150, 0, 0, 0)
    for member, amount in ((wanqing, 151), (stranger, 150)):
        with pytest.raises(Refusal) as refused:
            earn(member, amount, key="signup")
        assert refused.value.code == "key_reused"


def test_a_redemption_eats_the_lot_that_lapses_first_and_is_all_or_nothing(wanqing):
    earn(wanqing, 100, on=TODAY - dt.timedelta(days=400))
    earn(wanqing, 100)
    points.spend(wanqing, 130, cause=cause())
    assert lots_of(wanqing) == [(70, dt.date(2028, 11, 30))]
    with pytest.raises(RuleBroken) as refused:
        points.spend(wanqing, 71, cause=cause())
    assert (refused.value.code, refused.value.params) == ("points_too_few", {"available": 70, "asked": 71})
    assert balances(wanqing) == (70, 0, 0, 0)


def test_a_redemption_repeated_with_its_key_spends_once(wanqing):
    earn(wanqing, 1_000)
    assert points.spend(wanqing, 300, cause=cause("order-1")) == points.spend(wanqing, 300, cause=cause("order-1"))
    assert balances(wanqing) == (700, 0, 0, 0)


def test_pending_points_cannot_be_spent(wanqing):
    earn(wanqing, 100, waits=True)
    with pytest.raises(RuleBroken):
        points.spend(wanqing, 1, cause=cause())


def test_a_cancelled_redemption_restores_the_same_lots_with_their_old_last_day(wanqing):
    earn(wanqing, 100, on=TODAY - dt.timedelta(days=400))
    earn(wanqing, 100)
    before = lots_of(wanqing)
    spent = points.spend(wanqing, 130, cause=cause())
    reversals.give_back(spent, cause=cause(), points=40)
    reversals.give_back(spent, cause=cause())
    assert lots_of(wanqing) == before
    with pytest.raises(Refusal) as refused:
        reversals.give_back(spent, cause=cause(), points=1)
    assert refused.value.params == {"most": 0}


def test_a_return_takes_the_points_of_its_own_purchase_pending_or_not(wanqing):
    waiting, there = earn(wanqing, 100, waits=True), earn(wanqing, 50)
    reversals.take_back(waiting, 60, cause=cause())
    reversals.take_back(there, 50, cause=cause())
    assert balances(wanqing) == (0, 40, 0, 0)


def test_points_already_spent_become_a_debt_that_the_next_points_pay_first(wanqing):
    earned = earn(wanqing, 150)
    points.spend(wanqing, 100, cause=cause())
    reversals.take_back(earned, 150, cause=cause())
    assert balances(wanqing) == (0, 0, 0, 100)
    earn(wanqing, 30)
    earn(wanqing, 200, waits=True)
    assert balances(wanqing) == (0, 200, 0, 70)
    nightly.mature([wanqing.pk], on=TODAY + dt.timedelta(days=7))
    assert balances(wanqing) == (130, 0, 0, 0)


def test_pending_points_that_a_return_took_back_whole_leave_nothing_to_release(wanqing):
    spent, waiting = earn(wanqing, 50), earn(wanqing, 30, waits=True)
    earn(wanqing, 10, waits=True)
    points.spend(wanqing, 50, cause=cause())
    reversals.take_back(spent, 50, cause=cause())
    reversals.take_back(waiting, 30, cause=cause())
    for _ in range(2):
        nightly.mature([wanqing.pk], on=TODAY + dt.timedelta(days=7))
        assert balances(wanqing) == (0, 0, 0, 40)
    assert not PointLot.objects.filter(is_pending=True).exists()


def test_beyond_the_limit_of_the_debt_the_rest_is_written_off(wanqing):
    earned = earn(wanqing, 5_000)
    points.spend(wanqing, 5_000, cause=cause())
    reversals.take_back(earned, 5_000, cause=cause())
    assert balances(wanqing) == (0, 0, 0, 2_000)
    assert PointEntry.objects.get(from_book=Book.WRITTEN_OFF).points == 3_000


def test_a_refund_delivered_twice_takes_back_once_and_never_more_than_was_earned(wanqing):
    earned = earn(wanqing, 150)
    again = cause("refund-1")
    assert reversals.take_back(earned, 100, cause=again) == reversals.take_back(earned, 100, cause=again)
    with pytest.raises(Refusal) as refused:
        reversals.take_back(earned, 51, cause=cause())
    assert (refused.value.code, refused.value.params) == ("reversal_too_large", {"most": 50})
    with pytest.raises(Refusal) as refused:
        reversals.take_back(earned.reversals.get(), 1, cause=cause())
    assert refused.value.code == "reversal_of_what_was_not_earned"


def test_reserved_points_are_out_of_reach_and_end_once(wanqing):
    earn(wanqing, 100)
    kept = hold(wanqing, 60)
    assert balances(wanqing) == (40, 0, 60, 0)
    with pytest.raises(RuleBroken):
        points.spend(wanqing, 41, cause=cause())
    taken = reservations.capture(kept, cause=cause())
    assert reservations.capture(kept, cause=cause()) == taken
    with pytest.raises(Refusal) as refused:
        reservations.release(kept, cause=cause())
    assert refused.value.code == "hold_ended"
    assert balances(wanqing) == (40, 0, 0, 0)


def test_a_captured_reservation_can_be_given_back_like_any_redemption(wanqing):
    earn(wanqing, 100)
    taken = reservations.capture(hold(wanqing, 60), cause=cause())
    reversals.give_back(taken, cause=cause(), points=25)
    assert balances(wanqing) == (65, 0, 0, 0)


def test_a_reservation_nobody_captured_in_time_is_released(wanqing):
    earn(wanqing, 100)
    kept = hold(wanqing, 60, minutes=30)
    assert nightly.expire([kept.pk]) == 0
    with clock.stopped(clock.now() + dt.timedelta(minutes=31)):
        assert (nightly.expire([kept.pk]), nightly.expire([kept.pk])) == (1, 0)
    assert balances(wanqing) == (100, 0, 0, 0)


def test_points_lapse_the_day_after_their_last_once_however_often_and_late_the_night_runs(wanqing, stranger):
    earn(wanqing, 150, on=dt.date(2024, 11, 5))
    earn(wanqing, 60, on=dt.date(2024, 12, 1))
    earn(stranger, 40, on=dt.date(2024, 11, 30))
    both = [wanqing.pk, stranger.pk]
    assert nightly.lapse(both, on=dt.date(2026, 11, 30)) == 0
    assert nightly.lapse(both, on=dt.date(2026, 12, 1)) == 2
    assert nightly.lapse(both, on=dt.date(2026, 12, 20)) == 0
    assert (balances(wanqing)[0], balances(stranger)[0]) == (60, 0)
    assert PointTransaction.objects.get(member=wanqing, kind="lapse").points == -150


def test_what_is_given_back_after_its_last_day_lapses_in_the_next_night(wanqing):
    earn(wanqing, 100, on=dt.date(2024, 11, 5))
    spent = points.spend(wanqing, 100, cause=cause())
    with clock.stopped(clock.now() + dt.timedelta(days=30)):
        reversals.give_back(spent, cause=cause())
        assert nightly.lapse([wanqing.pk], on=clock.today()) == 1
    assert balances(wanqing) == (0, 0, 0, 0)


def test_any_past_instant_can_be_shown(wanqing):
    noon = clock.now()
    for hour in range(3):
        with clock.stopped(noon + dt.timedelta(hours=hour)):
            earn(wanqing, 100)
            points.spend(wanqing, 30, cause=cause())
    found = [queries.as_of(wanqing, noon + dt.timedelta(minutes=m))[Book.AVAILABLE] for m in (-1, 0, 60, 119, 120)]
    assert found == [0, 70, 140, 140, 210]


def test_what_lapses_is_shown_by_month(wanqing):
    earn(wanqing, 10, on=dt.date(2025, 1, 3))
    earn(wanqing, 20, on=dt.date(2025, 1, 30))
    earn(wanqing, 30)
    months = queries.lapsing_by_month(wanqing, on=TODAY)
    assert months == {dt.date(2027, 1, 1): 30, dt.date(2028, 11, 1): 30}


def test_a_hold_of_risk_and_a_new_phone_number_stop_redeeming_and_nothing_else(wanqing):
    earn(wanqing, 100)
    stop = Hold.objects.create(member=wanqing, subject="x", scope=Hold.Scope.REDEEM, reason="farming")
    with pytest.raises(Refusal) as refused:
        points.spend(wanqing, 1, cause=cause())
    assert refused.value.code == "points_held"
    stop.delete()
    wanqing.phone_changed_at = clock.now()
    wanqing.save()
    with pytest.raises(Refusal) as refused:
        points.spend(wanqing, 1, cause=cause())
    assert refused.value.allowed_from == clock.now() + dt.timedelta(hours=72)
    earn(wanqing, 1)


@pytest.mark.parametrize("table", ["loyalty_pointtransaction", "loyalty_pointentry"])
def test_the_database_refuses_to_change_or_delete_what_was_posted(wanqing, table):
    earn(wanqing, 100)
    for statement in (f"UPDATE {table} SET points = 1", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_cannot_be_earned(wanqing, amount):
    with pytest.raises(Refusal):
        points.accrue(wanqing, amount, cause=Cause("test"))

from datetime import UTC, date, datetime, timedelta

import pytest

from cards.policy import activation
from cards.policy.parameters import ActivationParameters

POLICY = ActivationParameters()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def locked(*minutes: int) -> datetime | None:
    return activation.locked_until((NOON + timedelta(minutes=m) for m in minutes), parameters=POLICY)


def test_a_card_is_activated_within_180_days_of_purchase():
    assert activation.activate_by(date(2026, 11, 22), parameters=POLICY) == date(2027, 5, 21)


def test_the_fifth_failure_within_an_hour_locks_the_card_for_an_hour():
    assert locked(0, 10, 20, 30) is None
    assert locked(0, 10, 20, 30, 40) == NOON + timedelta(minutes=100)


@pytest.mark.parametrize("minutes", [(0, 10, 20, 30, 60), (), (0,)])
def test_failures_spread_over_more_than_an_hour_lock_nothing(minutes):
    assert locked(*minutes) is None


def test_of_several_locks_the_latest_counts_whatever_the_order():
    assert locked(205, 0, 1, 2, 3, 4, 201, 202, 203, 204) == NOON + timedelta(minutes=265)

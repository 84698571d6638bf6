"""A hundred thousand cards in eight time zones, a microsecond before and at midnight of their last day (invariant 25)."""

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from cards.policy import validity
from cards.policy.validity import CalendarMonths, Rolling, Season, State
from core import periods

CARDS, GRACE = 12_500, 30
FIRST, DAYS = date(2000, 1, 1), 36_500
MICROSECOND = timedelta(microseconds=1)
KINDS: tuple[validity.Validity, ...] = (
    Rolling(12), Rolling(1), Rolling(36), Season(1, 11, 1, 9, 1), Season(2, 2, 29), CalendarMonths(12, 15),
)  # fmt: skip
ZONES = (
    "Asia/Shanghai", "Europe/London", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia",
    "Africa/Cairo", "Asia/Kathmandu",
)  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_a_card_serves_to_the_last_microsecond_of_its_last_day_and_not_one_longer(name: str) -> None:
    zone, dice = ZoneInfo(name), random.Random(name)
    for _ in range(CARDS):
        starts_on = FIRST + timedelta(days=dice.randrange(DAYS))
        counts = dice.random() < 0.5
        term = validity.first_term(starts_on, validity=dice.choice(KINDS), first_day_counts=counts)
        end = periods.last_moment(term.last_valid_on, zone)
        if periods.first_moment(term.last_valid_on, zone) == end:
            continue  # a day that the zone left out (Apia, 30 December 2011)
        before, at = periods.day_of(end - MICROSECOND, zone), periods.day_of(end, zone)
        told = (
            validity.state_on(before, term=term, grace_days=GRACE),
            validity.days_left(before, last_valid_on=term.last_valid_on),
            validity.state_on(at, term=term, grace_days=GRACE),
        )
        assert told == (State.ACTIVE, 0, State.IN_GRACE), (starts_on, term, name)

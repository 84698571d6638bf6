"""CARD-01 · A2.1 — from when until when a card is valid.

A card is valid through `last_valid_on` to 24:00 in the business time zone. A term once given is stored and never
recomputed; how a further one is added stands in `renewal`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core import periods

A_DAY = timedelta(days=1)


class State(StrEnum):
    """CARD-14 · A4.3.1 — where a card stands in its term; the last day counts as active to its end."""

    NOT_STARTED = "not_started"
    ACTIVE = "active"
    IN_GRACE = "in_grace"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Term:
    """One term of a card: the first and the last day on which it can be used, both included."""

    starts_on: date
    last_valid_on: date


@dataclass(frozen=True)
class Rolling:
    """CARD-01 · A2.1 — so many months from the day of activation."""

    months: int


@dataclass(frozen=True)
class Season:
    """CARD-01 · A2.1 — whole years of a fixed season that begins each year on the same day.

    Who joins on or after the rollover day, in the season's first year, is given the following season's year as well.
    """

    years: int
    start_month: int
    start_day: int
    rollover_month: int | None = None
    rollover_day: int | None = None


@dataclass(frozen=True)
class CalendarMonths:
    """CARD-01 · A2.1 — whole calendar months; from the rollover day of the month on, one month more."""

    months: int
    rollover_day: int | None = None


Validity = Rolling | Season | CalendarMonths


def first_term(activated_on: date, *, validity: Validity, first_day_counts: bool, times: int = 1) -> Term:
    """CARD-01 · A2.1 — the term of a card activated on that day; `times` terms bought at once are one longer term."""
    return Term(activated_on, last_day(activated_on, validity=validity, first_day_counts=first_day_counts, times=times))


def last_day(joined_on: date, *, validity: Validity, first_day_counts: bool, times: int = 1) -> date:
    """CARD-01 · A2.1 — the last valid day of a term that begins on `joined_on`.

    Civil Code 201–202: the day of the act is not counted, so the term ends on the matching day (21 January to 21
    January). Where the deployer counts the first day, it ends the day before. In both ways a term whose last month
    lacks the matching day ends on that month's last day: a year from 29 February 2028 ends on 28 February 2029.
    A season ends by the calendar, whichever way days are counted.
    """
    match validity:
        case Season():
            start = season_start(joined_on, season=validity)
            rolls = validity.rollover_month is not None and joined_on >= _rollover(start, validity)
            return periods.add_years(start, validity.years * times + rolls) - A_DAY
        case CalendarMonths(months=months, rollover_day=rollover_day):
            rolls = rollover_day is not None and joined_on >= periods.on_day_of_month(joined_on, rollover_day)
            return periods.add_months(joined_on.replace(day=1), months * times + rolls) - A_DAY
        case Rolling(months=months):
            matching = periods.add_months(joined_on, months * times)
            counted_back = first_day_counts and matching.day == joined_on.day
            return matching - A_DAY if counted_back else matching


def season_start(day: date, *, season: Season) -> date:
    """CARD-01 · A2.1 — the first day of the season that `day` falls in; it may lie before the card was bought."""
    this_year = _month_day(day.year, season.start_month, season.start_day)
    return this_year if this_year <= day else _month_day(day.year - 1, season.start_month, season.start_day)


def state_on(day: date, *, term: Term, grace_days: int) -> State:
    """CARD-14 · A4.3.1 — the card's state on a day; in grace benefits are suspended, points and tier kept."""
    if day < term.starts_on:
        return State.NOT_STARTED
    if day <= term.last_valid_on:
        return State.ACTIVE
    return State.IN_GRACE if day <= term.last_valid_on + timedelta(days=grace_days) else State.EXPIRED


def days_left(day: date, *, last_valid_on: date) -> int:
    """CARD-14 · A4.3.1 — days after this one on which the card is still valid: 0 on the last day and ever after."""
    return max(0, (last_valid_on - day).days)


def _rollover(start: date, season: Season) -> date:
    """The season's rollover day: the first on or after its start."""
    month, day = season.rollover_month or season.start_month, season.rollover_day or 1
    this_year = _month_day(start.year, month, day)
    return this_year if this_year >= start else _month_day(start.year + 1, month, day)


def _month_day(year: int, month: int, day: int) -> date:
    return periods.on_day_of_month(date(year, month, 1), day)

"""CARD-24, LOY-15 · E4.4, B8.3 — the slots of a service point, from when on a tier may reserve them, until when one cancels.

How many days earlier than everybody a tier buys what is new stands here too.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from cards.policy.priority import HeadStart
from loyalty.policy.benefit_parameters import ServiceParameters


def slots(day: date, *, opens: time, closes: time, minutes: int, zone: object) -> list[tuple[datetime, datetime]]:
    """CARD-24 · E4.4 — beginnings and ends of the day's slots; 0 minutes is one slot of all the opening hours.

    A rest of the day that is shorter than a slot is not offered.
    """
    first, last = _at(day, opens, zone), _at(day, closes, zone)
    if minutes == 0:
        return [(first, last)]
    long = timedelta(minutes=minutes)
    count = (last - first) // long
    return [(first + n * long, first + (n + 1) * long) for n in range(count)]


def _at(day: date, clock_time: time, zone: object) -> datetime:
    return datetime.combine(day, clock_time).replace(tzinfo=zone)  # type: ignore[arg-type]


def days_ahead(tier: str, *, parameters: ServiceParameters) -> int:
    """LOY-15 · B8.3 — how many days ahead a tier reserves; a tier that the table does not name, today alone."""
    return next((row.days_ahead for row in parameters.by_tier if row.tier == tier), 0)


def head_starts(*, ladder: Sequence[str], parameters: ServiceParameters) -> list[HeadStart]:
    """LOY-15 · B8.3 — how many days before everybody else each tier of the ladder buys or redeems what is new."""
    return [HeadStart(row.tier, row.head_start) for row in parameters.by_tier if row.tier in ladder]


def opens_on(day: date, *, tier: str, parameters: ServiceParameters) -> date:
    """LOY-15 · B8.3 — the first day on which this tier may reserve the given day."""
    return day - timedelta(days=days_ahead(tier, parameters=parameters))


def earlier_tier(day: date, *, on: date, ladder: Sequence[str], parameters: ServiceParameters) -> str:
    """LOY-15 · B8.3 — the lowest tier that may reserve the given day already; empty where none may."""
    return next((tier for tier in ladder if opens_on(day, tier=tier, parameters=parameters) <= on), "")


def cancel_until(starts_at: datetime, *, parameters: ServiceParameters) -> datetime:
    """CARD-24 · E4.4 — until when its member cancels by herself."""
    return starts_at - timedelta(hours=parameters.cancel_hours)


def advised(*, ladder: Sequence[str], parameters: ServiceParameters) -> Sequence[str]:
    """LOY-15 · C7.2 — the tiers whose members have an adviser of their own."""
    wanted = parameters.adviser_from
    return ladder[list(ladder).index(wanted) :] if wanted in ladder else ()

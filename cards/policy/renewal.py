"""CARD-17 · A5.2 — the term that a renewal adds: no gap, no overlap, and no day lost by renewing early."""

from datetime import date, timedelta

from cards.policy import validity as validities
from core import periods


def renewed_term(
    last_valid_on: date, *, renewed_on: date, validity: validities.Validity, first_day_counts: bool, grace_days: int,
    times: int = 1, anchor_day: int | None = None,
) -> validities.Term:  # fmt: skip
    """CARD-17 · A5.2 — `times` further terms at once, given as one term.

    Until the end of grace it extends from the old expiry, never from today; after grace it starts afresh, as if the
    card were bought on `renewed_on`. `anchor_day` is the day of the month of the first activation: with it a
    monthly card of the 31st returns to the 31st after a short month, and a card of 29 February to the leap day.
    """
    if starts_afresh(last_valid_on, renewed_on=renewed_on, grace_days=grace_days):
        return validities.first_term(renewed_on, validity=validity, first_day_counts=first_day_counts, times=times)
    starts_on = last_valid_on + timedelta(days=1)
    if not isinstance(validity, validities.Rolling) or first_day_counts:
        return validities.first_term(starts_on, validity=validity, first_day_counts=first_day_counts, times=times)
    last = periods.add_months(last_valid_on, validity.months * times)
    return validities.Term(starts_on, last if anchor_day is None else periods.on_day_of_month(last, anchor_day))


def starts_afresh(last_valid_on: date, *, renewed_on: date, grace_days: int) -> bool:
    """CARD-17 · A5.2 — whether grace is over, so that the renewal is a new beginning rather than an extension."""
    return renewed_on > last_valid_on + timedelta(days=grace_days)

"""CARD-17 · A5.2 — when a card renews itself: opt-in, told at least five days before each charge, one step to end it."""

from datetime import date, timedelta

from cards.policy.parameters import RenewalParameters


def charge_day(last_valid_on: date, *, notified_on: date, parameters: RenewalParameters) -> date | None:
    """CARD-17 · A5.2 — the day to announce for the charge: so many days before the end (as shipped, the last day of the
    early-bird price), but never before the notice has had its days. None when that lies beyond grace.
    """
    planned = last_valid_on - timedelta(days=parameters.auto_renewal_charge_days)
    day = max(planned, notified_on + timedelta(days=parameters.auto_renewal_notice_days))
    return day if day <= last_valid_on + timedelta(days=parameters.grace_days) else None


def may_charge(day: date, *, notified_on: date, notice_days: int, charge_on: date) -> bool:
    """CARD-17 · A5.2 — not before the day that was announced, and not before the notice has had its days."""
    return day >= charge_on and day >= notified_on + timedelta(days=notice_days)


def notice_holds(day: date, *, charge_on: date, notice_days: int) -> bool:
    """CARD-17 · A5.2 — whether a notice that reaches the member today still gives her all its days."""
    return day + timedelta(days=notice_days) <= charge_on

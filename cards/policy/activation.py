"""CARD-11 · A4.1.1 — until when a sold card is activated, and how often one may try."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cards.policy.parameters import ActivationParameters


def activate_by(purchased_on: date, *, parameters: ActivationParameters) -> date:
    """CARD-11 · A4.1.1 — the last day to activate (the day of purchase is not counted). Afterwards customer service
    follows up; the card stays the buyer's and the money is never forfeited."""
    return purchased_on + timedelta(days=parameters.within_days)


def locked_until(failed_at: Iterable[datetime], *, parameters: ActivationParameters) -> datetime | None:
    """CARD-11 · A4.1.1 — the moment the card's lock ends: an hour after the 5th failure within any hour. None if never.

    Compare with now: a moment in the past is no lock. Failures while locked prolong nothing, for they are not tried.
    """
    failures = sorted(failed_at)
    window, tries = timedelta(minutes=parameters.tries_window_minutes), parameters.tries
    runs = zip(failures, failures[tries - 1 :], strict=False)
    locks = [last for first, last in runs if last - first < window]
    return max(locks) + timedelta(minutes=parameters.lock_minutes) if locks else None

"""LOY-07 · B7.2.2 — when points lapse."""

from datetime import date

from cards.policy import reminders
from core import periods
from loyalty.policy.parameters import PointsParameters


def last_valid_on(earned_on: date, *, parameters: PointsParameters) -> date:
    """LOY-07 · B7.2.2 — the end of the month that lies `lapse_months` after the month earned in."""
    return periods.month_end(periods.add_months(earned_on.replace(day=1), parameters.lapse_months))


def has_lapsed(last_valid: date | None, *, on: date) -> bool:
    """LOY-07 · B7.2.2 — good through the last day to 24:00; lapsed from the day after."""
    return last_valid is not None and last_valid < on


def reminder_windows(on: date, *, parameters: PointsParameters) -> tuple[reminders.Window, ...]:
    """LOY-07 · B7.2.2 — for which last days which step is the one to remind of on the day.

    After missed nights only the nearest step is left: who is to hear "in 7 days" no longer needs "in 30 days".
    """
    return reminders.windows(on, ladder=reminders.Ladder(before=parameters.remind_before))

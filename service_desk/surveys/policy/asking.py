"""SVC-06, SVC-07 · D5.1 — who is asked, and when: delay, sample, rest between two surveys, periods."""

import datetime as dt
from dataclasses import dataclass

from core import periods

WHOLE = 10_000
"""A share in basis points: everybody."""


@dataclass(frozen=True)
class Window:
    """The occasions that are due: those between two moments, the later one not included."""

    begins_at: dt.datetime
    ends_at: dt.datetime

    @property
    def is_empty(self) -> bool:
        return self.begins_at >= self.ends_at


def window(
    now: dt.datetime,
    *,
    delay: dt.timedelta,
    late_days: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime | None,
) -> Window:
    """SVC-06 · D5.1 — asked `delay` after the occasion and at most `late_days` later: by then nobody remembers how it was.

    Only of occasions from `starts_at` on and before `ends_at`.
    """
    due = now - delay
    begins_at = max(starts_at, due - dt.timedelta(days=late_days))
    return Window(begins_at, due if ends_at is None else min(due, ends_at))


def is_sampled(drawn: int, *, share_bps: int) -> bool:
    """SVC-07 · D5.1 — whether an occasion is among the share that is asked; `drawn` is its digest as a number.

    The same occasion is drawn the same, however often it is asked for; a larger share takes in whom a smaller one did.
    """
    return drawn % WHOLE < share_bps


def rests_until(asked_on: dt.date, *, rest_days: int) -> dt.date:
    """SVC-07 · D5.1 — the first day on which a member who was asked may be asked again: one survey in so many days."""
    return asked_on + dt.timedelta(days=rest_days)


def allowed_from(last_asked_on: dt.date, promised_from: dt.date, *, rest_days: int) -> dt.date:
    """SVC-07 · D5.1 — the day from which she may be asked after her last survey: what was promised then, and what is in
    force now, whichever asks for more rest."""
    return max(promised_from, rests_until(last_asked_on, rest_days=rest_days))


def period(day: dt.date, *, starts_on: dt.date, every_months: int) -> dt.date | None:
    """SVC-07 · D5.1 — the first day of the period of a recurring survey that a day lies in; None before the first."""
    if day < starts_on:
        return None
    months = (day.year - starts_on.year) * 12 + day.month - starts_on.month
    begun = months // every_months
    first = periods.add_months(starts_on, begun * every_months)
    return first if first <= day else periods.add_months(starts_on, (begun - 1) * every_months)

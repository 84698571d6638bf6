"""SVC-08 · A6.1, D7.1.4 — until when a course has to be done, who has to refresh what he knows, and when he is reminded."""

import datetime as dt
from enum import StrEnum


class Reminder(StrEnum):
    """SVC-08 · D7.1.4 — what somebody was last told of a course that he has to do."""

    NONE = ""
    SOON = "soon"
    LATE = "late"


def after(day: dt.date, days: int) -> dt.date:
    """SVC-08 · D7.1 — the last day on which a course given on `day` is in time."""
    return day + dt.timedelta(days=days)


def on_boarding(*, began_on: dt.date, rule_from: dt.date, within_days: int) -> dt.date:
    """SVC-08 · D7.1.4 — due so many days after somebody began at his post, or after the rule did, whichever is later: a
    rule does not make anybody late."""
    return after(max(began_on, rule_from), within_days)


def refresher(*, last_valid_on: dt.date, today: dt.date, least_days: int) -> dt.date:
    """SVC-08 · D7.1.4 — due on the certificate's last day, but never so soon that there are not `least_days` for it."""
    return max(last_valid_on, after(today, least_days))


def needs_refresher(last_valid_on: dt.date | None, *, today: dt.date, ahead_days: int) -> bool:
    """SVC-08 · D7.1.4 — the certificate ends within `ahead_days`, or has ended; one that lasts for ever never does."""
    return last_valid_on is not None and last_valid_on <= after(today, ahead_days)


def reminder(due_on: dt.date, *, today: dt.date, soon_days: int) -> Reminder:
    """SVC-08 · D7.1.4 — what somebody is to be told today of a course that is not done: nothing yet, soon, or too late."""
    if today > due_on:
        return Reminder.LATE
    return Reminder.SOON if due_on <= after(today, soon_days) else Reminder.NONE


def is_news(told: str, now: Reminder) -> bool:
    """SVC-08 · D7.1.4 — whether he has not been told this, nor the worse."""
    ranks = list(Reminder)
    return ranks.index(now) > ranks.index(Reminder(told))

"""Deadlines in words: how much is left, or how late it is (SVC-03 · D4.3.2). Colour never speaks alone."""

import datetime as dt

from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def span(seconds: float) -> str:
    """`25 min` · `3 h 10 min` · `2 d 4 h`: the two largest units, never less than a minute."""
    whole = max(int(seconds), MINUTE)
    days, hours, minutes = whole // DAY, whole % DAY // HOUR, whole % HOUR // MINUTE
    if days:
        parts = [_("%(n)s d") % {"n": days}, _("%(n)s h") % {"n": hours} if hours else ""]
    else:
        parts = [_("%(n)s h") % {"n": hours} if hours else "", _("%(n)s min") % {"n": minutes} if minutes else ""]
    return " ".join(part for part in parts if part)


def minutes(count: int) -> str:
    """Business minutes in words: the days of these are no calendar days, so that hours are the largest unit."""
    hours, rest = divmod(max(count, 0), 60)
    parts = [_("%(n)s h") % {"n": hours} if hours else "", _("%(n)s min") % {"n": rest} if rest or not hours else ""]
    return " ".join(part for part in parts if part)


def left(due_at: dt.datetime | None, *, now: dt.datetime, near: dt.timedelta) -> tuple[str, str]:
    """SVC-03 · D4.3.2 — the tone of a deadline and what is left of it; `near` is when it begins to press."""
    if due_at is None:
        return "quiet", _("no deadline")
    seconds = (due_at - now).total_seconds()
    if seconds < 0:
        return "bad", _("%(span)s late") % {"span": span(-seconds)}
    return ("warn" if due_at - now <= near else "ok"), _("%(span)s left") % {"span": span(seconds)}

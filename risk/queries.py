"""What is known of a subject, for the rules of the apps above."""

import datetime as dt

from django.db.models import Q, QuerySet

from core import clock
from core.prepared import Asked, Prepared
from members.models import Member
from risk.models import Hold, RiskEvent

_STANDING = Prepared(
    lambda subject, member, scope: Hold.objects.filter(
        Q(subject=subject) | Q(member=member), scope=scope, lifted_at__isnull=True
    )
)
"""Holds that nobody has lifted, though they may have ended of themselves. A subject or member of NULL is none."""


def asked(*, subject: str, member: int | None, scope: str) -> Asked:
    """What `hold_on` of this one subject asks the database."""
    return _STANDING.with_(subject=subject, member=member, scope=scope)


def hold_on(*, subjects: list[str], member: Member | None, scope: str) -> Hold | None:
    """The hold in force, if any, on one of the subjects or on the member, for this scope."""
    now = clock.now()
    found = (
        hold
        for subject in subjects or (None,)
        for hold in _STANDING.all(subject=subject, member=member and member.pk, scope=scope)
        if hold.ends_at is None or hold.ends_at > now
    )
    return next(found, None)


def moments(kind: str, *, subject: str, since: dt.datetime) -> list[dt.datetime]:
    """When an event of this kind happened to the subject since a moment, oldest first."""
    rows = RiskEvent.objects.filter(kind=kind, subject=subject, at__gte=since)
    return list(rows.order_by("at").values_list("at", flat=True))


def open_alerts() -> QuerySet[RiskEvent]:
    """Alerts nobody has taken up yet."""
    return RiskEvent.objects.filter(is_alert=True, acknowledged_at__isnull=True)


def alerts_since(moment: dt.datetime) -> QuerySet[RiskEvent]:
    """Every alert from a moment on, taken up or not."""
    return RiskEvent.objects.filter(is_alert=True, at__gte=moment)

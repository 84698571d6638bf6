"""What is known of a subject, for the rules of the apps above."""

import datetime as dt

from django.db.models import Q, QuerySet

from core import clock
from core.prepared import Prepared
from members.models import Member
from risk.models import Hold, RiskEvent

_IN_FORCE = Prepared(
    lambda subject, member, scope, now: Hold.objects.filter(
        Q(subject=subject) | Q(member=member),
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        scope=scope,
        lifted_at__isnull=True,
    )[:1]
)
"""A subject or member of NULL is none."""


def hold_on(*, subjects: list[str], member: Member | None, scope: str) -> Hold | None:
    """The hold in force, if any, on one of the subjects or on the member, for this scope."""
    found = (
        _IN_FORCE.first(subject=subject, member=member and member.pk, scope=scope, now=clock.now())
        for subject in subjects or (None,)
    )
    return next((hold for hold in found if hold), None)


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

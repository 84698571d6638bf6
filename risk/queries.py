"""What is known of a subject, for the rules of the apps above."""

import datetime as dt

from django.db.models import Q, QuerySet

from core import clock
from members.models import Member
from risk.models import Hold, RiskEvent


def hold_on(*, subjects: list[str], member: Member | None, scope: str) -> Hold | None:
    """The hold in force, if any, on one of the subjects or on the member, for this scope."""
    about = Q(subject__in=subjects)
    if member is not None:
        about |= Q(member=member)
    in_force = Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())
    return Hold.objects.filter(about, in_force, scope=scope, lifted_at__isnull=True).first()


def moments(kind: str, *, subject: str, since: dt.datetime) -> list[dt.datetime]:
    """When an event of this kind happened to the subject since a moment, oldest first."""
    rows = RiskEvent.objects.filter(kind=kind, subject=subject, at__gte=since)
    return list(rows.order_by("at").values_list("at", flat=True))


def open_alerts() -> QuerySet[RiskEvent]:
    """Alerts nobody has taken up yet."""
    return RiskEvent.objects.filter(is_alert=True, acknowledged_at__isnull=True)

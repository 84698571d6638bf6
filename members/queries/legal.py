"""Which legal text is in force, and which were before."""

import datetime as dt

from django.db.models import QuerySet

from core import clock
from members.models import LegalText


def in_force(kind: str, *, on: dt.date | None = None) -> LegalText:
    """The version that holds on a day (today); of two from the same day the later one."""
    return _until(on or clock.today(), kind)[0]


def id_in_force(kind: str) -> int:
    """Its key, for who need not read it."""
    return _until(clock.today(), kind).values_list("pk", flat=True)[0]


def _until(day: dt.date, kind: str) -> QuerySet[LegalText]:
    rows = LegalText.objects.filter(kind=kind, effective_on__lte=day)
    return rows.order_by("-effective_on", "-version")


def history(kind: str) -> QuerySet[LegalText]:
    """All published versions, newest first, with those still to come into force."""
    return LegalText.objects.filter(kind=kind).order_by("-version")

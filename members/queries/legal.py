"""Which legal text is in force, and which were before."""

import datetime as dt

from django.db.models import QuerySet

from core import clock
from members.models import LegalText


def in_force(kind: str, *, on: dt.date | None = None) -> LegalText:
    """The version that holds on a day (today); of two from the same day the later one."""
    rows = LegalText.objects.filter(kind=kind, effective_on__lte=on or clock.today())
    return rows.order_by("-effective_on", "-version")[0]


def history(kind: str) -> QuerySet[LegalText]:
    """All published versions, newest first, with those still to come into force."""
    return LegalText.objects.filter(kind=kind).order_by("-version")

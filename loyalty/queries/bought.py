"""Purchases as the counter looks for them: by receipt, or the latest of a member (LOY-08 · B7)."""

import datetime as dt

from django.db.models import F, QuerySet

from core import access, clock
from core.models import User
from loyalty.models import Purchase

SHOWN = 20
OF_LATE = dt.timedelta(days=92)


def of_stores(clerk: User, *, right: str) -> QuerySet[Purchase]:
    """Those of the stores he serves; any other is as good as missing."""
    rows = Purchase.objects.select_related("member__user", "store", "earned")
    return access.within_scope(rows, clerk, right=right)


def with_receipt(rows: QuerySet[Purchase], receipt: str) -> list[Purchase]:
    """The newest with this number that were: a till counts its receipts anew one day."""
    return list(rows.filter(receipt_number=receipt, undone_at__isnull=True).order_by("-id")[:SHOWN])


def of_late(rows: QuerySet[Purchase], member: int) -> list[Purchase]:
    """What she bought in the last three months and has not brought back."""
    since = clock.today() - OF_LATE
    some = rows.filter(member=member, occurred_on__gte=since, returned_minor__lt=F("net_minor"))
    return list(some.order_by("-occurred_on", "-id")[:SHOWN])

"""A member's ledger as staff read it: every transaction with its entries, as of any past instant (LOY-05 · B7.3)."""

import datetime as dt
from dataclasses import dataclass

from loyalty.models import PointEntry, PointTransaction
from members.models import Member

A_PAGE = 40


@dataclass(frozen=True)
class Page:
    """Transactions, the newest first, their entries by transaction; `older` is what the next page begins before."""

    rows: list[PointTransaction]
    entries: dict[int, list[PointEntry]]
    older: int | None


def page(member: Member, *, at: dt.datetime | None = None, before: int | None = None) -> Page:
    """LOY-05 · B7.3 — what had been posted by the instant; one page behind `before`, by key and not by counting."""
    found = PointTransaction.objects.filter(member=member)
    if at is not None:
        found = found.filter(posted_at__lte=at)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.select_related("store", "actor", "reverses").order_by("-pk")[: A_PAGE + 1])
    shown = rows[:A_PAGE]
    entries: dict[int, list[PointEntry]] = {}
    for entry in PointEntry.objects.filter(transaction__in=shown).select_related("lot").order_by("pk"):
        entries.setdefault(entry.transaction_id, []).append(entry)
    return Page(shown, entries, shown[-1].pk if len(rows) > A_PAGE else None)

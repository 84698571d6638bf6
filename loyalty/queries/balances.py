"""A member's points at any instant, and what will lapse (LOY-05, LOY-07 · B7)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core import clock, parameters, periods
from loyalty.models import Book, PointAccount, PointEntry, PointLot, PointTransaction, Purchase
from loyalty.policy.parameters import TierParameters
from loyalty.queries import figures
from members.models import Member

AT_COUNTERS = (PointTransaction.Kind.SPEND, PointTransaction.Kind.HOLD)
MEMBERS_BOOKS = (Book.AVAILABLE, Book.PENDING, Book.HELD, Book.OWED)


def as_of(member: Member, moment: dt.datetime) -> dict[Book, int]:
    """LOY-05 · B7.3 — the four balances as they stood at a past instant, from the entries alone; `owed` is positive."""
    rows = PointEntry.objects.filter(member=member, transaction__posted_at__lte=moment)
    into = _sums(rows, "to_book")
    out = _sums(rows, "from_book")
    net = {book: into.get(book, 0) - out.get(book, 0) for book in MEMBERS_BOOKS}
    return {**net, Book.OWED: -net[Book.OWED]}


def statement(member: Member) -> QuerySet[PointTransaction]:
    """LOY-05 · B7.3 — what came and went, newest first. That pending points became available is told with what earned them."""
    rows = PointTransaction.objects.filter(member=member).exclude(kind=PointTransaction.Kind.MATURE)
    return rows.select_related("store").order_by("-id")


def pending_until(rows: Sequence[PointTransaction]) -> dict[int, dt.date]:
    """LOY-08 · B7 — of those whose points still wait: until when, by transaction."""
    lots = PointEntry.objects.filter(transaction__in=rows, from_book=Book.ISSUED, lot__is_pending=True)
    return {pk: day for pk, day in lots.values_list("transaction_id", "lot__matures_on") if day is not None}


def lapsing_by_month(member: Member, *, on: dt.date) -> dict[dt.date, int]:
    """LOY-07 · B7.2.2 — how many of her available points lapse at the end of which month; the first day names it."""
    rows = PointLot.objects.filter(member=member, is_open=True, is_pending=False, last_valid_on__gte=on)
    months = rows.annotate(month=TruncMonth("last_valid_on")).values("month").annotate(sum=Sum("remaining"))
    return {row["month"]: row["sum"] for row in months.order_by("month")}


def _sums(rows: QuerySet[PointEntry], side: str) -> Mapping[str, int]:
    return {row[side]: row["sum"] for row in rows.order_by().values(side).annotate(sum=Sum("points"))}


def spent_at_counters(member: Member, *, on: dt.date) -> int:
    """Points that colleagues redeemed or reserved for a member on the day, whatever came back of them since."""
    rows = PointTransaction.objects.filter(member=member, kind__in=AT_COUNTERS, actor__isnull=False)
    today = rows.filter(posted_at__gte=periods.first_moment(on, clock.zone()))
    return -int(today.aggregate(sum=Sum("points", default=0))["sum"])


def account_of(member: Member) -> PointAccount | None:
    """Her points as they stand; None while she never had any."""
    return PointAccount.objects.filter(pk=member.pk).first()


def next_lapse(member: Member, *, on: dt.date) -> tuple[dt.date, int] | None:
    """LOY-07 · B7.2.2 — the next day on which points lapse, and how many."""
    rows = PointLot.objects.filter(member=member, is_open=True, is_pending=False, last_valid_on__gte=on)
    days = rows.values_list("last_valid_on").annotate(sum=Sum("remaining")).order_by("last_valid_on")
    return next(((day, points) for day, points in days[:1] if day is not None), None)


def lot_of(purchase: Purchase) -> PointLot | None:
    """The lot that a purchase left behind."""
    if purchase.earned_id is None:
        return None
    return PointLot.objects.filter(entries__transaction=purchase.earned_id, points=F("entries__points")).first()


def tier_of(member: Member) -> str:
    """LOY-03 · B8.2 — the code of the tier she stands on today."""
    return figures.standing(member, parameters=parameters.in_force(TierParameters)).tier

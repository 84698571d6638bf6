"""The ledger of points (invariants 3, 7 to 9, 11)."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, Case, DateField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Abs, Coalesce, TruncMonth

from core import clock
from core.verify import invariant
from loyalty.models import Book, PointAccount, PointEntry, PointHold, PointLot, PointMonth, PointTransaction
from loyalty.queries import liability
from members.models import Referral

IN_LOTS = [Book.AVAILABLE, Book.PENDING]


def _net(rows: "QuerySet[PointEntry]", *, of: str, books: list[Book]) -> Coalesce:
    """Points that went into these books less those that left them, for each `of`."""
    into = Case(When(to_book__in=books, then=F("points")), default=Value(0), output_field=BigIntegerField())
    out = Case(When(from_book__in=books, then=F("points")), default=Value(0), output_field=BigIntegerField())
    sums = rows.order_by().values(of).annotate(net=Sum(into - out)).values("net")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), 0)


@invariant(3, "a member's balances are the sums of her entries")
def balances_are_sums() -> Iterator[str]:
    own = PointEntry.objects.filter(member=OuterRef("pk"))
    named = {f"sum_{book.value}": _net(own, of="member", books=[book]) for book in (
        Book.AVAILABLE, Book.PENDING, Book.HELD, Book.OWED
    )}  # fmt: skip
    exact = Q(sum_available=F("available"), sum_pending=F("pending"), sum_held=F("held"), sum_owed=-F("owed"))
    for account in PointAccount.objects.annotate(**named).exclude(exact).iterator(chunk_size=2000):
        yield f"points of member {account.pk} do not add up"


@invariant(8, "a lot holds what its entries left in it, and lots make up what is available and pending")
def lots_are_sums() -> Iterator[str]:
    own = PointEntry.objects.filter(lot=OuterRef("pk"))
    lots = PointLot.objects.annotate(left=_net(own, of="lot", books=IN_LOTS))
    for lot in lots.exclude(left=F("remaining")).iterator(chunk_size=2000):
        yield f"lot {lot.pk} of member {lot.member_id}: {lot.remaining} is not what is left of it"
    rows = PointLot.objects.filter(member=OuterRef("pk"), is_open=True).order_by().values("member")
    for name, pending in (("available", False), ("pending", True)):
        held = rows.filter(is_pending=pending).annotate(sum=Sum("remaining")).values("sum")
        sums = Coalesce(Subquery(held, output_field=BigIntegerField()), 0)
        for account in PointAccount.objects.annotate(lots=sums).exclude(lots=F(name)).iterator(chunk_size=2000):
            yield f"lots of member {account.pk} do not make up what is {name}"


@invariant(7, "no more is reversed than was posted, and no reversal is reversed")
def reversals_within() -> Iterator[str]:
    back = PointTransaction.objects.filter(reverses=OuterRef("pk")).order_by().values("reverses")
    sums = Coalesce(Subquery(back.annotate(sum=Sum("points")).values("sum"), output_field=BigIntegerField()), 0)
    rows = PointTransaction.objects.filter(reversals__isnull=False).annotate(back=Abs(sums)).distinct()
    for row in rows.filter(reverses__isnull=False):
        yield f"transaction {row.pk} is a reversal and was reversed"
    captured = Q(kind=PointTransaction.Kind.CAPTURE)
    for row in rows.exclude(captured).filter(back__gt=Abs(F("points"))):
        yield f"transaction {row.pk}: more was reversed than posted"
    moved = PointEntry.objects.filter(transaction=OuterRef("pk")).order_by().values("transaction")
    whole = Coalesce(Subquery(moved.annotate(sum=Sum("points")).values("sum"), output_field=BigIntegerField()), 0)
    for row in rows.filter(captured).annotate(whole=whole).filter(back__gt=F("whole")):
        yield f"transaction {row.pk}: more was reversed than posted"


@invariant(9, "a reservation of points ends once, and what is open is what is held")
def holds_end_once() -> Iterator[str]:
    rows = PointHold.objects.filter(member=OuterRef("pk"), state=PointHold.State.OPEN).order_by().values("member")
    sums = Coalesce(Subquery(rows.annotate(sum=Sum("points")).values("sum"), output_field=BigIntegerField()), 0)
    for account in PointAccount.objects.annotate(open=sums).exclude(open=F("held")):
        yield f"reservations of member {account.pk} are not what is held"


@invariant(11, "issued less redeemed, lapsed, adjusted and written off is what members have")
def liability_adds_up() -> Iterator[str]:
    ours = PointAccount.objects.aggregate(
        sum=Coalesce(Sum(F("available") + F("pending") + F("held") - F("owed")), 0, output_field=BigIntegerField())
    )["sum"]
    programme = [Book.ISSUED, Book.REDEEMED, Book.LAPSED, Book.ADJUSTED, Book.WRITTEN_OFF]
    into = PointEntry.objects.filter(to_book__in=programme).aggregate(sum=Coalesce(Sum("points"), 0))["sum"]
    out = PointEntry.objects.filter(from_book__in=programme).aggregate(sum=Coalesce(Sum("points"), 0))["sum"]
    if ours != out - into:
        yield f"members have {ours}, the programme gave {out - into}"


@invariant("11b", "the sums of past months are what the ledger says of them")
def months_are_sums() -> Iterator[str]:
    """Of months that were read after their end; the running one lags behind until the night."""
    month_of = TruncMonth("transaction__posted_at", tzinfo=clock.zone(), output_field=DateField())
    by_month = PointEntry.objects.filter(liability.CROSSING).order_by().annotate(month=month_of)
    rows = by_month.values_list("month", "from_book", "to_book").annotate(sum=Sum("points"))
    found = {(month, source, target): points for month, source, target, points in rows}
    kept = {(row.month, row.from_book, row.to_book): row for row in PointMonth.objects.all()}
    final = {row.month for row in kept.values() if row.read_at >= liability.ends(row.month) + liability.IN_FLIGHT}
    for month, *pair in sorted(key for key in found.keys() | kept.keys() if key[0] in final):
        key = (month, *pair)
        if found.get(key, 0) != (kept[key].points if key in kept else 0):
            yield f"{month:%Y-%m} {' to '.join(pair)}: the sum kept is not the ledger's"


@invariant("M10b", "who was rewarded for an invitation has the points of it, once")
def invitations_have_their_points() -> Iterator[str]:
    """What earn rules add has the invitation alone as its key, and stands among the occasions. A reward that was taken back
    stands there too, and beside it as much that went back.
    """
    paid = {
        (external_id, points)
        for external_id, points in PointTransaction.objects.filter(
            source="referral", kind=PointTransaction.Kind.ACCRUE, external_id__contains=":"
        ).values_list("external_id", "points")
    }
    owed = set()
    for row in Referral.objects.filter(state__in=Referral.PAID).iterator(chunk_size=2000):
        sides = (("referrer", row.referrer_points), ("friend", row.friend_points))
        owed |= {(f"{row.pk}:{side}", points) for side, points in sides if points}
    for key, points in sorted(paid ^ owed):
        yield f"invitation {key}: {points} points are not in both books"
    back = PointTransaction.objects.filter(source="referral-back").order_by().values("member")
    taken = dict(back.annotate(sum=-Sum("points")).values_list("member", "sum"))
    withdrawn: dict[int, int] = {}
    for row in Referral.objects.filter(state=Referral.State.WITHDRAWN).iterator(chunk_size=2000):
        for member, points in ((row.referrer_id, row.referrer_points), (row.friend_id, row.friend_points)):
            withdrawn[member] = withdrawn.get(member, 0) + points
    for member in sorted(withdrawn):
        if taken.get(member, 0) < withdrawn[member]:
            yield f"member {member} kept points of invitations whose reward was taken back"

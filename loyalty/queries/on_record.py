"""What the records say of a batch of members, beside which a replay of their histories is laid (LOY-17)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from cards.models import BenefitUse
from loyalty.models import Book, MemberTier, PointEntry
from loyalty.queries import liability
from loyalty.queries.histories import Batch

MOVES: dict[str, tuple[str | None, str]] = {
    Book.ISSUED: ("issued", "taken_back"),
    Book.ADJUSTED: ("issued", "taken_back"),
    Book.REDEEMED: (None, "redeemed"),
    Book.LAPSED: (None, "lapsed"),
}
"""Of a book of the programme: what points from it and points into it count as; what comes back is taken off again."""


def really_moved(batch: Batch, *, since: dt.datetime) -> Callable[[int], dict[str, int]]:
    """How the points of each member really moved since a moment, and her balance, as the entries have it. One statement."""
    rows = PointEntry.objects.filter(**batch.of(), transaction__posted_at__lt=batch.until).order_by()
    pairs = rows.filter(liability.CROSSING).values_list("member_id", "from_book", "to_book")
    late_ones = Sum("points", filter=Q(transaction__posted_at__gte=since), default=0)
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sums: Any = pairs.annotate(all=Sum("points"), late=late_ones)
    for member, source, target, points, late in sums.iterator():
        mine, comes = found[member], target in liability.OWN
        mine["balance"] += points if comes else -points
        into, out_of = MOVES.get(source if comes else target, (None, ""))
        if not comes:
            mine[out_of] += late
        elif into is None:
            mine[out_of] -= late
        else:
            mine[into] += late
    return lambda member: found.get(member, {})


def tiers_on_record(batch: Batch) -> dict[int, str]:
    """The tier that each member really stands on."""
    return dict(MemberTier.objects.filter(**batch.of()).values_list("member_id", "tier"))


def benefits_used(batch: Batch, months: Sequence[dt.date], *, through: dt.date) -> Callable[[int], list[int]]:
    """What a member's uses of card benefits cost us by month, in minor units; a use that was taken back costs nothing."""
    rows = BenefitUse.objects.filter(**batch.of("card__holder_id"), reversed_at__isnull=True)
    rows = rows.filter(used_on__range=(months[0], through)).order_by()
    place = {month: number for number, month in enumerate(months)}
    found: dict[int, list[int]] = {}
    sums = (
        rows.annotate(month=TruncMonth("used_on")).values_list("card__holder_id", "month").annotate(Sum("cost_minor"))
    )
    for member, month, minor in _plain(sums):
        found.setdefault(member, [0] * len(months))[place[month]] += minor
    return lambda member: found.get(member, [])


def _plain(rows: Any) -> Iterator[tuple[int, dt.date, int]]:
    yield from rows.iterator()

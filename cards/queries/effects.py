"""CARD-05 · A2.2.2 — what a revision did: sales and renewals as long before it as after it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Sum

from cards.models import Card, Order, OrderLine, ProductVersion, Term
from core import clock

LONGEST = dt.timedelta(days=180)
PAID = (Order.State.PAID, Order.State.FULFILLED)


@dataclass(frozen=True)
class Side:
    """One side of the comparison, over the same number of days; money in minor units."""

    since_on: dt.date
    until_on: dt.date
    sold: int
    turnover_minor: int
    activated: int
    renewed: int
    ended: int

    @property
    def renewal_bps(self) -> int | None:
        """Cards renewed, of those whose term ended; None where none ended."""
        return self.renewed * 10_000 // self.ended if self.ended else None


@dataclass(frozen=True)
class Effect:
    version: ProductVersion
    days: int
    before: Side
    after: Side


def of_revision(version: ProductVersion, *, on: dt.date) -> Effect | None:
    """Compare equally long stretches before and after the day the version went on sale, at most 180 days each.

    None before its first full day.
    """
    if version.on_sale_at is None:
        return None
    began = clock.day_of(version.on_sale_at)
    length = min(on - began, LONGEST)
    if length < dt.timedelta(days=1):
        return None
    product = version.product_id
    return Effect(
        version=version,
        days=length.days,
        before=_side(product, began - length, began),
        after=_side(product, began, began + length),
    )


def _side(product_id: int, since: dt.date, until: dt.date) -> Side:
    """Half-open: from the first day's beginning to the last day's."""
    start, end = _moment(since), _moment(until)
    lines = OrderLine.objects.filter(
        version__product_id=product_id, order__paid_at__gte=start, order__paid_at__lt=end, order__state__in=PAID
    )
    sales = lines.filter(order__kind=Order.Kind.PURCHASE).aggregate(count=Count("pk"), turnover=Sum("total_minor"))
    cards = Card.objects.filter(product_id=product_id)
    terms = Term.objects.filter(card__product_id=product_id)
    return Side(
        since_on=since,
        until_on=until,
        sold=sales["count"],
        turnover_minor=sales["turnover"] or 0,
        activated=cards.filter(activated_at__gte=start, activated_at__lt=end).count(),
        renewed=terms.filter(sequence__gt=1, added_at__gte=start, added_at__lt=end).count(),
        ended=terms.filter(last_valid_on__gte=since, last_valid_on__lt=until).count(),
    )


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.zone())

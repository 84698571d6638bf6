"""What complaints are measured against (SVC-05 · D6.3): members there were, day by day, and sales there were."""

import datetime as dt

from django.db.models import Count
from django.db.models.functions import TruncDate

from cards.models import Order, Product
from core import clock, figures
from core.models import Store
from loyalty.models import Purchase
from members.models import Member


def members_on(day: dt.date) -> int:
    """SVC-05 · D6.3.1 — how many members there were when a business day began."""
    begins = figures.midnight(day)
    rows = Member.objects.filter(joined_at__lt=begins)
    return rows.count() - rows.filter(closed_at__lt=begins).count()


def member_days(first: dt.date, until: dt.date) -> int:
    """SVC-05 · D6.3.4 — members times the days they were there, over a half-open span. Whoever joins counts from her day on,
    whoever leaves through hers."""
    if until <= first:
        return 0
    total = members_on(first) * (until - first).days
    for field, sign in (("joined_at", 1), ("closed_at", -1)):
        span = {f"{field}__gte": figures.midnight(first), f"{field}__lt": figures.midnight(until)}
        by_day = Member.objects.filter(**span).order_by().annotate(day=TruncDate(field, tzinfo=clock.zone()))
        for day, count in by_day.values_list("day").annotate(n=Count("pk")):
            total += sign * count * ((until - day).days - (1 if sign < 0 else 0))
    return total


def sales(first: dt.date, until: dt.date, *, store: Store | None = None, product: Product | None = None) -> int:
    """SVC-05 · D6.3.1 — card orders that were paid and purchases that were made in a half-open span; with a product its
    orders alone."""
    begins, ends = figures.midnight(first), figures.midnight(until)
    orders = Order.objects.filter(paid_at__gte=begins, paid_at__lt=ends)
    bought = Purchase.objects.filter(occurred_at__gte=begins, occurred_at__lt=ends)
    if store is not None:
        orders, bought = orders.filter(store=store), bought.filter(store=store)
    if product is not None:
        return orders.filter(lines__version__product=product).distinct().count()
    return orders.count() + bought.count()

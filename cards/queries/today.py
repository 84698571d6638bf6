"""What happened to cards day by day, for the workbench: one statement each, answered by an index on the moment."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from cards.models import Activation, Card, Order, Payment, Term
from core import access
from core.figures import grouped, midnight
from core.models import User

PURCHASE, RENEWAL = Q(kind=Order.Kind.PURCHASE), Q(kind=Order.Kind.RENEWAL)
WAITING, SET_ASIDE = Q(state=Payment.State.CREATED), Q(state=Payment.State.QUARANTINED)


def orders_paid(user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    """Orders by the day on which they were paid in full; of the stores that the user serves."""
    rows = access.within_scope(Order.objects.filter(paid_at__gte=midnight(days[0])), user)
    return grouped(
        rows,
        "paid_at",
        sold=Count("pk", filter=PURCHASE),
        sales=Sum("total_minor", filter=PURCHASE),
        renewed=Count("pk", filter=RENEWAL),
        renewals=Sum("total_minor", filter=RENEWAL),
    )


def activations(user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    rows = access.within_scope(Activation.objects.filter(at__gte=midnight(days[0])), user)
    return grouped(rows, "at", activated=Count("pk"))


def terms_ending(days: list[dt.date]) -> Iterable[dict[str, Any]]:
    """Terms by their last day, as the board of renewals counts them: those that no other term follows."""
    following = Term.objects.filter(card=OuterRef("card"), starts_on__gt=OuterRef("last_valid_on"))
    rows = Term.objects.filter(last_valid_on__range=(days[0], days[-1])).exclude(card__state=Card.State.CLOSED)
    by_day = rows.order_by().annotate(followed=Exists(following)).values(day=F("last_valid_on"))
    found: Iterable[dict[str, Any]] = by_day.annotate(left=Count("pk", filter=Q(followed=False)))  # type: ignore[assignment]
    return found


def payments_waiting(user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    """Payments that wait, by the day they were started; older ones count too, because they still wait."""
    rows = access.within_scope(Payment.objects.filter(WAITING | SET_ASIDE), user, path="order__store")
    return grouped(
        rows, "created_at", waiting=Count("pk", filter=WAITING), set_aside=Count("pk", filter=SET_ASIDE)
    )  # fmt: skip

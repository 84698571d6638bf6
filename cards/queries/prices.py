"""CARD-03 · A2.1.3 — what a card costs on a day: the newest price that has begun, the later recorded one on a tie."""

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery

from cards.models import Price, Product


def price_on(product: Product, day: dt.date) -> int | None:
    """In minor units; None before the first price began."""
    return in_force(product, day).values_list("amount_minor", flat=True).first()


def in_force(product: Product, day: dt.date) -> QuerySet[Price]:
    return Price.objects.filter(product=product, starts_on__lte=day).order_by("-starts_on", "-id")


def scheduled(product: Product, day: dt.date) -> QuerySet[Price]:
    """Approved prices that begin after the day, the next one first."""
    return Price.objects.filter(product=product, starts_on__gt=day).order_by("starts_on", "id")


def history(product: Product) -> QuerySet[Price]:
    return Price.objects.filter(product=product).select_related("approval__author", "approval__decided_by")


def amount_on(day: dt.date, *, product: str = "pk") -> Subquery:
    """The price of the outer row's product on a day, for annotations."""
    begun = Price.objects.filter(product=OuterRef(product), starts_on__lte=day).order_by("-starts_on", "-id")
    return Subquery(begun.values("amount_minor")[:1])

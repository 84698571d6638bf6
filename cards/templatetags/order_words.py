"""Words of orders and payments in templates."""

from django import template

from cards import receipts
from cards.models import Payment

register = template.Library()


@register.filter
def paid_by(payment: Payment) -> str:
    return receipts.method_of(payment)


@register.filter
def less(minor: int, taken_minor: int) -> int:
    """What is left of an amount in minor units."""
    return minor - (taken_minor or 0)

"""Tiers in templates: `{{ code|tier_name }}`."""

from django import template
from django.conf import settings

from core import money, show, words

register = template.Library()


@register.filter
def tier_name(code: str) -> str:
    """`gold` → `Gold`."""
    return words.of(words.TIER, code)


@register.filter
def rounded_price(minor: int) -> str:
    """Whole yuan, for where there is no room for cents; rounded down, so that a goal never looks reached too early."""
    unit = 10 ** money.exponent(settings.CURRENCY)
    return show.money(minor // unit * unit, whole=True)


@register.filter
def unlocal(value: int) -> str:
    """A number as attributes want it, without separators; never zero, of which nothing can be a part."""
    return str(max(value, 1))


@register.filter
def at_most(value: int, most: int) -> str:
    """A number as attributes want it, no further than the goal."""
    return str(min(max(value, 0), max(most, 1)))

"""A card in plain words, for templates: `{% load offer_words %}`."""

from django import template

from cards.models import Entitlement, ProductVersion
from cards.policy.priority import Opening
from cards.wording import offers, products
from core import words

register = template.Library()


@register.filter
def validity(version: ProductVersion) -> str:
    return offers.validity(version)


@register.filter
def opening_words(opening: Opening) -> str:
    return offers.opening(opening)


@register.filter
def tier_name(code: str) -> str:
    return words.of(words.TIER, code)


@register.filter
def conditions(version: ProductVersion) -> list[str]:
    return offers.conditions(version)


@register.filter
def use_rule(version: ProductVersion) -> str:
    return offers.use_rule(version)


@register.filter
def limits(benefit: Entitlement) -> str:
    return offers.limits(benefit)


@register.filter
def places(benefit: Entitlement) -> str:
    return offers.places(benefit)


@register.filter
def share(bps: int) -> str:
    """`1250` → `12.5 %`."""
    return f"{bps / 100:g}\N{NO-BREAK SPACE}%"


@register.filter
def signed_share(bps: int | None) -> str:
    """`1250` → `+12.5 %`."""
    return products.share(bps)

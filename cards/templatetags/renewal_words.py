"""Renewals in plain words, for templates: `{% load renewal_words %}`."""

from django import template

from cards.policy.offers import Candidate
from cards.wording import renewal_offers

register = template.Library()


@register.filter
def term_length(months: int) -> str:
    return renewal_offers.length(months)


@register.filter
def offer_title(offer: Candidate) -> str:
    return renewal_offers.title(offer)


@register.filter
def offer_reason(offer: Candidate, number: int) -> str:
    return renewal_offers.reason(offer, number=number)

"""The terms of a card's life."""

import datetime as dt

from cards.models import Card, Term


def covering(card: Card, *, day: dt.date) -> Term | None:
    """The term in which a day lies."""
    return Term.objects.filter(card=card, starts_on__lte=day, last_valid_on__gte=day).order_by("-sequence").first()


def latest(card: Card) -> Term | None:
    """The last term added, whether it has begun or not."""
    return Term.objects.filter(card=card).order_by("-sequence").first()

"""What loyalty adds to the counter's panel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cards.models import Card
from cards.views.counter import verbs


def _purchase(card: Card) -> str | None:
    """A purchase belongs to whoever holds the card."""
    return reverse("loyalty:counter_purchase", args=[card.public_id]) if card.holder_id else None


def _rewards(card: Card) -> str | None:
    return reverse("loyalty:counter_rewards", args=[card.public_id]) if card.holder_id else None


def _return(card: Card) -> str | None:
    """What the holder bought here of late can come back."""
    return f"{reverse('loyalty:counter_returns')}?card={card.public_id}" if card.holder_id else None


verbs.register(verbs.Verb("purchase", _("Purchase"), "receipt-text", "p", _purchase))
verbs.register(verbs.Verb("rewards", _("Redeem points"), "coins", "g", _rewards))
verbs.register(verbs.Verb("return", _("Return"), "undo-2", "t", _return))

"""What the service desk adds to the counter's panel."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cards.models import Card
from cards.views.counter import verbs


def _contact(card: Card) -> str:
    return reverse("service_desk:counter_case", args=[card.public_id])


verbs.register(verbs.Verb("contact", _("Question or complaint"), "message-square-warning", "c", _contact))

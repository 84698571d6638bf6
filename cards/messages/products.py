"""What is told about products and numbers. Wording: `templates/messages/product.*/` and `numbers.*/`."""

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.models import Channel

STAFF = (Channel.INBOX, Channel.EMAIL)

events.register(
    events.Event(
        "product.on-sale",
        channels=STAFF,
        label=_("A product went on sale"),
        sample={"product": "City Annual Card"},
    ),
    events.Event(
        "product.launch-blocked",
        channels=STAFF,
        label=_("A product could not go on sale on its launch day"),
        sample={"product": "City Annual Card"},
    ),
    events.Event(
        "product.review-due",
        channels=STAFF,
        label=_("A product is due for review"),
        sample={"product": "City Annual Card", "review_on": "2027-06-01"},
    ),
    events.Event(
        "numbers.low-stock",
        channels=STAFF,
        label=_("Card numbers run out"),
        sample={"series": "city", "mark": 50},
    ),
)

"""The contract of a card as it was accepted, for its holder to keep (law art. 25)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cards.models import Activation, Card
from core import show
from members.models import Acceptance


def as_accepted(card: Card) -> str:
    """Every text that was accepted for the card, in the language it was accepted in, with version, moment and address."""
    return "\n\n".join(_parts(card)) + "\n"


def _parts(card: Card) -> Iterator[str]:
    yield f"{card.version} · {card.number.number}"
    for title, acceptance in _accepted(card):
        text = acceptance.text
        facts = [title, str(text), show.moment(acceptance.at)]
        if acceptance.address:
            facts.append(acceptance.address)
        yield " · ".join(facts) + "\n" + "=" * 60
        yield text.bodies.get(acceptance.language) or text.bodies.get("en", "")


def _accepted(card: Card) -> list[tuple[str, Acceptance]]:
    found: list[tuple[str, Acceptance]] = []
    order = card.order_line.order
    bought = order.acceptance
    # What the buyer of a gift agreed to is hers, and so is the address she agreed from.
    if bought and (bought.member_id == card.holder_id or (card.holder_id is None and not order.is_gift)):
        found.append((_("Accepted at purchase"), bought))
    activated = Activation.objects.filter(card=card).select_related("acceptance__text").first()
    if activated:
        found.append((_("Accepted at activation"), activated.acceptance))
    return found

"""Which rights of cards can ask for a certificate (CARD-26 · A3.2.1): each is checked by its operation."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from cards.models import Product
from cards.operations import counter_activation, orders, renewals
from cards.payments import refunds
from core import competence


def _products() -> Iterable[tuple[str, str]]:
    """What can be sold, by code and name."""
    rows = Product.objects.exclude(state=Product.State.RETIRED).select_related("version").order_by("position", "code")
    return [(product.code, str(product)) for product in rows]


competence.gate(orders.SELL, label=_("Selling a card at the counter"), subjects=_products)
competence.gate(counter_activation.ACTIVATE, label=_("Activating a card at the counter"), subjects=_products)
competence.gate(renewals.RENEW, label=_("Renewing a card at the counter"), subjects=_products)
competence.gate(refunds.REFUND, label=_("Refunding a payment"))

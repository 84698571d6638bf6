"""CARD-04 · A2.2 — every change of state goes by the table of `policy.states`; a product says why and since when."""

from cards.models import Product, ProductVersion
from cards.policy import states
from cards.policy.states import ProductState, VersionState
from core import clock


def move(product: Product, to: ProductState, *, reason: str = "") -> None:
    """Refuses (`transition_not_listed`) what the table does not list. The caller holds the product's lock."""
    states.check(states.PRODUCT, ProductState(product.state), to)
    product.state, product.state_reason, product.state_changed_at = to, reason[:300], clock.now()
    product.save(update_fields=["state", "state_reason", "state_changed_at", "version"])


def move_version(version: ProductVersion, to: VersionState) -> None:
    states.check(states.VERSION, VersionState(version.state), to)
    version.state = to

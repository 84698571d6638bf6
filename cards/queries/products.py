"""Which cards are for sale, where, and what stands on their pages (CARD-06, CARD-08)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from cards.models import Entitlement, Price, Product, ProductVersion
from cards.policy.states import ProductState
from cards.queries import contents, prices
from core.models import Store

ON_SITE = (ProductState.ON_SALE, ProductState.SUSPENDED)


@dataclass(frozen=True)
class Offer:
    """A card as the public sees it: the version on sale, its benefits, today's price and what a usual member saves."""

    product: Product
    version: ProductVersion
    benefits: Sequence[Entitlement]
    price_minor: int
    saving_minor: int
    next_price: Price | None = None

    @property
    def more(self) -> int:
        """How many benefits there are beyond the four that a tile shows."""
        return max(0, len(self.benefits) - 4)

    @property
    def is_for_sale(self) -> bool:
        return self.product.state == ProductState.ON_SALE


def offers(day: dt.date) -> list[Offer]:
    """CARD-06 · A3.1 — every card on sale, in the order of the site, in a constant number of queries."""
    return [_offer(product) for product in _listed(day).filter(state=ProductState.ON_SALE)]


def offer_of(code: str, day: dt.date) -> Offer | None:
    """A card on sale or suspended, by its code; None for drafts, pilots, the retired and the unknown."""
    product = _listed(day).filter(code=code).first()
    if product is None:
        return None
    return _offer(product, next_price=prices.scheduled(product, day).first())


def _listed(day: dt.date) -> QuerySet[Product]:
    benefits = Entitlement.objects.order_by("position", "id").prefetch_related("stores")
    return (
        Product.objects.filter(state__in=ON_SITE)
        .select_related("version__agreement")
        .prefetch_related(Prefetch("version__entitlements", benefits, to_attr="benefits"))
        .annotate(price_today=prices.amount_on(day))
        .order_by("position", "code")
    )


def _offer(product: Product, *, next_price: Price | None = None) -> Offer:
    version = product.version
    if version is None:
        raise LookupError(f"{product.code} is on the site without a version")
    benefits: Sequence[Entitlement] = vars(version)["benefits"]
    price = vars(product)["price_today"] or 0
    return Offer(
        product=product,
        version=version,
        benefits=benefits,
        price_minor=price,
        saving_minor=contents.saving(benefits, price_minor=price),
        next_price=next_price,
    )


def sold_at(product: Product, *, store: Store | None) -> bool:
    """CARD-04 — whether a product is for sale here: everywhere when on sale, at its pilot stores while piloted.

    `store` is None online, where nothing is piloted.
    """
    if product.state == ProductState.ON_SALE:
        return True
    if product.state != ProductState.PILOT or product.version is None or store is None:
        return False
    plan = contents.plan_of(product.version)
    return plan is not None and store in plan.pilot_stores.all()

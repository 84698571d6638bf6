"""Which cards are for sale, where, and what stands on their pages (CARD-06, CARD-08)."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from cards.models import Channel, Entitlement, LaunchPlan, Price, Product, ProductVersion
from cards.policy.priority import Opening
from cards.policy.states import ProductState
from cards.queries import contents, openings, prices
from core.models import Store

ON_SITE = (ProductState.ON_SALE, ProductState.SUSPENDED)
OFFERED = (ProductState.ON_SALE, ProductState.PILOT)


@dataclass(frozen=True)
class Offer:
    """A card as the public sees it: the version on sale, its benefits, today's price and what a usual member
    saves; where its launch day lies ahead, from when it is sold to whom."""

    product: Product
    version: ProductVersion
    benefits: Sequence[Entitlement]
    price_minor: int
    saving_minor: int
    next_price: Price | None = None
    opening: Opening | None = None
    read: str = field(default_factory=secrets.token_hex, compare=False)
    """A word of its own for each time the offer was read from the database."""

    @property
    def more(self) -> int:
        """How many benefits there are beyond the four that a tile shows."""
        return max(0, len(self.benefits) - 4)

    @property
    def is_for_sale(self) -> bool:
        return self.product.state == ProductState.ON_SALE

    @property
    def is_sold_online(self) -> bool:
        return self.is_for_sale and _is_sold(self.product, Channel.WEB, None)


def offers(day: dt.date) -> list[Offer]:
    """CARD-06 · A3.1 — every card on sale, in the order of the site, in a constant number of queries."""
    return [_offer(product, day) for product in _listed(day).filter(state=ProductState.ON_SALE)]


def offer_of(code: str, day: dt.date) -> Offer | None:
    """A card on sale or suspended, by its code; None for drafts, pilots, the retired and the unknown."""
    product = _listed(day).filter(code=code).first()
    if product is None:
        return None
    return _offer(product, day, next_price=prices.scheduled(product, day).first())


def _listed(day: dt.date) -> QuerySet[Product]:
    benefits = Entitlement.objects.order_by("position", "id").prefetch_related("stores")
    return (
        Product.objects.filter(state__in=ON_SITE)
        .select_related("version__agreement", "version__launch_plan")
        .prefetch_related(Prefetch("version__entitlements", benefits, to_attr="benefits"))
        .annotate(price_today=prices.amount_on(day))
        .order_by("position", "code")
    )


def _offer(product: Product, day: dt.date, *, next_price: Price | None = None) -> Offer:
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
        opening=openings.of(product, day=day),
    )


def for_sale(*, channel: str, store: Store | None = None) -> QuerySet[Product]:
    """CARD-04, CARD-06 — what may be sold through a channel now: cards on sale in the channels of their launch plan,
    and cards on pilot at their pilot stores. There are few products, so the plan is read and not asked of the database.
    """
    rows = Product.objects.filter(state__in=OFFERED, version__isnull=False)
    rows = rows.select_related("version__launch_plan").prefetch_related("version__launch_plan__pilot_stores")
    sold = [product.pk for product in rows if _is_sold(product, channel, store)]
    return Product.objects.filter(pk__in=sold).select_related("version__agreement", "version__launch_plan", "series")


def _is_sold(product: Product, channel: str, store: Store | None) -> bool:
    plan: LaunchPlan | None = getattr(product.version, "launch_plan", None)
    if product.state == ProductState.PILOT:
        return channel == Channel.STORE and plan is not None and store in plan.pilot_stores.all()
    return plan is None or _has_channel(plan, channel)


def _has_channel(plan: LaunchPlan, channel: str) -> bool:
    """A shop is a channel of its own; every other order comes in online."""
    if channel == Channel.STORE:
        return Channel.STORE in plan.channels
    return any(chosen != Channel.STORE for chosen in plan.channels)

"""What in this app needs a second person: a product's launch or revision, and a change of price (CARD-03, CARD-04)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cards.models import Product, ProductVersion
from cards.operations import prices, versions
from cards.queries import prices as price_rows
from cards.wording import products as wording
from core import approvals
from core.approvals import Kind, Word
from core.models import Approval


def _version(approval: Approval) -> ProductVersion:
    return ProductVersion.objects.select_related("product").get(pk=_id(approval))


def _id(approval: Approval) -> int:
    return int(approval.subject.rpartition(":")[2])


def _version_page(approval: Approval) -> str:
    version = _version(approval)
    return reverse("admin:cards_product_version", args=[version.product_id, version.number])


def _price_page(approval: Approval) -> str:
    return reverse("admin:cards_product_prices", args=[_id(approval)])


def _price_now(approval: Approval) -> Mapping[str, Any]:
    """What the price of that day is by now: a request that compared with another price is stale."""
    product = Product.objects.get(pk=_id(approval))
    price = price_rows.price_on(product, prices.begins_on(approval))
    return {**approval.before, "price_minor": price}


def _words(approval: Approval) -> Mapping[str, Word]:
    return wording.words_of([*approval.before, *approval.after, *approval.effect])


approvals.register(
    Kind(
        code=versions.KIND,
        label=_("Product launch or revision"),
        right="cards.decide_launch",
        apply=versions.approve,
        reject=versions.turn_down,
        withdraw=versions.take_back,
        url=_version_page,
        words=_words,
    )
)
approvals.register(
    Kind(
        code=prices.KIND,
        label=_("Change of price"),
        right="cards.decide_pricing",
        apply=prices.approve,
        url=_price_page,
        current=_price_now,
        words=_words,
    )
)

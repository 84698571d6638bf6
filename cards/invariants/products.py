"""Products, prices and numbers (CARD-01 to CARD-05). Each check reads rows in pages, so that it runs beside the work."""

from collections.abc import Iterator

from django.db.models import F, Q

from cards.models import CardNumber, NumberBatch, Price, Product, ProductVersion
from cards.policy import numbers
from cards.policy.states import ProductState, VersionState
from cards.queries import contents, prices
from core import clock
from core.models import Approval
from core.verify import invariant

PAGE = 2000


@invariant("P1", "every approved version was approved by a second person")
def approved_by_four_eyes() -> Iterator[str]:
    broken = ProductVersion.objects.filter(state=VersionState.APPROVED).filter(
        ~Q(approval__state=Approval.State.APPROVED)
        | Q(approval__decided_by__isnull=True)
        | Q(approval__decided_by=F("author"))
        | Q(approval__decided_by=F("approval__author"))
    )
    for version in broken.select_related("product"):
        yield f"{version.product.code} v{version.number} has no approval by somebody else"


@invariant("P2", "submitted terms are still what was submitted")
def terms_are_frozen() -> Iterator[str]:
    frozen = ProductVersion.objects.filter(state__in=[VersionState.IN_REVIEW, VersionState.APPROVED])
    for version in frozen.select_related("product").iterator(chunk_size=PAGE):
        if contents.digest(version) != version.terms_digest:
            yield f"{version.product.code} v{version.number} differs from what was submitted"


@invariant("P3", "what is on sale is approved and has a price in force that was approved")
def on_sale_has_a_price() -> Iterator[str]:
    offered = Product.objects.filter(state__in=[ProductState.ON_SALE, ProductState.PILOT])
    for product in offered.annotate(price=prices.amount_on(clock.today())).select_related("version"):
        if product.version is None or product.version.state != VersionState.APPROVED:
            yield f"{product.code} is for sale without an approved version"
        if not vars(product)["price"]:
            yield f"{product.code} is for sale without a price"
    for price in Price.objects.exclude(approval__state=Approval.State.APPROVED).select_related("product"):
        yield f"the price of {price.product.code} from {price.starts_on} was never approved"


@invariant("P4", "a number is assigned exactly when a card carries it")
def assigned_numbers_have_cards() -> Iterator[str]:
    assigned = Q(state=CardNumber.State.ASSIGNED)
    broken = CardNumber.objects.filter((assigned & Q(card__isnull=True)) | (~assigned & Q(card__isnull=False)))
    for number in broken.only("pk", "state").iterator(chunk_size=PAGE):
        yield f"number {number.pk} is {number.state}"


@invariant("P5", "numbers add up, belong to their series, and no series will make one twice")
def numbers_add_up() -> Iterator[str]:
    rows = CardNumber.objects.values_list("pk", "number", "series__prefix", "series__digits")
    for pk, number, prefix, digits in rows.iterator(chunk_size=PAGE):
        if len(number) != digits or not number.startswith(prefix) or numbers.luhn_digit(number[:-1]) != number[-1]:
            yield f"number {pk} does not fit its series"
    for batch in NumberBatch.objects.select_related("series").iterator(chunk_size=PAGE):
        if batch.first_sequence + batch.count > batch.series.next_sequence:
            yield f"series {batch.series.code} would make the numbers of batch {batch.pk} again"

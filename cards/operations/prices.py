"""CARD-03 · A2.1.3 — prices by day: begun with a version's launch, changed later through an approval of their own."""

import datetime as dt

from django.db import transaction

from cards.models import Price, Product, ProductVersion
from cards.operations import sellers
from cards.policy import pricing
from cards.policy.parameters import PurchaseParameters
from cards.policy.states import ProductState
from cards.queries import contents, prices, showcase
from core import approvals, audit, clock, parameters
from core.models import Approval, User
from core.refusals import Refusal

KIND = "price"
RIGHT = "cards.propose_price"


def begin(product: Product, version: ProductVersion) -> None:
    """Bring the price that was approved with a version into force today.

    A revision that left the price alone does not undo a price change approved meanwhile. The caller holds the product.
    """
    if version.approval is None:
        raise Refusal("nothing_to_launch")
    today = clock.today()
    before = product.version
    unchanged = before is not None and before.price_minor == version.price_minor
    if unchanged or prices.price_on(product, today) == version.price_minor:
        return
    Price.objects.create(product=product, amount_minor=version.price_minor, starts_on=today, approval=version.approval)


def propose(product: Product, *, amount_minor: int, starts_on: dt.date, by: User, reason: str) -> Approval:
    """CARD-03 · A2.1.3 — ask a second person for another price from a day on.

    Refuses `price_not_positive`, `price_above_cap`, `price_in_the_past`, `price_unchanged`, and `product_not_offered`
    where there is no price yet.
    """
    sellers.require(by, RIGHT, subject=product)
    with transaction.atomic():
        product = Product.objects.select_for_update(of=("self",)).select_related("version").get(pk=product.pk)
        version = _offered(product)
        if starts_on < clock.today():
            raise Refusal("price_in_the_past")
        _check_amount(version, amount_minor, on=starts_on)
        current = prices.price_on(product, starts_on)
        if current == amount_minor:
            raise Refusal("price_unchanged")
        if not reason.strip():
            raise Refusal("reason_needed")
        approval = approvals.request(
            KIND,
            subject=product,
            title=f"{product.code} · {version.name}",
            before={"price_minor": current, "currency": version.currency},
            after={"price_minor": amount_minor, "currency": version.currency, "starts_on": starts_on.isoformat()},
            effect=effect(version, amount_minor),
            reason=reason,
            author=by,
        )
        audit.record(
            "cards.price.propose",
            subject=product,
            actor=by,
            reason=reason,
            details={"price_minor": [current, amount_minor], "starts_on": starts_on},
        )
    return approval


def effect(version: ProductVersion, amount_minor: int) -> dict[str, int | None]:
    """CARD-03 · A2.1.3 — what a price would leave, how it would lie to the market, what a member would save."""
    benefits = contents.benefits_of(version)
    cost = version.cost_minor + contents.benefit_cost(benefits)
    left = pricing.margin(amount_minor, cost_minor=cost)
    market = version.market_price_minor
    return {
        "margin_minor": left.minor,
        "margin_bps": left.bps,
        "versus_market_bps": pricing.versus_market(amount_minor, market_minor=market).bps if market else None,
        "member_saves_minor": contents.saving(benefits, price_minor=amount_minor),
    }


def approve(approval: Approval) -> None:
    """What the decision does: the price begins on its day, or today where the decision came later. Never in the past."""
    product = Product.objects.select_for_update().get(pk=int(approval.subject.split(":")[-1]))
    if product.state == ProductState.RETIRED:
        raise Refusal("product_retired")
    starts_on = begins_on(approval)
    amount = approval.after["price_minor"]
    Price.objects.create(product=product, amount_minor=amount, starts_on=starts_on, approval=approval)
    audit.record(
        "cards.price.approve",
        subject=product,
        actor=approval.decided_by,
        details={"price_minor": amount, "starts_on": starts_on},
    )
    showcase.refresh(product.code, clock.today())


def begins_on(approval: Approval) -> dt.date:
    """The day asked for, or today where that has passed."""
    return max(dt.date.fromisoformat(approval.after["starts_on"]), clock.today())


def _offered(product: Product) -> ProductVersion:
    if product.version is None:
        raise Refusal("product_not_offered")
    if product.state == ProductState.RETIRED:
        raise Refusal("product_retired")
    return product.version


def _check_amount(version: ProductVersion, amount_minor: int, *, on: dt.date) -> None:
    allowed = parameters.in_force(PurchaseParameters, on=on)
    cap = allowed.registered_face_cap_minor if version.is_registered else allowed.bearer_face_cap_minor
    if amount_minor <= 0:
        raise Refusal("price_not_positive")
    if amount_minor > cap:
        raise Refusal("price_above_cap")

"""Placing an order, and the ways it ends without money (CARD-08, CARD-10 · A3.3)."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.crypto import get_random_string

from cards.models import Channel, Order, OrderEvent, OrderLine, Payment, Product, ProductVersion
from cards.operations import instalments, order_states, part_payment
from cards.policy import eligibility, purchase
from cards.policy.parameters import PaymentParameters, PurchaseParameters
from cards.queries import holder_tier, openings, prices, purchases
from core import access, audit, clock, competence, parameters, request
from core.models import Store, User
from core.refusals import Refusal
from members.models import Acceptance, IdentityDocument, LegalText, Member
from risk import queries as risk

SELL = "counter.sell"
READ_ALOUD = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Gift:
    """For whom a card is bought: the phone number (normal form) is what it will be activated with."""

    name: str
    phone: str
    message: str = ""


@dataclass(frozen=True)
class Agreed:
    """What the buyer accepted by her own act: the very text, in the language she read it in."""

    text: LegalText
    language: str


@transaction.atomic
def place(
    member: Member,
    *,
    product: Product,
    key: str,
    agreed: Agreed,
    channel: str = Channel.WEB,
    document: IdentityDocument | None = None,
    gift: Gift | None = None,
    parts: int = 1,
    invoice: str = "",
    store: Store | None = None,
    seller: User | None = None,
    campaign: str = "",
    points: int = 0,
) -> Order:
    """CARD-08 · A3.3 — one card ordered at today's price; price, version and terms are frozen here and nowhere else.

    The caller cannot name a price (CARD-07). In a store `seller` sells; elsewhere store and seller only say who sent the
    buyer. `points` pay a part as the policy allows; they are reserved. The same member and key give the same order
    again; with other content they are refused. Refuses what is not on sale, or not yet for her tier, a seller without the
    certificate that the product asks for (CARD-26), whoever is not eligible, on hold, at her limit or unidentified where the
    rule asks for it, and an agreement that is not the one in force.
    """
    if channel == Channel.STORE:
        _refuse_foreign_seller(seller, store)
    part_payment.hold(member, points)
    member = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    version = product.version
    if earlier := Order.objects.filter(placement_key=placement_key(member, key)).first():
        return _same(earlier, version=version, gift=gift, parts=parts, points=points)
    product, version = _sold(product, channel=channel, store=store)
    if channel == Channel.STORE and seller is not None:
        competence.require(seller, SELL, product.code)
    today, now = clock.today(), clock.now()
    _refuse_early(member, product, day=today, store=store if channel == Channel.STORE else None)
    price = prices.price_on(product, today)
    if price is None:
        raise Refusal("not_on_sale")
    _refuse_unfit(member, product, version, gift=gift, parts=parts, invited=channel == Channel.STORE)
    rules = parameters.in_force(PurchaseParameters, on=today)
    document = document or purchases.document_of(member)
    if document is None and purchase.identity_needed(
        price, is_registered=version.is_registered, is_gift=gift is not None, parameters=rules
    ):
        raise Refusal("identity_needed")
    if agreed.text != purchases.agreement_of(version, on=today):
        raise Refusal("agreement_changed")
    off = part_payment.part(member, points, of_minor=price)
    order = Order.objects.create(
        number=f"{today:%y%m%d}{get_random_string(8, READ_ALOUD)}",
        member=member,
        channel=channel,
        store=store,
        seller=seller,
        campaign=campaign[:60],
        currency=version.currency,
        subtotal_minor=price,
        discount_minor=off.minor,
        total_minor=price - off.minor,
        is_gift=gift is not None,
        gift_name=gift.name if gift else "",
        gift_phone=gift.phone if gift else "",
        gift_message=gift.message if gift else "",
        invoice=invoice,
        invoice_wanted_at=now if invoice else None,
        document=document,
        acceptance=Acceptance.objects.create(
            member=member, text=agreed.text, language=agreed.language, at=now, address=request.current().address
        ),
        placement_key=placement_key(member, key),
        placed_at=now,
        pay_before_at=purchase.pay_before(now, parameters=parameters.in_force(PaymentParameters, on=today)),
    )
    OrderLine.objects.create(
        order=order,
        position=1,
        version=version,
        unit_price_minor=price,
        discount_minor=off.minor,
        total_minor=price - off.minor,
    )
    part_payment.reserve(order, off)
    if parts > 1:
        instalments.make_plan(order, parts=parts, first_due_on=today)
    written(order, actor=seller)
    if channel != Channel.STORE:
        order_states.tell(order, "order.placed", context={"pay_before_at": order.pay_before_at})
    return order


def written(order: Order, *, actor: User | None = None) -> None:
    """The first row of the order's history, and its audit record."""
    OrderEvent.objects.create(order=order, to_state=order.state, actor=actor)
    audit.record(
        "cards.order.place",
        subject=order,
        actor=actor,
        member_id=order.member_id,
        store_id=order.store_id,
        details={"kind": order.kind, "channel": order.channel, "total_minor": order.total_minor},
    )


@transaction.atomic
def cancel(order: Order, *, by: User | None, reason: str = "") -> Order:
    """CARD-10 · A3.3.4 — the buyer (or staff) gives up an unpaid order. Money that still arrives is sent back."""
    order = order_states.lock(order)
    if order.state == Order.State.CANCELLED:
        return order
    if order.state != Order.State.PLACED:
        raise Refusal("order_not_cancellable")
    order_states.move(order, Order.State.CANCELLED, actor=by, note=reason)
    order_states.tell(order, "order.cancelled")
    return order


@transaction.atomic
def expire(order: Order) -> bool:
    """CARD-10 · A3.3.4 — close an order that nobody paid in time. One that is being paid waits for the provider's word
    as long as the parameter allows; should the word come later still, `settlement` opens the order again.
    """
    order = order_states.lock(order)
    now = clock.now()
    if order.state != Order.State.PLACED or order.pay_before_at is None or order.pay_before_at > now:
        return False
    patience = parameters.in_force(PaymentParameters, on=clock.today()).await_word_minutes
    started_since = now - dt.timedelta(minutes=patience)
    if order.payments.filter(state=Payment.State.CREATED, created_at__gt=started_since).exists():
        return False
    order_states.move(order, Order.State.EXPIRED)
    order_states.tell(order, "order.expired")
    return True


def placement_key(member: Member, key: str) -> str:
    return f"{member.pk}:{key}"[:80]


def _same(earlier: Order, *, version: ProductVersion | None, gift: Gift | None, parts: int, points: int) -> Order:
    line = earlier.lines.get(position=1)
    plan = getattr(earlier, "plan", None)
    asked = (version and version.product_id, gift is not None, gift.phone if gift else "", parts, points)
    had = (line.version.product_id, earlier.is_gift, earlier.gift_phone, plan.parts if plan else 1)
    if asked != (*had, part_payment.given(earlier).points):
        raise Refusal("key_reused")
    return earlier


def _sold(product: Product, *, channel: str, store: Store | None) -> tuple[Product, ProductVersion]:
    """What is on sale here at this moment, read again inside the transaction."""
    current = purchases.on_sale(product.code, channel=channel, store=store)
    if current is None or current.version is None:
        raise Refusal("not_on_sale")
    return current, current.version


def _refuse_early(member: Member, product: Product, *, day: dt.date, store: Store | None) -> None:
    """LOY-15 · B8.3 — before its launch day a card is sold to the tiers that have a head start, to each from its day."""
    opening = openings.of(product, day=day, store=store)
    if opening is not None and not (mine := openings.mine(opening, member, day=day)).is_open:
        raise Refusal("sold_later", day=mine.day, allowed_from=mine.day)


def _refuse_foreign_seller(seller: User | None, store: Store | None) -> None:
    if store is None or seller is None:
        raise Refusal("store_needed")
    access.require(seller, SELL, at=store.pk)


def _refuse_unfit(
    member: Member, product: Product, version: ProductVersion, *, gift: Gift | None, parts: int, invited: bool
) -> None:  # fmt: skip
    if hold := risk.hold_on(subjects=[audit.label_of(member)], member=member, scope="purchase"):
        raise Refusal("purchase_on_hold", allowed_from=hold.ends_at)
    if parts > 1 and risk.hold_on(subjects=[audit.label_of(member)], member=member, scope="instalments"):
        raise Refusal("instalments_on_hold")
    tier = holder_tier.code_of(member) if version.min_tier else ""
    facts = purchases.facts_of(member, tier=tier, invited=invited)
    for answer in eligibility.answers(purchases.conditions_of(version), facts=facts):
        if not answer.met:
            raise Refusal(f"not_eligible_{answer.code}", needed=answer.needed)
    if gift is None and purchases.cards_counted(member, product) >= version.max_per_member:
        raise Refusal("purchase_limit", limit=version.max_per_member)

"""Ordering the renewal of a card: the exact term and price, frozen with their explanation (CARD-17, CARD-18 · A5)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string

from cards.models import Card, Channel, Order, OrderLine, Payment
from cards.operations import fulfilment, instalments, order_states, orders, part_payment, renewal_delivery, serving
from cards.operations.orders import Agreed
from cards.policy import offers, purchase
from cards.policy.parameters import PaymentParameters, PurchaseParameters
from cards.queries import purchases, renewals
from core import access, audit, clock, competence, parameters, request
from core.models import Store, User
from core.refusals import Refusal
from members.models import Acceptance, Member
from risk import queries as risk

RENEW = "counter.renew"


@transaction.atomic
def place(
    card: Card,
    *,
    member: Member,
    years: int,
    key: str,
    agreed: Agreed,
    parts: int = 1,
    channel: str = Channel.WEB,
    store: Store | None = None,
    seller: User | None = None,
    points: int = 0,
) -> Order:
    """CARD-17 · A5.2 — order the renewal of a card at today's price with the best allowed offers.

    Price, offers with their explanation and the exact term are frozen here. A card has one open renewal: an earlier one
    that nobody started to pay gives way, one that is being paid is refused (`renewal_open`). The same member and key
    give the same order again; with other content they are refused. Refuses a seller without the certificate asked for.
    """
    if seller is not None:
        _refuse_seller(seller, store=store, member=member)
    card = lock(card)
    placement = orders.placement_key(member, key)
    if (earlier := Order.objects.filter(placement_key=placement).first()) is not None:
        return _same(earlier, card=card, years=years, parts=parts, points=points)
    if seller is not None:
        competence.require(seller, RENEW, card.product.code)
    refuse_unfit(card, member)
    today, now = clock.today(), clock.now()
    choice = renewals.choice(card, years=years, day=today)
    if choice is None:
        raise Refusal("renewal_not_offered")
    if agreed.text != purchases.agreement_of(choice.version, on=today):
        raise Refusal("agreement_changed")
    if parts > 1 and risk.hold_on(subjects=[audit.label_of(member)], member=member, scope="instalments"):
        raise Refusal("instalments_on_hold")
    if (waiting := renewals.open_order(card)) is not None:
        orders.cancel(waiting, by=None, reason="replaced by another renewal")
    part_payment.hold(member, points)
    acceptance = Acceptance.objects.create(
        member=member, text=agreed.text, language=agreed.language, at=now, address=request.current().address
    )
    order = write(
        card,
        choice,
        member=member,
        placement_key=placement,
        acceptance=acceptance,
        pay_before_at=purchase.pay_before(now, parameters=parameters.in_force(PaymentParameters, on=today)),
        channel=channel,
        store=store,
        seller=seller,
        off=part_payment.part(member, points, of_minor=choice.quote.pay_minor),
    )
    if parts > 1:
        instalments.make_plan(order, parts=parts, first_due_on=today)
    orders.written(order, actor=seller)
    return order


def write(
    card: Card,
    choice: renewals.Choice,
    *,
    member: Member,
    placement_key: str,
    acceptance: Acceptance,
    pay_before_at: dt.datetime | None,
    channel: str = Channel.WEB,
    store: Store | None = None,
    seller: User | None = None,
    off: part_payment.Part = part_payment.NOTHING,
) -> Order:
    """The rows of a renewal order for a locked card. Refuses a buyer whose identity the rule asks for and nobody knows."""
    today, now, quote = clock.today(), clock.now(), choice.quote
    document = purchases.document_of(member)
    limits = parameters.in_force(PurchaseParameters, on=today)
    if document is None and purchase.identity_needed(
        quote.pay_minor, is_registered=False, is_gift=False, parameters=limits
    ):
        raise Refusal("identity_needed")
    order = Order.objects.create(
        number=f"{today:%y%m%d}{get_random_string(8, orders.READ_ALOUD)}",
        kind=Order.Kind.RENEWAL,
        member=member,
        channel=channel,
        store=store,
        seller=seller,
        currency=choice.version.currency,
        subtotal_minor=quote.list_minor,
        discount_minor=quote.discount_minor + off.minor,
        total_minor=quote.pay_minor - off.minor,
        document=document,
        acceptance=acceptance,
        placement_key=placement_key,
        placed_at=now,
        pay_before_at=pay_before_at,
    )
    OrderLine.objects.create(
        order=order,
        position=1,
        version=choice.version,
        card=card,
        years=quote.years,
        unit_price_minor=quote.list_minor,
        discount_minor=quote.discount_minor + off.minor,
        total_minor=quote.pay_minor - off.minor,
        offers=_frozen(quote),
        term_starts_on=choice.term.starts_on,
        term_last_valid_on=choice.term.last_valid_on,
    )
    part_payment.reserve(order, off)
    return order


def refuse_unfit(card: Card, member: Member) -> None:
    """CARD-17 · A5.2 — a card is renewed by its holder or its purchaser, once it is activated and while nothing stands
    against it. A lost card keeps its term and may be renewed; its replacement inherits it.
    """
    if member.pk not in {card.holder_id, card.purchaser_id}:
        raise Refusal("card_not_found", status=404)
    match card.state:
        case Card.State.ISSUED:
            raise Refusal("card_not_activated")
        case Card.State.CLOSED:
            raise Refusal("card_closed")
        case Card.State.SUSPENDED if card.suspension != Card.Suspension.LOST:
            raise Refusal(f"card_suspended_{card.suspension}")
    if hold := risk.hold_on(subjects=[audit.label_of(card)], member=member, scope="purchase"):
        raise Refusal("purchase_on_hold", allowed_from=hold.ends_at)
    waiting = renewals.open_order(card)
    if waiting is not None and (waiting.state != Order.State.PLACED or is_being_paid(waiting)):
        raise Refusal("renewal_open", order=waiting.number)


def is_being_paid(order: Order) -> bool:
    return order.payments.filter(state=Payment.State.CREATED).exists()


def lock(card: Card) -> Card:
    """The card as it is now, held until the transaction ends; an open renewal of it first, in the order of payments."""
    if (waiting := renewals.open_order(card)) is not None:
        order_states.lock(waiting)
    rows = Card.objects.select_for_update(of=("self",)).select_related("product", "version", "holder", "number")
    card = rows.get(pk=card.pk)
    now = renewals.open_order(card)
    if now is not None and now != waiting:
        raise Refusal("renewal_open", order=now.number)
    return card


def _refuse_seller(seller: User, *, store: Store | None, member: Member) -> None:
    if store is None:
        raise Refusal("store_needed")
    access.require(seller, RENEW, at=store.pk)
    serving.refuse_own(member, clerk=seller)


def _frozen(quote: offers.Quote) -> dict[str, Any]:
    """The offers of an order line as they are kept: what was chosen, and why every other one was not."""
    return {
        "points_back_bps": quote.points_back_bps,
        "considered": [
            {
                "offer": str(one.offer),
                "kind": str(one.kind),
                "bps": one.bps,
                "worth_minor": one.worth_minor,
                "reason": one.reason,
                "until": one.until.isoformat() if one.until else None,
                "needed": one.needed,
            }
            for one in quote.candidates
        ],
    }


def _same(earlier: Order, *, card: Card, years: int, parts: int, points: int) -> Order:
    line, plan = earlier.lines.get(position=1), getattr(earlier, "plan", None)
    had = (line.card_id, line.years, plan.parts if plan else 1, part_payment.given(earlier).points)
    if had != (card.pk, years, parts, points):
        raise Refusal("key_reused")
    return earlier


fulfilment.register(Order.Kind.RENEWAL, renewal_delivery.deliver, barred=renewal_delivery.undeliverable)

"""A card sold over the counter, all of it or nothing: order, money, card in the hand (CARD-06, CARD-07, CARD-08 · A3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from cards.models import Card, Channel, Order, Product
from cards.operations import counter_points, fulfilment, orders, serving
from cards.payments import counter
from core import request
from core.models import Store, User
from core.refusals import Refusal
from members.models import IdentityDocument, Member
from risk import operations as risk

PRICE_FIELDS = frozenset({"price", "amount", "total", "discount", "unit_price", "subtotal", "paid", "pay", "offer"})


@dataclass(frozen=True)
class Money:
    """How the buyer pays: cash as tendered (minor units), or the reference that the terminal printed."""

    tendered_minor: int | None = None
    terminal_reference: str = ""


@dataclass(frozen=True)
class Sale:
    order: Order
    card: Card
    change_minor: int


@transaction.atomic
def sell(
    member: Member,
    *,
    product: Product,
    card_number: str,
    agreed: orders.Agreed,
    pay: Money,
    clerk: User,
    store: Store,
    key: str,
    document: IdentityDocument | None = None,
    parts: int = 1,
    invoice: str = "",
    points: int = 0,
    agreed_minor: int | None = None,
) -> Sale:
    """CARD-08, LOY-06 · A3.3, B7.2 — sell the card that lies on the counter. The same key gives the same sale again.

    `points` pay a part: they are reserved with the order and taken by its payment; where it then comes to something else
    than `agreed_minor`, nothing happens (`bill_changed`). Refuses a clerk who would serve himself or his household
    (`own_card`), many points that their member has not confirmed (`points_unconfirmed`), a card that is not in this store's
    stock, and all that an order refuses.
    """
    serving.refuse_own(member, clerk=clerk)
    if points and not was_placed(member, key=key):
        counter_points.refuse_unconfirmed(member, points, clerk=clerk, store=store)
    order = orders.place(
        member,
        product=product,
        key=key,
        agreed=agreed,
        channel=Channel.STORE,
        document=document,
        parts=parts,
        invoice=invoice,
        store=store,
        seller=clerk,
        points=points,
    )
    if done := Card.objects.filter(order_line__order=order).select_related("number").first():
        return Sale(order, done, _change_of(order))
    counter_points.refuse_other_amount(order, agreed_minor)
    taken = _take(order, pay, clerk=clerk, store=store)
    card = fulfilment.hand_over(order, number=card_number, store=store)
    order.refresh_from_db()
    return Sale(order, card, taken.change_minor)


def was_placed(member: Member | None, *, key: str) -> bool:
    """Whether this very form was sent before: then it is answered with what it did."""
    return member is not None and Order.objects.filter(placement_key=orders.placement_key(member, key)).exists()


@transaction.atomic
def take_payment(order: Order, *, pay: Money, clerk: User, store: Store) -> counter.Taken:
    """CARD-17 · A5.2 — take the next part (or the whole) of an order made elsewhere, and deliver what waits for it."""
    taken = _take(order, pay, clerk=clerk, store=store)
    fulfilment.fulfil(taken.payment.order)
    return taken


def refuse_price(posted: Iterable[str], *, where: str) -> None:
    """CARD-07 · A3.2.2 — whoever posts a price is refused, and the try is on record. Call outside a transaction."""
    if tried := sorted(PRICE_FIELDS & {name.lower() for name in posted}):
        user = request.current().user
        subject = f"core.user:{user.pk}" if user else where
        risk.note("price.tampering", subject=subject, facts={"fields": tried, "where": where}, alert=True)
        raise Refusal("price_is_fixed", status=403)


def _take(order: Order, pay: Money, *, clerk: User, store: Store) -> counter.Taken:
    if pay.tendered_minor is not None:
        return counter.take_cash(order, tendered_minor=pay.tendered_minor, clerk=clerk, store=store)
    if not pay.terminal_reference.strip():
        raise Refusal("terminal_reference_needed")
    return counter.take_terminal(order, terminal_reference=pay.terminal_reference, clerk=clerk, store=store)


def _change_of(order: Order) -> int:
    first = order.payments.filter(tendered_minor__isnull=False).order_by("pk").first()
    return (first.tendered_minor or 0) - first.amount_minor if first else 0

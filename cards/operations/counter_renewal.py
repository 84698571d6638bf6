"""A renewal over the counter, all of it or nothing: order, money, term (CARD-17 · A5.2)."""

from django.db import transaction

from cards.models import Card, Channel, Order
from cards.operations import counter_points, counter_sale, orders, renewals, serving
from cards.operations.orders import Agreed
from cards.queries import renewals as renewal_rows
from core import access
from core.models import Store, User
from core.refusals import Refusal


@transaction.atomic
def renew(
    card: Card,
    *,
    years: int,
    parts: int,
    key: str,
    agreed: Agreed,
    pay: counter_sale.Money,
    clerk: User,
    store: Store,
    points: int = 0,
    agreed_minor: int | None = None,
) -> Order:
    """CARD-17, LOY-06 · A5.2, B7.2 — renew the card that lies on the counter for its holder. The same key takes no second
    payment.

    The holder's `points` pay a part, as at a sale (`counter_sale.sell`). Refuses a clerk who would serve himself, and all
    that an order or a till refuses.
    """
    if card.holder is None:
        raise Refusal("card_not_activated")
    if points:
        serving.refuse_own(card.holder, clerk=clerk)
        if not was_placed(card, key=key):
            counter_points.refuse_unconfirmed(card.holder, points, clerk=clerk, store=store)
    order = renewals.place(
        card,
        member=card.holder,
        years=years,
        parts=parts,
        key=key,
        agreed=agreed,
        channel=Channel.STORE,
        store=store,
        seller=clerk,
        points=points,
    )
    if not order.paid_minor:
        counter_points.refuse_other_amount(order, agreed_minor)
        counter_sale.take_payment(order, pay=pay, clerk=clerk, store=store)
        order.refresh_from_db()
    return order


def was_placed(card: Card, *, key: str) -> bool:
    """Whether this very form was sent before: then it is answered with what it did."""
    return bool(key) and counter_sale.was_placed(card.holder, key=key)


def give_up(card: Card, *, clerk: User, store: Store) -> None:
    """The customer, at the counter, gives up a renewal that was begun elsewhere; money that still comes is sent back.

    Refuses one whose money has come already.
    """
    access.require(clerk, "counter.renew", at=store.pk)
    waiting = renewal_rows.open_order(card)
    if waiting is not None:
        orders.cancel(waiting, by=clerk, reason="given up at the counter")

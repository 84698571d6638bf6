"""Giving the buyer what was paid for: a card from stock, or another term (CARD-08, CARD-10 · A3.3).

What an order brings depends on its kind; `register` enters a kind's function. It runs in the transaction that the
payment settles in, answers True when everything ordered exists, and writes nothing at all otherwise.
"""

from collections.abc import Callable

from django.db import transaction

from cards.models import Card, CardNumber, Order, OrderLine, Payment
from cards.operations import order_states
from cards.policy import activation, numbers
from cards.policy.parameters import ActivationParameters
from core import audit, clock, parameters
from core.fields import digest_in
from core.messaging import outbox
from core.models import Store
from core.refusals import Refusal
from members.models import Member

NO_STOCK = "no-stock"

Deliver = Callable[[Order], bool]
Barred = Callable[[Order], str | None]
_by_kind: dict[str, Deliver] = {}
_bars: dict[str, Barred] = {}


def register(kind: str, deliver: Deliver, *, barred: Barred | None = None) -> None:
    """Enter the function that delivers orders of a kind, and the one that says why an order can no longer be delivered."""
    _by_kind[kind] = deliver
    if barred is not None:
        _bars[kind] = barred


def barred(order: Order) -> str | None:
    """Why a locked order can no longer be delivered at all, so that its money is not owed; None when it can."""
    return _bars[order.kind](order) if order.kind in _bars else None


def fulfil(order: Order) -> bool:
    """Deliver a locked order that is paid, or whose first part is. What cannot be delivered waits on the worklist.

    A repeat does nothing. The buyer is told in either case, once.
    """
    if order.state not in {Order.State.PAID, Order.State.PART_PAID}:
        return False
    if not _by_kind[order.kind](order):
        if order.exception != NO_STOCK:
            order.exception = NO_STOCK
            order.save(update_fields=["exception"])
            order_states.tell(order, "order.waiting")
        return False
    order.exception = ""
    order_states.move(order, Order.State.FULFILLED)
    return True


@transaction.atomic
def retry(order: Order) -> bool:
    """Try again to deliver an order that waits for stock."""
    order = order_states.lock(order)
    return order.exception == NO_STOCK and fulfil(order)


@transaction.atomic
def hand_over(order: Order, *, number: str, store: Store) -> Card:
    """CARD-08 · A3.3 — deliver a counter sale with the very card that lies on the counter.

    Refuses a number that does not lie in this store's stock or belongs to another product's series.
    """
    order = order_states.lock(order)
    line = order.lines.select_related("version__product").get()
    taken = (
        CardNumber.objects.select_for_update()
        .filter(number=number, store=store, state=CardNumber.State.IN_STOCK)
        .filter(series=line.version.product.series_id)
        .first()
    )
    if taken is None:
        raise Refusal("card_not_in_store_stock")
    card = _issue(line, taken)
    order.exception = ""
    order_states.move(order, Order.State.FULFILLED)
    _tell_delivered(order, [card])
    return card


def _deliver_purchase(order: Order) -> bool:
    """One card from the central stock for every line; all of them or none."""
    lines = list(order.lines.select_related("version__product").filter(issued_card__isnull=True).order_by("position"))
    drawn: list[CardNumber] = []
    for line in lines:
        number = _draw(line, besides=[taken.pk for taken in drawn])
        if number is None:
            return False
        drawn.append(number)
    cards = [_issue(line, number) for line, number in zip(lines, drawn, strict=True)]
    _tell_delivered(order, cards)
    return True


def _draw(line: OrderLine, *, besides: list[int]) -> CardNumber | None:
    """The next number of the central stock that nobody else is drawing at this moment, locked."""
    stock = CardNumber.objects.filter(
        series=line.version.product.series_id, store__isnull=True, state=CardNumber.State.IN_STOCK
    ).exclude(pk__in=besides)
    return stock.select_for_update(skip_locked=True).order_by("pk").first()


def _issue(line: OrderLine, number: CardNumber) -> Card:
    order = line.order
    today = clock.today()
    window = parameters.in_force(ActivationParameters, on=today)
    number.state = CardNumber.State.ASSIGNED
    number.save(update_fields=["state"])
    phone = order.gift_phone if order.is_gift else order.member.phone
    known = None if order.is_gift else order.document
    card = Card.objects.create(
        number=number,
        product=line.version.product,
        version=line.version,
        order_line=line,
        purchaser=order.member,
        store=order.store,
        expected_phone_index=digest_in(Member, "phone_index", phone) if phone else "",
        expected_document_index=known.number_index if known else "",
        activate_before_on=activation.activate_by(today, parameters=window),
    )
    audit.record(
        "cards.card.issue",
        subject=card,
        member_id=order.member_id,
        store_id=order.store_id,
        details={"order": order.number, "number": numbers.masked_number(number.number)},
    )
    return card


def _tell_delivered(order: Order, cards: list[Card]) -> None:
    """The buyer learns number and activation code; of a gift the person it is for learns them too."""
    for card in cards:
        secret = {
            "number": numbers.display_number(card.number.number),
            "activation_code": numbers.display_activation_code(card.number.activation_code),
            "activate_before_on": str(card.activate_before_on),
        }
        if not order.is_gift:
            order_states.tell(order, "order.fulfilled", key=str(card.pk), context=secret)
            continue
        order_states.tell(order, "gift.sent", key=str(card.pk), context={**secret, "recipient": order.gift_name})
        known = Member.objects.by_phone(order.gift_phone).select_related("user").first()
        outbox.send(
            "gift.received",
            key=f"{order.pk}:{card.pk}",
            to=known.user if known else None,
            member_id=known.pk if known else None,
            address=order.gift_phone,
            channels=("inbox", "sms") if known else ("sms",),
            language=known.language if known else order.member.language,
            link="/activate/",
            context={
                **secret,
                "product": card.version.worded("name", order.member.language),
                "recipient": order.gift_name,
                "message": order.gift_message,
            },
        )


def settled_payment(order: Order) -> Payment | None:
    """The latest payment that came in for an order: what the proof of purchase names."""
    return order.payments.filter(state=Payment.State.SUCCEEDED).order_by("-settled_at", "-pk").first()


register(Order.Kind.PURCHASE, _deliver_purchase)

"""Renewing a card: the order with its exact term and price, and the term it brings once paid (CARD-17, CARD-18 · A5)."""

import dataclasses
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string

from cards.models import Card, Channel, Order, OrderLine, Term
from cards.operations import fulfilment, order_states, orders
from cards.operations.orders import Agreed
from cards.policy import purchase, validity
from cards.policy.parameters import PaymentParameters, RenewalParameters
from cards.policy.renewal_terms import RenewalTerms
from cards.queries import purchases, renewals
from core import access, audit, clock, parameters, request
from core.models import Store, User
from core.refusals import Refusal
from members.models import Acceptance, Member
from risk import queries as risk


@transaction.atomic
def place(
    card: Card,
    *,
    member: Member,
    years: int,
    key: str,
    agreed: Agreed | None,
    terms: RenewalTerms = renewals.NO_TIER,
    channel: str = Channel.WEB,
    store: Store | None = None,
    seller: User | None = None,
) -> Order:
    """CARD-17 · A5.2 — order the renewal of a card at today's price with the best allowed offers.

    Price, offers with their explanation and the exact term are frozen here. A card has one open renewal at a time: an
    earlier one that nobody started to pay is cancelled, one that is being paid is refused (`renewal_open`). The same
    member and key give the same order again. `agreed` is None only for a mandate, which was agreed to before.
    """
    if seller is not None:
        if store is None:
            raise Refusal("store_needed")
        access.require(seller, "counter.renew", at=store.pk)
    card = (
        Card.objects.select_for_update(of=("self",))
        .select_related("product__version", "version", "holder")
        .get(pk=card.pk)
    )
    placement = orders.placement_key(member, key)
    if (earlier := Order.objects.filter(placement_key=placement).first()) is not None:
        return _same(earlier, card=card, years=years)
    _refuse_unfit(card, member)
    today, now = clock.today(), clock.now()
    choice = next((c for c in renewals.choices(card, day=today, terms=terms) if c.quote.years == years), None)
    if choice is None:
        raise Refusal("not_on_sale")
    version = card.product.version or card.version
    text = purchases.agreement_of(version, on=today)
    if agreed is not None and agreed.text != text:
        raise Refusal("agreement_changed")
    _give_way(card)
    order = Order.objects.create(
        number=f"{today:%y%m%d}{get_random_string(8, orders.READ_ALOUD)}",
        kind=Order.Kind.RENEWAL,
        member=member,
        channel=channel,
        store=store,
        seller=seller,
        currency=version.currency,
        subtotal_minor=choice.quote.list_minor,
        discount_minor=choice.quote.discount_minor,
        total_minor=choice.quote.pay_minor,
        acceptance=_accept(member, agreed),
        placement_key=placement,
        placed_at=now,
        pay_before_at=purchase.pay_before(now, parameters=parameters.in_force(PaymentParameters, on=today)),
    )
    OrderLine.objects.create(
        order=order,
        position=1,
        version=version,
        card=card,
        years=years,
        unit_price_minor=choice.quote.list_minor,
        discount_minor=choice.quote.discount_minor,
        total_minor=choice.quote.pay_minor,
        offers=frozen(choice),
        term_starts_on=choice.term.starts_on,
        term_last_valid_on=choice.term.last_valid_on,
    )
    orders.written(order, actor=seller)
    return order


def frozen(choice: renewals.Choice) -> dict[str, Any]:
    """The offers of an order line as they are kept: what was chosen, and why every other one was not."""
    quote = choice.quote
    return {
        "points_back_bps": quote.points_back_bps,
        "considered": [
            {
                name: str(value) if name == "until" and value else value
                for name, value in dataclasses.asdict(candidate).items()
            }
            for candidate in quote.candidates
        ],
    }


def deliver(order: Order) -> bool:
    """Add the paid term to the card, exactly as ordered. Runs when the payment settles; a repeat does nothing.

    A term that was added meanwhile (a payment confirmed very late) is never overlapped: the paid years then follow it.
    """
    line = order.lines.select_related("version").get()
    if Term.objects.filter(order_line=line).exists():
        return True
    card = (
        Card.objects.select_for_update(of=("self",)).select_related("product__version", "version").get(pk=line.card_id)
    )
    term = _promised(line, card)
    last = Term.objects.filter(card=card).order_by("-sequence").first()
    Term.objects.create(
        card=card,
        sequence=last.sequence + 1 if last else 1,
        order_line=line,
        version=line.version,
        starts_on=term.starts_on,
        last_valid_on=term.last_valid_on,
        price_minor=line.total_minor,
    )
    card.version, card.last_valid_on, card.renewals = line.version, term.last_valid_on, card.renewals + 1
    card.save(update_fields=["version", "last_valid_on", "renewals"])
    audit.record(
        "cards.card.renew",
        subject=card,
        member_id=card.holder_id,
        store_id=order.store_id,
        details={"order": order.number, "from": term.starts_on, "through": term.last_valid_on, "years": line.years},
    )
    order_states.tell(
        order,
        "card.renewed",
        context={"starts_on": str(term.starts_on), "last_valid_on": str(term.last_valid_on)},
    )
    return True


def _promised(line: OrderLine, card: Card) -> validity.Term:
    assert line.term_starts_on and line.term_last_valid_on and card.last_valid_on
    if line.term_starts_on > card.last_valid_on:
        return validity.Term(line.term_starts_on, line.term_last_valid_on)
    today = clock.today()
    return renewals.term_of(card, years=line.years, day=today, rules=parameters.in_force(RenewalParameters, on=today))


def _refuse_unfit(card: Card, member: Member) -> None:
    if member.pk not in {card.holder_id, card.purchaser_id}:
        raise Refusal("card_not_found", status=404)
    match card.state:
        case Card.State.ISSUED:
            raise Refusal("card_not_activated")
        case Card.State.CLOSED:
            raise Refusal("card_closed")
    if hold := risk.hold_on(subjects=[audit.label_of(card)], member=member, scope="purchase"):
        raise Refusal("purchase_on_hold", allowed_from=hold.ends_at)


def _give_way(card: Card) -> None:
    """Cancel an open renewal that nobody started to pay; refuse beside one that is being paid."""
    if (waiting := renewals.open_order(card)) is None:
        return
    if waiting.state != Order.State.PLACED or waiting.payments.filter(state="created").exists():
        raise Refusal("renewal_open", order=waiting.number)
    orders.cancel(waiting, by=None, reason="replaced by another renewal")


def _same(earlier: Order, *, card: Card, years: int) -> Order:
    line = earlier.lines.get(position=1)
    if (line.card_id, line.years) != (card.pk, years):
        raise Refusal("key_reused")
    return earlier


def _accept(member: Member, agreed: Agreed | None) -> Acceptance | None:
    if agreed is None:
        return None
    return Acceptance.objects.create(
        member=member, text=agreed.text, language=agreed.language, at=clock.now(), address=request.current().address
    )


fulfilment.register(Order.Kind.RENEWAL, deliver)

"""Money taken by a clerk: cash, or a card terminal that stands on the counter (CARD-09 · A3.1, A5.2)."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from cards.models import Order, Payment
from cards.operations import instalments, order_states, settlement
from cards.payments import collecting
from cards.policy import purchase
from cards.policy.parameters import PurchaseParameters
from cards.queries import orders as order_rows
from core import access, clock, parameters
from core.models import Store, User
from core.refusals import Refusal

CASH = "cash"
TERMINAL = "pos"


@dataclass(frozen=True)
class Taken:
    """A counter payment, and the change that the buyer gets back (minor units)."""

    payment: Payment
    change_minor: int = 0


@transaction.atomic
def take_cash(order: Order, *, tendered_minor: int, clerk: User, store: Store) -> Taken:
    """CARD-09 · A3.1 — take cash for the order or its next part. Refuses too little, and cash above the legal limit."""
    order, due = _due(order, clerk=clerk, store=store)
    rules = parameters.in_force(PurchaseParameters, on=clock.today())
    invoice = order_rows.invoice_of(order)
    is_company = invoice is not None and invoice.is_company
    if not purchase.cash_allowed(order.total_minor, buyer_is_company=is_company, parameters=rules):
        raise Refusal("cash_above_limit")
    if tendered_minor < due:
        raise Refusal("cash_too_little")
    payment = _book(order, CASH, clerk=clerk, store=store, amount_minor=due, tendered_minor=tendered_minor)
    return Taken(payment, tendered_minor - due)


@transaction.atomic
def take_terminal(order: Order, *, terminal_reference: str, clerk: User, store: Store) -> Taken:
    """CARD-09 · A3.1 — book what the store's card terminal collected. A reference is booked once per store."""
    order, due = _due(order, clerk=clerk, store=store)
    reference = f"{store.code}:{terminal_reference.strip()}"
    try:
        with transaction.atomic():
            payment = _book(order, TERMINAL, clerk=clerk, store=store, amount_minor=due, gateway_reference=reference)
    except IntegrityError as error:
        raise Refusal("terminal_reference_used") from error
    return Taken(payment)


def _due(order: Order, *, clerk: User, store: Store) -> tuple[Order, int]:
    access.require(clerk, "counter.sell", at=store.pk)
    order = order_states.lock(order)
    part = instalments.next_part(order)
    collecting.refuse_unpayable(order, has_part=part is not None)
    return order, part.amount_minor if part else order.total_minor - order.paid_minor


def _book(
    order: Order,
    gateway: str,
    *,
    clerk: User,
    store: Store,
    amount_minor: int,
    tendered_minor: int | None = None,
    gateway_reference: str | None = None,
) -> Payment:
    payment = Payment.objects.create(
        order=order,
        instalment=instalments.next_part(order),
        gateway=gateway,
        reference=collecting.new_reference(),
        gateway_reference=gateway_reference,
        amount_minor=amount_minor,
        received_minor=amount_minor,
        tendered_minor=tendered_minor,
        currency=order.currency,
        store=store,
        received_by=clerk,
        settled_at=clock.now(),
    )
    settlement.settle(payment)
    return payment

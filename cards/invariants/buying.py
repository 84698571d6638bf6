"""Orders and money (invariants 13 to 21). Each check is one query over what could be broken."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from cards.models import Card, Instalment, InstalmentPlan, Order, OrderEvent, OrderLine, Payment, Refund, Term
from cards.policy import states
from core import audit, periods
from core.models import AuditRecord
from core.verify import invariant

BOOKED = (Order.State.PART_PAID, Order.State.PAID, Order.State.FULFILLED, Order.State.REFUNDED)


def _sum(rows: "QuerySet[Refund] | QuerySet[Payment] | QuerySet[OrderLine]", by: str, field: str) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total), 0)


@invariant(13, "no more is refunded than was paid, per payment and per order")
def refunded_within_paid() -> Iterator[str]:
    of_payment = Refund.objects.filter(payment=OuterRef("pk"))
    payments = Payment.objects.annotate(back=_sum(of_payment, "payment", "amount_minor"))
    for payment in payments.filter(~Q(back=F("refunded_minor")) | Q(refunded_minor__gt=F("received_minor"))):
        yield f"payment {payment.reference}: refunds do not add up"
    booked = Payment.objects.filter(order=OuterRef("pk"), state=Payment.State.SUCCEEDED)
    orders = Order.objects.annotate(
        came=_sum(booked, "order", "amount_minor"), went=_sum(booked, "order", "refunded_minor")
    )
    for order in orders.filter(~Q(came=F("paid_minor")) | ~Q(went=F("refunded_minor"))):
        yield f"order {order}: payments do not add up to what is booked"


@invariant(14, "an order's total is its lines less discounts")
def total_is_lines() -> Iterator[str]:
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    orders = Order.objects.annotate(
        listed=_sum(lines, "order", "unit_price_minor"),
        off=_sum(lines, "order", "discount_minor"),
        net=_sum(lines, "order", "total_minor"),
    )
    exact = Q(listed=F("subtotal_minor"), off=F("discount_minor"), net=F("total_minor"))
    for order in orders.exclude(exact):
        yield f"order {order}: lines do not add up"


@invariant(15, "instalments sum to the total and keep their day of the month")
def instalments_exact() -> Iterator[str]:
    plans = InstalmentPlan.objects.select_related("order").annotate(
        sum=Sum("instalments__amount_minor"), count=Count("instalments")
    )
    for plan in plans.exclude(sum=F("order__total_minor"), count=F("parts")):
        yield f"plan of {plan.order}: parts do not add up"
    for whole in InstalmentPlan.objects.prefetch_related("instalments").iterator(chunk_size=500):
        due = [part.due_on for part in sorted(whole.instalments.all(), key=lambda part: part.sequence)]
        if due != list(periods.monthly_series(whole.first_due_on, whole.parts)):
            yield f"plan of {whole}: due days drift"


@invariant(16, "one gateway reference is one payment")
def gateway_reference_once() -> Iterator[str]:
    twice = Payment.objects.filter(gateway_reference__isnull=False).values("gateway", "gateway_reference")
    for row in twice.annotate(times=Count("pk")).filter(times__gt=1):
        yield f"{row['gateway']} {row['gateway_reference']}: {row['times']} payments"


@invariant(17, "orders change state only as listed, and their history says how")
def listed_transitions() -> Iterator[str]:
    at: dict[int, str] = {}
    for event in OrderEvent.objects.order_by("order_id", "pk").iterator(chunk_size=2000):
        before = at.get(event.order_id, "")
        if event.from_state != before or (before and not _listed(before, event.to_state)):
            yield f"order {event.order_id}: {before or 'nothing'} → {event.to_state}"
        at[event.order_id] = event.to_state
    newest = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-pk").values("to_state")[:1]
    for order in Order.objects.annotate(told=Subquery(newest)).exclude(told=F("state")):
        yield f"order {order}: its history does not end in its state"


@invariant(18, "an order is delivered exactly when the ordered cards and terms exist")
def delivered_means_cards() -> Iterator[str]:
    has_card = Exists(Card.objects.filter(order_line=OuterRef("pk")))
    has_term = Exists(Term.objects.filter(order_line=OuterRef("pk")))
    lines = OrderLine.objects.select_related("order").annotate(card_there=has_card, term_there=has_term)
    buys, renews = Q(order__kind=Order.Kind.PURCHASE), Q(order__kind=Order.Kind.RENEWAL)
    there = (buys & Q(card_there=True)) | (renews & Q(term_there=True))
    delivered = Q(order__state=Order.State.FULFILLED)
    for line in lines.filter(delivered).exclude(there):
        yield f"order line {line}: delivered, but nothing exists"
    unpaid = Q(order__state__in=[Order.State.PLACED, Order.State.CANCELLED, Order.State.EXPIRED])
    waiting = Q(order__state__in=[Order.State.PART_PAID, Order.State.PAID])
    for line in lines.filter(unpaid | waiting).filter(there):
        yield f"order line {line}: exists, but the order is not delivered"
    for order in Order.objects.filter(state__in=[Order.State.PART_PAID, Order.State.PAID], exception=""):
        yield f"order {order}: paid, not delivered, and on nobody's list"


@invariant(19, "price and terms are those of the moment the order was placed")
def frozen_at_placement() -> Iterator[str]:
    placed = AuditRecord.objects.filter(action="cards.order.place").iterator(chunk_size=2000)
    said = {record.subject: record.details.get("total_minor") for record in placed}
    for order in Order.objects.only("pk", "number", "total_minor").iterator(chunk_size=2000):
        if said.get(audit.label_of(order)) != order.total_minor:
            yield f"order {order}: {order.total_minor} is not what was placed"


@invariant(20, "money goes back to the instrument it came from")
def refunds_to_source() -> Iterator[str]:
    done = Refund.objects.filter(state=Refund.State.SUCCEEDED).select_related("payment")
    for refund in done.filter(Q(gateway_reference="") | Q(payment__state__in=["created", "failed", "cancelled"])):
        yield f"refund {refund}: not proved by {refund.payment.gateway}"


@invariant(21, "only verified money books an order, and a term is added once")
def verified_money_only() -> Iterator[str]:
    money = Payment.objects.filter(order=OuterRef("pk"), state=Payment.State.SUCCEEDED, settled_at__isnull=False)
    booked = Order.objects.filter(state__in=BOOKED, total_minor__gt=0)
    for order in booked.filter(~Exists(money)):
        yield f"order {order}: booked without money"
    online = Payment.objects.filter(state=Payment.State.SUCCEEDED, gateway__in=settings.PAYMENT_GATEWAYS)
    for payment in online.filter(Q(gateway_reference__isnull=True) | Q(gateway_reference="")):
        yield f"payment {payment}: no word of its provider"
    for part in Instalment.objects.filter(paid_at__isnull=False).exclude(payments__state=Payment.State.SUCCEEDED):
        yield f"instalment {part}: paid without a payment"
    yield from _uneven_plans()


def _uneven_plans() -> Iterable[str]:
    paid = Instalment.objects.filter(plan__order=OuterRef("pk"), paid_at__isnull=False)
    total = paid.order_by().values("plan__order").annotate(total=Sum("amount_minor")).values("total")
    for order in Order.objects.filter(plan__isnull=False).annotate(parts=Coalesce(Subquery(total), 0)):
        if order.paid_minor != order.parts:
            yield f"order {order}: paid parts do not add up to what is booked"


def _listed(before: str, after: str) -> bool:
    return states.OrderState(after) in states.ORDER[states.OrderState(before)]

"""How an order stands, for its buyer and for the counter (CARD-10 · A3.3.4)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.functional import cached_property

from cards.models import Card, Instalment, Order, OrderLine, Payment
from cards.policy import purchase
from core import clock

if TYPE_CHECKING:
    from core.models import User

STEPS = ("placed", "paid", "delivered", "activated")


def of_buyer(user: "User") -> QuerySet[Order]:
    """The orders a user may see in the portal: her own, newest first."""
    return Order.objects.filter(member__user=user).select_related("member__user", "store").order_by("-id")


@dataclass(frozen=True)
class Standing:
    """Everything the order's page shows, gathered in a constant number of queries."""

    order: Order
    lines: Sequence[OrderLine]
    cards: Sequence[Card]
    payments: Sequence[Payment]
    parts: Sequence[Instalment]

    @cached_property
    def open_payment(self) -> Payment | None:
        return next((one for one in self.payments if one.state == Payment.State.CREATED), None)

    @cached_property
    def received(self) -> list[Payment]:
        return [one for one in self.payments if one.state == Payment.State.SUCCEEDED]

    @cached_property
    def next_part(self) -> Instalment | None:
        return next((part for part in self.parts if part.paid_at is None), None)

    @property
    def due_minor(self) -> int:
        """What paying now would collect: the next part, or all."""
        return self.next_part.amount_minor if self.next_part else self.order.total_minor - self.order.paid_minor

    @property
    def left_minor(self) -> int:
        return self.order.total_minor - self.order.paid_minor

    @property
    def can_pay(self) -> bool:
        state, now = self.order.state, clock.now()
        if state == Order.State.PLACED:
            return purchase.may_start_payment(now, pay_before_at=self.order.pay_before_at)
        return state in {Order.State.FULFILLED, Order.State.PART_PAID} and self.next_part is not None

    @property
    def is_late(self) -> bool:
        part = self.next_part
        return part is not None and part.sequence > 1 and part.due_on < clock.today()

    @property
    def can_cancel(self) -> bool:
        return self.order.state == Order.State.PLACED

    @cached_property
    def situation(self) -> str:
        """One word for where the buyer stands: what the page says and what it offers next."""
        order, newest = self.order, self.payments[0] if self.payments else None
        if order.state == Order.State.PLACED:
            if newest is not None and newest.state in {Payment.State.CREATED, Payment.State.QUARANTINED}:
                return "confirming" if newest.state == Payment.State.CREATED else "looked-into"
            if newest is not None and newest.state in {Payment.State.FAILED, Payment.State.CANCELLED}:
                return "failed" if self.can_pay else "too-late"
            return "to-pay" if self.can_pay else "too-late"
        if order.state in {Order.State.PAID, Order.State.PART_PAID}:
            return "waiting"
        if order.state == Order.State.FULFILLED:
            if self.is_late:
                return "part-late"
            if order.kind == Order.Kind.RENEWAL:
                return "renewed"
            waiting = any(card.state == Card.State.ISSUED for card in self.cards)
            return "to-activate" if waiting else "done"
        return str(order.state)

    @property
    def is_moving(self) -> bool:
        """Whether something may change by itself soon, so that the page keeps asking."""
        return self.situation in {"confirming", "waiting"} or self.open_payment is not None

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The steps of a purchase (of a renewal: the first three) with `done`, `now`, `next` or `failed`."""
        order = self.order
        steps = (*STEPS[:2], "renewed") if order.kind == Order.Kind.RENEWAL else STEPS
        ended = order.state in {Order.State.CANCELLED, Order.State.EXPIRED, Order.State.REFUNDED}
        reached = 1
        if order.paid_minor:
            reached = 2
        if order.state == Order.State.FULFILLED:
            reached = 4 if self.cards and all(card.activated_at for card in self.cards) else 3
        marks = []
        for position, step in enumerate(steps):
            mark = "done" if position < reached else "failed" if ended else "now" if position == reached else "next"
            marks.append((step, "next" if ended and position > reached else mark))
        return marks


def standing(order: Order) -> Standing:
    """Five queries, whatever the order holds."""
    lines = list(order.lines.select_related("version__product").order_by("position"))
    cards = Card.objects.filter(order_line__order=order).select_related("number", "version", "product")
    renewed = [line.card_id for line in lines if line.card_id]
    if renewed:
        cards = cards | Card.objects.filter(pk__in=renewed).select_related("number", "version", "product")
    return Standing(
        order=order,
        lines=lines,
        cards=list(cards.order_by("pk")),
        payments=list(order.payments.order_by("-pk")),
        parts=list(Instalment.objects.filter(plan__order=order).order_by("sequence")),
    )


@dataclass(frozen=True)
class Invoice:
    """Whom an invoice is to be made out to."""

    kind: str = "person"
    title: str = ""
    tax_number: str = ""
    email: str = ""

    @property
    def is_company(self) -> bool:
        return self.kind == "company"

    def packed(self) -> str:
        """As the order keeps it, sealed."""
        return json.dumps(self.__dict__, ensure_ascii=False)


def invoice_of(order: Order) -> Invoice | None:
    return Invoice(**json.loads(order.invoice)) if order.invoice else None

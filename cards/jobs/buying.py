"""What happens to orders and payments by itself (CARD-09, CARD-10, CARD-17).

Talking to a provider takes time and must not happen inside a transaction, so those three are plain tasks over what is
due; each of their steps can be repeated. The rest are sweeps.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cards.models import Card, Instalment, Order, Payment, Refund
from cards.operations import fulfilment, instalments, orders
from cards.payments import collecting, refunds
from cards.payments.sandbox import delivery
from cards.policy.parameters import InstalmentParameters
from core import clock, jobs, sweeps

AT_ONCE = 200
ASK_AGAIN = dt.timedelta(seconds=55)


@shared_task(name="cards.ask_payments")
def ask_payments() -> int:
    """Ask providers what became of payments whose word is late; each at most once a minute."""
    now = clock.now()
    due = Payment.objects.filter(state=Payment.State.CREATED, created_at__lt=collecting.overdue_since())
    due = due.filter(Q(checked_at__isnull=True) | Q(checked_at__lt=now - ASK_AGAIN))
    online = due.filter(gateway__in=settings.PAYMENT_GATEWAYS)
    payments = list(online.select_related("order").order_by("checked_at", "pk")[:AT_ONCE])
    return len(jobs.each(payments, collecting.ask))


@shared_task(name="cards.send_refunds")
def send_refunds() -> int:
    """Hand written refunds to their providers; those of the counter wait for a person.

    Who was sent longest ago comes first, so that refunds that a provider never answers hold up no others.
    """
    due = Refund.objects.filter(state=Refund.State.REQUESTED, payment__gateway__in=settings.PAYMENT_GATEWAYS)
    longest_ago = F("sent_at").asc(nulls_first=True)
    rows = list(due.select_related("payment__order").order_by(longest_ago, "pk")[:AT_ONCE])
    return len(jobs.each(rows, refunds.send))


@shared_task(name="cards.deliver_sandbox_callbacks")
def deliver_sandbox_callbacks() -> int:
    """The sandbox provider's own worker."""
    return delivery.deliver_due() if settings.SANDBOX else 0


class _ByKey(sweeps.Sweep):
    """A sweep over rows in the order of their keys."""

    def due(self) -> QuerySet[Any]:
        raise NotImplementedError

    def total(self, ctx: sweeps.Context) -> int | None:
        return self.due().count()

    def claim(self, after: Any, limit: int) -> Sequence[Any]:
        rows = self.ctx.within(self.due())
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


class UnpaidOrders(_ByKey):
    """CARD-10 · A3.3.4 — close orders that nobody paid in time."""

    name = "orders.expire"
    label = _("Unpaid orders")
    batch = 200

    def due(self) -> QuerySet[Order]:
        return Order.objects.filter(state=Order.State.PLACED, pay_before_at__lte=clock.now())

    def process(self, keys: Sequence[Any]) -> int:
        return sum(orders.expire(order) for order in Order.objects.filter(pk__in=keys).order_by("pk"))


class WaitingOrders(_ByKey):
    """CARD-10 · A3.3.4 — deliver paid orders that wait for stock, the oldest first."""

    name = "orders.deliver"
    label = _("Orders waiting for stock")
    batch = 100

    def due(self) -> QuerySet[Order]:
        return Order.objects.filter(exception=fulfilment.NO_STOCK)

    def process(self, keys: Sequence[Any]) -> int:
        return sum(fulfilment.retry(order) for order in Order.objects.filter(pk__in=keys).order_by("pk"))


class LateInstalments(_ByKey):
    """CARD-17 · A5.2 — remind of late parts, suspend cards whose part is too late."""

    name = "instalments.follow-up"
    label = _("Late instalments")
    batch = 500

    def due(self) -> QuerySet[Instalment]:
        limits = self.ctx.parameters.of(InstalmentParameters)
        first, suspend = instalments.late_steps(self.ctx.on, limits=limits)
        active = Q(plan__order__lines__issued_card__state=Card.State.ACTIVE)
        active |= Q(plan__order__lines__card__state=Card.State.ACTIVE)
        remind = Q(due_on__lte=first, due_on__gt=suspend) & (
            Q(reminded_step__isnull=True) | Q(reminded_step__lt=max(limits.remind_days))
        )
        unpaid = Instalment.objects.filter(paid_at__isnull=True, plan__order__state=Order.State.FULFILLED)
        return unpaid.filter(remind | (Q(due_on__lte=suspend, suspended_at__isnull=True) & active)).distinct()

    def process(self, keys: Sequence[Any]) -> int:
        return instalments.follow_up(keys)


for sweep in (UnpaidOrders(), WaitingOrders(), LateInstalments()):
    sweeps.register(sweep)

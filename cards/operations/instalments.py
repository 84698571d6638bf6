"""Paying in monthly parts: the plan, reminders, suspension and restoration (CARD-09, CARD-17 · A5.2)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from cards.models import Card, Instalment, InstalmentPlan, Order
from cards.operations import order_states
from cards.policy import instalments as rule
from cards.policy import states
from cards.policy.parameters import InstalmentParameters
from core import audit, clock, parameters, show


def make_plan(order: Order, *, parts: int, first_due_on: dt.date) -> InstalmentPlan:
    """CARD-09 · A5.2 — the parts of a new order; the first is due now. Refuses a number of parts that is not offered."""
    offered = parameters.in_force(InstalmentParameters, on=first_due_on)
    planned = rule.plan(order.total_minor, parts=parts, first_due_on=first_due_on, parameters=offered)
    plan = InstalmentPlan.objects.create(order=order, parts=parts, first_due_on=first_due_on)
    Instalment.objects.bulk_create(
        Instalment(plan=plan, sequence=part.number, due_on=part.due_on, amount_minor=part.amount_minor)
        for part in planned
    )
    return plan


def next_part(order: Order) -> Instalment | None:
    """The part to be paid next; None when the order is paid at once or all parts are paid."""
    return Instalment.objects.filter(plan__order=order, paid_at__isnull=True).order_by("sequence").first()


def take_payment(part: Instalment) -> None:
    """Mark a part paid, and give the card back its life when nothing keeps it suspended any longer."""
    part.paid_at = clock.now()
    part.save(update_fields=["paid_at"])
    order = part.plan.order
    for card in _cards_of(order):
        if card.suspension == Card.Suspension.ARREARS and _standing(order).standing != rule.Standing.SUSPENDED:
            _set_state(card, Card.State.ACTIVE, "")
            order_states.tell(order, "instalment.restored", key=str(part.sequence))


@transaction.atomic
def follow_up(part_ids: Sequence[int]) -> int:
    """CARD-17 · A5.2 — remind of late parts and suspend cards whose oldest unpaid part is too late.

    Each reminder is written once per part and step; a night that was missed sends only the step now due. A card that
    was not active at the time is suspended by the first run after it is.
    """
    today = clock.today()
    limits = parameters.in_force(InstalmentParameters, on=today)
    parts = (
        Instalment.objects.select_for_update(of=("self",))
        .select_related("plan__order__member__user", "plan__order__store")
        .filter(pk__in=part_ids, paid_at__isnull=True)
        .order_by("pk")
    )
    return sum(_follow_up(part, today=today, limits=limits) for part in parts)


def late_steps(today: dt.date, *, limits: InstalmentParameters) -> tuple[dt.date, dt.date]:
    """The last due days that deserve a first reminder, and a suspension."""
    first = min((*limits.remind_days, limits.suspend_day))
    return today - dt.timedelta(days=first), today - dt.timedelta(days=limits.suspend_day)


def _follow_up(part: Instalment, *, today: dt.date, limits: InstalmentParameters) -> int:
    late, order, done = (today - part.due_on).days, part.plan.order, 0
    due = [step for step in limits.remind_days if step <= late]
    if due and late < limits.suspend_day and (part.reminded_step or 0) < max(due):
        part.reminded_step = max(due)
        order_states.tell(order, "instalment.late", key=f"{part.sequence}:{max(due)}", context=_facts(part, limits))
        done = 1
    if late >= limits.suspend_day and part.suspended_at is None:
        done = _suspend(part, limits=limits)
    if done:
        part.save(update_fields=["reminded_step", "suspended_at"])
    return done


def _suspend(part: Instalment, *, limits: InstalmentParameters) -> int:
    order = part.plan.order
    cards = [card for card in _cards_of(order) if card.state == Card.State.ACTIVE]
    for card in cards:
        _set_state(card, Card.State.SUSPENDED, Card.Suspension.ARREARS)
    if cards:
        part.suspended_at = clock.now()
        order_states.tell(order, "instalment.suspended", key=str(part.sequence), context=_facts(part, limits))
    return len(cards)


def _set_state(card: Card, state: str, because: str) -> None:
    states.check(states.CARD, states.CardState(card.state), states.CardState(state))
    card.state, card.suspension = state, because
    card.save(update_fields=["state", "suspension"])
    action = "cards.card.suspend" if because else "cards.card.restore"
    audit.record(action, subject=card, member_id=card.holder_id or card.purchaser_id, reason=because)


def _standing(order: Order) -> rule.Arrears:
    left = Instalment.objects.filter(plan__order=order, paid_at__isnull=True)
    parts = [rule.Part(part.sequence, part.amount_minor, part.due_on) for part in left]
    today = clock.today()
    return rule.standing_on(today, unpaid=parts, parameters=parameters.in_force(InstalmentParameters, on=today))


def _cards_of(order: Order) -> list[Card]:
    """The cards an order pays for, locked: those it bought and those it renewed."""
    bought = list(Card.objects.filter(order_line__order=order).values_list("pk", flat=True))
    renewed = list(order.lines.filter(card__isnull=False).values_list("card_id", flat=True))
    return list(Card.objects.select_for_update(of=("self",)).filter(pk__in=[*bought, *renewed]).order_by("pk"))


def _facts(part: Instalment, limits: InstalmentParameters) -> dict[str, str]:
    order = part.plan.order
    return {
        "part": f"{part.sequence}/{part.plan.parts}",
        "amount": show.money(part.amount_minor, order.currency),
        "due_on": str(part.due_on),
        "suspended_from": str(part.due_on + dt.timedelta(days=limits.suspend_day)),
    }

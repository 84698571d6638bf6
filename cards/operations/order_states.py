"""The one way an order changes its state: by the table, with its history kept and its buyer told (CARD-10 · A3.3.4)."""

from collections.abc import Mapping
from typing import Any

from cards.models import Order, OrderEvent
from cards.operations import part_payment
from cards.policy import states
from core import audit, show
from core.messaging import outbox
from core.models import User


def move(order: Order, to: str, *, actor: User | None = None, note: str = "") -> None:
    """Move a locked order; refuses a way that the table does not list. The caller saves nothing of its own before."""
    before = states.OrderState(order.state)
    states.check(states.ORDER, before, states.OrderState(to))
    order.state = to
    order.save()
    OrderEvent.objects.create(order=order, from_state=before.value, to_state=to, actor=actor, note=note[:200])
    audit.record(
        "cards.order.move",
        subject=order,
        actor=actor,
        member_id=order.member_id,
        store_id=order.store_id,
        details={"from": before.value, "to": to, "note": note},
    )
    part_payment.moved(order, before.value)


def lock(order: Order) -> Order:
    """The order as it is now, held until the transaction ends."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("member__user", "store")
    return rows.get(pk=order.pk)


def tell(order: Order, event: str, *, key: str = "", context: Mapping[str, Any] | None = None) -> None:
    """Tell the buyer, in her language, with a link to the order; once per order (and `key`, where it may recur)."""
    member = order.member
    line = order.lines.select_related("version").get(position=1)
    outbox.send(
        event,
        key=f"{order.pk}:{key}" if key else str(order.pk),
        to=member.user,
        member_id=member.pk,
        language=member.language,
        link=path_of(order),
        context={
            "order": order.number,
            "product": line.version.worded("name", member.language),
            "total": show.money(order.total_minor, order.currency),
            **(context or {}),
        },
    )


def path_of(order: Order) -> str:
    return f"/orders/{order.token}/"

"""Occasions of points that the programme finds by itself or a colleague records (LOY-04, LOY-08 · B7).

A batch locks the accounts of its members first, in the order of their ids, as every other writer does one at a time.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from cards.models import Order
from cards.operations import serving
from core import access, audit, clock
from core.models import User
from core.refusals import Refusal
from loyalty.models import EarnOccasion, PointAccount, PointTransaction
from loyalty.operations import earnings, reversals
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Cause
from loyalty.policy import returns
from loyalty.policy.rules import Kind
from loyalty.policy.tasks import Task
from loyalty.queries import occasions
from members.models import Member

RECORD = "loyalty.record_occasion"


@transaction.atomic
def judge_orders(keys: Sequence[int]) -> int:
    """LOY-04 · B7.1 — what paid orders earn, by the rules of the moment they were paid; the buyer gets it."""
    rows = occasions.orders_due().filter(pk__in=keys).select_related("member", "store")
    due = list(rows.prefetch_related("lines__version__product").order_by("pk"))
    _lock(order.member_id for order in due)
    for order in due:
        _judge(order)
    return len(due)


def _judge(order: Order) -> None:
    if order.paid_at is None:
        raise ValueError("an order is judged when it is paid")
    lines = [Line(line.total_minor, sku=line.version.product.code) for line in order.lines.all()]
    earnings.of_occasion(
        order.member,
        occasions.OF_ORDERS[Order.Kind(order.kind)],
        key=order.number,
        at=order.paid_at,
        store=order.store,
        lines=lines,
        order=order,
    )


@transaction.atomic
def take_back(keys: Sequence[int]) -> int:
    """LOY-08 · B7 — an order was refunded, whole or in part: the same part of what it earned goes back.

    A refund counts from the moment that it is written, when the money is owed back: a provider that answers late, never or
    twice changes nothing of it. What was spent meanwhile is owed, as after a return.
    """
    _lock(EarnOccasion.objects.filter(pk__in=keys).values_list("member_id", flat=True))
    due = list(
        occasions.refunds_due()
        .filter(pk__in=keys)
        .select_related("member", "earned__member", "order__store")
        .order_by("pk")
    )
    for row in due:
        _take_back(row)
    return len(due)


def _take_back(row: EarnOccasion) -> None:
    if row.earned is None or row.order is None:
        raise ValueError("only what an order earned is taken back")
    refunded = min(row.order.refunded_minor, row.net_minor)
    gone = -sum(row.earned.reversals.values_list("points", flat=True))
    share = returns.share(
        row.earned.points,
        of_minor=row.net_minor,
        returned_minor=refunded - row.reversed_minor,
        already_minor=row.reversed_minor,
        already_points=gone,
    )
    if share:
        key = f"{row.order.number}:{refunded}"
        if row.kind == EarnOccasion.Kind.RENEWAL_BACK:
            key = f"{key}:back"
        order = row.order
        said = {"order": order.number, "minor": refunded, "of_minor": row.net_minor, "currency": order.currency}
        cause = Cause("order-refund", key, clock.now(), why={"refund": said}, store=order.store)
        reversals.take_back(row.earned, share, cause=cause)
    EarnOccasion.objects.filter(pk=row.pk).update(reversed_minor=refunded)
    audit.record(
        "loyalty.occasion.return",
        subject=row,
        member_id=row.member_id,
        details={"net_minor": refunded - row.reversed_minor, "points": -share},
    )


@transaction.atomic
def judge_tasks(task: Task, members: Sequence[int]) -> int:
    """LOY-04 · B7.1 — members who have done a task get what the rules give for it today, once."""
    due = list(occasions.members_due(task).filter(pk__in=members).order_by("pk"))
    _lock(member.pk for member in due)
    for member in due:
        earnings.of_occasion(member, Kind.TASK, key=f"{task}:{member.pk}", at=clock.now(), code=task)
    return len(due)


@transaction.atomic
def record(member: Member, kind: Kind, code: str, *, by: User) -> PointTransaction | None:
    """LOY-04 · B7.1 — a colleague notes that a member did a task or came to an event. Each counts once for a member.

    Only what a rule in force names can be noted (`occasion_unknown`); nobody notes anything for himself.
    """
    access.require(by, RECORD)
    serving.refuse_own(member, clerk=by)
    if member.state != Member.State.ACTIVE:
        raise Refusal("occasion_member_closed")
    if (kind, code) not in occasions.recordable(clock.now()):
        raise Refusal("occasion_unknown")
    return earnings.of_occasion(member, kind, key=f"{code}:{member.pk}", at=clock.now(), actor=by, code=code)


def _lock(members: Iterable[int]) -> None:
    """Their accounts, opened where there is none, held in the order of the ids."""
    keys = sorted(set(members))
    PointAccount.objects.bulk_create([PointAccount(member_id=pk) for pk in keys], ignore_conflicts=True)
    list(PointAccount.objects.select_for_update().filter(pk__in=keys).order_by("pk"))

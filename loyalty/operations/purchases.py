"""Purchases and returns as they arrive: recorded once, they earn or take back points and move the tier (LOY-04, LOY-08)."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from core import audit, clock, crypto, money, parameters
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import PointTransaction, Purchase, PurchaseLine, PurchaseReturn, PurchaseReturnLine
from loyalty.operations import earnings, ledger, money_off, reversals, standings
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Cause
from loyalty.operations.new_purchases import NewPurchase
from loyalty.policy import returns
from loyalty.policy.parameters import TierParameters
from loyalty.queries import figures
from members.models import Member

MOST_LINES = 1_000
EARLIEST = dt.datetime(1969, 12, 31, tzinfo=dt.UTC)  # 1970 has begun there somewhere
CLOCKS_DIFFER = dt.timedelta(minutes=5)
Row = TypeVar("Row", bound=Purchase | PurchaseReturn | NewPurchase)
_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True)
class Arrival:
    """How a purchase or a return came to us: its key at the source, where, by whom, when it happened."""

    source: str
    external_id: str
    occurred_at: dt.datetime
    store: Store | None = None
    clerk: User | None = None
    receipt_number: str = ""


@transaction.atomic
def record(member: Member | None, lines: Sequence[Line], *, arrival: Arrival, currency: str = "CNY") -> Purchase:
    """LOY-04 · B7.1 — a purchase, its points and what it does to the tier. Delivered twice it counts once.

    Refuses `purchase_empty`, `purchase_in_the_future`, `purchase_too_long_ago`, an amount or quantity below zero, and the
    key of another purchase.
    """
    body = digest(member.pk if member else None, lines, arrival, currency)
    account = ledger.account_of(member) if member is not None else None
    before = Purchase.objects.filter(source=arrival.source, external_id=arrival.external_id).first()
    if before is not None:
        return same(before, body)
    refuse_unfit(lines, arrival, now=clock.now())
    policy = parameters.in_force(TierParameters, on=clock.day_of(arrival.occurred_at))
    purchase = Purchase.objects.create(
        member=member,
        source=arrival.source,
        external_id=arrival.external_id,
        body_hash=body,
        receipt_number=arrival.receipt_number,
        store=arrival.store,
        clerk=arrival.clerk,
        currency=currency,
        net_minor=sum(line.net_minor for line in lines),
        tier=figures.standing(member, parameters=policy).tier if member else "",
        occurred_at=arrival.occurred_at,
        occurred_on=clock.day_of(arrival.occurred_at),
    )
    PurchaseLine.objects.bulk_create(
        PurchaseLine(purchase=purchase, position=place, **vars(line)) for place, line in enumerate(lines, start=1)
    )
    if member is not None and account is not None:
        purchase.earned = earnings.of_purchase(purchase, member, lines, account=account, policy=policy)
        if purchase.earned is not None:
            purchase.save(update_fields=["earned"])
        standings.decide([member.pk], on=clock.today())
    audit.record(
        "loyalty.purchase.record",
        subject=purchase,
        actor=arrival.clerk,
        member_id=member.pk if member else None,
        store_id=arrival.store.pk if arrival.store else None,
        details={"net_minor": purchase.net_minor, "points": purchase.earned.points if purchase.earned else 0},
    )
    return purchase


@transaction.atomic
def take_back(
    purchase: Purchase, quantities: dict[int, int], *, arrival: Arrival, undone: bool = False
) -> PurchaseReturn:
    """LOY-08 · B7 — goods came back: `quantities` by line position. Each line takes back its own share of the points.

    A part of a line is worth its share of the line, the last piece the exact rest. Delivered twice it counts once;
    refuses what was not bought or has come back already (`return_too_large`) and `return_in_the_future`. What is `undone`
    never was bought: a tier that it had helped to reach goes with it by the day of its recording (`standings.after_return`).
    """
    if purchase.member is not None:
        ledger.account_of(purchase.member)
    purchase = Purchase.objects.select_for_update(of=("self",)).select_related("member", "earned").get(pk=purchase.pk)
    body = _key([purchase.pk, sorted(quantities.items())])
    before = PurchaseReturn.objects.filter(source=arrival.source, external_id=arrival.external_id).first()
    if before is not None:
        return same(before, body)
    if arrival.occurred_at > clock.now() + CLOCKS_DIFFER:
        raise Refusal("return_in_the_future", status=400)
    if purchase.member_id is not None:
        standings.settle([purchase.member_id], through=clock.today())
    back = _returned(purchase, quantities)
    total = sum(minor for _, _, minor in back)
    whole = _all_is_back(purchase, quantities)
    _give_back(purchase, total, arrival, whole=whole)
    taken = _take_points(purchase, total, arrival, whole=whole)
    row = PurchaseReturn.objects.create(
        purchase=purchase,
        source=arrival.source,
        external_id=arrival.external_id,
        body_hash=body,
        net_minor=total,
        clerk=arrival.clerk,
        occurred_at=arrival.occurred_at,
        taken=taken,
    )
    PurchaseReturnLine.objects.bulk_create(
        PurchaseReturnLine(of_return=row, line=line, quantity=count, net_minor=minor) for line, count, minor in back
    )
    PurchaseLine.objects.bulk_update([line for line, _, _ in back], ["returned_quantity", "returned_minor"])
    purchase.returned_minor += total
    purchase.save(update_fields=["returned_minor"])
    standings.after_return(purchase, undone=undone)
    audit.record(
        "loyalty.purchase.return",
        subject=purchase,
        actor=arrival.clerk,
        member_id=purchase.member_id,
        details={"net_minor": total, "points": taken.points if taken else 0},
    )
    return row


def _give_back(purchase: Purchase, minor: int, arrival: Arrival, *, whole: bool) -> None:
    """What points and a coupon had taken off; before anything is taken, so that it can be taken from these."""
    key = f"{arrival.source}:{arrival.external_id}"[:80]
    cause = Cause("return-points", key, arrival.occurred_at, actor=arrival.clerk)
    money_off.give_back(purchase, minor, cause=cause, whole=whole)


def _all_is_back(purchase: Purchase, quantities: dict[int, int]) -> bool:
    left = purchase.lines.aggregate(left=Sum(F("quantity") - F("returned_quantity"), default=0))["left"]
    return bool(left == sum(quantities.values()))


def _take_points(purchase: Purchase, minor: int, arrival: Arrival, *, whole: bool) -> PointTransaction | None:
    """The share of the amount; all that is left with the last piece, also of goods that were given away."""
    if purchase.earned is None:
        return None
    gone = -sum(purchase.earned.reversals.values_list("points", flat=True))
    share = purchase.earned.points - gone
    if not whole:
        share = returns.share(
            purchase.earned.points,
            of_minor=purchase.net_minor,
            returned_minor=minor,
            already_minor=purchase.returned_minor,
            already_points=gone,
        )
    if share == 0:
        return None
    key = f"{arrival.source}:{arrival.external_id}"[:80]
    return reversals.take_back(
        purchase.earned, share, cause=Cause("return", key, arrival.occurred_at, actor=arrival.clerk)
    )


def _returned(purchase: Purchase, quantities: dict[int, int]) -> list[tuple[PurchaseLine, int, int]]:
    """Each line that comes back, how many of it, and what they are worth; the lines are changed, not yet saved."""
    lines = {line.position: line for line in purchase.lines.select_for_update().order_by("position")}
    if not quantities:
        raise Refusal("return_empty", status=400)
    found = []
    for position, count in sorted(quantities.items()):
        line = lines.get(position)
        if line is None or not 0 < count <= line.quantity - line.returned_quantity:
            raise Refusal("return_too_large")
        gone = line.returned_quantity + count
        worth = line.net_minor * gone // line.quantity - line.returned_minor
        line.returned_quantity, line.returned_minor = gone, line.returned_minor + worth
        found.append((line, count, worth))
    return found


def refuse_unfit(lines: Sequence[Line], arrival: Arrival, *, now: dt.datetime) -> None:
    if not lines:
        raise Refusal("purchase_empty", status=400)
    if len(lines) > MOST_LINES:
        raise Refusal("purchase_too_long", status=400, most=MOST_LINES)
    if any(line.net_minor < 0 or line.quantity < 1 or line.net_minor > money.LARGEST_MINOR for line in lines):
        raise Refusal("purchase_line_unfit", status=400)
    if arrival.occurred_at > now + CLOCKS_DIFFER:
        raise Refusal("purchase_in_the_future", status=400)
    if arrival.occurred_at < EARLIEST:
        raise Refusal("purchase_too_long_ago", status=400)


def same(before: Row, body: str) -> Row:
    if not crypto.same(before.body_hash, body):
        raise Refusal("key_reused")
    return before


def digest(member: int | None, lines: Sequence[Line], arrival: Arrival, currency: str) -> str:
    """What the purchase is, so that another under the same key is known for another."""
    store = arrival.store.pk if arrival.store else None
    said = [member, store, arrival.occurred_at.isoformat(), currency]
    return _key([*said, [vars(line) for line in lines]])


def _key(content: list[Any]) -> str:
    return crypto.keyed_digest(_encoded(content), key=settings.INDEX_KEY, purpose="purchase")

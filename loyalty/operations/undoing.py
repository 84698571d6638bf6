"""Purchases that never were (LOY-04, LOY-08 · B7): all of it comes back, and nothing has counted it.

A return takes its own points back and leaves the caps as they are; what is undone frees them for whatever comes in its
place. Programmes are held before anything else of the purchase is, after the accounts, as by whoever buys.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction

from core import audit, clock, copying
from loyalty.models import EarnBudget, EarnCounter, Purchase
from loyalty.operations import budgets, ledger, purchases
from loyalty.operations.purchases import Arrival
from loyalty.policy import rules
from loyalty.queries import counted
from loyalty.queries.counted import Accrual, Counted, Versions


@dataclass(frozen=True)
class Held:
    """What purchases have earned, each with the rules that made it, and the programmes which counted that, locked."""

    accruals: Mapping[int, Accrual]
    versions: Versions
    programmes: Mapping[tuple[str, str], EarnBudget]


def hold(keys: Collection[int]) -> Held:
    """Of these purchases, whose members' accounts are locked; the programmes of all at once, in the order of all writers."""
    rows = Purchase.objects.standing().filter(pk__among=keys, earned__isnull=False)
    columns = rows.values_list("pk", "member_id", "occurred_on", "earned__why")
    accruals = {pk: Accrual(member or 0, day, why) for pk, member, day, why in columns}
    codes = {part["rule"] for one in accruals.values() for part in one.why.get("parts", ())}
    versions = counted.versions_of(codes)
    return Held(accruals, versions, budgets.hold(counted.of(accruals.values(), versions).programmes.keys()))


@transaction.atomic
def undo(purchase: Purchase, *, arrival: Arrival, freed: str) -> Purchase:
    """LOY-08 · B7 — one purchase never was. `freed` is what it is called from now on. A repeat changes nothing."""
    if purchase.member is not None:
        ledger.account_of(purchase.member)
    held = hold([purchase.pk])
    done = mark(purchase, arrival=arrival, freed=freed)
    release(held, [done.pk])
    return done


def mark(purchase: Purchase, *, arrival: Arrival, freed: str) -> Purchase:
    """What has not come back of it comes back now, and it is undone; what it counted is held, and released afterwards.

    A tier that it had helped to reach goes with it by the day of its recording (`standings.after_return`). One that was
    undone before is only called `freed`.
    """
    purchase = Purchase.objects.select_for_update(of=("self",)).select_related("member").get(pk=purchase.pk)
    if purchase.undone_at is not None:
        Purchase.objects.filter(pk=purchase.pk).update(external_id=freed)
        return purchase
    left = {line.position: line.quantity - line.returned_quantity for line in purchase.lines.all()}
    left = {position: count for position, count in left.items() if count}
    at = clock.now()
    if left:
        at = purchases.take_back(purchase, left, arrival=arrival, undone=True).recorded_at
        purchase.refresh_from_db(fields=["returned_minor"])
    purchase.undone_at, purchase.external_id = at, freed
    purchase.save(update_fields=["undone_at", "external_id"])
    audit.record(
        "loyalty.purchase.undo",
        subject=purchase,
        actor=arrival.clerk,
        member_id=purchase.member_id,
        store_id=purchase.store_id,
        details={"net_minor": purchase.net_minor},
    )
    return purchase


def release(held: Held, keys: Collection[int]) -> None:
    """LOY-04 · B7.1 — what these purchases had counted is free again: caps of their members and of the programme, and the
    birthday that they used up. In as many statements as for one.
    """
    gone = counted.of([one for pk, one in held.accruals.items() if pk in keys], held.versions)
    rows = list(_counters(gone))
    EarnCounter.objects.filter(pk__in=[row.pk for row, _ in rows if rules.is_birthday(row.period)]).delete()
    less = [(row.pk, max(row.points - points, 0)) for row, points in rows if not rules.is_birthday(row.period)]
    copying.update(EarnCounter, ["points"], less)
    given = [(held.programmes[key], points) for key, points in gone.programmes.items()]
    copying.update(EarnBudget, ["points"], [(row.pk, max(row.points - points, 0)) for row, points in given])


def _counters(gone: Counted) -> Iterator[tuple[EarnCounter, int]]:
    """The counters, each with the points that leave it."""
    if not gone.members:
        return
    members, codes, periods = (set(column) for column in zip(*gone.members, strict=True))
    for row in EarnCounter.objects.filter(member__in=members, rule__in=codes, period__in=periods):
        if (points := gone.members.get((row.member_id, row.rule, row.period))) is not None:
            yield row, points

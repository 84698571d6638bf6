"""Many purchases at once, set-based, with the outcome that `purchases.record` would have one by one (LOY-04 · B7.1).

They are taken in rounds: a round holds at most one purchase of each member, so that each finds the tier, caps and first
purchase that the one before left behind. What a round knows is read in a handful of statements, what it decides is asked
of the same rules, and what it writes goes in by the thousand. One audit record tells of all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import models, transaction

from core import audit, clock, copying
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import Purchase, PurchaseLine
from loyalty.operations import budgets, ledger, purchases, tier_nights
from loyalty.operations.bulk_earnings import Earning, SpentInTurn, earn
from loyalty.operations.bulk_rules import Policies
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Balances
from loyalty.operations.new_purchases import NewPurchase
from loyalty.operations.purchases import Arrival
from loyalty.policy.parameters import TierParameters
from loyalty.queries import together


@dataclass(frozen=True)
class Delivery:
    """A purchase as it arrives with others; `member` is the id."""

    member: int | None
    lines: Sequence[Line]
    arrival: Arrival
    currency: str

    @property
    def key(self) -> tuple[str, str]:
        return self.arrival.source, self.arrival.external_id


@dataclass(frozen=True)
class Recorded:
    """What became of a delivery: the key of its purchase, and whether it was known already."""

    purchase: int
    repeated: bool


PLAIN = ("member_id", "source", "external_id", "body_hash", "receipt_number", "currency", "net_minor", "tier",
         "occurred_at", "occurred_on", "earned_id")  # fmt: skip
PURCHASE = ("id", *PLAIN, "store_id", "clerk_id")
LINE = ("net_minor", "sku", "description", "category", "quantity")
of_purchase, of_line = attrgetter("pk", *PLAIN), attrgetter(*LINE)
Answer = Recorded | RuleBroken
Pair = tuple[Delivery, NewPurchase]


@transaction.atomic
def record(deliveries: Sequence[Delivery], *, subject: models.Model) -> list[Answer]:
    """Record what can be recorded, in the order given; the answers stand in the same order. `subject` is what brought them.

    What one of them refuses stops no other. A key delivered before gives the purchase it gave then.
    """
    accounts = ledger.accounts_of(one.member for one in deliveries if one.member is not None)
    bodies = [purchases.digest(one.member, one.lines, one.arrival, one.currency) for one in deliveries]
    found: list[tuple[Purchase | NewPurchase, bool] | Refusal] = []
    new: list[Pair] = []
    before: dict[tuple[str, str], Purchase | NewPurchase] = {**_known(deliveries)}
    now = clock.now()
    for one, body in zip(deliveries, bodies, strict=True):
        try:
            if (same := before.get(one.key)) is not None:
                found.append((purchases.same(same, body), True))
                continue
            purchases.refuse_unfit(one.lines, one.arrival, now=now)
        except Refusal as refusal:
            found.append(refusal)
            continue
        before[one.key] = purchase = _new(one, body)
        found.append((purchase, False))
        new.append((one, purchase))
    for (_, purchase), key in zip(new, copying.reserve(Purchase, len(new)), strict=True):
        purchase.pk = key
    _record(new, accounts)
    if new:
        net = sum(purchase.net_minor for _, purchase in new)
        details = {"purchases": len(new), "net_minor": net, "first": new[0][1].pk}
        audit.record("loyalty.purchase.record_many", subject=subject, details=details)
    return [one if isinstance(one, Refusal) else Recorded(one[0].pk, repeated=one[1]) for one in found]


def _known(deliveries: Sequence[Delivery]) -> dict[tuple[str, str], Purchase]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for one in deliveries:
        by_source[one.arrival.source].append(one.arrival.external_id)
    return {
        (row.source, row.external_id): row
        for source, keys in by_source.items()
        for row in Purchase.objects.filter(source=source, external_id__among=keys)
    }


def _new(one: Delivery, body: str) -> NewPurchase:
    arrival = one.arrival
    return NewPurchase(
        member_id=one.member,
        source=arrival.source,
        external_id=arrival.external_id,
        body_hash=body,
        receipt_number=arrival.receipt_number,
        store=arrival.store,
        clerk=arrival.clerk,
        currency=one.currency,
        net_minor=sum(line.net_minor for line in one.lines),
        occurred_at=arrival.occurred_at,
        occurred_on=clock.day_of(arrival.occurred_at),
    )


def _record(new: Sequence[Pair], accounts: Mapping[int, Balances]) -> None:
    """In as few rounds as there can be; where a programme runs out on the way, in the very order of arrival."""
    policies = Policies()
    moments = ((one.occurred_on, one.occurred_at) for _, one in new if one.member_id is not None)
    held = budgets.hold(policies.budgets(moments))
    rounds = list(_rounds(new))
    try:
        with transaction.atomic():
            _in_rounds(rounds, accounts, Earning(policies, held, in_turn=len(rounds) == 1))
    except SpentInTurn:
        _in_rounds(_runs(new), ledger.accounts_of(accounts), Earning(policies, held, in_turn=True))


def _in_rounds(
    rounds: Sequence[Sequence[Pair]] | Iterator[list[Pair]], accounts: Mapping[int, Balances], earning: Earning
) -> None:
    for each in rounds:
        _round(each, accounts, earning)
    earning.count_budgets()


def _rounds(new: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The first purchase of each member, the second of each, and so on."""
    found: dict[int, list[Pair]] = defaultdict(list)
    turn: dict[int | None, int] = defaultdict(int)
    for one, purchase in new:
        found[turn[one.member]].append((one, purchase))
        turn[one.member] += one.member is not None
    return iter(found.values())


def _runs(new: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The purchases in the order of their arrival, as far as each is of another member."""
    run: list[Pair] = []
    seen: set[int] = set()
    for one, purchase in new:
        if one.member in seen:
            yield run
            run, seen = [], set()
        run.append((one, purchase))
        seen |= {one.member} if one.member is not None else set()
    if run:
        yield run


def _round(each: Sequence[Pair], accounts: Mapping[int, Balances], earning: Earning) -> None:
    """One purchase of each member at most: decide them all, write them all, judge the tiers."""
    theirs = [(purchase, one.lines) for one, purchase in each if purchase.member_id is not None]
    members = sorted(purchase.member_id or 0 for purchase, _ in theirs)
    held = together.tiers_of(members)
    for purchase, _ in theirs:
        ladder = earning.policies.of(TierParameters, purchase.occurred_on).ladder
        purchase.tier = held.get(purchase.member_id or 0) or ladder[0].code
    earn(theirs, accounts, earning)
    copying.insert(Purchase, PURCHASE, [_row(purchase) for _, purchase in each])
    lines = [
        (purchase.pk, place, *of_line(line)) for one, purchase in each for place, line in enumerate(one.lines, start=1)
    ]
    copying.insert(PurchaseLine, ("purchase_id", "position", *LINE), lines)
    if members:
        tier_nights.judge_these(members, on=clock.today())


def _row(purchase: NewPurchase) -> tuple[Any, ...]:
    store, clerk = purchase.store, purchase.clerk
    return (*of_purchase(purchase), store.pk if store else None, clerk.pk if clerk else None)

"""Many purchases at once, set-based, with the outcome that `purchases.record` would have one by one (LOY-04 · B7.1).

They are taken in rounds: a round holds at most one purchase of each member, so that each finds the tier, caps and first
purchase that the one before left behind. What a round knows is read in a handful of statements, what it decides is asked
of the same rules, and what it writes goes in by the thousand. One audit record tells of all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db import models, transaction

from core import audit, clock, copying
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import PointAccount, Purchase, PurchaseLine
from loyalty.operations import budgets, ledger, purchases, standings
from loyalty.operations.bulk_earnings import Earning, Policies, SpentInTurn, earn
from loyalty.operations.earnings import Line
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
    """What became of a delivery: its purchase, and whether it was known already."""

    purchase: Purchase
    repeated: bool


PURCHASE = ("id", "member_id", "source", "external_id", "body_hash", "receipt_number", "store_id", "clerk_id", "currency",
            "net_minor", "tier", "occurred_at", "occurred_on", "recorded_at", "earned_id")  # fmt: skip
LINE = ("net_minor", "sku", "description", "category", "quantity")
of_purchase, of_line = attrgetter(*PURCHASE), attrgetter(*LINE)
Answer = Recorded | RuleBroken
Pair = tuple[Delivery, Purchase]


@transaction.atomic
def record(deliveries: Sequence[Delivery], *, subject: models.Model) -> list[Answer]:
    """Record what can be recorded, in the order given; the answers stand in the same order. `subject` is what brought them.

    What one of them refuses stops no other. A key delivered before gives the purchase it gave then.
    """
    accounts = ledger.accounts_of(one.member for one in deliveries if one.member is not None)
    bodies = [purchases.digest(one.member, one.lines, one.arrival, one.currency) for one in deliveries]
    answers: list[Answer] = []
    new: list[Pair] = []
    before = _known(deliveries)
    for one, body in zip(deliveries, bodies, strict=True):
        try:
            if (same := before.get(one.key)) is not None:
                answers.append(Recorded(purchases.same(same, body), repeated=True))
                continue
            purchases.refuse_unfit(one.lines, one.arrival)
        except Refusal as refusal:
            answers.append(refusal)
            continue
        before[one.key] = purchase = _unsaved(one, body)
        answers.append(Recorded(purchase, repeated=False))
        new.append((one, purchase))
    for (_, purchase), key in zip(new, copying.reserve(Purchase, len(new)), strict=True):
        purchase.pk = key
    _record(new, accounts)
    if new:
        net = sum(purchase.net_minor for _, purchase in new)
        details = {"purchases": len(new), "net_minor": net, "first": new[0][1].pk}
        audit.record("loyalty.purchase.record_many", subject=subject, details=details)
    return answers


def _known(deliveries: Sequence[Delivery]) -> dict[tuple[str, str], Purchase]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for one in deliveries:
        by_source[one.arrival.source].append(one.arrival.external_id)
    return {
        (row.source, row.external_id): row
        for source, keys in by_source.items()
        for row in Purchase.objects.filter(source=source, external_id__in=keys).select_related("earned")
    }


def _unsaved(one: Delivery, body: str) -> Purchase:
    arrival = one.arrival
    return Purchase(
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


def _record(new: Sequence[Pair], accounts: Mapping[int, PointAccount]) -> None:
    """In as few rounds as there can be; where a programme runs out on the way, in the very order of arrival."""
    policies = Policies()
    held = budgets.hold(policies.budgets([purchase for _, purchase in new if purchase.member_id is not None]))
    rounds = list(_rounds(new))
    try:
        with transaction.atomic():
            _in_rounds(rounds, accounts, Earning(policies, held, in_turn=len(rounds) == 1))
    except SpentInTurn:
        _in_rounds(_runs(new), ledger.accounts_of(accounts), Earning(policies, held, in_turn=True))


def _in_rounds(
    rounds: Sequence[Sequence[Pair]] | Iterator[list[Pair]], accounts: Mapping[int, PointAccount], earning: Earning
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


def _round(each: Sequence[Pair], accounts: Mapping[int, PointAccount], earning: Earning) -> None:
    """One purchase of each member at most: decide them all, write them all, judge the tiers."""
    theirs = [(purchase, one.lines) for one, purchase in each if purchase.member_id is not None]
    members = sorted(purchase.member_id or 0 for purchase, _ in theirs)
    held = together.tiers_of(members)
    for purchase, _ in theirs:
        ladder = earning.policies.of(TierParameters, purchase.occurred_on).ladder
        purchase.tier = held.get(purchase.member_id or 0) or ladder[0].code
    earn(theirs, accounts, earning)
    copying.insert(Purchase, PURCHASE, [of_purchase(purchase) for _, purchase in each])
    lines = [
        (purchase.pk, place, *of_line(line)) for one, purchase in each for place, line in enumerate(one.lines, start=1)
    ]
    numbered = zip(copying.reserve(PurchaseLine, len(lines)), lines, strict=True)
    copying.insert(PurchaseLine, ("id", "purchase_id", "position", *LINE), [(key, *line) for key, line in numbered])
    if members:
        standings.decide(members, on=clock.today())

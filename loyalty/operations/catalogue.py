"""The catalogue of rewards: drafted, put on offer, retired, and its stock (LOY-06 · B7.2)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from core import access, audit
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import Reward, RewardStock, RewardStockMove

CHANGE, STOCK = "loyalty.change_reward", "loyalty.stock_reward"
LARGEST_CHANGE = 1_000_000
State = Reward.State
WAYS = {State.DRAFT: {State.ON_SALE, State.RETIRED}, State.ON_SALE: {State.RETIRED}, State.RETIRED: {State.ON_SALE}}


@transaction.atomic
def draft(*, by: User, **terms: Any) -> Reward:
    """LOY-06 · B7.2 — a new reward, not yet on offer. Refuses a code that is taken (`reward_code_taken`)."""
    access.require(by, CHANGE)
    try:
        with transaction.atomic():
            reward = Reward.objects.create(**terms)
    except IntegrityError as error:
        raise Refusal("reward_code_taken") from error
    audit.record("loyalty.reward.draft", subject=reward, actor=by, details={"points": reward.points})
    return reward


@transaction.atomic
def revise(reward: Reward, terms: Mapping[str, Any], *, by: User) -> Reward:
    """LOY-06 · B7.2 — other words, price or limits; orders already placed keep theirs. Kind and code stay."""
    access.require(by, CHANGE)
    reward = Reward.objects.select_for_update(of=("self",)).get(pk=reward.pk)
    before = {name: getattr(reward, name) for name, value in terms.items() if getattr(reward, name) != value}
    if not before:
        return reward
    for name in before:
        setattr(reward, name, terms[name])
    reward.save(update_fields=list(before))
    details = {"before": _plain(before), "after": _plain({name: terms[name] for name in before})}
    audit.record("loyalty.reward.revise", subject=reward, actor=by, details=details)
    return reward


@transaction.atomic
def move(reward: Reward, to: str, *, by: User) -> Reward:
    """LOY-06 · B7.2 — put it on offer, or retire it: what was ordered is still handed over. A repeat changes nothing."""
    access.require(by, CHANGE)
    reward = Reward.objects.select_for_update(of=("self",)).get(pk=reward.pk)
    if reward.state == to:
        return reward
    if to not in WAYS[State(reward.state)]:
        raise Refusal("transition_not_listed")
    before, reward.state = reward.state, State(to)
    reward.save(update_fields=["state"])
    audit.record("loyalty.reward.move", subject=reward, actor=by, details={"from": before, "to": to})
    return reward


@transaction.atomic
def restock(reward: Reward, change: int, *, store: Store | None, reason: str, by: User) -> RewardStock:
    """LOY-06 · B7.2 — gifts come into stock (or, below zero, leave it) at a store or, without one, in the warehouse.

    Refuses a store that is not his, a change of nothing, no reason, and to take out more than is there.
    """
    access.require(by, STOCK)
    if (stores := access.stores_of(by, right=STOCK)) is not None and (store is None or store.pk not in stores):
        raise Refusal("not_permitted", status=403)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    if not 0 < abs(change) <= LARGEST_CHANGE:
        raise Refusal("stock_change_unfit", status=400, most=LARGEST_CHANGE)
    if reward.kind != Reward.Kind.GIFT:
        raise Refusal("reward_has_no_stock")
    stock = _locked(reward, store)
    if stock.quantity + change < 0:
        raise Refusal("stock_too_small", left=stock.quantity)
    stock.quantity += change
    stock.save(update_fields=["quantity"])
    RewardStockMove.objects.create(stock=stock, change=change, reason=reason.strip()[:200], by=by)
    audit.record(
        "loyalty.reward.restock",
        subject=reward,
        actor=by,
        store_id=store.pk if store else None,
        reason=reason,
        details={"change": change, "now": stock.quantity},
    )
    return stock


def _locked(reward: Reward, store: Store | None) -> RewardStock:
    rows = RewardStock.objects.select_for_update(of=("self",)).filter(reward=reward, store=store)
    if (stock := rows.first()) is None:
        RewardStock.objects.bulk_create([RewardStock(reward=reward, store=store)], ignore_conflicts=True)
        stock = rows.get()
    return stock


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "pk", value) for name, value in values.items()}

"""LOY-17 — a member's facts taken step by step under today's rulebook and under a changed one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from loyalty.policy.simulation import accruals
from loyalty.policy.simulation.history import (
    Acted,
    Bought,
    Captured,
    Given,
    GivenBack,
    Guaranteed,
    History,
    Returned,
    Spent,
    Taken,
    Undone,
)
from loyalty.policy.simulation.months import Outcome, ends_of
from loyalty.policy.simulation.rulebook import Rulebook
from loyalty.policy.simulation.walk import DAY, Walk


def both(
    history: History,
    *,
    today: Rulebook,
    changed: Rulebook,
    since: date,
    through: date,
    given: dict[str, int] | None = None,
) -> tuple[Outcome, Outcome]:
    """LOY-17 — the same facts under both books, which are one and the same before `since`.

    `given` is what the changed rules gave all members together so far; it is counted on.
    """
    walk = Walk(today, history.birth)
    before = [fact for fact in history.facts if fact.day < since]
    for fact in before:
        step(walk, fact)
    walk.reach(since - DAY)
    return (
        _rest(walk.fork(today, ends_of(since, through)), history.facts[len(before) :], through),
        _rest(walk.fork(changed, ends_of(since, through), given=given), history.facts[len(before) :], through),
    )


def _rest(own: Walk, facts: Sequence[Any], through: date) -> Outcome:
    for fact in facts:
        step(own, fact)
    return own.end(through)


def step(walk: Walk, fact: Any) -> None:
    walk.reach(fact.day)
    DOES[type(fact)](walk, fact)


def _spent(walk: Walk, fact: Spent) -> None:
    """LOY-06 · B7.2 — what was really redeemed, as far as the points reach."""
    taken = walk.purse.spend(fact.key, fact.points, day=fact.day)
    walk.month.cut += fact.points - taken
    if fact.held:
        walk.purse.held += taken
    else:
        walk.month.redeemed += taken


def _captured(walk: Walk, fact: Captured) -> None:
    takes = walk.purse.taken.pop(fact.of, ())
    walk.purse.taken[fact.key] = takes
    points = sum(one.points for one in takes)
    walk.purse.held -= points
    walk.month.redeemed += points


def _given_back(walk: Walk, fact: GivenBack) -> None:
    back = walk.purse.give_back(fact.of, fact.points)
    if fact.held:
        walk.purse.held -= back
    else:
        walk.month.redeemed -= back


def _acted(walk: Walk, fact: Acted) -> None:
    """LOY-01 · C6.1 — counted in the morning after; who reaches a tier by it rises then."""
    walk.climb.acted = (*walk.climb.acted, fact)
    walk.climb.rise(fact.day, walk.book.tiers_on(fact.day))


def _guaranteed(walk: Walk, fact: Guaranteed) -> None:
    walk.climb.guaranteed = (*walk.climb.guaranteed, fact)
    walk.climb.judge(fact.day, walk.book.tiers_on(fact.day))


DOES: dict[type, Callable[[Walk, Any], None]] = {
    Bought: accruals.bought,
    Returned: accruals.returned,
    Undone: accruals.undone,
    Given: accruals.given,
    Taken: accruals.taken,
    Spent: _spent,
    Captured: _captured,
    GivenBack: _given_back,
    Acted: _acted,
    Guaranteed: _guaranteed,
}


def really_earned(history: History, *, since: date) -> int:
    """What her purchases really earned from a day on: what a replay of today's rule is compared with."""
    return sum(fact.earned.points for fact in history.facts if isinstance(fact, Bought) and fact.day >= since)

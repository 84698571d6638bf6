"""LOY-17 — how points come in, and how a return takes them back, in a replay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from loyalty.policy import earning, returns, rules
from loyalty.policy.earning import Award, Used
from loyalty.policy.rules import Occasion, Rule, period_of
from loyalty.policy.simulation.history import Bought, Given, Returned, Taken
from loyalty.policy.simulation.walk import Accrual, Walk


def bought(walk: Walk, fact: Bought) -> None:
    """LOY-04 · B7.1 — by the rules of its moment and the tier she stood on when it reached us; then she is judged."""
    policy = walk.book.points_on(fact.on)
    tier = walk.climb.on(walk.book.tiers_on(fact.on)).tier
    occasion = _occasion(walk, fact, tier, walk.book.rules_for(tier, on=fact.on, at=fact.at))
    of = [rule for rule in walk.book.rules_for(tier, on=fact.on, at=fact.at) if rules.applies(rule, occasion)]
    if _birthday_used(walk, of, occasion):
        occasion = replace(occasion, birthday_used=True)
    made = earning.award(occasion, of=of, parameters=policy, used=_used(walk, of, fact.on))
    lot = None
    if made.points:
        _count(walk, of, made, occasion)
        lot = walk.purse.put(made.points, earned_on=fact.on, waits=True, day=fact.day, policy=policy)
        walk.earned_on[fact.on] = walk.earned_on.get(fact.on, 0) + made.points
    walk.accruals[fact.key] = Accrual(lot, made.points, fact.net_minor)
    walk.bought += made.points
    walk.month.issued += made.points
    walk.month.multiplied += sum(part.points for part in made.parts if part.rule == earning.TIER)
    walk.climb.buys(fact)
    walk.climb.judge(fact.day, walk.book.tiers_on(fact.day))


def _occasion(walk: Walk, fact: Bought, tier: str, of: Sequence[Rule]) -> Occasion:
    asked = walk.birth is not None and any(rule.when.birthday_days is not None for rule in of)
    birthday = earning.birthday_in_reach(walk.birth, on=fact.on) if asked and walk.birth else None
    return Occasion(
        rules.Kind.PURCHASE,
        fact.at,
        fact.lines,
        tier=tier,
        store=fact.store,
        is_first=not walk.climb.bought,
        birthday=birthday,
        holiday=fact.holiday,
    )


def _birthday_used(walk: Walk, of: Sequence[Rule], occasion: Occasion) -> bool:
    year = rules.birthday_period(occasion.birthday or occasion.at.date())
    return any((rule.code, year) in walk.counted for rule in of if rule.when.birthday_days is not None)


def _used(walk: Walk, of: Sequence[Rule], on: date) -> Used:
    capped = [(rule.code, period_of(rule.cap.per, on)) for rule in of if rule.cap is not None]
    return Used({code: walk.counted.get((code, period), 0) for code, period in capped}, walk.earned_on.get(on, 0))


def _count(walk: Walk, of: Sequence[Rule], made: Award, occasion: Occasion) -> None:
    gave = {part.rule: max(part.points, 0) for part in made.parts}
    for rule in of:
        for period in rules.counted_in(rule, occasion.at.date(), occasion.birthday) if rule.code in gave else ():
            walk.counted[rule.code, period] = walk.counted.get((rule.code, period), 0) + gave[rule.code]


def returned(walk: Walk, fact: Returned) -> None:
    """LOY-08 · B7 — the goods' own share of what the purchase earned under this book."""
    row = walk.accruals[fact.purchase]
    share = returns.share(
        row.points,
        of_minor=row.net_minor,
        returned_minor=fact.net_minor,
        already_minor=row.returned_minor,
        already_points=row.taken,
    )
    if share:
        met = walk.purse.take_back(row.lot, share, policy=walk.book.points_on(fact.day))
        walk.month.taken_back += met
    returned = row.returned_minor + fact.net_minor
    walk.accruals[fact.purchase] = row._replace(returned_minor=returned, taken=row.taken + share)
    walk.climb.returns(fact, walk.book.tiers_on(fact.day))


def given(walk: Walk, fact: Given) -> None:
    lot = walk.purse.put(
        fact.points, earned_on=fact.on, waits=fact.waits, day=fact.day, policy=walk.book.points_on(fact.on)
    )
    walk.earned_on[fact.on] = walk.earned_on.get(fact.on, 0) + fact.points
    walk.accruals[-fact.key] = Accrual(lot, fact.points, 0)
    walk.month.issued += fact.points


def taken(walk: Walk, fact: Taken) -> None:
    row = walk.accruals.get(-fact.of) if fact.of is not None else None
    policy = walk.book.points_on(fact.day)
    walk.month.taken_back += walk.purse.take_back(row.lot if row else None, fact.points, policy=policy)

"""LOY-17 — how points come in, and how a return takes them back, in a replay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from loyalty.policy import earning, returns, rules
from loyalty.policy.earning import Award, Used
from loyalty.policy.rules import Occasion, Rule, period_of
from loyalty.policy.simulation.history import Bought, Earned, Given, Returned, Taken, Undone
from loyalty.policy.simulation.walk import Accrual, Walk

Mine = tuple[tuple[tuple[str, str], int], ...]
Ours = tuple[tuple[str, int], ...]


def bought(walk: Walk, fact: Bought) -> None:
    """LOY-04 · B7.1 — by the rules of its moment and the tier she stood on when it reached us; then she is judged."""
    policy = walk.book.points_on(fact.on)
    tier = walk.climb.on(walk.book.tiers_on(fact.on)).tier
    occasion = _occasion(walk, fact, tier, walk.book.rules_for(tier, on=fact.on, at=fact.at))
    of = [rule for rule in walk.book.rules_for(tier, on=fact.on, at=fact.at) if rules.applies(rule, occasion)]
    if _birthday_used(walk, of, occasion):
        occasion = replace(occasion, birthday_used=True)
    made = earning.award(occasion, of=of, parameters=policy, used=_used(walk, of, fact))
    left = Accrual(None, made.points, fact.net_minor, on=fact.on)
    if made.points:
        lot = walk.purse.put(made.points, earned_on=fact.on, waits=True, day=fact.day, policy=policy)
        walk.earned_on[fact.on] = walk.earned_on.get(fact.on, 0) + made.points
        left = _counted(walk, of, made, occasion, left._replace(lot=lot))
    walk.accruals[fact.key] = left
    _compare(walk, made, fact.earned)
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


def _used(walk: Walk, of: Sequence[Rule], fact: Bought) -> Used:
    capped = [(rule.code, period_of(rule.cap.per, fact.on)) for rule in of if rule.cap is not None]
    mine = {code: walk.counted.get((code, period), 0) for code, period in capped}
    return Used(mine, walk.earned_on.get(fact.on, 0), {rule.code: _gone(walk, rule, fact) for rule in of})


def _gone(walk: Walk, rule: Rule, fact: Bought) -> int:
    """LOY-04 · B7.1 — what a rule gave all members together before this purchase.

    Where its programme really cut the purchase short, that had no more left for it; a purchase that earned nothing had
    nothing left. Of a rule that the question changes nothing is on record: there, and for what a changed rulebook gives
    beyond the record, what it has given so far in this replay counts.
    """
    if rule.programme_cap is None:
        return 0
    cap, given = rule.programme_cap, 0
    if walk.given is not None:
        given = walk.given.get(_budget(rule, fact.on), 0)
    if rule.code in walk.book.asked:
        return given
    left = fact.earned.room.get(rule.code, cap.points) if fact.earned.points else 0
    return max(given, cap.points - left)


def _budget(rule: Rule, on: date) -> str:
    return f"{rule.code} {period_of(rule.programme_cap.per, on) if rule.programme_cap else ''}"


def _compare(walk: Walk, made: Award, real: Earned) -> None:
    """By how much each rule, and the cap of the day, gave another number than it really did."""
    if made.points == real.points:
        return
    parts = {part.rule: part.points for part in made.parts}
    for rule in {*parts, *real.by_rule}:
        more = parts.get(rule, 0) - real.by_rule.get(rule, 0)
        walk.differs[rule] = walk.differs.get(rule, 0) + more
    if cut := real.cut - made.cut:
        walk.differs[earning.DAILY_CAP] = walk.differs.get(earning.DAILY_CAP, 0) + cut


def _counted(walk: Walk, of: Sequence[Rule], made: Award, occasion: Occasion, left: Accrual) -> Accrual:
    """Counts what each rule gave; the accrual remembers it, for the day on which it turns out that it never was."""
    gave, day = {part.rule: max(part.points, 0) for part in made.parts}, occasion.at.date()
    some = [rule for rule in of if rule.code in gave]
    mine = tuple(
        ((rule.code, period), gave[rule.code])
        for rule in some
        for period in sorted(rules.counted_in(rule, day, occasion.birthday))
    )
    capped = [rule for rule in some if rule.programme_cap is not None and gave[rule.code]]
    ours = tuple((_budget(rule, day), gave[rule.code]) for rule in capped) if walk.given is not None else ()
    _add(walk, mine, ours, sign=1)
    return left._replace(counted=mine, programmes=ours)


def _add(walk: Walk, mine: Mine, ours: Ours, *, sign: int) -> None:
    for key, points in mine:
        walk.counted[key] = walk.counted.get(key, 0) + sign * points
    if walk.given is not None:
        for budget, points in ours:
            walk.given[budget] = walk.given.get(budget, 0) + sign * points


def returned(walk: Walk, fact: Returned) -> None:
    """LOY-08 · B7 — the goods' own share of what the purchase earned under this book."""
    row = walk.accruals[fact.purchase]
    share = row.points - row.taken
    if not fact.whole:
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


def undone(walk: Walk, fact: Undone) -> None:
    """LOY-08 · B7 — it never was: what caps counted of it is free again, and the next purchase may be the first."""
    row = walk.accruals[fact.purchase]
    _add(walk, row.counted, row.programmes, sign=-1)
    for key, _ in row.counted:
        if rules.is_birthday(key[1]):
            del walk.counted[key]
    if row.points:
        walk.earned_on[row.on] -= row.points
    del walk.climb.bought[fact.purchase]


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

"""LOY-04 · B7.1 — how many points an occasion earns, and why: every part names its rule, every cut its cap.

Exact arithmetic: rates and multipliers of all lines are added unrounded and rounded down once per occasion.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core import periods
from loyalty.policy import rules
from loyalty.policy.parameters import BirthdayParameters, PointsParameters
from loyalty.policy.rules import Answer, Effect, Kind, Line, Occasion, Rule

BASE, TIER, BIRTHDAY = "base", "tier", "birthday"
OF_THE_HOUSE = frozenset({BASE, TIER, BIRTHDAY})
DAILY_CAP = "daily-cap"
WHOLE_BPS = 10_000


@dataclass(frozen=True)
class Part:
    """What one rule contributed; `points` after its caps, `bps` of a multiplier. `cut` is what the member's cap took,
    `programme_cut` what that of the whole programme took, `birthday` which birthday it used up.
    """

    rule: str
    version: int
    points: int
    bps: int | None = None
    cut: int = 0
    programme_cut: int = 0
    birthday: str = ""


@dataclass(frozen=True)
class Award:
    """The points, each rule's part in them, and what the member's cap of the day took off in the end."""

    points: int
    parts: tuple[Part, ...] = ()
    cut: int = 0


@dataclass(frozen=True)
class Used:
    """What was earned before in the periods that caps count over: by rule (in that rule's period), and today in all; and
    what all members together got by a rule.
    """

    by_rule: Mapping[str, int]
    today: int = 0
    programme: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """LOY-17 — a rule looked at: its conditions, which rule of its group came before it, what it contributed."""

    rule: Rule
    answers: tuple[Answer, ...]
    beaten_by: str = ""
    part: Part | None = None

    @property
    def met(self) -> bool:
        return all(answer.met for answer in self.answers)


NOTHING_USED = Used({})


def base_rules(
    tier: str, *, parameters: PointsParameters, tier_bps: int, birthday: BirthdayParameters | None = None
) -> tuple[Rule, ...]:
    """LOY-04 · B7.1 — the base rate, the tier's multiplier and the birthday's, as rules like any other."""
    found = [
        Rule(BASE, 0, Kind.PURCHASE, Effect.RATE, points=parameters.base_points, per_minor=parameters.base_per_minor)
    ]
    if tier_bps != WHOLE_BPS:
        mine = rules.When(tiers=frozenset({tier}))
        found.append(Rule(TIER, 0, Kind.PURCHASE, Effect.MULTIPLY, bps=tier_bps, when=mine))
    if birthday is not None and birthday.points_bps != WHOLE_BPS:
        near = rules.When(birthday_days=birthday.window_days)
        found.append(Rule(BIRTHDAY, 0, Kind.PURCHASE, Effect.MULTIPLY, bps=birthday.points_bps, when=near))
    return tuple(found)


def birthday_in_reach(birth: date, *, on: date) -> date:
    """The birthday that lies nearest to the day, also across New Year; 29 February counts as the 28th."""
    years = [year for year in (on.year - 1, on.year, on.year + 1) if 1 <= year <= date.max.year]
    return min((periods.birthday_in(year, birth) for year in years), key=lambda day: abs((day - on).days))


def award(occasion: Occasion, *, of: Iterable[Rule], parameters: PointsParameters, used: Used = NOTHING_USED) -> Award:
    """LOY-04 · B7.1 — what the occasion earns under these rules.

    Rates add up line by line; multipliers of a line multiply one another, where they share a group only the first
    counts; bonuses come on top and are not multiplied. Caps cut in the end: each rule's own, then the day's.
    """
    return award_by(chosen(of, occasion), occasion, parameters=parameters, used=used)


def award_by(
    of: Sequence[Rule], occasion: Occasion, *, parameters: PointsParameters, used: Used = NOTHING_USED
) -> Award:
    """LOY-04 · B7.1 — the award by rules of which it is known that they apply: those that `chosen` gave."""
    rates = [rule for rule in of if rule.effect is Effect.RATE and rule.per_minor > 0]
    multipliers = [rule for rule in of if rule.effect is Effect.MULTIPLY]
    raw = _by_rule(occasion.lines, rates, multipliers)
    parts = [_capped(rule, points, used, occasion) for rule, points in _whole(*raw)]
    parts += [_capped(rule, _bonus(rule, occasion), used, occasion) for rule in of if _is_bonus(rule)]
    total = sum(part.points for part in parts)
    kept = min(total, max(parameters.daily_cap - used.today, 0))
    told = (part for part in parts if part.points or part.cut or part.programme_cut)
    return Award(kept, tuple(told), cut=total - kept)


def examine(
    occasion: Occasion, *, of: Iterable[Rule], parameters: PointsParameters, used: Used = NOTHING_USED
) -> tuple[Award, tuple[Verdict, ...]]:
    """LOY-17 — the award, and every rule in the order they are asked: met or not, used or passed over, and its part."""
    rows = sorted(of, key=_order)
    made = award(occasion, of=rows, parameters=parameters, used=used)
    parts = {part.rule: part for part in made.parts}
    first: dict[tuple[str, Effect], str] = {}
    found = []
    for rule in rows:
        verdict = Verdict(rule, rules.explain(rule, occasion), part=parts.get(rule.code))
        if rule.group and verdict.met:
            before = first.setdefault((rule.group, rule.effect), rule.code)
            verdict = verdict if before == rule.code else replace(verdict, beaten_by=before)
        found.append(verdict)
    return made, tuple(found)


def _order(rule: Rule) -> tuple[int, str]:
    return rule.priority, rule.code


def chosen(of: Iterable[Rule], occasion: Occasion) -> list[Rule]:
    """The rules that apply, by priority; of each group the first alone."""
    seen: set[tuple[str, Effect]] = set()
    found = []
    for rule in sorted(of, key=_order):
        place = (rule.group, rule.effect)
        if (rule.group and place in seen) or not rules.applies(rule, occasion):
            continue
        seen.add(place)
        found.append(rule)
    return found


def _is_bonus(rule: Rule) -> bool:
    return rule.effect in (Effect.BONUS, Effect.BONUS_PER_UNIT)


def _bonus(rule: Rule, occasion: Occasion) -> int:
    if rule.effect is Effect.BONUS:
        return rule.points
    return rule.points * sum(line.units for line in occasion.lines if rule.which.takes(line))


def _by_rule(
    lines: Sequence[Line], rates: Sequence[Rule], multipliers: Sequence[Rule]
) -> tuple[list[tuple[Rule, int]], int]:
    """Exact points of each rate, and what each multiplier added to (or took from) them, in the order they apply.

    All over one denominator, which every rate and multiplier divides without rest: as exact as fractions, and faster.
    """
    whole = math.lcm(*(rule.per_minor for rule in rates)) * WHOLE_BPS ** len(multipliers)
    found: dict[int, int] = {}
    for line in lines:
        at_rate = 0
        for place, rule in enumerate(rates):
            if rule.which.takes(line):
                earned = line.net_minor * rule.points * (whole // rule.per_minor)
                found[place] = found.get(place, 0) + earned
                at_rate += earned
        for place, rule in enumerate(multipliers, start=len(rates)):
            if rule.which.takes(line):
                more = at_rate * (rule.bps - WHOLE_BPS) // WHOLE_BPS
                found[place] = found.get(place, 0) + more
                at_rate += more
    every = (*rates, *multipliers)
    return [(every[place], points) for place, points in found.items()], whole


def _whole(raw: Sequence[tuple[Rule, int]], denominator: int) -> list[tuple[Rule, int]]:
    """Whole points for each rule whose sum is the exact sum rounded down: what rounding took so far is carried on."""
    found, exact, given = [], 0, 0
    for rule, points in raw:
        exact += points
        whole = exact // denominator - given
        given += whole
        found.append((rule, whole))
    return found


def _capped(rule: Rule, points: int, used: Used, occasion: Occasion) -> Part:
    bps = rule.bps if rule.effect is Effect.MULTIPLY else None
    birthday = "" if rule.when.birthday_days is None else rules.birthday_period(occasion.birthday or occasion.at.date())
    if points <= 0:
        return Part(rule.code, rule.version, points, bps, birthday=birthday)
    own = min(points, _room(rule.cap, used.by_rule.get(rule.code, 0), points))
    kept = min(own, _room(rule.programme_cap, used.programme.get(rule.code, 0), own))
    return Part(rule.code, rule.version, kept, bps, cut=points - own, programme_cut=own - kept, birthday=birthday)


def _room(cap: rules.Cap | None, used: int, otherwise: int) -> int:
    return otherwise if cap is None else max(cap.points - used, 0)

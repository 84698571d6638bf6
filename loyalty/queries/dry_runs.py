"""LOY-17 — what an occasion would earn: the rules of its moment, with a draft among them, asked without writing anything."""

import datetime as dt
from dataclasses import dataclass, replace

from core import clock, parameters
from loyalty.models import EarnOccasion, Purchase
from loyalty.policy import earning
from loyalty.policy.earning import Award, Used, Verdict
from loyalty.policy.parameters import PointsParameters, TierParameters
from loyalty.policy.rules import Kind, Line, Occasion, Rule
from loyalty.queries import earning as rows
from loyalty.queries import figures
from members.models import Member


@dataclass(frozen=True)
class Person:
    """Who would earn: a member, or one who is invented."""

    member: Member | None = None
    tier: str = ""
    birth: dt.date | None = None
    is_first: bool = False
    earned_today: int = 0


@dataclass(frozen=True)
class Scene:
    """What would happen: when, where, what."""

    kind: Kind
    at: dt.datetime
    lines: tuple[Line, ...] = ()
    store: str = ""
    code: str = ""


@dataclass(frozen=True)
class Run:
    """What came of it."""

    occasion: Occasion
    award: Award
    verdicts: tuple[Verdict, ...]
    used: Used


def run(person: Person, scene: Scene, *, draft: Rule | None = None) -> Run:
    """LOY-17 — the award and every rule with its conditions. A draft stands in for the rule of its code."""
    day = clock.day_of(scene.at)
    person = _known(person, scene, on=day)
    of = list(_rules(person.tier, scene, on=day, draft=draft))
    occasion = rows.occasion(
        scene.kind,
        scene.at,
        scene.lines,
        of=of,
        member=person.member,
        tier=person.tier,
        store=scene.store,
        code=scene.code,
        is_first=person.is_first,
    )
    if person.birth is not None:
        occasion = replace(occasion, birthday=earning.birthday_in_reach(person.birth, on=day))
    used = Used({}, today=person.earned_today)
    if person.member is not None:
        used, had = rows.used(person.member, of, on=day, birthday=occasion.birthday)
        occasion = replace(occasion, birthday_used=had)
    used = replace(used, programme=rows.spent(of, on=day))
    policy = parameters.in_force(PointsParameters, on=day)
    made, verdicts = earning.examine(occasion, of=of, parameters=policy, used=used)
    return Run(occasion, made, verdicts, used)


def _rules(tier: str, scene: Scene, *, on: dt.date, draft: Rule | None) -> list[Rule]:
    house = rows.house_rules(tier, on=on) if scene.kind is Kind.PURCHASE else ()
    known = [rule for rule in rows.rules_at(scene.at) if draft is None or rule.code != draft.code]
    return [*house, *known, *([draft] if draft else [])]


def _known(person: Person, scene: Scene, *, on: dt.date) -> Person:
    """A real member as she stands today: her tier, and whether this would be her first."""
    if person.member is None:
        return person
    tier = figures.standing(person.member, parameters=parameters.in_force(TierParameters, on=on)).tier
    if scene.kind is Kind.PURCHASE:
        is_first = not Purchase.objects.standing().filter(member=person.member).exists()
    else:
        is_first = not EarnOccasion.objects.filter(member=person.member, kind=scene.kind).exists()
    return replace(person, tier=tier, is_first=is_first)

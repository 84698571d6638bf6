"""How every benefit is used, month by month, whoever grants it: the figures behind keep, change and retire (LOY-11 · C3.3)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from cards.models import BenefitUse, Card, Entitlement
from core import parameters, periods
from loyalty.models import Benefit, BenefitGrant, BenefitRedemption, BenefitReservation, BenefitVersion, MemberTier
from loyalty.policy import evaluation, tiers
from loyalty.policy.benefit_parameters import EvaluationParameters
from loyalty.policy.evaluation import Figures, Suggestion
from loyalty.policy.parameters import TierParameters
from loyalty.queries import catalogue

Key = tuple[bool, str]
"""Whether a card grants it, and its code: a card and the catalogue may use one code for two benefits."""


@dataclass(frozen=True)
class Line:
    """A benefit on the page: its figures over the months that count, its uses by month, and what they suggest."""

    kind: str
    code: str
    name: str
    benefit: Benefit | None
    figures: Figures
    by_month: tuple[int, ...]
    suggestion: Suggestion


@dataclass(frozen=True)
class Picture:
    months: tuple[dt.date, ...]
    lines: tuple[Line, ...]

    @property
    def uses_by_month(self) -> list[tuple[dt.date, int]]:
        return [(month, sum(line.by_month[place] for line in self.lines)) for place, month in enumerate(self.months)]


def picture(on: dt.date) -> Picture:
    """LOY-11 · C3.3 — every benefit in force, card benefits by their code, in a constant number of queries."""
    rules = parameters.in_force(EvaluationParameters, on=on)
    first = periods.add_months(on.replace(day=1), 1 - rules.months)
    months = tuple(periods.add_months(first, ahead) for ahead in range(rules.months))
    sums = _sums(first)
    counted = _by_month(first)
    reserved = _reserved(first)
    lines = []
    for key, kind, name, benefit, since, eligible in _benefits(on):
        found, ended = sums.get(key, {}), reserved.get(key, {})
        figures = Figures(
            uses=found.get("uses") or 0,
            reached=found.get("reached") or 0,
            eligible=eligible,
            value_minor=found.get("value") or 0,
            cost_minor=found.get("cost") or 0,
            reserved=ended.get("ended") or 0,
            missed=ended.get("missed") or 0,
            months=_months_between(since, on),
        )
        by_month = tuple(counted.get((key, month), 0) for month in months)
        lines.append(
            Line(kind, key[1], name, benefit, figures, by_month, evaluation.suggest(figures, parameters=rules))
        )
    return Picture(months, tuple(lines))


def _months_between(since: dt.date | None, on: dt.date) -> int:
    return max(0, (on.year - since.year) * 12 + on.month - since.month) if since else 0


def _uses(first: dt.date) -> Iterable[tuple[bool, QuerySet[Any], str, str]]:
    """Net uses of both kinds: whether a card's, the rows, where the code stands, whose use it was."""
    cards = BenefitUse.objects.filter(reversed_at__isnull=True, used_on__gte=first)
    redeemed = BenefitRedemption.objects.filter(reversed_at__isnull=True, used_on__gte=first)
    return (True, cards, "entitlement__code", "card__holder"), (False, redeemed, "version__benefit__code", "member")


def _sums(first: dt.date) -> dict[Key, dict[str, Any]]:
    found: dict[Key, dict[str, Any]] = {}
    for of_card, rows, code, whose in _uses(first):
        for row in (
            rows.order_by()
            .values(benefit_code=F(code))
            .annotate(
                uses=Sum("quantity"),
                reached=Count(whose, distinct=True),
                value=Sum("value_minor"),
                cost=Sum("cost_minor"),
            )
        ):
            found[of_card, row["benefit_code"]] = row
    return found


def _by_month(first: dt.date) -> dict[tuple[Key, dt.date], int]:
    found: dict[tuple[Key, dt.date], int] = {}
    for of_card, rows, code, _whose in _uses(first):
        grouped = rows.order_by().annotate(month=TruncMonth("used_on")).values("month", benefit_code=F(code))
        for row in grouped.annotate(uses=Sum("quantity")):
            found[(of_card, row["benefit_code"]), row["month"]] = row["uses"]
    return found


def _reserved(first: dt.date) -> dict[Key, dict[str, Any]]:
    """Reservations that came to their end, and those nobody came for."""
    states = BenefitReservation.State
    rows = BenefitReservation.objects.filter(day_on__gte=first, state__in=[states.REDEEMED, states.MISSED]).order_by()
    counted = rows.values("entitlement__code", "version__benefit__code").annotate(
        ended=Count("pk"), missed=Count("pk", filter=Q(state=states.MISSED))
    )
    found: dict[Key, dict[str, Any]] = {}
    for row in counted:
        of_card = row["entitlement__code"] is not None
        found[of_card, row["entitlement__code"] or row["version__benefit__code"]] = dict(row)
    return found


def _benefits(on: dt.date) -> Iterable[tuple[Key, str, str, Benefit | None, dt.date | None, int]]:
    """Every benefit that can be had: its name, since when, and how many members may use it."""
    holders = Card.objects.filter(state=Card.State.ACTIVE, holder__isnull=False).order_by()
    basic = holders.aggregate(n=Count("holder", distinct=True))["n"]
    on_tier = dict(MemberTier.objects.values_list("tier").annotate(n=Count("pk")))
    ladder = tiers.codes(parameters.in_force(TierParameters, on=on))
    granted = dict(
        BenefitGrant.objects.filter(withdrawn_at__isnull=True)
        .order_by()
        .values_list("version__benefit")
        .annotate(n=Count("member", distinct=True))
    )
    since = dict(
        BenefitVersion.objects.filter(state=BenefitVersion.State.APPROVED)
        .order_by()
        .values_list("benefit")
        .annotate(day=Min("starts_on"))
    )
    for version in catalogue.in_force(on):
        benefit = version.benefit
        above = ladder[ladder.index(version.from_tier) :] if version.from_tier in ladder else ()
        may = granted.get(benefit.pk, 0) if benefit.kind == Benefit.Kind.EVENT else basic
        if version.from_tier:
            may = sum(on_tier.get(tier, 0) for tier in above)
        yield (False, benefit.code), benefit.kind, version.localized_name, benefit, since.get(benefit.pk), may
    yield from _of_cards(holders)


def _of_cards(holders: QuerySet[Card]) -> Iterable[tuple[Key, str, str, Benefit | None, dt.date | None, int]]:
    may = dict(holders.values_list("version__entitlements__code").annotate(n=Count("holder", distinct=True)))
    rows = Entitlement.objects.filter(version__state="approved").select_related("version").order_by("version__number")
    newest: dict[str, Entitlement] = {}
    oldest: dict[str, dt.date] = {}
    for row in rows:
        newest[row.code] = row
        if row.version.approved_at is not None:
            day = row.version.approved_at.date()
            oldest[row.code] = min(day, oldest.get(row.code, day))
    for code, row in sorted(newest.items()):
        yield (True, code), "card", row.localized_name, None, oldest.get(code), may.get(code, 0)

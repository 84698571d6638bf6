"""What can be drawn, and whether a draw is what its seed says (SVC-12 · D9)."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core import clock, periods
from service_desk.models.cases import Case
from service_desk.models.clocks import CaseClock
from service_desk.policy.codes import Severity
from service_desk.policy.states import State
from service_desk.quality.models import ReviewSample
from service_desk.quality.policy import sampling
from service_desk.quality.policy.review_parameters import ReviewParameters
from service_desk.quality.policy.sampling import Closed, Rule
from service_desk.quality.queries import reviews, sheets


def closed_between(first: dt.date, last: dt.date) -> QuerySet[Any]:
    """Cases that were closed on the business days from `first` to `last`, and still are; none that is under review."""
    begins, ends = periods.first_moment(first, clock.zone()), periods.last_moment(last, clock.zone())
    rows = Case.objects.filter(state=State.CLOSED, closed_at__gte=begins, closed_at__lt=ends)
    return reviews.agents_of(rows).filter(~reviews.has_open_review())


def frame(cases: QuerySet[Any], *, unhappy_up_to: int) -> list[Closed]:
    """SVC-12 · D9 — what a draw is made of, in the order of ids: one statement. A case of nobody cannot be anybody's review."""
    missed = Exists(CaseClock.objects.filter(case=OuterRef("pk"), breached_at__isnull=False))
    rows = cases.annotate(missed_=missed).order_by("pk")
    found = rows.values_list("pk", "owner", "answered_", "severity", "missed_", "score")
    return [
        Closed(
            case, owner or answered, severity == Severity.CRITICAL, bool(missed), bool(score and score <= unhappy_up_to)
        )
        for case, owner, answered, severity, missed, score in found
        if owner or answered
    ]


def rule_of(known: ReviewParameters) -> Rule:
    """The rule in force."""
    return Rule(known.least_per_agent, known.share_bps, known.take_severe, known.take_breached, known.take_unhappy)


def to_json(found: list[Closed]) -> list[list[int]]:
    return [[one.case, one.agent, int(one.severe), int(one.breached), int(one.unhappy)] for one in found]


def from_json(kept: list[list[int]]) -> list[Closed]:
    return [Closed(case, agent, bool(a), bool(b), bool(c)) for case, agent, a, b, c in kept]


def drawn_again(sample: ReviewSample) -> list[int]:
    """SVC-12 · D9 — the cases that the seed draws of what could be drawn: those of the sample, unless it was tampered with."""
    known = from_json(sample.frame)
    if sample.finding_id:
        cases = [one.case for one in known]
        return sampling.lowest(cases, count=sample.rule["count"], seed=sample.seed)
    return list(sampling.draw(known, rule=Rule(**sample.rule), seed=sample.seed))


def due_weeks(today: dt.date) -> list[dt.date]:
    """SVC-12 · D9 — the weeks that are over and not drawn; none before there is a sheet to review by."""
    if sheets.in_force() is None:
        return []
    rows = ReviewSample.objects.filter(week_starts_on__isnull=False).order_by("-week_starts_on")
    return sampling.due_weeks(rows.values_list("week_starts_on", flat=True).first(), today=today)

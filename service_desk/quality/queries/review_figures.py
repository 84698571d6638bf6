"""What reviews say of a time: done, mean, share passed, what fails most, findings (SVC-12 · D9). Constant statements."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from core import clock
from core.models import User
from service_desk.quality.models import CaseReview, QualityFinding, ReviewMark, SheetCriterion
from service_desk.quality.models.findings import UNDONE, VERIFIED
from service_desk.quality.policy import sampling, scoring
from service_desk.quality.queries import findings, reviews, sheets
from service_desk.surveys.policy import figures
from service_desk.surveys.policy.figures import Estimate

PERCENT = range(101)
MOST_FAILED = 10


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which days, which department, which colleague; of those drawn by lot alone."""

    first: dt.date
    last: dt.date
    department: int | None = None
    agent: int | None = None
    by_chance: bool = False


@dataclass(frozen=True)
class Line:
    """Some reviews: how many, their mean score and the share that passed, each with its interval of 95 %."""

    label: str
    reviews: int
    mean: Estimate | None
    passed: Estimate | None


@dataclass(frozen=True)
class Failing:
    """How often a criterion failed, of the reviews in which it applied."""

    name: str
    code: str
    failed: int
    of: int

    @property
    def share(self) -> Estimate | None:
        return figures.share(self.failed, self.of)


@dataclass(frozen=True)
class OfFindings:
    """Findings of the time: how many there are, how they stand now, how many measures are late."""

    found: int
    open: int
    work: int
    late: int
    check: int
    verified: int


@dataclass(frozen=True)
class Told:
    whole: Line
    weeks: list[Line]
    agents: list[Line]
    departments: list[Line]
    failing: list[Failing]
    findings: OfFindings


def of(user: User, asked: Asked) -> Told:
    """SVC-12 · D9 — everything the page shows, of the colleagues whom the viewer may see."""
    rows = chosen(user, asked)
    columns = ("handed_in_on", "agent__display_name", "department__name", "score", "passed")
    found = list(rows.order_by().values(*columns, "agent").annotate(times=Count("pk")))
    weeks: dict[str, list[dict[str, object]]] = {}
    agents: dict[str, list[dict[str, object]]] = {}
    departments: dict[str, list[dict[str, object]]] = {}
    for one in found:
        weeks.setdefault(sampling.week_of(one["handed_in_on"]).isoformat(), []).append(one)
        agents.setdefault(f"{one['agent__display_name']}\n{one['agent']}", []).append(one)
        departments.setdefault(one["department__name"] or "—", []).append(one)
    return Told(
        whole=_line("", found),
        weeks=[_line(label, weeks[label]) for label in sorted(weeks)],
        agents=[_line(label.split("\n")[0], agents[label]) for label in sorted(agents)],
        departments=[_line(label, departments[label]) for label in sorted(departments)],
        failing=failing(rows),
        findings=of_findings(user, asked),
    )


def chosen(user: User, asked: Asked) -> QuerySet[CaseReview]:
    rows = reviews.visible_to(user).done().filter(handed_in_on__range=(asked.first, asked.last))
    if asked.by_chance:
        rows = rows.by_chance()
    if asked.department:
        rows = rows.filter(department=asked.department)
    return rows.filter(agent=asked.agent) if asked.agent else rows


def _line(label: str, found: list[dict[str, object]]) -> Line:
    tally: Counter[int] = Counter()
    passed = 0
    for one in found:
        tally[int(str(one["score"]))] += int(str(one["times"]))
        passed += int(str(one["times"])) if one["passed"] else 0
    number = sum(tally.values())
    return Line(label, number, figures.mean(tally, scale=PERCENT), figures.share(passed, number))


def failing(rows: QuerySet[CaseReview]) -> list[Failing]:
    """SVC-12 · D9 — the criteria that failed most often by the scores in force, the most frequent first."""
    marks = ReviewMark.objects.filter(score__review__in=rows.order_by().values("pk"))
    marks = marks.filter(score__round=F("score__review__rounds")).exclude(mark=scoring.NOT_APPLICABLE)
    counted = marks.order_by().values("code").annotate(failed=Count("pk", filter=Q(is_failed=True)), of=Count("pk"))
    names: dict[str, SheetCriterion] = sheets.newest_names()
    found = [
        Failing(
            names[one["code"]].localized_name if one["code"] in names else one["code"],
            one["code"],
            one["failed"],
            one["of"],
        )
        for one in counted
        if one["failed"]
    ]
    return sorted(found, key=lambda one: (-one.failed, one.name))[:MOST_FAILED]


def of_findings(user: User, asked: Asked) -> OfFindings:
    """SVC-12 · D9 — the findings of the time that the viewer may see, by how they stand today: one statement."""
    rows: QuerySet[QualityFinding] = findings.visible_to(user).filter(
        made_on__range=(asked.first, asked.last), withdrawn_at__isnull=True
    )
    if asked.department:
        rows = rows.filter(department=asked.department)
    if asked.agent:
        rows = rows.filter(review__agent=asked.agent)
    done = Q(task__state="done")
    told = rows.order_by().aggregate(
        found=Count("pk"),
        open=Count("pk", filter=Q(task__isnull=True)),
        work=Count("pk", filter=UNDONE),
        late=Count("pk", filter=UNDONE & Q(task__due_on__lt=clock.today())),
        done=Count("pk", filter=done),
        verified=Count("pk", filter=VERIFIED),
    )
    return OfFindings(
        told["found"], told["open"], told["work"], told["late"], told["done"] - told["verified"], told["verified"]
    )

"""Complaints over a month or a quarter (SVC-05 · D6.3.1): by category, cause, product, store and colleague, beside the period
before, against members or sales. Each table is one statement; every number leads to its cases."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from cards.models import Product
from core import clock, figures
from core.models import Store, User
from service_desk.models import Case, CaseCategory, Compensation, ComplaintFollowUp
from service_desk.policy import complaint_analysis as rule
from service_desk.policy import recurrence
from service_desk.policy.codes import Kind
from service_desk.policy.complaint_analysis import Period, Share
from service_desk.policy.improvements import Basis
from service_desk.policy.states import State
from service_desk.queries import causes, exposure

VIEW, COLLEAGUES = "service_desk.view_complaintanalysis", "service_desk.compare_colleague"
COLUMNS: Mapping[str, str] = {
    "category": "category", "cause": "complaint__cause", "product": "product", "store": "store", "agent": "owner",
    "against": "complaint__against",
}  # fmt: skip
"""By what complaints are counted, and where it stands."""
OF_COLLEAGUES = ("agent", "against")
PERIODS_SHOWN = 12
MOST_ROWS = 25


@dataclass(frozen=True)
class Spans:
    """The days counted, and as many of the period before: of one that still runs only the days that have passed."""

    period: Period
    now: tuple[dt.date, dt.date]
    before: tuple[dt.date, dt.date]

    @property
    def is_running(self) -> bool:
        return self.now[1] < self.period.until


@dataclass(frozen=True)
class Line:
    """Something complaints are about: how many now and before, and whether chance alone would hardly bring such a change."""

    key: int | None
    name: str
    share: Share[int | None]
    before: int
    per_thousand: int | None
    change_bps: int | None
    signal: str


@dataclass(frozen=True)
class Picture:
    spans: Spans
    basis: Basis
    total: int
    total_before: int
    base: int
    base_before: int
    findings: Mapping[str, int]
    satisfied: tuple[int, int]
    given_minor: int
    tables: Mapping[str, list[Line]]
    trend: list[tuple[Period, int]]

    @property
    def per_thousand(self) -> int | None:
        return rule.per_thousand(self.total, self.base)

    @property
    def per_thousand_before(self) -> int | None:
        return rule.per_thousand(self.total_before, self.base_before)


def spans(period: Period, *, today: dt.date) -> Spans:
    until = min(period.until, today + dt.timedelta(days=1))
    earlier = period.ago()
    ends = min(earlier.until, earlier.first + (until - period.first)) if until < period.until else earlier.until
    return Spans(period, (period.first, until), (earlier.first, ends))


def complaints() -> QuerySet[Case]:
    """SVC-05 · D6.3.1 — what is counted: complaints that were not merged into another."""
    return Case.objects.filter(kind=Kind.COMPLAINT).exclude(state=State.MERGED)


def within(span: tuple[dt.date, dt.date]) -> Q:
    return Q(opened_at__gte=figures.midnight(span[0]), opened_at__lt=figures.midnight(span[1]))


def picture(period: Period, *, basis: Basis, colleagues: bool, today: dt.date) -> Picture:
    """SVC-05 · D6.3.1 — everything on the page, in a number of queries that does not depend on what there is."""
    days = spans(period, today=today)
    base, base_before = (_base(basis, span) for span in (days.now, days.before))
    names = [name for name in COLUMNS if colleagues or name not in OF_COLLEAGUES]
    counts = {name: _counts(COLUMNS[name], days) for name in names}
    found = complaints().filter(within(days.now)).order_by()
    totals = [sum(pair[place] for pair in counts["category"].values()) for place in (0, 1)]
    asked = ComplaintFollowUp.objects.filter(satisfied__isnull=False, complaint__case__in=found)
    told = asked.aggregate(n=Count("pk"), satisfied=Count("pk", filter=Q(satisfied=True)))
    given = Compensation.objects.filter(state=Compensation.State.GIVEN, case__in=found)
    return Picture(
        spans=days,
        basis=basis,
        total=totals[0],
        total_before=totals[1],
        base=base,
        base_before=base_before,
        findings=dict(found.values_list("complaint__finding").annotate(n=Count("pk"))),
        satisfied=(told["satisfied"], told["n"]),
        given_minor=int(given.aggregate(sum=Sum("amount_minor"))["sum"] or 0),
        tables={name: _lines(name, counts[name], (base, base_before)) for name in names},
        trend=_trend(period, today=today),
    )


def drill(by: str, key: int | None, days: Spans) -> QuerySet[Case]:
    """SVC-05 · D6.3.1 — the cases behind a number, the newest first. A cause brings along everything below it."""
    rows = complaints().filter(within(days.now))
    if by == "cause" and key is not None:
        rows = rows.filter(complaint__cause__in=causes.tree().within(key))
    elif by in COLUMNS:
        rows = rows.filter(**({COLUMNS[by]: key} if key is not None else {f"{COLUMNS[by]}__isnull": True}))
    return rows.select_related("category", "owner", "store", "complaint__cause").order_by("-id")


def name_of(by: str, key: int | None) -> str:
    """What a row of a table is called; empty for what names nothing."""
    return "" if key is None else _names(by, [key]).get(key, "")


def _base(basis: Basis, span: tuple[dt.date, dt.date]) -> int:
    return exposure.members_on(span[1]) if basis is Basis.MEMBERS else exposure.sales(*span)


def _counts(column: str, days: Spans) -> dict[int | None, tuple[int, int]]:
    rows = complaints().filter(within(days.now) | within(days.before)).order_by().values_list(F(column))
    counted = rows.annotate(now=Count("pk", filter=within(days.now)), before=Count("pk", filter=within(days.before)))
    return {key: (now, before) for key, now, before in counted}


def _lines(by: str, counts: Mapping[int | None, tuple[int, int]], bases: tuple[int, int]) -> list[Line]:
    shares = rule.pareto((key, now) for key, (now, _before) in counts.items())[:MOST_ROWS]
    names = _names(by, [share.key for share in shares if share.key is not None])
    return [
        Line(
            key=share.key,
            name=names.get(share.key, "") if share.key is not None else "",
            share=share,
            before=counts[share.key][1],
            per_thousand=rule.per_thousand(share.count, bases[0]),
            change_bps=rule.change_bps(share.count, counts[share.key][1]),
            signal=_signal(share.count, counts[share.key][1], bases),
        )
        for share in shares
    ]


def _signal(now: int, before: int, bases: tuple[int, int]) -> str:
    """`up` or `down` where the interval of the two rates leaves out that nothing has changed."""
    if min(bases) <= 0:
        return ""
    seen = recurrence.compare(before, now, exposure_before=bases[1], exposure_after=bases[0])
    return "up" if seen.low > 1 else "down" if seen.high < 1 else ""


def _names(by: str, keys: list[int]) -> dict[int, str]:
    if by == "cause":
        tree = causes.tree()
        return {key: tree.path(key) for key in keys}
    if by == "product":
        rows = Product.objects.filter(pk__in=keys).select_related("version")
        return {row.pk: str(row) for row in rows}
    model: Any = {"category": CaseCategory, "store": Store, "agent": User, "against": User}[by]
    return {row.pk: str(row) for row in model.objects.filter(pk__in=keys)}


def _trend(period: Period, *, today: dt.date) -> list[tuple[Period, int]]:
    first = period.ago(PERIODS_SHOWN - 1)
    rows = complaints().filter(within((first.first, min(period.until, today + dt.timedelta(days=1))))).order_by()
    by_month = rows.annotate(month=TruncMonth("opened_at", tzinfo=clock.zone())).values_list("month")
    counted: dict[dt.date, int] = {}
    for month, count in by_month.annotate(n=Count("pk")):
        day = month.date().replace(day=1)
        counted[day] = counted.get(day, 0) + count
    spanned = [period.ago(back) for back in reversed(range(PERIODS_SHOWN))]
    return [(one, sum(n for day, n in counted.items() if one.first <= day < one.until)) for one in spanned]

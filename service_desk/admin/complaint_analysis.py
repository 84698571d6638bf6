"""The analysis of complaints (SVC-05 · D6.3.1): a month or a quarter beside the one before, and the cases behind each number."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cards.admin.pages import page, viewer
from core import access, clock, show
from core.admin.base import EstimatingPaginator
from core.models import User
from service_desk.models.complaint_choices import Basis as BasisChoices
from service_desk.models.complaint_choices import Finding
from service_desk.policy import complaint_analysis as rule
from service_desk.policy.complaint_analysis import Period
from service_desk.policy.improvements import Basis
from service_desk.queries import complaint_analysis as figures
from service_desk.queries import complaints, improvements
from service_desk.queries.complaint_analysis import COLLEAGUES, VIEW, Line, Picture

CASES_A_PAGE = 50
SHOWN_IN_PARETO = 12
WIDE, HIGH, GAP = 60, 100, 14
TITLES: dict[str, str | Promise] = {
    "category": _("By category"),
    "cause": _("By root cause"),
    "product": _("By product"),
    "store": _("By store"),
    "agent": _("By colleague who handled them"),
    "against": _("By colleague complained about"),
}
NOTHING: dict[str, str | Promise] = {
    "category": _("without a category"),
    "cause": _("not named yet"),
    "product": _("of no product"),
    "store": _("of no store"),
    "agent": _("of nobody"),
    "against": _("about nobody in particular"),
}


@require_safe
def analysis(request: HttpRequest) -> HttpResponse:
    """Everything on one page; with the rights of a lead also by colleague."""
    user = viewer(request, VIEW)
    period, basis = _period(request), _basis(request)
    picture = figures.picture(period, basis=basis, colleagues=access.allows(user, COLLEAGUES), today=clock.today())
    most = max((count for _one, count in picture.trend), default=0) or 1
    return page(
        request,
        "admin/service_desk/analysis.html",
        title=_now("Analysis of complaints"),
        picture=picture,
        period_told=told(period),
        ways=_ways(period, basis),
        tables=[_table(name, lines, picture) for name, lines in picture.tables.items()],
        pareto=_pareto(picture),
        findings=_findings(picture),
        satisfied_share=rule.WHOLE * picture.satisfied[0] // picture.satisfied[1] if picture.satisfied[1] else None,
        trend=[
            {
                "label": told(one),
                "value": count,
                "high": 100 * count // most,
                "top": 100 - 100 * count // most,
                "code": one.code,
            }
            for one, count in picture.trend
        ],
        may_propose=access.allows(user, improvements.PROPOSE),
        may_drill=access.allows(user, complaints.VIEW),
        basis=basis,
    )


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a number of the analysis."""
    user = viewer(request, VIEW)
    access.require(user, complaints.VIEW)
    period, by = _period(request), request.GET.get("by", "")
    if by not in figures.COLUMNS and by:
        raise Http404
    _refuse_colleagues(user, by)
    key = _key(request)
    spans = figures.spans(period, today=clock.today())
    rows = EstimatingPaginator(figures.drill(by, key, spans), CASES_A_PAGE).get_page(request.GET.get("page"))
    name = figures.name_of(by, key) or (str(NOTHING[by]) if by else "")
    return page(
        request,
        "admin/service_desk/analysis_cases.html",
        title=_now("Complaints of %(period)s") % {"period": told(period)},
        name=name,
        page=rows,
        back=f"{reverse('admin:service_desk_complaint_analysis')}?{urlencode({'period': period.code})}",
        query=urlencode({"period": period.code, "by": by, "key": "" if key is None else key}),
    )


def told(period: Period) -> str:
    """`November 2026` · `2026年11月`; `Q4 2026`."""
    if period.months == 1:
        return show.month(period.first)
    quarter = period.code.rpartition("-")[2]
    return _now("%(quarter)s %(year)s") % {"quarter": quarter, "year": period.first.year}


def _period(request: HttpRequest) -> Period:
    return rule.period(request.GET.get("period", ""), today=clock.today())


def _basis(request: HttpRequest) -> Basis:
    given = request.GET.get("per", "")
    return Basis(given) if given in set(Basis) else Basis.MEMBERS


def _key(request: HttpRequest) -> int | None:
    given = request.GET.get("key", "")
    if given and not (given.isdecimal() and len(given) < 19):
        raise Http404
    return int(given) if given else None


def _refuse_colleagues(user: User, by: str) -> None:
    if by in figures.OF_COLLEAGUES:
        access.require(user, COLLEAGUES)


def _ways(period: Period, basis: Basis) -> dict[str, Any]:
    """Where one goes from here: the period before and after, months or quarters, another measure."""
    today = clock.today()
    after = period.ago(-1)
    last = period.until.replace(day=1)
    within = Period(period.first, 1) if period.months == 3 else rule.quarter_of(period.first)

    def address(one: Period, per: Basis = basis) -> str:
        return "?" + urlencode({"period": one.code, "per": per})

    return {
        "before": address(period.ago()),
        "after": address(after) if after.first <= today else "",
        "month": "" if period.months == 1 else address(min(within, rule.month_of(today), key=lambda one: one.first)),
        "quarter": "" if period.months == 3 else address(within),
        "bases": [(label, address(period, Basis(code)), code == basis) for code, label in BasisChoices.choices],
        "ends": last,
    }


def _drill(by: str, key: int | None, picture: Picture) -> str:
    query = {"period": picture.spans.period.code, "by": by, "key": "" if key is None else key}
    return f"{reverse('admin:service_desk_complaint_analysis_cases')}?{urlencode(query)}"


def _named(by: str, line: Line) -> str:
    return line.name or str(NOTHING[by])


def _table(by: str, lines: list[Line], picture: Picture) -> dict[str, Any]:
    rows = [
        {
            "name": _named(by, line),
            "line": line,
            "url": _drill(by, line.key, picture),
            "bar": line.share.share_bps // 100,
            "propose": f"{reverse('admin:service_desk_improvementmeasure_add')}?{urlencode({'cause': line.key})}"
            if by == "cause" and line.key is not None
            else "",
        }
        for line in lines
    ]
    return {"code": by, "title": TITLES[by], "rows": rows}


def _pareto(picture: Picture) -> dict[str, Any]:
    """Bars from the greatest to the smallest cause, and the line of their running sum."""
    lines = [line for line in picture.tables["cause"] if line.key is not None][:SHOWN_IN_PARETO]
    shares = rule.pareto((line.name, line.share.count) for line in lines)
    most = max((share.count for share in shares), default=0) or 1
    bars, points = [], []
    for place, share in enumerate(shares):
        left, high = place * WIDE, HIGH * share.count // most
        bars.append(
            {
                "x": left + GAP // 2, "y": HIGH - high, "width": WIDE - GAP, "height": high, "is_vital": share.is_vital,
                "name": share.key, "count": share.count, "running": share.running_bps // 100,
            }
        )  # fmt: skip
        points.append(f"{left + WIDE // 2},{HIGH - share.running_bps * HIGH // rule.WHOLE}")
    return {"bars": bars, "line": " ".join(points), "width": max(len(bars), 1) * WIDE, "limit": HIGH - 80}


def _findings(picture: Picture) -> list[tuple[str, int]]:
    return [(str(label), picture.findings.get(str(code), 0)) for code, label in Finding.choices]

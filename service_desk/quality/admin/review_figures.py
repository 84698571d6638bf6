"""What reviews say, in figures and pictures (SVC-12 · D9): of the colleagues whom the viewer may see."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_safe

from cards.admin.pages import page, viewer
from core import show
from service_desk.quality.admin.review_forms import FiguresForm
from service_desk.quality.queries import review_figures
from service_desk.quality.queries import reviews as rows
from service_desk.quality.queries.review_figures import Failing, Line
from service_desk.surveys.policy.figures import Estimate


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    user = viewer(request, rows.SEE)
    form = FiguresForm(request.GET if request.GET else None, user=user)
    asked = form.asked()
    told = review_figures.of(user, asked)
    return page(
        request,
        "admin/service_desk/quality/review_figures.html",
        title=_now("Quality in figures"),
        form=form,
        asked=asked,
        whole=_row(told.whole),
        weeks=[_row(one, label=_week(one.label)) for one in told.weeks],
        week_bars=[
            {"label": _week(one.label), "value": one.mean.value, "text": f"{one.mean.value:.0f} %"}
            for one in told.weeks
            if one.mean
        ],
        agents=[_row(one) for one in told.agents],
        departments=[_row(one) for one in told.departments],
        failing=[_failing(one) for one in told.failing],
        findings=told.findings,
    )


def _week(label: str) -> str:
    return show.day(dt.date.fromisoformat(label), short=True)


def _row(line: Line, *, label: str = "") -> dict[str, Any]:
    return {
        "label": label or line.label,
        "reviews": line.reviews,
        "mean": f"{line.mean.value:.1f}" if line.mean else "—",
        "mean_span": _span(line.mean, 1),
        "passed": f"{line.passed.value * 100:.0f} %" if line.passed else "—",
        "passed_span": _span(line.passed, 100, unit=" %"),
    }


def _failing(one: Failing) -> dict[str, Any]:
    share = one.share
    return {
        "label": one.name,
        "failed": one.failed,
        "of": one.of,
        "share": f"{share.value * 100:.0f} %" if share else "—",
        "span": _span(share, 100, unit=" %"),
        "bar": round(share.value * 1_000) if share else 0,
        "low": round(share.low * 1_000) if share else 0,
        "high": round(share.high * 1_000) if share else 0,
    }


def _span(found: Estimate | None, times: int, *, unit: str = "") -> str:
    """`78–91 %`: the interval of 95 %."""
    return f"{found.low * times:.0f}–{found.high * times:.0f}{unit}" if found else "—"

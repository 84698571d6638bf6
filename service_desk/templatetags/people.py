"""Figures of score-cards as they are read: `{% load people %}` `{{ line.figure.stands|told:line.figure.kpi }}`."""

from collections.abc import Iterable
from typing import Any

from django import template

from core import show
from core.templatetags import ui
from service_desk.people import wording
from service_desk.people.queries.scorecards import Shown

register = template.Library()


@register.filter
def told(value: int | None, kpi: str) -> str:
    """A figure in its unit."""
    return wording.told(kpi, value)


@register.filter
def share(bps: int | None) -> str:
    """`9250` → `92.5 %`."""
    return wording.share(bps)


@register.filter
def percent_of_scale(bps: int | None) -> int:
    """How wide a bar is drawn on a scale that ends at half as much again as the target."""
    return min(max((bps or 0) // 100, 0), 150)


@register.filter
def period(shown: Shown) -> str:
    """`March 2027`, or the year."""
    on = shown.card.starts_on
    return show.month(on) if shown.card.span == "month" else str(on.year)


@register.inclusion_tag("ui/_bar_chart.html")
def reached_chart(series: Iterable[Shown], caption: str = "") -> dict[str, Any]:
    """How far the targets were reached, period by period; those that still run are drawn lighter."""
    rows = [
        {
            "label": f"{one.card.starts_on:%m/%y}" if one.card.span == "month" else str(one.card.starts_on.year),
            "value": one.total_bps or 0,
            "text": wording.share(one.total_bps),
            "soft": one.card.closed_at is None,
        }
        for one in series
    ]
    return ui.bar_chart(rows, caption=caption)

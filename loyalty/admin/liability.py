"""Points liability and breakage for finance, month by month (LOY-18)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, viewer
from core import clock, money, parameters, periods, show, spreadsheet
from core.admin.base import ReadOnly, moment, number
from loyalty.models import PointMonth
from loyalty.policy import liability as rule
from loyalty.policy import redeeming
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import liability

VIEW = "loyalty.view_liability"
MONTHS, AHEAD = 24, 24
COLUMNS = {
    "issued": _("Issued"),
    "redeemed": _("Redeemed"),
    "lapsed": _("Lapsed"),
    "taken_back": _("Taken back"),
    "adjusted": _("Adjusted"),
}


@dataclass(frozen=True)
class Row:
    """A month as the page shows it: its figures, each with the address of its rows, and what its closing is worth."""

    month: rule.Month
    worth_minor: int
    cells: tuple[tuple[int, str], ...]


def board(request: HttpRequest) -> HttpResponse:
    """LOY-18 — what members have, what became of it each month, and what is expected to lapse."""
    viewer(request, VIEW)
    today = clock.today()
    rows = _rows(today)
    cohorts = liability.cohorts()
    share = rule.lapse_share(cohorts, on=today)
    coming = rule.expected(cohorts, on=today, share_bps=share)
    ahead = [one for one in coming if one.last_valid_on <= periods.month_end(periods.add_months(today, AHEAD))]
    value = parameters.in_force(PointsParameters, on=today)
    lapsing = sum(one.lapsing for one in coming)
    return page(
        request,
        "admin/loyalty/liability.html",
        title=_now("Points liability"),
        rows=rows[::-1],
        last=rows[-1] if rows else None,
        columns=COLUMNS.values(),
        read_at=liability.read_at(),
        line=_line([row.month.closing for row in rows]),
        bars=_movements(rows),
        share=_share(share),
        lapsing=lapsing,
        lapsing_minor=redeeming.worth(lapsing, parameters=value),
        redeemed=sum(one.redeemed for one in coming),
        ahead=[(one, redeeming.worth(one.lapsing, parameters=value)) for one in ahead],
        ahead_bars=_coming(ahead),
    )  # fmt: skip


def export(request: HttpRequest) -> StreamingHttpResponse:
    """The months as a file for a spreadsheet; amounts with a decimal point."""
    viewer(request, VIEW)
    head = [_now("Month"), _now("Opening balance"), *map(str, COLUMNS.values()), _now("Closing balance"), _now("Worth")]
    lines = [
        [f"{row.month.month:%Y-%m}", row.month.opening, *(points for points, _ in row.cells), row.month.closing,
         _plain(row.worth_minor)]
        for row in _rows(clock.today())
    ]  # fmt: skip
    answer = StreamingHttpResponse(spreadsheet.csv_lines([head, *lines]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="points-liability.csv"'
    return answer


def _plain(minor: int) -> str:
    decimals = money.exponent(settings.CURRENCY)
    whole, cents = divmod(minor, 10**decimals)
    return f"{whole}.{cents:0{decimals}d}" if decimals else str(whole)


def _rows(today: dt.date) -> list[Row]:
    """The last two years, from the first month that has anything."""
    sums = liability.sums()
    last = today.replace(day=1)
    first = max(min(sums, default=last), periods.add_months(last, -MONTHS))
    return [_row(one, today) for one in rule.statement(sums, first=first, last=last)]


def _row(month: rule.Month, today: dt.date) -> Row:
    policy = parameters.in_force(PointsParameters, on=min(month.last_day, today))
    worth = redeeming.worth(max(month.closing, 0), parameters=policy)
    return Row(month, worth, tuple((getattr(month, name), _drill(name, month.month)) for name in COLUMNS))


def _drill(column: str, month: dt.date) -> str:
    """Where the transactions of a figure are listed."""
    query = {
        "kind__in": ",".join(liability.KINDS[column]),
        "posted_at__gte": liability.begins(month).isoformat(),
        "posted_at__lt": liability.ends(month).isoformat(),
    }
    return f"{reverse('admin:loyalty_pointtransaction_changelist')}?{urlencode(query)}"


def _share(bps: int | None) -> str:
    return "—" if bps is None else f"{bps / 100:.1f} %"


def _line(values: Sequence[int]) -> dict[str, Any] | None:
    """A line over the months in a picture of 100 by 100, and the area below it."""
    if len(values) < 2:
        return None
    top = max(*values, 1)
    step = 100 / (len(values) - 1)
    points = [f"{place * step:.2f},{100 - 96 * max(value, 0) / top:.2f}" for place, value in enumerate(values)]
    return {"line": " ".join(points), "area": " ".join(["0,100", *points, "100,100"]), "top": show.number(top)}


def _movements(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What came in above the ground, what went below it, stacked; the highest month fills the picture."""
    parts = []
    for row in rows:
        month = row.month
        up = [("issued", month.issued), ("adjusted", max(month.adjusted, 0))]
        down = [
            ("redeemed", max(month.redeemed, 0)), ("lapsed", max(month.lapsed, 0)), ("taken", month.taken_back),
            ("adjusted", max(-month.adjusted, 0)),
        ]  # fmt: skip
        parts.append((month, up, down))
    above = max((sum(value for _, value in up) for _, up, _ in parts), default=0) or 1
    below = max((sum(value for _, value in down) for _, _, down in parts), default=0)
    ground = 100 * above / (above + below)
    return [
        {"month": month.month, "ground": f"{ground:.2f}",
         "parts": [*_stack(up, of=above + below, base=ground, upwards=True), *_stack(down, of=above + below, base=ground)]}
        for month, up, down in parts
    ]  # fmt: skip


def _coming(ahead: Sequence[rule.Expected]) -> list[dict[str, Any]]:
    top = max((one.remaining for one in ahead), default=0) or 1
    return [
        {"month": one.last_valid_on, "remaining": one.remaining,
         "parts": _stack([("lapsed", one.lapsing), ("redeemed", one.redeemed)], of=top, base=100, upwards=True)}
        for one in ahead
    ]  # fmt: skip


def _stack(parts: Sequence[tuple[str, int]], *, of: int, base: float, upwards: bool = False) -> list[dict[str, str]]:
    found, edge = [], base
    for name, value in parts:
        height = 100 * value / of
        if height:
            top = edge - height if upwards else edge
            found.append({"name": name, "y": f"{top:.2f}", "height": f"{height:.2f}"})
            edge += -height if upwards else height
    return found


@admin.register(PointMonth)
class PointMonthAdmin(ReadOnly):
    list_display = ("month", "from_book", "to_book", number("points", _("points")), moment("read_at", _("read at")))
    ordering = ("-month", "-id")

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("liability/", inside(board), name="loyalty_pointmonth_liability"),
            path("liability.csv", inside(export), name="loyalty_pointmonth_export"),
            *super().get_urls(),
        ]

"""Today's numbers of the workbench: each app enters what its tables can tell, the back office shows what a user may see.

A table is read by one statement, grouped by business day, whatever it tells. A figure leads to the rows it counts.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.functional import Promise

from core import clock
from core.models import User

DAYS = 14
Query = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number by day: `column` of its table. What `waits` is told as it stands, all else as it happened today.

    `url` and `query` lead to the rows; `since` names the field that is held to today, `on` one that takes the day.
    """

    code: str
    label: str | Promise
    column: str
    url: str
    query: Query | None = None
    since: str = ""
    on: str = ""
    money: bool = False
    waits: bool = False
    is_bad: bool = False

    def address(self, today: dt.date) -> str:
        query = dict(self.query or {})
        if self.since:
            query[f"{self.since}__gte"] = midnight(today).isoformat()
        if self.on:
            query[self.on] = today.isoformat()
        return reverse(self.url) + (f"?{urlencode(query)}" if query else "")


@dataclass(frozen=True, kw_only=True)
class Table:
    """`by_day(user, days)` reads one statement: a row for each day, with a column for each figure."""

    code: str
    right: str
    by_day: Callable[[User, list[dt.date]], Iterable[Mapping[str, Any]]]
    figures: tuple[Figure, ...]
    order: int = 50


@dataclass(frozen=True)
class Shown:
    """A figure for one user: the headline, and what it was on each of the last days, today last."""

    figure: Figure
    days: list[dt.date]
    values: list[int]
    value: int

    @property
    def address(self) -> str:
        return self.figure.address(self.days[-1])

    @property
    def yesterday(self) -> int:
        return self.values[-2]


_tables: dict[str, Table] = {}


def register(table: Table) -> None:
    if table.code in _tables:
        raise ValueError(f"registered twice: {table.code}")
    _tables[table.code] = table


def registered() -> list[Table]:
    return list(_tables.values())


def shown_to(user: User) -> list[Shown]:
    """The figures that this user may see; one statement for each table."""
    span = days()
    found: list[Shown] = []
    for table in sorted(_tables.values(), key=lambda table: table.order):
        if not user.has_perm(table.right):
            continue
        rows = {row["day"]: row for row in table.by_day(user, span)}
        for figure in table.figures:
            by_day = {day: int(row[figure.column] or 0) for day, row in rows.items()}
            values = [by_day.get(day, 0) for day in span]
            found.append(Shown(figure, span, values, sum(by_day.values()) if figure.waits else values[-1]))
    return found


def days() -> list[dt.date]:
    """The last days, today last."""
    today = clock.today()
    return [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]


def midnight(day: dt.date) -> dt.datetime:
    """When a business day begins."""
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.zone())


def grouped(rows: QuerySet[Any], field: str, **columns: Any) -> Iterable[dict[str, Any]]:
    """Rows by the business day of a moment: `grouped(Order…, "paid_at", sold=Count("pk"))`."""
    by_day = rows.order_by().annotate(day=TruncDate(field, tzinfo=clock.zone()))
    found: Iterable[dict[str, Any]] = by_day.values("day").annotate(**columns)
    return found

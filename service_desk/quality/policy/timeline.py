"""SVC-13 · B10.3 — a project as a picture: where on a line of days its tasks, milestones and today lie.

Pure geometry in whole units: a day is as wide as any other, nothing lies outside the picture.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1_000
HEAD, ROW, BAR = 32, 46, 14
LEAST = 4
"""However short a task is, it can be seen."""
MONTH = 76
"""What the name of a month takes."""


@dataclass(frozen=True)
class Span:
    """Something that lasts, through its last day; a milestone begins and ends on one."""

    label: str
    starts_on: dt.date
    ends_on: dt.date
    tone: str = ""
    is_milestone: bool = False


@dataclass(frozen=True)
class Drawn:
    """A row of the picture: a bar from `x` of `width`, or a milestone at `x`; `y` is its upper edge."""

    span: Span
    x: int
    width: int
    y: int

    @property
    def is_right(self) -> bool:
        """Whether its name ends where the bar ends, rather than begins where it begins: it would leave the picture."""
        return self.x > WIDTH // 2

    @property
    def label_x(self) -> int:
        return self.x + self.width if self.is_right else self.x

    @property
    def label_y(self) -> int:
        return self.y - 8

    @property
    def diamond(self) -> str:
        """The corners of a milestone, which stands for the end of its day."""
        x, y, half = self.x, self.y + BAR // 2, BAR // 2
        return f"{x},{y - half} {x + half},{y} {x},{y + half} {x - half},{y}"


@dataclass(frozen=True)
class Picture:
    """Everything that is drawn. `today` is None where today lies outside."""

    rows: tuple[Drawn, ...]
    months: tuple[tuple[int, dt.date], ...]
    today: int | None
    height: int
    width: int = WIDTH


def picture(spans: Sequence[Span], *, starts_on: dt.date, ends_on: dt.date, today: dt.date) -> Picture:
    """SVC-13 · B10.3 — the rows in the order given, on a line that holds the plan and everything that sticks out of it."""
    first = min([starts_on, *(span.starts_on for span in spans)])
    last = max([ends_on, *(span.ends_on for span in spans)])
    days = (last - first).days + 1

    def place(day: dt.date) -> int:
        """Where a day begins."""
        return round(WIDTH * (day - first).days / days)

    def after(day: dt.date) -> int:
        """Where it ends."""
        return round(WIDTH * ((day - first).days + 1) / days)

    rows = []
    for number, span in enumerate(spans):
        y = HEAD + number * ROW + ROW - BAR - 4
        if span.is_milestone:
            rows.append(Drawn(span, min(max(after(span.ends_on), BAR // 2), WIDTH - BAR // 2), 0, y))
        else:
            x = min(place(span.starts_on), WIDTH - LEAST)
            rows.append(Drawn(span, x, max(after(span.ends_on) - x, LEAST), y))
    inside = first <= today <= last
    months = [(place(day), day) for day in _months(first, last)]
    if len(months) > 1 and months[1][0] < MONTH:  # the line begins late in a month: its name would lie under the next
        del months[0]
    return Picture(tuple(rows), tuple(months), place(today) if inside else None, HEAD + len(spans) * ROW + 8)


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first day of the line and of every month on it; where there are many, of every quarter or year."""
    every = 1 if (last - first).days <= 400 else 3 if (last - first).days <= 1_200 else 12
    found, day = [first], first.replace(day=1)
    while True:
        day = (day + dt.timedelta(days=32)).replace(day=1)
        if day > last:
            return found
        if (day.month - 1) % every == 0:
            found.append(day)

"""The page of a case for the colleague who works on it (SVC-01 to SVC-03 · A6.2, D4.3): the whole case, and what is left of
its clocks."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import clock
from core.models import User
from service_desk.models import Case, CaseClock
from service_desk.policy import clocks as reckoned
from service_desk.policy.codes import Promise
from service_desk.queries import cases, hours, timelines

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Running:
    """A promise with what is left of it in business minutes; negative where it was missed. None once it has ended."""

    row: CaseClock
    left: int | None

    @property
    def state(self) -> str:
        """`kept`, `late` (kept or fell away too late), `gone` (fell away), `paused`, `missed` or `running`."""
        row = self.row
        if row.met_at is not None:
            return "late" if row.breached_at else "kept"
        if row.stopped_at is not None:
            return "late" if row.breached_at else "gone"
        if row.paused_at is not None:
            return "paused"
        return "missed" if row.breached_at or (self.left is not None and self.left < 0) else "running"

    @property
    def share(self) -> int:
        """How much of the time is used up, in percent; at most a hundred."""
        used = self.row.spent if self.row.spent is not None else self.row.minutes - (self.left or 0)
        return max(0, min(100, 100 * used // max(self.row.minutes, 1)))


def clocks(whole: cases.Whole) -> list[Running]:
    """SVC-03 · D4.3.2 — the clocks of a case in the order of its life, with what is left of each now. One query."""
    order, calendar = list(Promise), hours.in_force()
    history = timelines.histories([whole.case.pk]).get(whole.case.pk, [])
    now = reckoned.reckon(history, hours=calendar, now=clock.now()).clocks if history else {}
    found = []
    for row in whole.clocks:
        computed = now.get((Promise(row.promise), row.round))
        left = None
        if computed is not None and not computed.has_ended:
            spent = calendar.worked(computed.since, clock.now()) if computed.since else dt.timedelta()
            left = (computed.left - spent) // MINUTE
        found.append(Running(row, left))
    return sorted(found, key=lambda one: (order.index(Promise(one.row.promise)), one.row.round))


def names_of(people: Sequence[int] | set[int]) -> Mapping[int, str]:
    """What colleagues are called, by their ids. One query."""
    return {one.pk: str(one) for one in User.objects.filter(pk__in=people)} if people else {}


def case_of(pk: int) -> Case | None:
    return Case.objects.select_related("member", "owner", "category", "merged_into").filter(pk=pk).first()

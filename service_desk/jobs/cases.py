"""Clocks of the service desk: deadlines watched, cases given to whoever comes on duty, resolved ones closed."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from service_desk.models import Case, CaseClock
from service_desk.models.cases import UNDONE
from service_desk.operations import closing, escalation, presence, routing
from service_desk.queries import agents, hours


class WatchDeadlines(sweeps.Sweep):
    """SVC-03 · D4.3.2 — warn before a deadline, note a missed one, escalate."""

    name = "cases.watch"
    label: str | Promise = _("Watch the deadlines of cases")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = CaseClock.objects.filter(next_step_at__lte=clock.now())
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return escalation.take_steps(keys)


class ReckonAnew(sweeps.Sweep):
    """SVC-03 · D4.3.2 — after business hours or the chain of escalation have changed, every open clock is computed anew."""

    name = "cases.reckon"
    label: str | Promise = _("Compute the clocks of cases anew")
    batch = 2_000

    def total(self, ctx: sweeps.Context) -> int:
        return ctx.within(_outdated()).count()

    def span(self) -> tuple[int, int] | None:
        ends = [Case.objects.order_by(way).values_list("pk", flat=True).first() for way in ("pk", "-pk")]
        return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.ctx.within(_outdated())
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return escalation.reckon_anew(keys)


def _outdated() -> "QuerySet[Case]":
    return Case.objects.filter(UNDONE).exclude(reckoned_with=hours.fingerprint())


class Distribute(sweeps.Sweep):
    """SVC-02 · A6.2.2 — cases of nobody are given to whoever is on duty and has room."""

    name = "cases.distribute"
    label: str | Promise = _("Distribute cases")
    batch = 100

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        there = [one for one in agents.on_duty() if one.load < one.capacity]
        if not there:
            return []
        skills = {skill for one in there for skill in one.skills}
        rows = Case.objects.filter(UNDONE, Q(skill__isnull=True) | Q(skill__in=skills), owner__isnull=True)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return routing.distribute(keys)


class CloseResolved(sweeps.Sweep):
    """SVC-04 · D6.3 — resolved cases are closed after some days."""

    name = "cases.close"
    label: str | Promise = _("Close resolved cases")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = closing.due()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return closing.close(keys)


class ForgetViewings(sweeps.Sweep):
    """SVC-01 — who looked at a case yesterday is of no use today."""

    name = "cases.forget_viewings"
    label: str | Promise = _("Forget who looked at cases")

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = presence.old()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return presence.forget(keys)


for sweep in (WatchDeadlines(), ReckonAnew(), Distribute(), CloseResolved(), ForgetViewings()):
    sweeps.register(sweep)

"""Clocks of complaints and improvements: satisfaction asked, finance's decisions taken up, owners reminded (SVC-04, SVC-05)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from service_desk.models import Compensation, ImprovementMeasure
from service_desk.operations import compensation, complaint_follow_ups, improvements
from service_desk.policy import improvements as rule
from service_desk.policy.improvements import State
from service_desk.policy.parameters_complaints import ImprovementParameters


class AskSatisfaction(sweeps.Sweep):
    """SVC-04 · D6.2.4 — some days after a complaint was closed its member is asked whether she is satisfied, once a closing."""

    name = "complaints.follow_up"
    label: str | Promise = _("Ask about the satisfaction with complaints")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = complaint_follow_ups.due()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return complaint_follow_ups.ask(keys)


class SettleCompensation(sweeps.Sweep):
    """SVC-04, CARD-20 · D6.2, E5.6 — what waited for finance and was decided is given, or frees the authority."""

    name = "compensation.settle"
    label: str | Promise = _("Take up finance’s decisions on compensation")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = Compensation.objects.filter(state=Compensation.State.AT_FINANCE).exclude(
            refund_approval__state="pending"
        )
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return compensation.settle(keys)


class RemindOfMeasures(sweeps.Sweep):
    """SVC-05 · D6.3.3 — owners hear of deadlines that are near or passed, whoever agreed of what is to be verified; once."""

    name = "improvements.remind"
    label: str | Promise = _("Remind of improvement measures")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        today = clock.today()
        soon = today + dt.timedelta(days=self.ctx.parameters.of(ImprovementParameters).remind_days)
        is_open = Q(state__in=[str(one) for one in rule.OPEN])
        late = is_open & Q(due_on__lt=today, overdue_told_at__isnull=True)
        near = is_open & Q(due_on__gte=today, due_on__lte=soon, reminded_at__isnull=True)
        to_verify = Q(state=State.DONE, review_on__lte=today, review_told_at__isnull=True)
        rows = ImprovementMeasure.objects.filter(late | near | to_verify)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return improvements.remind(keys)


for sweep in (AskSatisfaction(), SettleCompensation(), RemindOfMeasures()):
    sweeps.register(sweep)

"""The clocks of surveys: asking at touch-points and at regular times, closing links that ended (SVC-06, SVC-07 · D5.1)."""

from collections.abc import Sequence
from itertools import groupby

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from service_desk.surveys.models import SurveyInvitation, SurveyTrigger
from service_desk.surveys.operations import answering, asking
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.queries import occasions
from service_desk.surveys.queries.occasions import Due

Key = list[int]


class AskSurveys(sweeps.Sweep):
    """SVC-06 · D5.1 — ask about occasions that are due and not yet asked about. Keys are (trigger, source, occasion)."""

    name = "surveys.ask"
    label: str | Promise = _("Ask surveys")
    batch = 1_000

    def __init__(self) -> None:
        self._due: list[Due] | None = None

    def claim(self, after: Key | None, limit: int) -> Sequence[Key]:
        if self._due is None:
            late = self.ctx.parameters.of(SurveyParameters).late_days
            self._due = occasions.due(clock.now(), day=self.ctx.on, late_days=late)
        for one in self._due:
            place = [one.trigger.pk, one.place]
            if after is not None and place < after[:2]:
                continue
            rows = one.rows.filter(pk__gt=after[2]) if after is not None and place == after[:2] else one.rows
            if found := list(rows.order_by("pk").values_list("pk", flat=True)[:limit]):
                return [[*place, pk] for pk in found]
        return []

    def process(self, keys: Sequence[Key]) -> int:
        asked = 0
        for (trigger_key, place), group in groupby(keys, key=lambda key: (key[0], key[1])):
            trigger = SurveyTrigger.objects.select_related("survey").prefetch_related("stores").get(pk=trigger_key)
            source, told = occasions.of(trigger, place, [key[2] for key in group], day=self.ctx.on)
            asked += asking.ask(trigger, source, told, parameters=self.ctx.parameters)
        return asked


class CloseUnfinished(sweeps.Sweep):
    """SVC-07 · D5.1 — answers that were begun and never sent count once their link has ended."""

    name = "surveys.close"
    label: str | Promise = _("Close surveys left unfinished")
    batch = 200

    def due(self) -> "QuerySet[SurveyInvitation]":
        open_ = SurveyInvitation.objects.filter(begun_at__isnull=False, closed_at__isnull=True)
        return open_.filter(expires_at__lte=clock.now())

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.due() if after is None else self.due().filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return answering.close_unfinished(keys)


for sweep in (AskSurveys(), CloseUnfinished()):
    sweeps.register(sweep)

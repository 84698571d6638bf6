"""The clock of quality monitoring: each week's sample is drawn once it is over (SVC-12 · D9)."""

import datetime as dt
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from service_desk.quality.operations import sampling
from service_desk.quality.queries import sampling as drawn


class DrawReviews(sweeps.Sweep):
    """SVC-12 · D9 — every week that is over and not drawn, the oldest first: a week that was missed is caught up."""

    name = "quality.draw_reviews"
    label: str | Promise = _("Draw cases to review")
    batch = 1

    def claim(self, after: str | None, limit: int) -> Sequence[str]:
        weeks = [one.isoformat() for one in drawn.due_weeks(self.ctx.on)]
        return [one for one in weeks if after is None or one > after][:limit]

    def process(self, keys: Sequence[str]) -> int:
        for key in keys:
            sampling.draw_week(dt.date.fromisoformat(key))
        return len(keys)


sweeps.register(DrawReviews())

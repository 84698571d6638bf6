"""The night's work on training: on-boarding, refreshers, reminders; attempts whose time is over (SVC-08, SVC-09); score-cards
and contests (SVC-10, SVC-11)."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from service_desk.models import Contest, QuizAttempt
from service_desk.people.operations import attempts, contests, onboarding, scorecards
from service_desk.people.operations.courses import CHANGE
from service_desk.people.operations.targets import DECIDE
from service_desk.people.policy import periods
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.parameters import PerformanceParameters, TrainingParameters
from service_desk.people.policy.periods import Period, Span
from service_desk.people.queries import contests as standing
from service_desk.people.queries import due
from service_desk.people.queries import scorecards as written


class GiveOnboarding(sweeps.Sweep):
    """SVC-08 · D7.1.4 — everybody at work is looked at: who began at a post or was given a role gets its courses."""

    name = "training.onboard"
    label = _("Give on-boarding courses")
    right = CHANGE
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        if not due.rules_in_force(self.ctx.on):
            return []
        return list(due.at_work(after).values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return onboarding.give(keys, on=self.ctx.on)


class GiveRefreshers(sweeps.Sweep):
    """SVC-08 · D7.1.4 — certificates that end soon: their people get the course that renews them."""

    name = "training.refresh"
    label = _("Give refresher courses")
    right = CHANGE
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        ahead = self.ctx.parameters.of(TrainingParameters).refresher_days
        return list(
            due.needing_refresher(self.ctx.on, ahead_days=ahead, after=after).values_list("pk", flat=True)[:limit]
        )

    def process(self, keys: Sequence[int]) -> int:
        return onboarding.refresh(keys, on=self.ctx.on, parameters=self.ctx.parameters)


class RemindOfTraining(sweeps.Sweep):
    """SVC-08 · D7.1.4 — courses due soon, and overdue: told once each."""

    name = "training.remind"
    label = _("Remind of training that is due")
    right = CHANGE
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        soon = self.ctx.parameters.of(TrainingParameters).remind_days
        return list(due.to_remind(self.ctx.on, soon_days=soon, after=after).values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return onboarding.remind(keys, on=self.ctx.on, parameters=self.ctx.parameters)


class CloseAttempts(sweeps.Sweep):
    """SVC-09 · D7.2 — attempts that ran out of time are graded with what was answered until then."""

    name = "training.close_attempts"
    label = _("Grade quizzes whose time is over")
    right = CHANGE
    batch = 100

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = QuizAttempt.objects.filter(closed_at=None, ends_at__lte=clock.now())
        rows = rows if after is None else rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        rows = QuizAttempt.objects.filter(pk__in=keys).order_by("pk")
        return sum(attempts.close_overdue(one).closed_at is not None for one in rows)


class WriteScoreCards(sweeps.Sweep):
    """SVC-10 · B11.2 — every period whose figures still move is written anew, for people, stores and departments; one that
    is over since the days of grace is written a last time and closed."""

    name = "performance.score"
    label = _("Write the score-cards")
    right = DECIDE
    batch = 1

    def claim(self, after: list[str] | None, limit: int) -> Sequence[list[str]]:
        running = self._running()
        found = sorted(
            [one.starts_on.isoformat(), str(one.span), str(kind)]
            for one in {*running, *written.unclosed(running)}
            for kind in Subject
        )
        return [key for key in found if after is None or key > after][:limit]

    def process(self, keys: Sequence[list[str]]) -> int:
        running = self._running()
        done = 0
        for starts_on, span, kind in keys:
            period = Period(dt.date.fromisoformat(starts_on), Span(span))
            done += scorecards.write(period, Subject(kind), on=self.ctx.on, closes=period not in running)
        return done

    def _running(self) -> list[Period]:
        grace = self.ctx.parameters.of(PerformanceParameters).close_after_days
        return periods.running(self.ctx.on, grace_days=grace)


class CloseContests(sweeps.Sweep):
    """SVC-11 · B11.3 — the places of contests that are over since the days of grace are written for good."""

    name = "performance.close_contests"
    label = _("Close contests that are over")
    right = DECIDE
    batch = 1

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        grace = self.ctx.parameters.of(PerformanceParameters).close_after_days
        rows = standing.to_close(self.ctx.on, grace_days=grace)
        rows = rows if after is None else rows.filter(pk__gt=after)
        return list(rows.values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return sum(
            contests.close(one).closed_at is not None for one in Contest.objects.filter(pk__in=keys).order_by("pk")
        )


for _sweep in (
    GiveOnboarding(),
    GiveRefreshers(),
    RemindOfTraining(),
    CloseAttempts(),
    WriteScoreCards(),
    CloseContests(),
):
    sweeps.register(_sweep)

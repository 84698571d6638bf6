from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User
from service_desk.models.cases import Case
from service_desk.models.choices import CaseState, Happening, Promise


class CaseEvent(models.Model):
    """Something that happened to a case (SVC-03 · D4.3.2). Append-only: the clocks are computed from these rows alone.

    Their order is the one in which we learned of them: a word that was said earlier and fetched later is not answered by
    what was written before it was read. `before` and `after` are states, where the event moved the case. `data` holds
    codes and numbers, never what a person said: the targets in business minutes that were promised, the promise that was
    missed, who was told.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", verbose_name=_("case"))
    kind = models.CharField(_("what happened"), max_length=16, choices=Happening.choices)
    before = models.CharField(_("state before"), max_length=10, choices=CaseState.choices, blank=True, default="")
    after = models.CharField(_("state after"), max_length=10, choices=CaseState.choices, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    data = models.JSONField(_("details"), default=dict)
    at = models.DateTimeField(_("at"), default=clock.now)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("event of a case")
        verbose_name_plural = _("events of cases")
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["case", "id"], name="event_by_case")]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_kind_display()}"


class CaseClock(models.Model):
    """A promise that runs (SVC-03 · D4.3.2): computed from the history, kept for lists and sweeps. A breach stays for ever.

    `minutes` are business minutes promised, `spent` those used when it ended. `due_at` is None while it stands still;
    `next_step_at` is when the sweep must look again: to warn, to note the breach, to escalate.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks", verbose_name=_("case"))
    promise = models.CharField(_("promise"), max_length=16, choices=Promise.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    minutes = models.PositiveIntegerField(_("minutes promised"))
    started_at = models.DateTimeField(_("runs since"))
    paused_at = models.DateTimeField(_("stands still since"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    met_at = models.DateTimeField(_("kept at"), null=True)
    stopped_at = models.DateTimeField(_("fell away at"), null=True)
    spent = models.PositiveIntegerField(_("minutes used"), null=True)
    warned_at = models.DateTimeField(_("warned at"), null=True)
    breached_at = models.DateTimeField(_("missed at"), null=True)
    step = models.PositiveSmallIntegerField(_("steps taken"), default=0)
    next_step_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("clock of a case")
        verbose_name_plural = _("clocks of cases")
        ordering: ClassVar[list[str]] = ["case", "promise", "round"]
        constraints = [
            models.UniqueConstraint(fields=["case", "promise", "round"], name="promise_has_one_clock_a_round"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(stopped_at__isnull=True), name="clock_ends_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at", "id"], condition=Q(next_step_at__isnull=False), name="clock_next_step"
            ),
            models.Index(fields=["breached_at"], condition=Q(breached_at__isnull=False), name="clock_breached"),
            models.Index(fields=["warned_at"], condition=Q(warned_at__isnull=False), name="clock_warned"),
            models.Index(fields=["met_at"], condition=Q(met_at__isnull=False), name="clock_met"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_promise_display()} {self.round}"

    @property
    def is_running(self) -> bool:
        return self.met_at is None and self.stopped_at is None and self.paused_at is None

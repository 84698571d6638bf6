from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Approval, User
from members.models import Member


class Simulation(models.Model):
    """A changed rule run over the real history (LOY-17): what was asked, how far it is, what came of it.

    `question` holds the changed values (`points`, `tiers`, `rules` by code), `before` the same as they were in force.
    `cursor` is the last member that was counted; `result` the sums up to her (`policy.simulation.totals`).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    OPEN = (State.WAITING, State.RUNNING)

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    from_on = models.DateField(pgettext_lazy("period", "from"))
    through_on = models.DateField(_("through"))
    question = models.JSONField(_("what changes"))
    before = models.JSONField(_("in force"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    cursor = models.BigIntegerField(default=0, editable=False)
    members_total = models.BigIntegerField(_("members"), null=True)
    members_done = models.BigIntegerField(_("members counted"), default=0)
    result = models.JSONField(_("result"), default=dict)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    approvals = models.ManyToManyField(Approval, related_name="simulations", verbose_name=_("approvals"))

    class Meta:
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=F("through_on")), name="simulation_period_runs_forward"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | (~Q(state__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                name="simulation_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "running"]), name="simulation_to_run"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class SimulationMove(models.Model):
    """A member whom the changed rule would leave on another tier at the end of the period than today's rule does."""

    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, related_name="moves")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    from_tier = models.CharField(_("today’s rule"), max_length=20)
    to_tier = models.CharField(_("changed rule"), max_length=20)
    spend_minor = models.BigIntegerField(_("spend"))
    visits = models.PositiveIntegerField(_("visits"))
    points_today = models.BigIntegerField(_("points by today’s rule"))
    points_changed = models.BigIntegerField(_("points by the changed rule"))

    class Meta:
        verbose_name = _("move in a simulation")
        verbose_name_plural = _("moves in simulations")
        constraints = [
            models.UniqueConstraint(fields=["simulation", "member"], name="simulation_moves_a_member_once"),
            models.CheckConstraint(condition=~Q(from_tier=F("to_tier")), name="simulation_move_moves"),
        ]
        indexes = [
            models.Index(fields=["simulation", "from_tier", "to_tier", "member"], name="simulation_move_by_way"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.from_tier} → {self.to_tier}"

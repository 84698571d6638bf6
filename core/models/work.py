"""Approvals, parameters, idempotency, jobs: how work is decided, remembered and done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock


class Approval(models.Model):
    """A request that a second person decides (maker-checker). `kind` names what is done when it is approved."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for decision")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(pgettext_lazy("what it is about", "subject"), max_length=120)
    title = models.CharField(_("title"), max_length=200)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    effect = models.JSONField(_("effect"), default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PENDING)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="approval_inbox")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="withdrawn") | Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
                name="approval_needs_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "withdrawn"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="approval_decision_has_a_decider",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state="pending"), name="approval_pending_once_per_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ParameterRevision(models.Model):
    """One dated, approved change of the values of a parameter area (A5.1.1 and every other `[X]` of the policy)."""

    area = models.CharField(_("area"), max_length=60)
    values = models.JSONField(_("values"))
    effective_on = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=500)
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, related_name="parameter_revision", verbose_name=_("approval")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver")
    )
    created_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("parameter revision")
        verbose_name_plural = _("parameter revisions")
        ordering: ClassVar[list[str]] = ["area", "-effective_on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(author=F("approver")), name="parameter_needs_four_eyes")]

    def __str__(self) -> str:
        return f"{self.area} · {self.effective_on}"


class IdempotencyKey(models.Model):
    """A request that was carried out: bound to caller, route and body, so that a repeat gets the first answer."""

    caller = models.CharField(max_length=80)
    route = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "route", "key"], name="idempotency_key_used_once")]


class JobRun(models.Model):
    """One run of a sweep: what it was asked, how far it is, where it resumes.

    `job` is the sweep's name, with `#2/4` behind it when the run is one of four shards. `owner` is the process at work.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    job = models.CharField(_("job"), max_length=80)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RUNNING)
    params = models.JSONField(_("parameters"), default=dict)
    cursor = models.JSONField(_("cursor"), default=dict)
    total = models.BigIntegerField(_("rows due"), null=True)
    done = models.BigIntegerField(_("rows done"), default=0)
    failed = models.BigIntegerField(_("rows failed"), default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"), default=clock.now)
    beat_at = models.DateTimeField(_("last sign of life"), default=clock.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = models.TextField(_("error"), blank=True)
    owner = models.CharField(max_length=160, blank=True, editable=False)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["job", "-id"], name="job_history")]
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(state="running"), name="job_runs_once_at_a_time"),
            models.UniqueConstraint(fields=["job"], condition=Q(state="waiting"), name="job_waits_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job} · {self.started_at:%Y-%m-%d %H:%M}"


class PoisonRow(models.Model):
    """A row that a sweep could not process: set aside, shown, and tried again on request."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="poison", verbose_name=_("run"))
    sweep = models.CharField(_("job"), max_length=80)
    row = models.CharField(_("row"), max_length=80)
    key = models.JSONField()
    error = models.TextField(_("error"))
    tries = models.PositiveIntegerField(_("tries"), default=1)
    created_at = models.DateTimeField(_("at"), default=clock.now)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    class Meta:
        verbose_name = _("row set aside")
        verbose_name_plural = _("rows set aside")
        constraints = [
            models.UniqueConstraint(
                fields=["sweep", "row"], condition=Q(resolved_at__isnull=True), name="row_set_aside_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sweep} · {self.row}"


class Heartbeat(models.Model):
    """When a part of the running programme last showed that it works."""

    part = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

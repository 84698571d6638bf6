"""An emergency as it happens: what, where, how grave, who leads, who was called, what was done (SVC-16 · D12)."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Post, Store, User
from service_desk.incidents.models.plans import SEVERITIES, EmergencyPlan, PlanVersion
from service_desk.incidents.policy import states
from service_desk.knowledge.models import Announcement
from service_desk.models.cases import Case

GOING_ON = [str(state) for state in sorted(states.GOING_ON)]


class IncidentYear(models.Model):
    """How many incidents a year has had: the row that those who declare at once queue for."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def going_on(self) -> Self:
        """What is neither resolved nor closed."""
        return self.filter(state__in=GOING_ON)

    def to_call(self, at: dt.datetime) -> Self:
        """Whose contact chain has a level that should have been called by a moment."""
        return self.going_on().filter(next_call_at__lte=at)


class Incident(models.Model):
    """An emergency, or the drill of one. What happened stands in its entries; the moments here repeat them for lists.

    `since_at` is when it was noticed; `called_since_at` is when the chain that runs now (`call_round`) began to be called,
    and `answered_at` when somebody of it answered.
    """

    class State(models.TextChoices):
        OPEN = states.State.OPEN.value, _("open")
        CONTAINED = states.State.CONTAINED.value, _("contained")
        RESOLVED = states.State.RESOLVED.value, _("resolved")
        CLOSED = states.State.CLOSED.value, _("closed")

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.ForeignKey(EmergencyPlan, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("kind"))
    plan = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("plan in force then")
    )
    what = models.CharField(_("what happened"), max_length=160, db_index=True)
    detail = models.TextField(_("in more words"), blank=True, max_length=4_000)
    stores = models.ManyToManyField(
        Store, blank=True, related_name="+", verbose_name=pgettext_lazy("emergency", "where")
    )
    is_drill = models.BooleanField(_("drill"), default=False)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SEVERITIES)
    worst = models.PositiveSmallIntegerField(_("worst severity"), choices=SEVERITIES)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    commander = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who leads")
    )
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("declared by"))
    since_at = models.DateTimeField(_("since"))
    declared_at = models.DateTimeField(_("declared at"), default=clock.now)
    acknowledged_at = models.DateTimeField(_("first acknowledged at"), null=True)
    contained_at = models.DateTimeField(_("contained at"), null=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    told_at = models.DateTimeField(_("members told at"), null=True)
    call_round = models.PositiveSmallIntegerField(_("round of calls"), default=1)
    called_since_at = models.DateTimeField(_("called since"), default=clock.now)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    next_call_at = models.DateTimeField(_("next level called at"), null=True)
    report_due_at = models.DateTimeField(_("to be reported to the authority by"), null=True)
    reported_at = models.DateTimeField(_("reported to the authority at"), null=True)
    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("announcement")
    )
    answers = models.JSONField(_("prepared answer"), default=dict)
    key = models.CharField(max_length=80, unique=True, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="incident_has_a_severity"),
            models.CheckConstraint(condition=Q(worst__lte=F("severity")), name="incident_was_never_better_than_worst"),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "closed"]) | Q(resolved_at__isnull=False),
                name="resolved_incident_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_incident_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(is_drill=False) | Q(told_at__isnull=True), name="no_member_told_in_a_drill"
            ),
        ]
        indexes = [
            models.Index(fields=["next_call_at"], condition=Q(next_call_at__isnull=False), name="incident_to_call"),
            models.Index(fields=["state", "-id"], name="incident_by_state"),
            models.Index(fields=["declared_at"], name="incident_by_moment"),
            models.Index(
                fields=["report_due_at"],
                condition=Q(report_due_at__isnull=False, reported_at__isnull=True),
                name="incident_to_report",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_going_on(self) -> bool:
        return self.state in states.GOING_ON

    @property
    def tone(self) -> str:
        """How its state is coloured."""
        return {"open": "bad", "contained": "warn", "resolved": "info"}.get(self.state, "ok")

    @property
    def gravity(self) -> str:
        """How its severity is coloured."""
        return {1: "bad", 2: "warn", 3: "info"}.get(self.severity, "quiet")


class IncidentEntry(models.Model):
    """A line of the time line: what happened when, and when it was written down. Append-only."""

    class Kind(models.TextChoices):
        DECLARED = "declared", _("declared")
        NOTE = "note", _("note")
        CALL = "call", _("call")
        DECISION = "decision", _("decision")
        CALLED = "called", _("contact chain")
        ANSWERED = "answered", _("acknowledged")
        LEADS = "leads", _("takes the lead")
        SEVERITY = "severity", _("severity")
        STATE = "state", _("state")
        STEP = "step", _("step of the plan")
        CASES = "cases", _("cases")
        TOLD = "told", _("members told")
        ANNOUNCED = "announced", _("announcement")
        REPORTED = "reported", _("report to the authority")
        REVIEW = "review", _("review")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="entries", verbose_name=_("incident"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"), blank=True, max_length=4_000)
    data = models.JSONField(_("details"), default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    happened_at = models.DateTimeField(_("happened at"))
    written_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("entry of an incident")
        verbose_name_plural = _("entries of incidents")
        ordering: ClassVar[list[str]] = ["happened_at", "id"]
        indexes = [models.Index(fields=["incident", "happened_at"], name="incident_entry_in_order")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_at:%H:%M}"

    @property
    def is_late(self) -> bool:
        """Written down later than it happened, by more than a minute."""
        return self.written_at - self.happened_at > dt.timedelta(minutes=1)


class IncidentCall(models.Model):
    """That somebody was called, at which level of which round, and when he answered."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="calls", verbose_name=_("incident"))
    round = models.PositiveSmallIntegerField(_("round of calls"))
    level = models.PositiveSmallIntegerField(_("level"))
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who is called"))
    called_at = models.DateTimeField(_("called at"), default=clock.now)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)

    class Meta:
        verbose_name = _("call to a colleague")
        verbose_name_plural = _("calls to colleagues")
        ordering: ClassVar[list[str]] = ["round", "level", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "round", "level", "person"], name="colleague_called_once_a_level"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(acknowledged_at__isnull=True), name="call_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.round}.{self.level}"


class IncidentStep(models.Model):
    """A step of the plan in one incident: due when, done when and by whom."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps", verbose_name=_("incident"))
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("what is done"), max_length=240)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by which post")
    )
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by"))

    class Meta:
        verbose_name = _("step of an incident")
        verbose_name_plural = _("steps of incidents")
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "position"], name="incident_step_numbered_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="incident_step_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class IncidentCase(models.Model):
    """That a case belongs to an incident; a case belongs to one at most."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links", verbose_name=_("incident"))
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="incident_link", verbose_name=_("case"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("linked by"))
    at = models.DateTimeField(_("linked at"), default=clock.now)

    class Meta:
        verbose_name = _("case of an incident")
        verbose_name_plural = _("cases of incidents")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return str(self.case)

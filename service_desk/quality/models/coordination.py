"""Who does what until when, across departments (SVC-13 · B10)."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Department, User
from service_desk.quality.policy import coordination
from service_desk.quality.policy.coordination import TaskState


class Project(models.Model):
    """Something that several departments do together: whose, from when to when, what shall come of it."""

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")

    name = models.CharField(_("project"), max_length=120)
    goal = models.TextField(_("what shall come of it"), max_length=4_000)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("leading department")
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("project owner"))
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    outcome = models.TextField(_("what came of it"), blank=True, max_length=4_000)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering: ClassVar[list[str]] = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="project_ends_no_earlier_than_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="project_ends_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_on"], name="project_by_end")]

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """A day by which a project must have got somewhere."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones", verbose_name=_("project"))
    name = models.CharField(_("milestone"), max_length=120)
    due_on = models.DateField(_("to be done by"))
    reached_on = models.DateField(_("reached on"), null=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="milestone_named_once_a_project")]

    def __str__(self) -> str:
        return self.name


class ProjectNote(models.Model):
    """How a project stood on a day, in the words of who leads it. Append-only."""

    class Light(models.TextChoices):
        ON_TRACK = "on-track", _("on track")
        AT_RISK = "at-risk", _("at risk")
        OFF_TRACK = "off-track", _("off track")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="notes", verbose_name=_("project"))
    light = models.CharField(_("how it stands"), max_length=10, choices=Light.choices)
    text = models.TextField(_("status note"), max_length=4_000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("status note")
        verbose_name_plural = _("status notes")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["project", "-id"], name="project_note_newest")]

    def __str__(self) -> str:
        return f"{self.get_light_display()} · {self.at:%Y-%m-%d}"


class Meeting(models.Model):
    """A meeting across departments: who was there, what was said, what was decided (SVC-13 · B10.1)."""

    title = models.CharField(_("meeting"), max_length=120)
    held_on = models.DateField(_("held on"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department that invited")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("project")
    )
    attendees = models.ManyToManyField(User, related_name="+", verbose_name=_("who was there"))
    minutes = models.TextField(_("what was said"), max_length=20_000)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("minutes by"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar[list[str]] = ["-held_on", "-id"]

    def __str__(self) -> str:
        return self.title


class MeetingDecision(models.Model):
    """What a meeting decided; a task may come of it (`task`)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    text = models.TextField(_("decision"), max_length=1_000)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="decision_numbered_once_a_meeting")]

    def __str__(self) -> str:
        return self.text[:80]


class TaskQuerySet(models.QuerySet["Task"]):
    def undone(self) -> Self:
        return self.filter(state__in=[str(state) for state in sorted(coordination.UNDONE)])

    def late(self, today: dt.date) -> Self:
        return self.undone().filter(due_on__lt=today)


class Task(models.Model):
    """Something that a department does until a day; done with proof, and not before what it waits for."""

    class State(models.TextChoices):
        OPEN = TaskState.OPEN.value, _("not begun")
        BEGUN = TaskState.BEGUN.value, _("begun")
        DONE = TaskState.DONE.value, _("done")
        DROPPED = TaskState.DROPPED.value, _("given up")

    title = models.CharField(_("task"), max_length=120, db_index=True)
    detail = models.TextField(_("what is to be done"), blank=True, max_length=4_000)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department that does it")
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who does it")
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("project")
    )
    decision = models.OneToOneField(
        MeetingDecision, on_delete=models.PROTECT, null=True, related_name="task", verbose_name=_("decision")
    )
    starts_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("to be done by"))
    waits_for = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="followed_by", verbose_name=_("waits for")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    proof = models.TextField(_("proof"), blank=True, max_length=4_000)
    remind_on = models.DateField(_("next reminder on"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="task_due_no_earlier_than_it_begins"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(proof=""), name="task_done_with_proof"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "begun"], ended_at__isnull=True)
                | Q(state__in=["done", "dropped"], ended_at__isnull=False, ended_by__isnull=False),
                name="task_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="task_by_due"),
            models.Index(fields=["owner", "state", "due_on"], name="task_by_owner"),
            models.Index(fields=["department", "state", "due_on"], name="task_by_department"),
            models.Index(fields=["remind_on"], condition=Q(state__in=["open", "begun"]), name="task_to_remind"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """How its state is coloured: what nobody has begun is quiet."""
        return {TaskState.BEGUN.value: "info", TaskState.DONE.value: "ok"}.get(self.state, "quiet")

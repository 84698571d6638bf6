from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Certificate, Post, User
from service_desk.people.models.courses import Course, CourseStep


class OnboardingRule(models.Model):
    """SVC-08 · D7.1.4 — who begins at a post, or is given a role, does a course within so many days."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="rules", verbose_name=_("course"))
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    role = models.CharField(_("role"), max_length=40, blank=True)
    within_days = models.PositiveSmallIntegerField(_("within days"), default=14)
    starts_on = models.DateField(_("from"), default=clock.today)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        verbose_name = _("on-boarding rule")
        verbose_name_plural = _("on-boarding rules")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, role="") | (Q(post__isnull=True) & ~Q(role="")),
                name="onboarding_rule_is_for_a_post_or_a_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="onboarding_rule_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.post or self.role}"


class Enrolment(models.Model):
    """SVC-08 · D7.1 — somebody who has a course to do, until when, and on what grounds; done when all its steps are."""

    class Source(models.TextChoices):
        BY_HAND = "by-hand", _("enrolled by a colleague")
        OWN = "own", _("own wish")
        ONBOARDING = "onboarding", _("on-boarding")
        REFRESHER = "refresher", _("refresher")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("colleague"))
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course"))
    source = models.CharField(_("because of"), max_length=12, choices=Source.choices)
    due_on = models.DateField(_("due on"))
    enrolled_at = models.DateTimeField(_("enrolled at"), default=clock.now)
    enrolled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("enrolled by")
    )
    told = models.CharField(_("reminded"), max_length=6, blank=True)
    completed_at = models.DateTimeField(_("done at"), null=True)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("certificate")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(completed_at__isnull=True, withdrawn_at__isnull=True),
                name="enrolment_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(completed_at__isnull=True, withdrawn_at__isnull=True),
                name="enrolled_in_a_course_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(completed_at__isnull=True),
                name="enrolment_is_done_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(certificate__isnull=True) | Q(completed_at__isnull=False),
                name="certificate_follows_a_course_that_is_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.course}"

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.withdrawn_at is None

    @property
    def state(self) -> str:
        """One word: done, withdrawn, overdue or open."""
        if not self.is_open:
            return "withdrawn" if self.withdrawn_at else "done"
        return "overdue" if self.due_on < clock.today() else "open"


class StepDone(models.Model):
    """SVC-08 · D7.1 — a step that somebody has done, and how: the version read, the class, the attempt, the check."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="done", verbose_name=_("enrolment"))
    step = models.ForeignKey(CourseStep, on_delete=models.PROTECT, related_name="+", verbose_name=_("step"))
    done_at = models.DateTimeField(_("done at"), default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("noted by"))
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("step that is done")
        verbose_name_plural = _("steps that are done")
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="step_is_done_once")]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.step}"


class ClassSession(models.Model):
    """SVC-08 · D7.1.3 — a class: when, where, with whom, and how many seats. `taken` counts those that are booked."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", pgettext_lazy("class", "held")
        CANCELLED = "cancelled", _("cancelled")

    step = models.ForeignKey(CourseStep, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("step"))
    starts_at = models.DateTimeField(_("begins at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    place = models.CharField(_("place"), max_length=120)
    trainer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("trainer"))
    seats = models.PositiveSmallIntegerField(_("seats"))
    taken = models.PositiveSmallIntegerField(_("taken"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("planned by"))
    created_at = models.DateTimeField(_("planned at"), default=clock.now)

    class Meta:
        verbose_name = _("class session")
        verbose_name_plural = _("class sessions")
        ordering: ClassVar[list[str]] = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["starts_at", "id"], condition=Q(state="planned"), name="class_planned")]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="class_is_never_overbooked"),
            models.CheckConstraint(condition=Q(seats__gt=0, minutes__gt=0), name="class_has_seats_and_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.starts_at:%Y-%m-%d}"


class ClassSeat(models.Model):
    """SVC-08 · D7.1.3 — a seat that somebody booked, and whether he came."""

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        ATTENDED = "attended", _("was there")
        MISSED = "missed", _("was not there")
        GIVEN_UP = "given-up", _("given up")

    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="booked", verbose_name=_("class"))
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="booked", verbose_name=_("enrolment")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField(_("booked at"), default=clock.now)
    marked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("noted by")
    )
    marked_at = models.DateTimeField(_("noted at"), null=True)

    class Meta:
        verbose_name = _("seat in a class")
        verbose_name_plural = _("seats in a class")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"], condition=~Q(state="given-up"), name="class_is_booked_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["attended", "missed"]) | Q(marked_by__isnull=False),
                name="attendance_is_noted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.enrolment.user}"

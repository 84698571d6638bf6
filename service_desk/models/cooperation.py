from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import Department, User
from service_desk.models.cases import Case


class Follower(models.Model):
    """A colleague who wants to hear of a case that is not his (SVC-02 · A6.2.2)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers", verbose_name=_("case"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("follower"))
    since = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("follower of a case")
        verbose_name_plural = _("followers of cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_followed_once")]

    def __str__(self) -> str:
        return f"{self.case} · {self.user}"


class CaseTask(models.Model):
    """What another department is asked for a case, with a deadline and its answer (SVC-02 · A6.2.2)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        DONE = "done", pgettext_lazy("task", "done")
        CANCELLED = "cancelled", pgettext_lazy("task", "cancelled")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("case"))
    merged_from = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("merged from")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="case_tasks", verbose_name=_("department")
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("owner"))
    question = SealedField(_("question"))
    answer = SealedField(_("answer"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    key = models.CharField(max_length=80, unique=True, null=True, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    due_at = models.DateTimeField(_("due at"))
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("task of a case")
        verbose_name_plural = _("tasks of cases")
        ordering: ClassVar[list[str]] = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="task_of_a_case_ends_once",
            )
        ]
        indexes = [
            models.Index(fields=["department", "due_at", "id"], condition=Q(state="open"), name="task_of_department"),
            models.Index(fields=["owner", "due_at", "id"], condition=Q(state="open"), name="task_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.department}"


class CaseLink(models.Model):
    """How two cases belong together (SVC-02 · A6.2.2): `case` is `kind` of `other`. A merge that was undone has an end."""

    class Kind(models.TextChoices):
        RELATED = "related", _("related to")
        DUPLICATE = "duplicate", _("duplicate of")
        SPLIT_FROM = "split-from", _("split from")
        MERGED_INTO = "merged-into", _("merged into")
        FOLLOWS = "follows", _("follow-up of")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links", verbose_name=_("case"))
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked_by", verbose_name=_("other case"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    state_before = models.CharField(max_length=10, blank=True, default="", editable=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)
    ended_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "other", "kind"], condition=Q(ended_at__isnull=True), name="cases_linked_once"
            ),
            models.CheckConstraint(condition=~Q(case=F("other")), name="case_is_not_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.other}"


class CaseViewing(models.Model):
    """Who has a case open on his screen (SVC-01): refreshed while he looks, so that two do not answer at once."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="viewings", verbose_name=_("case"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    since = models.DateTimeField(_("since"), default=clock.now)
    seen_at = models.DateTimeField(_("last seen"), default=clock.now)
    is_writing = models.BooleanField(_("writes an answer"), default=False)

    class Meta:
        verbose_name = _("open case")
        verbose_name_plural = _("open cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_looked_at_once_each")]
        indexes = [models.Index(fields=["seen_at"], name="viewing_by_age")]

    def __str__(self) -> str:
        return f"{self.case} · {self.user}"

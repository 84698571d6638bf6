from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import Approval, Department, Store, User, Worded
from service_desk.people.models.scorecards import KpiCode, SubjectKind


class Contest(Worded):
    """SVC-11 · B11.3 — a named period in which people or stores are ranked by one figure. Its places are written for good
    when it is closed."""

    kpi = models.CharField(_("figure"), max_length=20, choices=KpiCode.choices)
    kind = models.CharField(_("who takes part"), max_length=12, choices=SubjectKind.choices, default=SubjectKind.PERSON)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only of the store")
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only of the department"),
    )
    starts_on = models.DateField(_("from"))
    last_on = models.DateField(_("through"))
    prize = models.CharField(_("prize"), max_length=200, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("called by"))
    created_at = models.DateTimeField(_("called at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        ordering: ClassVar[list[str]] = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("starts_on")), name="contest_ends_after_it_begins"),
            models.CheckConstraint(
                condition=~Q(kind="department") & (~Q(kind="store") | Q(store__isnull=True, department__isnull=True)),
                name="contest_is_among_people_or_stores",
            ),
            models.UniqueConstraint(fields=["name", "starts_on"], name="contest_is_called_once"),
        ]
        indexes = [models.Index(fields=["last_on", "id"], condition=Q(closed_at__isnull=True), name="contest_to_close")]

    @property
    def is_over(self) -> bool:
        return self.last_on < clock.today()


class ContestPlace(models.Model):
    """SVC-11 · B11.3 — a place of a contest that is closed."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="places", verbose_name=_("contest"))
    place = models.PositiveIntegerField(_("place"))
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="contest_places", verbose_name=_("colleague")
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    value = models.BigIntegerField(_("value"))

    class Meta:
        verbose_name = _("place of a contest")
        verbose_name_plural = _("places of a contest")
        ordering: ClassVar[list[str]] = ["contest", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "person"], name="person_has_one_place_in_a_contest"),
            models.UniqueConstraint(fields=["contest", "store"], name="store_has_one_place_in_a_contest"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, store__isnull=True) | Q(person__isnull=True, store__isnull=False),
                name="place_is_of_a_person_or_a_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.person or self.store}"


class Incentive(models.Model):
    """SVC-11 · D7.3.1 — praise, a bonus or another reward: proposed with a reason, agreed by a second person, then given."""

    class Kind(models.TextChoices):
        PRAISE = "praise", pgettext_lazy("incentive", "praise")
        BONUS = "bonus", _("bonus")
        DAY_OFF = "day-off", _("day off")
        OTHER = "other", pgettext_lazy("incentive", "other")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("agreed")
        GIVEN = "given", _("given")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="incentives", verbose_name=_("colleague"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("for what"), max_length=120)
    amount_minor = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)
    given_at = models.DateTimeField(_("given at"), null=True)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("given by")
    )

    class Meta:
        verbose_name = _("incentive")
        verbose_name_plural = _("incentives")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("author")), name="nobody_proposes_his_own_incentive"),
            models.CheckConstraint(
                condition=Q(kind="bonus", amount_minor__gt=0) | (~Q(kind="bonus") & Q(amount_minor__isnull=True)),
                name="a_bonus_has_an_amount_and_nothing_else_has",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_at__isnull=False, given_by__isnull=False),
                name="incentive_is_given_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.title}"


class ImprovementPlan(models.Model):
    """SVC-11 · D7.3.2 — what a colleague is to do better, how, and until when: proposed, agreed by him, verified by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("agreed")
        REACHED = "reached", _("reached")
        MISSED = "missed", _("not reached")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="plans", verbose_name=_("colleague"))
    goal = SealedField(_("goal"))
    measures = SealedField(_("what is done for it"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)
    agreed_at = models.DateTimeField(_("agreed at"), null=True)
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    finding = SealedField(_("what was found"), blank=True)

    class Meta:
        verbose_name = _("improvement plan")
        verbose_name_plural = _("improvement plans")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(state="agreed"), name="plan_due")]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("author")), name="nobody_proposes_his_own_plan"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("person")),
                name="plan_is_verified_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reached", "missed"]) | Q(verified_by__isnull=False, agreed_at__isnull=False),
                name="plan_was_agreed_before_it_is_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.due_on}"


class CareerLevel(Worded):
    """SVC-11 · D7.3.1 — a level of a career, from the lowest rank up."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)

    class Meta:
        verbose_name = _("career level")
        verbose_name_plural = _("career levels")
        ordering: ClassVar[list[str]] = ["rank"]


class CareerStep(models.Model):
    """SVC-11 · D7.3.1 — the level that somebody holds from a day on; the newest that has begun is his. Agreed by two people."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="career", verbose_name=_("colleague"))
    level = models.ForeignKey(CareerLevel, on_delete=models.PROTECT, related_name="+", verbose_name=_("level"))
    starts_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=500)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver"))
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("career step")
        verbose_name_plural = _("career steps")
        ordering: ClassVar[list[str]] = ["person", "-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(author=F("approver")), name="career_step_needs_four_eyes"),
            models.CheckConstraint(
                condition=~Q(person=F("author")) & ~Q(person=F("approver")), name="nobody_decides_his_own_career"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.level}"

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cards.models import Product
from core import clock
from core.models import Department, Store, User
from service_desk.models.cases import Case
from service_desk.models.catalogue import CaseCategory
from service_desk.models.complaint_choices import Basis, MeasureState, Verdict
from service_desk.models.complaints import RootCause
from service_desk.policy import improvements

OPEN = [str(state) for state in improvements.OPEN]


class ImprovementMeasure(models.Model):
    """What is done so that a cause of complaints becomes rarer (SVC-05 · D6.3): whose, by when, and how rare it shall become.

    `target_bps` is the share of the rate before that may be left. It is measured on complaints of the cause and all below
    it, of the product, store and category named, over `window_days` before the work and after it.
    """

    title = models.CharField(_("measure"), max_length=120)
    what = models.TextField(_("what is done"), max_length=4_000)
    cause = models.ForeignKey(
        RootCause, on_delete=models.PROTECT, related_name="measures", verbose_name=_("root cause")
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("from the case")
    )
    category = models.ForeignKey(
        CaseCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only category")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only product")
    )
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only store")
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department"))
    due_on = models.DateField(_("to be done by"))
    target_bps = models.PositiveIntegerField(
        _("share of the rate that may be left"), validators=[MinValueValidator(0), MaxValueValidator(9_900)]
    )
    basis = models.CharField(_("measured against"), max_length=8, choices=Basis.choices, default=Basis.MEMBERS)
    window_days = models.PositiveSmallIntegerField(_("days compared"))
    state = models.CharField(_("state"), max_length=14, choices=MeasureState.choices, default=MeasureState.DRAFT)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)
    agreed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agreed by")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True)
    started_on = models.DateField(_("in work since"), null=True)
    done_on = models.DateField(_("done on"), null=True)
    review_on = models.DateField(_("to be verified from"), null=True)
    reminded_at = models.DateTimeField(_("owner reminded at"), null=True, editable=False)
    overdue_told_at = models.DateTimeField(_("told to be overdue at"), null=True, editable=False)
    review_told_at = models.DateTimeField(_("told to be due for verification at"), null=True, editable=False)

    class Meta:
        verbose_name = _("improvement measure")
        verbose_name_plural = _("improvement measures")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(target_bps__lt=10_000), name="measure_aims_at_fewer"),
            models.CheckConstraint(condition=Q(window_days__gte=1), name="measure_compares_days"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"]) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="measure_is_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("author")), name="measure_needs_a_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["working", "done", "verified", "not-effective"]) | Q(started_on__isnull=False),
                name="measure_in_work_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "verified", "not-effective"])
                | Q(done_on__gte=F("started_on"), review_on__gt=F("done_on")),
                name="done_measure_has_its_days",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=OPEN), name="measure_by_deadline"),
            models.Index(fields=["review_on", "id"], condition=Q(state="done"), name="measure_to_verify"),
            models.Index(fields=["owner", "due_on"], condition=Q(state__in=OPEN), name="measure_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title


class ImprovementEvent(models.Model):
    """A step in the life of a measure (SVC-05 · D6.3.3). Append-only."""

    measure = models.ForeignKey(
        ImprovementMeasure, on_delete=models.PROTECT, related_name="events", verbose_name=_("measure")
    )
    before = models.CharField(_("state before"), max_length=14, choices=MeasureState.choices, blank=True, default="")
    after = models.CharField(_("state after"), max_length=14, choices=MeasureState.choices)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("event of a measure")
        verbose_name_plural = _("events of measures")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.measure} · {self.get_after_display()}"


class ImprovementReview(models.Model):
    """The figures by which a measure was judged, as they were, and who confirmed the verdict (SVC-05 · D6.3.4). Append-only.

    Exposures are member-days or sales; `uncoded` are complaints after the work whose cause was not known yet. `fell` is the
    chance of so few although nothing changed, the ratio that of the rate after to the rate before.
    """

    measure = models.ForeignKey(
        ImprovementMeasure, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("measure")
    )
    before_from = models.DateField(_("before: from"))
    before_until = models.DateField(_("before: until"))
    after_from = models.DateField(_("after: from"))
    after_until = models.DateField(_("after: until"))
    before_cases = models.PositiveIntegerField(_("cases before"))
    after_cases = models.PositiveIntegerField(_("cases after"))
    uncoded = models.PositiveIntegerField(_("cases after, cause not named yet"))
    before_exposure = models.PositiveBigIntegerField(_("measured against, before"))
    after_exposure = models.PositiveBigIntegerField(_("measured against, after"))
    ratio = models.FloatField(_("rate after over rate before"), null=True)
    ratio_low = models.FloatField(_("at least"), null=True)
    ratio_high = models.FloatField(_("at most"), null=True)
    fell = models.FloatField(_("chance of so few without any change"), null=True)
    proposed = models.CharField(_("what the figures say"), max_length=10, choices=Verdict.choices)
    confirmed = models.CharField(
        _("verdict"),
        max_length=14,
        choices=[(str(one), one.label) for one in (MeasureState.VERIFIED, MeasureState.NOT_EFFECTIVE)],
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("verification of a measure")
        verbose_name_plural = _("verifications of measures")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("owner")), name="measure_is_verified_by_somebody_else"),
            models.CheckConstraint(
                condition=Q(proposed="effective", confirmed="verified")
                | Q(proposed__in=["less", "none"], confirmed="not-effective")
                | ~Q(comment=""),
                name="verdict_beside_the_figures_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} · {self.get_confirmed_display()}"

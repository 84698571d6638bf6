from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import Approval, Department, Post, Store, User
from service_desk.people.models.standards import SpotCheck


class SubjectKind(models.TextChoices):
    PERSON = "person", _("person")
    STORE = "store", _("store")
    DEPARTMENT = "department", _("department")


class Span(models.TextChoices):
    MONTH = "month", pgettext_lazy("span", "month")
    YEAR = "year", pgettext_lazy("span", "year")


def _one_subject() -> Q:
    """Exactly the subject that the kind names."""
    return (
        Q(kind="person", person__isnull=False, store__isnull=True, department__isnull=True)
        | Q(kind="store", person__isnull=True, store__isnull=False, department__isnull=True)
        | Q(kind="department", person__isnull=True, store__isnull=True, department__isnull=False)
    )


class KpiCode(models.TextChoices):
    """SVC-10 · B11.1, D8.1 — what each figure is called; what it counts stands in `policy.kpis`."""

    NEW_MEMBERS = "new_members", _("new members")
    SALES_COUNT = "sales_count", _("cards sold")
    SALES_MINOR = "sales_minor", _("sales")
    ACTIVATIONS = "activations", _("activations")
    RENEWALS = "renewals", _("renewals")
    SATISFACTION = "satisfaction", _("satisfaction of members")
    FIRST_RESPONSE = "first_response", _("first responses in time")
    COMPLAINTS = "complaints", _("complaints in a thousand served")
    TRAINING = "training", _("courses done")
    KNOWLEDGE = "knowledge", _("quizzes")
    SPOT_CHECKS = "spot_checks", _("spot checks")
    REVIEWS = "reviews", _("reviews of cases")


class KpiTarget(models.Model):
    """SVC-10 · B11.2 — what is to be reached in a month or a year, from a day on: by everybody of a kind, or by one person,
    post, store or department alone. Without a value nothing is to be reached any more. Agreed by two people; the newest that
    has begun holds."""

    kpi = models.CharField(_("figure"), max_length=20, choices=KpiCode.choices)
    kind = models.CharField(_("whose"), max_length=12, choices=SubjectKind.choices)
    span = models.CharField(_("for each"), max_length=6, choices=Span.choices, default=Span.MONTH)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colleague")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    value = models.BigIntegerField(_("target"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=500)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver"))
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering: ClassVar[list[str]] = ["kpi", "kind", "-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(author=F("approver")), name="target_needs_four_eyes"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_is_not_below_nothing"),
            models.CheckConstraint(
                condition=Q(kind="person", store__isnull=True, department__isnull=True)
                & (Q(person__isnull=True) | Q(post__isnull=True))
                | Q(kind="store", person__isnull=True, post__isnull=True, department__isnull=True)
                | Q(kind="department", person__isnull=True, post__isnull=True, store__isnull=True),
                name="target_is_for_what_its_kind_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} · {self.get_kind_display()} · {self.starts_on}"


class ScoreCard(models.Model):
    """SVC-10 · B11.2, D8.1 — the figures of a person, a store or a department for a month or a year. Until it is closed the
    night writes them anew; from then on they stand as they were, whatever is corrected later."""

    kind = models.CharField(_("kind"), max_length=12, choices=SubjectKind.choices)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="score_cards", verbose_name=_("colleague")
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    span = models.CharField(_("for each"), max_length=6, choices=Span.choices)
    starts_on = models.DateField(_("from"))
    at_store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("served at")
    )
    of_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("belonged to")
    )
    total_bps = models.PositiveIntegerField(_("reached"), null=True)
    written_at = models.DateTimeField(_("written at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("score-card")
        verbose_name_plural = _("score-cards")
        ordering: ClassVar[list[str]] = ["-starts_on", "-id"]
        indexes = [
            models.Index(fields=["person", "span", "-starts_on"], name="score_card_of_person"),
            models.Index(fields=["span", "starts_on", "kind"], name="score_card_of_period"),
        ]
        constraints = [
            models.CheckConstraint(condition=_one_subject(), name="score_card_has_one_subject"),
            models.UniqueConstraint(
                fields=["person", "span", "starts_on"], condition=Q(kind="person"), name="score_card_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["store", "span", "starts_on"], condition=Q(kind="store"), name="score_card_once_a_store"
            ),
            models.UniqueConstraint(
                fields=["department", "span", "starts_on"],
                condition=Q(kind="department"),
                name="score_card_once_a_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.starts_on:%Y-%m}"

    @property
    def subject(self) -> User | Store | Department | None:
        return self.person or self.store or self.department


class ScoreFigure(models.Model):
    """SVC-10 · D8.1 — a figure of a score-card: its value, what it rests on, its target of that time. What an objection
    put right stands beside it, with who decided so."""

    card = models.ForeignKey(ScoreCard, on_delete=models.CASCADE, related_name="figures", verbose_name=_("score-card"))
    kpi = models.CharField(_("figure"), max_length=20, choices=KpiCode.choices)
    value = models.BigIntegerField(_("value"), null=True)
    basis = models.BigIntegerField(_("rests on"), default=0)
    target = models.BigIntegerField(_("target"), null=True)
    attainment_bps = models.PositiveIntegerField(_("reached"), null=True)
    corrected_value = models.BigIntegerField(_("corrected to"), null=True)
    corrected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("corrected by")
    )

    class Meta:
        verbose_name = _("figure of a score-card")
        verbose_name_plural = _("figures of a score-card")
        ordering: ClassVar[list[str]] = ["card", "id"]
        constraints = [
            models.UniqueConstraint(fields=["card", "kpi"], name="score_card_has_a_figure_once"),
            models.CheckConstraint(
                condition=Q(corrected_value__isnull=True, corrected_by__isnull=True)
                | Q(corrected_value__isnull=False, corrected_by__isnull=False),
                name="figure_is_corrected_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card}: {self.kpi}"

    @property
    def stands(self) -> int | None:
        """What counts: the corrected value where there is one."""
        return self.value if self.corrected_value is None else self.corrected_value


class Objection(models.Model):
    """SVC-10 · D7.2.4 — a person says that a spot check or a figure of his own is wrong; somebody who did not make it
    decides."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("rejected")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague"))
    spot_check = models.ForeignKey(
        SpotCheck, on_delete=models.PROTECT, null=True, related_name="objections", verbose_name=_("spot check")
    )
    figure = models.ForeignKey(
        ScoreFigure, on_delete=models.PROTECT, null=True, related_name="objections", verbose_name=_("figure")
    )
    words = SealedField(_("what is wrong"))
    raised_at = models.DateTimeField(_("raised at"), default=clock.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = SealedField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="objection_inbox")]
        constraints = [
            models.CheckConstraint(
                condition=Q(spot_check__isnull=False, figure__isnull=True)
                | Q(spot_check__isnull=True, figure__isnull=False),
                name="objection_is_to_one_thing",
            ),
            models.UniqueConstraint(
                fields=["spot_check"], condition=Q(spot_check__isnull=False), name="spot_check_is_objected_to_once"
            ),
            models.UniqueConstraint(
                fields=["figure"], condition=Q(figure__isnull=False), name="figure_is_objected_to_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")),
                name="objection_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="objection_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.spot_check or self.figure}"

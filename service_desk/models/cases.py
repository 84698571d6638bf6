import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cards.models import Card, Order, Product
from core import clock
from core.fields import BlindIndexField, SealedField
from core.models import Department, Store, User
from members.models import Member
from service_desk.models.agents import Skill
from service_desk.models.catalogue import CaseCategory
from service_desk.models.choices import CaseChannel, CaseState, Complexity, Kind, Severity
from service_desk.policy import states

NO_DEADLINE = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
"""Behind every real deadline, so that the queue has one order and one index."""
UNDONE = Q(state__in=[str(state) for state in states.UNDONE])
QUEUE = ("first_due_at", "-tier_rank", "opened_at", "id")
"""LOY-15 · B8.3 — the order of work: the earliest deadline, then the higher tier, then the older case."""


class Case(models.Model):
    """A matter of somebody's, from the first word to the last, over whatever channels it runs (SVC-01, SVC-02 · A6.2).

    What was said stands in its entries, what happened in its events; the moments here repeat them for lists. `version`
    grows with every change: who changes what he has not seen is told so.
    """

    number = models.CharField(_("case number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    category = models.ForeignKey(
        CaseCategory, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("category")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=CaseChannel.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    complexity = models.CharField(_("complexity"), max_length=8, choices=Complexity.choices, default=Complexity.SIMPLE)
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices, default=CaseState.NEW)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("member")
    )
    contact_name = SealedField(_("name"), blank=True, default="")
    contact_phone = SealedField(_("phone"), blank=True, default="")
    contact_phone_index = BlindIndexField(of="contact_phone", purpose="phone")
    contact_email = SealedField(_("e-mail"), blank=True, default="")
    contact_email_index = BlindIndexField(of="contact_email", purpose="email", normal="core.fields.caseless")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("card"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("order"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("product")
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("store"))
    subject = SealedField(_("subject"))
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    tier = models.CharField(_("tier"), max_length=20, blank=True, default="")
    tier_rank = models.PositiveSmallIntegerField(_("rank of the tier"), default=0)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="owned_cases", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("department")
    )
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("skill"))
    opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    responded_at = models.DateTimeField(_("first answered at"), null=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    first_due_at = models.DateTimeField(_("next deadline"), default=NO_DEADLINE)
    unanswered_since = models.DateTimeField(_("the member waits since"), null=True)
    last_entry_at = models.DateTimeField(_("last word at"), default=clock.now)
    escalation = models.PositiveSmallIntegerField(_("escalated"), default=0)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    resolution = SealedField(_("solution"), blank=True, default="")
    score = models.PositiveSmallIntegerField(_("rating"), null=True)
    score_comment = SealedField(_("comment on the rating"), blank=True, default="")
    rated_at = models.DateTimeField(_("rated at"), null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", verbose_name=_("merged into")
    )
    key = models.CharField(max_length=80, unique=True, null=True, editable=False)
    reckoned_with = models.CharField(max_length=16, blank=True, default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="merged_case_leads_to_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="case_is_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "closed"]) | Q(resolved_at__isnull=False),
                name="resolved_case_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_case_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True, rated_at__isnull=True)
                | Q(score__gte=1, score__lte=5, rated_at__isnull=False),
                name="case_rated_from_one_to_five",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", *QUEUE], condition=UNDONE, name="case_queue_of_owner"),
            models.Index(fields=["department", *QUEUE], condition=UNDONE, name="case_queue_of_department"),
            models.Index(
                fields=["skill", *QUEUE], condition=UNDONE & Q(owner__isnull=True), name="case_queue_of_skill"
            ),
            models.Index(fields=[*QUEUE], condition=UNDONE & Q(owner__isnull=True), name="case_queue_of_nobody"),
            models.Index(fields=[*QUEUE], condition=UNDONE, name="case_queue"),
            models.Index(fields=["member", "-id"], name="case_of_member"),
            models.Index(fields=["contact_phone_index"], condition=~Q(contact_phone_index=""), name="case_of_phone"),
            models.Index(fields=["contact_email_index"], condition=~Q(contact_email_index=""), name="case_of_email"),
            models.Index(fields=["state", "resolved_at"], condition=Q(state="resolved"), name="case_to_close"),
            models.Index(fields=["reckoned_with", "id"], condition=UNDONE, name="case_to_reckon"),
            models.Index(fields=["opened_at"], name="case_by_opening"),
            models.Index(fields=["opened_at"], condition=Q(kind="complaint"), name="complaint_by_opening"),
            models.Index(fields=["resolved_at"], condition=Q(resolved_at__isnull=False), name="case_by_resolution"),
            models.Index(fields=["closed_at"], condition=Q(state="closed"), name="case_by_closing"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def due_at(self) -> dt.datetime | None:
        """The earliest deadline that runs; None while none does."""
        return None if self.first_due_at >= NO_DEADLINE else self.first_due_at

    @property
    def is_undone(self) -> bool:
        return states.State(self.state) in states.UNDONE

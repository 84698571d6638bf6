"""The codes of complaints, compensations and improvements with the words that pages show."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from service_desk.policy import compensation, complaints, improvements


class Finding(models.TextChoices):
    JUSTIFIED = complaints.Finding.JUSTIFIED, pgettext_lazy("complaint", "justified")
    PARTLY = complaints.Finding.PARTLY, pgettext_lazy("complaint", "partly justified")
    UNFOUNDED = complaints.Finding.UNFOUNDED, pgettext_lazy("complaint", "not justified")


class StepKind(models.TextChoices):
    CONTACT = complaints.Step.CONTACT, _("spoken with the member")
    RECORDS = complaints.Step.RECORDS, _("records looked at")
    INTERVIEW = complaints.Step.INTERVIEW, _("colleague heard")
    SITE = complaints.Step.SITE, _("looked at on the spot")
    TEST = complaints.Step.TEST, _("product examined")
    OTHER = complaints.Step.OTHER, pgettext_lazy("step of an investigation", "other")


class Means(models.TextChoices):
    POINTS = compensation.Means.POINTS, _("points")
    COUPON = compensation.Means.COUPON, _("coupon")
    MONEY = compensation.Means.MONEY, _("money")


class Authority(models.TextChoices):
    AGENT = compensation.Authority.AGENT, pgettext_lazy("authority", "agent")
    LEAD = compensation.Authority.LEAD, pgettext_lazy("authority", "lead")
    DIRECTOR = compensation.Authority.DIRECTOR, pgettext_lazy("authority", "director")


class MeasureState(models.TextChoices):
    DRAFT = improvements.State.DRAFT, pgettext_lazy("measure", "draft")
    AGREED = improvements.State.AGREED, pgettext_lazy("measure", "agreed")
    WORKING = improvements.State.WORKING, pgettext_lazy("measure", "in work")
    DONE = improvements.State.DONE, pgettext_lazy("measure", "done")
    VERIFIED = improvements.State.VERIFIED, pgettext_lazy("measure", "verified")
    NOT_EFFECTIVE = improvements.State.NOT_EFFECTIVE, pgettext_lazy("measure", "not effective")
    DROPPED = improvements.State.DROPPED, pgettext_lazy("measure", "dropped")


class Basis(models.TextChoices):
    MEMBERS = improvements.Basis.MEMBERS, pgettext_lazy("measured against", "members")
    SALES = improvements.Basis.SALES, pgettext_lazy("measured against", "sales")


class Verdict(models.TextChoices):
    EFFECTIVE = improvements.Verdict.EFFECTIVE, _("as rare as hoped")
    LESS = improvements.Verdict.LESS, _("rarer, but not as rare as hoped")
    NONE = improvements.Verdict.NONE, _("not shown to be rarer")
    UNDECIDED = improvements.Verdict.UNDECIDED, _("cannot be told yet")

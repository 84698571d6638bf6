"""Competences, who is certified for them, and which rights ask for them (SVC-08 · A6.1, CARD-26 · A3.2.1)."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import access, certifying, clock, competence, refusals, staff, words
from core.admin.base import Audited, code, moment, worded
from core.admin.deciding import Deciding, Decision, ReasonForm
from core.models import Certificate, Competence, CompetenceRequirement, User
from core.rules import RuleBroken
from core.templatetags import ui

ENDING_DAYS = 30
STATES = {
    "valid": _("valid"),
    "expired": _("expired"),
    "revoked": _("revoked"),
    "replaced": _("replaced by a newer one"),
}
TONES = {"valid": "ok", "expired": "bad", "revoked": "bad", "replaced": "quiet"}
DAY = forms.DateInput(attrs={"type": "date"})


class CompetenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a competence is called and how long it lasts; one that is required stays in use."""

    def clean_is_active(self) -> bool:
        stays: bool = self.cleaned_data["is_active"]
        if not stays and self.instance.pk and self.instance.requirements.filter(ended_on=None).exists():
            raise forms.ValidationError(refusals.sentence("competence_is_required"))
        return stays


@admin.register(Competence)
class CompetenceAdmin(Audited):
    form = CompetenceForm
    list_display = ("localized_name", code, "valid_months", "is_active")
    list_filter = ("is_active",)
    search_exact = ("code",)
    search_prefix = ("name",)
    fields = (
        "code", "name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant",
        "valid_months", "is_active",
    )  # fmt: skip


class AwardForm(forms.Form):
    """For what somebody brings along: who, what, since when, and why he is believed."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"))
    of = forms.ModelChoiceField(Competence.objects.filter(is_active=True), label=_("Competence"))
    awarded_on = forms.DateField(label=_("Awarded on"), widget=DAY, initial=clock.today)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        colleagues = staff.roll(by).filter(is_active=True).exclude(pk=by.pk).order_by("display_name")
        self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]


class StandingFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        soon = _("ends within 30 days")
        return [
            ("valid", STATES["valid"]),
            ("ending", soon),
            ("expired", STATES["expired"]),
            ("revoked", STATES["revoked"]),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows, today = queryset, clock.today()
        stands = Q(revoked_at=None, replaced_at=None)
        wanted = {
            "valid": competence.valid(today),
            "ending": stands & Q(last_valid_on__range=(today, today + dt.timedelta(days=ENDING_DAYS))),
            "expired": stands & Q(last_valid_on__lt=today),
            "revoked": Q(revoked_at__isnull=False),
        }
        return rows.filter(wanted[self.value() or ""]) if self.value() in wanted else rows


@admin.register(Certificate)
class CertificateAdmin(Deciding):
    list_display = (
        "user",
        "competence",
        "state_told",
        "awarded_on",
        "last_valid_on",
        worded("source", words.CERTIFICATE, _("awarded for")),
    )
    list_filter = (StandingFilter, "competence")
    list_select_related = ("user", "competence")
    search_exact = ("user__employment__staff_number",)
    search_prefix = ("user__display_name",)
    ordering = ("-id",)
    decisions = (
        Decision(
            "revoke", _("Revoke"), certifying.REVOKE, lambda row: row.state in ("valid", "expired"), ReasonForm,
            lambda row, user, given: certifying.revoke(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "user", "competence", "state_told", "possible", "awarded_on", "last_valid_on",
        worded("source", words.CERTIFICATE, _("awarded for")), "reason", "awarded_by",
        moment("recorded_at", _("recorded at")), moment("revoked_at", _("revoked at")), "revoked_by", "revoked_because",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            super().get_queryset(request).select_related("user", "competence", "awarded_by", "revoked_by")
        )
        return access.within_scope(rows, _user(request), path="user__employment__store")

    @admin.display(description=_("standing"))
    def state_told(self, row: Certificate) -> str:
        return ui.status_pill(TONES[row.state], str(STATES[row.state]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(_user(request), certifying.AWARD)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        by = _user(request)
        access.require(by, certifying.AWARD)
        form = AwardForm(request.POST if request.method == "POST" else None, by=by)
        return _asked(
            self, request, form, title=_now("Award a certificate"),
            do=lambda given: certifying.award_by_hand(**given, by=by),
        )  # fmt: skip


class DemandForm(forms.Form):
    """What needs which certificate, from when, and why."""

    what = forms.ChoiceField(label=_("What it is needed for"))
    of = forms.ModelChoiceField(Competence.objects.filter(is_active=True), label=_("Competence"))
    starts_on = forms.DateField(label=_("From"), widget=DAY, initial=clock.today)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choices: list[tuple[str, str]] = []
        for gate in competence.gates().values():
            choices.append((gate.right, str(gate.label)))
            choices += [(f"{gate.right} {code}", f"{gate.label} · {name}") for code, name in gate.named().items()]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


@admin.register(CompetenceRequirement)
class CompetenceRequirementAdmin(Deciding):
    list_display = ("needed_for", "competence", "starts_on", "ended_on", "set_by")
    list_select_related = ("competence", "set_by")
    list_filter = (("ended_on", admin.EmptyFieldListFilter), "competence")
    search_exact = ("right", "subject")
    decisions = (
        Decision(
            "waive", _("Require it no longer"), certifying.REQUIRE, lambda row: row.ended_on is None, ReasonForm,
            lambda row, user, given: certifying.waive(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip
    fields: ClassVar[Any] = (
        "needed_for", "competence", "possible", "starts_on", "reason", "set_by", moment("set_at", _("set at")),
        "ended_on", "ended_by", "ended_because",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("competence", "set_by", "ended_by")

    @admin.display(description=_("what it is needed for"), ordering="right")
    def needed_for(self, row: CompetenceRequirement) -> str:
        gate = competence.gates().get(row.right)
        return f"{gate.label if gate else row.right}{' · ' + row.subject if row.subject else ''}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(_user(request), certifying.REQUIRE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        by = _user(request)
        access.require(by, certifying.REQUIRE)

        def demand(given: dict[str, Any]) -> Model:
            right, _space, subject = given.pop("what").partition(" ")
            return certifying.demand(right=right, subject=subject, by=by, **given)

        form = DemandForm(request.POST if request.method == "POST" else None)
        return _asked(self, request, form, title=_now("Require a certificate"), do=demand)


def _asked(
    page: Deciding, request: HttpRequest, form: forms.Form, *, title: str, do: Callable[[dict[str, Any]], Model]
) -> HttpResponse:
    """A form on a page of its own; what was made is shown, what was refused stands above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            made = do(dict(form.cleaned_data))
        except RuleBroken as refusal:
            if isinstance(refusal, refusals.Refusal) and refusal.status == 403:
                raise
            form.add_error(None, refusals.said(refusal))
        else:
            messages.success(request, _now("Done."))
            return redirect(f"admin:{made._meta.app_label}_{made._meta.model_name}_change", made.pk)
    context = {**page.admin_site.each_context(request), "title": title, "opts": page.opts, "form": form}
    return TemplateResponse(request, "admin/core/form.html", context, status=422 if form.errors else 200)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user

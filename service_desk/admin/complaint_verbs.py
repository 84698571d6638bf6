"""What can be done on the page of a complaint: a form each, one operation, a word when it is done (SVC-04, SVC-05 · D6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.refusals import Refusal
from service_desk.forms import complaints as forms
from service_desk.models import Case, Compensation, ComplaintFollowUp
from service_desk.operations import compensation, complaint_follow_ups, complaints, handling, tasks
from service_desk.operations.holding import HANDLE
from service_desk.queries.compensation import GIVE


@dataclass(frozen=True)
class Verb:
    """`do(case, user, form)`; `right` is what its button asks for, the operation asks again."""

    form: type[forms.ComplaintForm]
    do: Callable[[Case, User, Any], object]
    done: str | Promise
    right: str = HANDLE


def _satisfaction(case: Case, user: User, form: forms.SatisfactionForm) -> object:
    asked = ComplaintFollowUp.objects.filter(complaint_id=case.pk).order_by("-pk").first()
    if asked is None:
        raise Refusal("follow_up_over")
    return complaint_follow_ups.answer(asked, satisfied=form.is_satisfied, comment=form.cleaned_data["text"], by=user)


def _give(case: Case, user: User, form: forms._CompensationForm) -> Compensation:
    return compensation.give(case, form.wanted, reason=form.cleaned_data["reason"], by=user, **form.once)


VERBS: dict[str, Verb] = {
    "acknowledge": Verb(
        forms.ButtonForm, lambda case, user, form: complaints.acknowledge(case, by=user, **form.stamp), _("Acknowledged.")
    ),
    "investigate": Verb(
        forms.StepForm,
        lambda case, user, form: complaints.investigate(
            case, kind=form.cleaned_data["kind"], body=form.cleaned_data["text"], by=user,
            attachments=form.cleaned_data["evidence"], **form.once,
        ),
        _("Written into the log."),
    ),
    "ask": Verb(
        forms.StatementForm,
        lambda case, user, form: tasks.ask(
            case, department=form.asked, question=form.cleaned_data["text"], by=user, owner=form.person, **form.once
        ),
        _("Asked. The answer will stand in the log."),
    ),
    "name_colleague": Verb(
        forms.ColleagueForm,
        lambda case, user, form: complaints.name_colleague(case, colleague=form.person, by=user, **form.stamp),
        _("Noted. Whoever is complained about does not handle it."),
    ),
    "find": Verb(
        forms.FindingForm,
        lambda case, user, form: complaints.find(
            case, finding=form.cleaned_data["finding"], explanation=form.cleaned_data["text"], by=user, **form.stamp
        ),
        _("The finding stands."),
    ),
    "name_cause": Verb(
        forms.CauseForm,
        lambda case, user, form: complaints.name_cause(case, cause=form.named, by=user, **form.stamp),
        _("The root cause stands."),
    ),
    "give_points": Verb(forms.PointsForm, _give, _("Compensation: see below what became of it."), GIVE),
    "give_coupon": Verb(forms.CouponForm, _give, _("Compensation: see below what became of it."), GIVE),
    "give_money": Verb(forms.MoneyForm, _give, _("Compensation: see below what became of it."), GIVE),
    "answer": Verb(
        forms.AnswerForm,
        lambda case, user, form: complaints.answer(
            case, solution=form.cleaned_data["text"], by=user, channel=form.cleaned_data["channel"], **form.once
        ),
        _("Answered. It can be closed now, or closes by itself after some days."),
    ),
    "close": Verb(
        forms.ButtonForm, lambda case, user, form: handling.close(case, by=user, **form.stamp), _("Closed.")
    ),
    "reopen": Verb(
        forms.ReopenForm,
        lambda case, user, form: handling.reopen(case, reason=form.cleaned_data["text"], by=user, **form.stamp),
        _("Open again."),
    ),
    "satisfaction": Verb(forms.SatisfactionForm, _satisfaction, _("Noted.")),
}  # fmt: skip

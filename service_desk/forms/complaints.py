"""What colleagues type on the page of a complaint (SVC-04, SVC-05 · D6)."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import PointsField
from cards.forms.money import MoneyField
from core import show
from core.models import Department, User
from service_desk.forms.fields import FilesField, KeyedForm, PlainField, text_field
from service_desk.models import RootCause
from service_desk.models.choices import CaseChannel
from service_desk.models.complaint_choices import Finding, StepKind
from service_desk.operations.compensation_means import Wanted
from service_desk.operations.compensation_means import coupon as of_coupon
from service_desk.operations.compensation_means import money as of_money
from service_desk.operations.compensation_means import points as of_points
from service_desk.queries.compensation import worth_of
from service_desk.queries.complaint_choosing import Choosing

LONGEST_REASON = 200
Choices = Iterable[tuple[Any, Any]]


class ComplaintForm(KeyedForm):
    """A form about a complaint that somebody has before him: `version` is what he saw."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choosing: Choosing, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{type(self).__name__.removesuffix('Form').lower()}_%s", **kwargs)
        self.choosing = choosing

    def offer(self, name: str, choices: Choices, *, nothing: Any = None) -> None:
        empty = [("", nothing)] if nothing is not None else []
        self.fields[name].choices = [*empty, *choices]  # type: ignore[attr-defined]

    @property
    def stamp(self) -> dict[str, Any]:
        """What tells a form that has grown stale."""
        return {"version": self.cleaned_data["version"]}

    @property
    def once(self) -> dict[str, Any]:
        """The same, and what recognises a repeat."""
        return {"key": self.cleaned_data["key"], **self.stamp}


class ButtonForm(ComplaintForm):
    """Nothing to fill in: the button says it all."""


class StepForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"text_missing": "text", "text_too_long": "text"}
    kind = forms.ChoiceField(label=_("How it was found out"), choices=StepKind.choices)
    text = text_field(_("What came of it"), rows=4)
    evidence = FilesField(label=_("Evidence"))


class StatementForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"text_missing": "text"}
    department = forms.ChoiceField(label=_("Department"))
    owner = forms.ChoiceField(label=_("Somebody in particular"), required=False)
    text = text_field(_("What do we ask?"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("department", [(one.pk, one.name) for one in self.choosing.departments])
        self.offer("owner", _named(self.choosing.colleagues), nothing=_("whoever is there"))

    @property
    def asked(self) -> Department:
        return next(one for one in self.choosing.departments if str(one.pk) == self.cleaned_data["department"])

    @property
    def person(self) -> User | None:
        return _of(self.choosing.colleagues, self.cleaned_data["owner"])


class ColleagueForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"colleague_unfit": "colleague"}
    colleague = forms.ChoiceField(label=_("Colleague complained about"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("colleague", _named(self.choosing.colleagues), nothing=_("nobody in particular"))

    @property
    def person(self) -> User | None:
        return _of(self.choosing.colleagues, self.cleaned_data["colleague"])


class FindingForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"text_missing": "text"}
    finding = forms.ChoiceField(label=_("Finding"), choices=Finding.choices)
    text = text_field(_("What was found"), rows=3)


class CauseForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"cause_unknown": "cause", "cause_too_general": "cause"}
    cause = forms.ChoiceField(label=_("Root cause"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("cause", self.choosing.causes, nothing=_("choose one"))

    @property
    def named(self) -> RootCause:
        return RootCause(pk=int(self.cleaned_data["cause"]))


class _CompensationForm(ComplaintForm):
    """What is given, and why; the member reads no reason."""

    reason = PlainField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=forms.TextInput(attrs={"maxlength": str(LONGEST_REASON)})
    )

    @property
    def wanted(self) -> Wanted:
        raise NotImplementedError


class PointsForm(_CompensationForm):
    PLACES: ClassVar[Mapping[str, str]] = {"points_not_positive": "points", "reason_needed": "reason"}
    points = PointsField(label=_("Points"), required=True)
    field_order = ("points", "reason")

    @property
    def wanted(self) -> Wanted:
        return of_points(self.cleaned_data["points"])


class CouponForm(_CompensationForm):
    PLACES: ClassVar[Mapping[str, str]] = {"coupon_offer_over": "offer", "reason_needed": "reason"}
    offer_code = forms.ChoiceField(label=_("Coupon"))
    field_order = ("offer_code", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(one.pk, f"{one} · {show.price(worth_of(one))}") for one in self.choosing.offers]
        self.offer("offer_code", told, nothing=_("choose one"))

    @property
    def wanted(self) -> Wanted:
        return of_coupon(next(one for one in self.choosing.offers if str(one.pk) == self.cleaned_data["offer_code"]))


class MoneyForm(_CompensationForm):
    PLACES: ClassVar[Mapping[str, str]] = {
        "compensation_above_paid": "amount",
        "compensation_is_a_return": "amount",
        "payment_of_another": "payment",
        "reason_needed": "reason",
    }
    payment = forms.ChoiceField(label=_("Out of the payment"))
    amount = MoneyField(label=_("Amount"))
    field_order = ("payment", "amount", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [
            (one.pk, f"{one.order.number} · {show.money(one.received_minor - one.refunded_minor, one.currency)}")
            for one in self.choosing.payments
        ]
        self.offer("payment", told, nothing=_("choose one"))

    @property
    def wanted(self) -> Wanted:
        payment = next(one for one in self.choosing.payments if str(one.pk) == self.cleaned_data["payment"])
        return of_money(payment, self.cleaned_data["amount"])


class AnswerForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"text_missing": "text", "case_cannot_be_answered": "channel"}
    text = text_field(_("What was found, and what we do about it"), rows=6)
    channel = forms.ChoiceField(label=_("How"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(one.value, one.label) for one in CaseChannel if one not in (CaseChannel.WEB, CaseChannel.EMAIL)]
        self.offer("channel", spoken, nothing=_("send it by inbox and e-mail"))


class ReopenForm(ComplaintForm):
    PLACES: ClassVar[Mapping[str, str]] = {"text_missing": "text"}
    text = text_field(_("Why"), rows=2)


class SatisfactionForm(ComplaintForm):
    """What the member said on the telephone."""

    PLACES: ClassVar[Mapping[str, str]] = {"dissatisfaction_needs_words": "text"}
    satisfied = forms.ChoiceField(
        label=_("Is she satisfied?"), choices=(("yes", _("satisfied")), ("no", _("not satisfied")))
    )
    text = text_field(_("What she said"), rows=2, required=False)

    @property
    def is_satisfied(self) -> bool:
        return bool(self.cleaned_data["satisfied"] == "yes")


class ObjectionForm(forms.Form):
    """The member says in her portal what is still wrong."""

    text = text_field(_("What is still wrong?"), rows=4)


class FollowUpForm(forms.Form):
    """The member says whether she is satisfied, from the link in the message."""

    satisfied = forms.ChoiceField(choices=(("yes", ""), ("no", "")))
    text = text_field(_("What could have been better?"), rows=3, required=False)


def _named(people: Iterable[User]) -> Choices:
    return [(one.pk, str(one)) for one in people]


def _of(people: Iterable[User], pk: str) -> User | None:
    return next((one for one in people if str(one.pk) == pk), None)

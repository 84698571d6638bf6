"""The forms of "Me": who I am, how I am reached, what I want to hear."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import clock
from members.forms import fields
from members.models import Member, Sex
from members.operations.consent import Choices
from members.policy import consent as policy

OLDEST = 130


class ProfileForm(forms.Form):
    name = fields.name_field()
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=Sex.choices)
    birth_on = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=_("For a birthday wish and for cards with an age limit."),
    )
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 3}),
    )

    @classmethod
    def of(cls, member: Member, data: Any = None) -> "ProfileForm":
        initial = {field: getattr(member, field) for field in ("name", "sex", "birth_on", "address")}
        return cls(data, initial=initial)

    def clean_birth_on(self) -> str | None:
        day: dt.date | None = self.cleaned_data["birth_on"]
        today = clock.today()
        if (day and not today.year - OLDEST <= day.year) or (day and day > today):
            raise forms.ValidationError(_("This cannot be a date of birth."))
        return day.isoformat() if day else None


class NewAddressForm(forms.Form):
    """A new phone number or e-mail address, to be proved by a code."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phone = kind == "phone"
        self.fields["address"] = fields.RuledField(
            rule=fields.read_phone if phone else fields.read_email,
            label=_("New phone number") if phone else _("New e-mail address"),
            widget=forms.TextInput(
                attrs={"autocomplete": "tel" if phone else "email", "type": "tel" if phone else "email"}
            ),
        )


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of messages"), choices=settings.LANGUAGES)


class ConsentForm(forms.Form):
    """One switch per question that a member is ever asked."""

    def __init__(self, *args: Any, answers: policy.Answers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for asked in policy.ASKED:
            self.fields[_field(asked)] = forms.BooleanField(
                required=False, initial=policy.in_force(asked, answers=answers)
            )

    def choices(self) -> Choices:
        return {(asked.purpose, asked.channel or ""): self.cleaned_data[_field(asked)] for asked in policy.ASKED}

    def switch(self, asked: policy.Question) -> forms.BoundField:
        return self[_field(asked)]


def _field(asked: policy.Question) -> str:
    return f"{asked.purpose}_{asked.channel}" if asked.channel else str(asked.purpose)


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN"),
        max_length=8,
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-code", "autofocus": "autofocus"}
        ),
    )

"""The forms of joining and logging in (MEM-01 · B3.2)."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import refusals
from core.models import User
from members.forms import fields
from members.operations.consent import Choices
from members.policy.consent import Purpose
from members.queries import referrals

ASKED_AT_SIGN_UP = {
    "offers_sms": (Purpose.MARKETING, "sms"),
    "offers_email": (Purpose.MARKETING, "email"),
    "recommendations": (Purpose.PROFILING, ""),
}


@lazy
def _agreement() -> SafeString:
    return format_html(
        gettext('I agree to the <a href="{terms}" target="_blank">terms</a> and have read the '
                '<a href="{privacy}" target="_blank">privacy policy</a>.'),
        terms=str(reverse_lazy("members:legal", args=["terms"])),
        privacy=str(reverse_lazy("members:legal", args=["privacy"])),
    )  # fmt: skip


class AgreeForm(forms.Form):
    """Name, agreement, and one unticked box per thing that needs a yes."""

    name = fields.name_field()
    agreed = forms.BooleanField(
        label=_agreement(),
        error_messages={"required": _("Please tick this box: we cannot open an account without it.")},
    )
    offers_sms = forms.BooleanField(label=_("Send me offers and news by SMS"), required=False)
    offers_email = forms.BooleanField(label=_("Send me offers and news by e-mail"), required=False)
    recommendations = forms.BooleanField(label=_("Choose offers for me from how I use my card"), required=False)

    invitation = forms.CharField(
        label=_("Invitation code, if you have one"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_invitation(self) -> str:
        typed: str = self.cleaned_data["invitation"]
        if typed and referrals.member_by_code(typed) is None:
            raise forms.ValidationError(refusals.sentence("invitation_unknown"), code="invitation_unknown")
        return typed

    def choices(self) -> Choices:
        return {asked: self.cleaned_data[box] for box, asked in ASKED_AT_SIGN_UP.items()}


class JoinForm(AgreeForm):
    address = fields.address_field()
    field_order = ["name", "address", "invitation", "agreed"]


class PasswordOnlyForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class LoginForm(PasswordOnlyForm):
    address = fields.address_field()
    field_order = ["address", "password"]


class CodeRequestForm(forms.Form):
    address = fields.address_field()


class CodeForm(forms.Form):
    code = fields.code_field(autofocus="autofocus")


class NewPasswordForm(forms.Form):
    """A new password, typed once and readable on demand; the browser's manager may choose it."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A short sentence is easier to remember than a riddle."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            password_validation.validate_password(password, self.user)
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return password

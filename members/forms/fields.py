"""Form fields that ask the policy: what a rule refuses becomes a sentence beside the field, never an echo of the input."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import refusals
from core.rules import RuleBroken
from members.operations.codes import Address
from members.policy import emails, names, phones

FAR_TOO_LONG = 20_000


class RuledField(forms.CharField):
    """A text that a rule of the policy brings into its stored form. NUL and the like are the rule's to judge."""

    def __init__(self, *, rule: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.rule = rule
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]

    def clean(self, value: Any) -> Any:
        text = "" if value is None else str(value)
        if not text.strip():
            if self.required:
                return self._ruled("")
            return None
        return self._ruled(text[:FAR_TOO_LONG])

    def _ruled(self, text: str) -> Any:
        try:
            return self.rule(text)
        except RuleBroken as broken:
            raise forms.ValidationError(refusals.said(broken), code=broken.code) from broken


class AddressMissing(RuleBroken):
    """`address_missing`."""


def read_address(text: str) -> Address:
    """A phone number or an e-mail address, told apart by the @."""
    if not text.strip():
        raise AddressMissing("address_missing")
    if "@" in text or "＠" in text:
        return Address("email", emails.normalise(text))
    return Address("sms", phones.normalise_mobile(text, default_region=settings.PHONE_REGION))


def read_phone(text: str) -> Address:
    return Address("sms", phones.normalise_mobile(text, default_region=settings.PHONE_REGION))


def read_email(text: str) -> Address:
    return Address("email", emails.normalise(text))


def address_field(**attrs: str) -> RuledField:
    return RuledField(
        rule=read_address,
        label=_("Phone number or e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "email", "maxlength": "200", **attrs}),
    )


def name_field() -> RuledField:
    return RuledField(
        rule=names.normalise,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": str(names.LONGEST)}),
    )


def code_field(**attrs: str) -> forms.CharField:
    return forms.CharField(
        label=pgettext_lazy("sent to a phone", "Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "form-code", **attrs}
        ),
    )

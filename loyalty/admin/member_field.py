"""A member, named by her number or her phone."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.rules import RuleBroken
from members.models import Member
from members.policy import member_numbers, phones


class MemberField(forms.CharField):
    """What was typed becomes the member it names; nobody by that number is an error of the field."""

    default_error_messages = {"unknown": _("No member has this number or phone.")}

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "tel"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Member | None:
        text = unicodedata.normalize("NFKC", super().clean(value))
        if not text:
            return None
        found = _by_number(text) or _by_phone(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found


def _by_number(text: str) -> Member | None:
    return Member.objects.filter(number=text).first() if member_numbers.is_number(text) else None


def _by_phone(text: str) -> Member | None:
    try:
        phone = phones.normalise(text, default_region=settings.PHONE_REGION)
    except RuleBroken:
        return None
    return Member.objects.by_phone(phone).first()

"""What free text becomes before it is stored, and how points are typed."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_POINTS = 10**12


def plain(text: str) -> str:
    """No control characters, no invisible ones, one kind of line break."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable()).strip() for line in lines).strip()


class ConfirmField(forms.CharField):
    """The member's yes: her card's code as it is scanned, or the digits that she reads out."""

    def __init__(self, **kwargs: Any) -> None:
        label = _("Code of her card, or the code that she reads out")
        super().__init__(**{"label": label, "max_length": 200, "required": False, **kwargs})

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).strip()


class ConfirmedForm(forms.Form):
    """A form of the counter that may spend points: what the member says to it, or that a code is to be sent to her."""

    confirm_code = ConfirmField()

    @property
    def confirm(self) -> str:
        return str(self.cleaned_data.get("confirm_code", ""))

    @property
    def sends_code(self) -> bool:
        """All else waits for the code."""
        return "send_code" in self.data


class PointsField(forms.CharField):
    """A whole number of points; nothing typed is none. Full-width digits and commas are forgiven."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}
        super().__init__(**{"max_length": 20, "required": False, "widget": forms.TextInput(attrs=attrs), **kwargs})

    def clean(self, value: Any) -> int:
        typed = unicodedata.normalize("NFKC", super().clean(value)).replace(",", "").strip()
        if not typed:
            return 0
        if not re.fullmatch("[0-9]+", typed) or not 0 < int(typed) <= LARGEST_POINTS:
            raise forms.ValidationError(_("Type a whole number of points."), code="invalid")
        return int(typed)

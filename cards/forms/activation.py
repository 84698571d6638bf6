"""The form of activation online (CARD-11 · A4.1.1)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms import documents
from members.forms import fields as people
from members.forms.entrance import CodeForm


class ActivationForm(forms.Form):
    """What is printed on the card, and what was given at purchase."""

    card_number = forms.CharField(
        label=_("Card number"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "data-group": "4",
                "placeholder": "0000 0000 0000 0000",
            }
        ),
    )
    activation_code = forms.CharField(
        label=_("Activation code"),
        max_length=60,
        help_text=_("12 letters and digits: under the scratch panel, or in the message about your order."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-keep": "off"}
        ),
    )
    phone = people.RuledField(
        rule=people.read_phone,
        label=_("Phone number given at purchase"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "maxlength": "60"}),
    )
    document_kind = documents.document_kind_field()
    document_number = documents.document_number_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        documents.clean_document(self, cleaned)
        return cleaned


class ConfirmForm(CodeForm):
    """The code from her phone, and her yes to the very texts that hold for this card."""

    agreed = forms.BooleanField(
        label=_("I agree to the card agreement"),
        error_messages={"required": _("Please tick this box: a card cannot be activated without it.")},
    )
    joins = forms.BooleanField(
        label=_("I agree to the terms of membership and have read the privacy policy"),
        error_messages={"required": _("Please tick this box: we cannot open an account without it.")},
    )
    keeps_number = forms.BooleanField(
        label=_("Keep my document number, sealed, so that I need not show it again"), required=False
    )

    def __init__(self, *args: Any, is_member: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_member:
            del self.fields["joins"]

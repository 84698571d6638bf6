"""The counter's forms: each as short as a clerk's patience."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms import documents

REASONS = (
    ("wrong benefit", _("Wrong benefit")),
    ("wrong card", _("Wrong card")),
    ("not served", _("The customer did not get it")),
    ("tried out", _("Only tried out")),
)


class LookUpForm(forms.Form):
    q = forms.CharField(max_length=200, strip=True)


class UseForm(forms.Form):
    """How many; the key makes a repeat of the same form count once."""

    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=99, initial=1)
    key = forms.UUIDField(widget=forms.HiddenInput)


class UndoForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=REASONS)


class ActivationForm(forms.Form):
    """CARD-12 · A4.1.2 — proof, document, agreement, in the order of the keys."""

    proof = forms.CharField(
        label=_("Receipt or order number, or its last four characters"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "form-control-lg"}),
    )
    document_kind = documents.document_kind_field()
    document_number = documents.document_number_field(**{"class": "form-control-lg"})
    agreed = forms.BooleanField(label=_("The customer has read the agreement and agrees"))
    keeps_number = forms.BooleanField(
        label=_("The customer agrees that the document number is kept, sealed"), required=False
    )

    def __init__(self, *args: Any, asks_proof: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_proof:
            del self.fields["proof"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        documents.clean_document(self, cleaned)
        return cleaned


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code that the customer reads out"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "class": "form-code", "data-goes-at": "6"}
        ),
    )

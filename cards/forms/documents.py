"""An identity document in a form: its kind, and its number by the rule of that kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock, refusals
from core.rules import RuleBroken
from members.models import DocumentType
from members.policy import identity


class Unrepeated(forms.TextInput):
    """A number that is typed again rather than sent back to the screen."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


def document_kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Document"), choices=DocumentType.choices, initial=DocumentType.RESIDENT_ID)


def document_number_field(**attrs: str) -> forms.CharField:
    return forms.CharField(
        label=_("Document number"),
        max_length=200,
        widget=Unrepeated(attrs={"autocomplete": "off", "spellcheck": "false", "data-keep": "off", **attrs}),
    )


def clean_document(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """The number in its normal form, or the rule's sentence beside the field; the number is never repeated."""
    kind, typed = cleaned.get("document_kind"), cleaned.get("document_number")
    if not kind or not typed:
        return
    try:
        read = identity.parse(typed, kind=identity.Kind(kind), today=clock.today())
    except RuleBroken as broken:
        form.add_error("document_number", refusals.said(broken))
    else:
        cleaned["document_number"] = read.number

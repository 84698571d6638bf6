"""Whom an emergency concerns, and what they are told (SVC-16 · D12)."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.models import Product
from core import refusals
from core.models import Store
from service_desk.incidents.forms.common import Letters
from service_desk.incidents.models import IncidentTelling
from service_desk.incidents.operations.telling import Letter
from service_desk.incidents.queries import listing

Rule = IncidentTelling.Rule
MOST_BYTES = 1_000_000
SHOWN_FAULTS = 20


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class WhomForm(forms.Form):
    """SVC-16 · D12 — the rule by which members are chosen, and what it needs to know."""

    rule = forms.ChoiceField(label=_("Whom"), choices=Rule.choices, initial=Rule.CASES.value, widget=forms.RadioSelect)
    products = forms.ModelMultipleChoiceField(
        label=_("Cards"), queryset=Product.objects.order_by("code"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"), queryset=Store.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    first_on = _day(_("From"))
    last_on = _day(_("Through"))
    listed = forms.CharField(
        label=_("Member and card numbers, one a line"), required=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(label=_("Or a CSV file, the numbers in its first column"), required=False)

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("A list has ten thousand lines at most."), code="size")
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This is no text file in UTF-8."), code="encoding") from error
        return text.replace("\x00", "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        match cleaned.get("rule"):
            case Rule.HOLDERS if not cleaned.get("products"):
                self.add_error("products", _("Choose the cards."))
            case Rule.VISITORS:
                self._check_visitors(cleaned)
            case Rule.LISTED:
                self._read(cleaned)
        return cleaned

    def _check_visitors(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("stores"):
            self.add_error("stores", _("Choose the stores."))
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        for name, day in (("first_on", first), ("last_on", last)):
            if day is None and name not in self.errors:
                self.add_error(name, _("Say from which day through which."))
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))

    def _read(self, cleaned: dict[str, Any]) -> None:
        """Every line that holds nothing is named: a member left out by a typing error is a member not told."""
        found = listing.read("\n".join([cleaned.get("listed") or "", cleaned.get("file") or ""]).strip("\n"))
        for number, code in found.faults[:SHOWN_FAULTS]:
            self.add_error("listed", _now("Line %(n)s: %(why)s") % {"n": number, "why": refusals.sentence(code)})
        if len(found.faults) > SHOWN_FAULTS:
            self.add_error("listed", _now("And %(n)s more.") % {"n": len(found.faults) - SHOWN_FAULTS})
        if not found.members and not found.faults:
            self.add_error("listed", _("The list is empty."))
        cleaned["members"] = sorted(found.members)

    def chosen(self) -> dict[str, Any]:
        """What the rule needs to know, as it is kept."""
        typed = self.cleaned_data
        match typed["rule"]:
            case Rule.HOLDERS:
                return {"products": [product.pk for product in typed["products"]]}
            case Rule.VISITORS:
                days = {"from": typed["first_on"].isoformat(), "through": typed["last_on"].isoformat()}
                return {"stores": [store.pk for store in typed["stores"]]} | days
            case Rule.LISTED:
                return {"members": typed["members"]}
        return {}


class TellForm(Letters, WhomForm):
    """SVC-16 · D12 — whom, and in which words."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @staticmethod
    def fresh_key() -> str:
        return uuid.uuid4().hex

    def letter(self) -> Letter:
        return Letter(rule=self.cleaned_data["rule"], texts=self.said(), chosen=self.chosen())

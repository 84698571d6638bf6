"""Selling over the counter: one form for keyboard and scanner. There is no field for a price (CARD-07)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.forms.buying import DocumentFields
from cards.forms.fields import ConfirmedForm, PointsField
from cards.models import Product
from cards.operations import confirming
from cards.policy import numbers
from core import money, refusals
from core.rules import RuleBroken
from members.forms.fields import RuledField
from members.policy import names, phones

POINTS = forms.TextInput(
    attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "20", "data-key": "F2", "data-passed-over": ""}
)  # Enter passes it over: few customers use points


def _mobile(text: str) -> str:
    return phones.normalise_mobile(text, default_region=settings.PHONE_REGION)


class TillForm(forms.Form):
    """Cash as tendered, or the reference that the terminal printed."""

    method = forms.ChoiceField(
        label=_("Paid by"), choices=[("cash", _("cash")), ("terminal", _("card terminal"))], widget=forms.RadioSelect
    )
    tendered = forms.CharField(
        label=_("Cash given"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    terminal_reference = forms.RegexField(
        r"^[0-9A-Za-z\-]{4,40}$",
        label=_("Reference on the terminal's slip"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("A reference has 4 to 40 letters and digits.")},
    )

    def has_money(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.has_money():
            return cleaned
        if cleaned.get("method") == "cash":
            try:
                cleaned["tendered_minor"] = money.parse(cleaned.get("tendered", ""), currency=settings.CURRENCY).minor
            except RuleBroken as broken:
                self.add_error("tendered", refusals.said(broken))
        elif not cleaned.get("terminal_reference") and "terminal_reference" not in self.errors:
            self.add_error("terminal_reference", _now("Please type the reference that the terminal printed."))
        return cleaned


class PointsForm(ConfirmedForm, TillForm):
    """The till where points may pay a part. Points without an agreed amount ask for the bill: no money is typed yet."""

    points = PointsField(label=_("Points to redeem"), widget=POINTS)
    agreed = forms.RegexField(r"^[0-9]{1,15}$", required=False, widget=forms.HiddenInput)

    @property
    def spends(self) -> int:
        return int(self.cleaned_data.get("points") or 0)

    @property
    def agreed_minor(self) -> int | None:
        """What was read out as to be paid, if anything was."""
        typed = self.cleaned_data.get("agreed")
        return int(typed) if typed and self.cleaned_data.get("points") and not self.sends_code else None

    def refuse(self, broken: RuleBroken) -> bool:
        """Says no beside the field it is about; whether that was the member's yes."""
        is_hers = confirming.is_about(broken)
        field = "confirm_code" if is_hers else "points" if broken.code.startswith("points_") else None
        self.add_error(field, refusals.said(broken))
        return is_hers

    def expect_money(self) -> None:
        """The bill was read out and nothing has to be confirmed: the keyboard goes on where the money is typed."""
        name = "tendered" if self.cleaned_data["method"] == "cash" else "terminal_reference"
        self.fields[name].widget.attrs |= {"autofocus": True, "data-focus": ""}

    def has_money(self) -> bool:
        """Whether money is on the table, as far as the form knows: not before the bill of points."""
        return not self.cleaned_data.get("points") or self.agreed_minor is not None


class SaleForm(PointsForm, DocumentFields):
    product = forms.ModelChoiceField(
        label=_("Card"), queryset=Product.objects.none(), to_field_name="code", widget=forms.RadioSelect
    )
    phone = RuledField(
        rule=_mobile,
        label=_("Mobile number of the buyer"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "maxlength": "40"}),
    )
    name = RuledField(
        rule=names.normalise,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": str(names.LONGEST)}),
    )
    card_number = RuledField(
        rule=numbers.read_card_number,
        label=_("Scan the card"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "40"}),
    )
    parts = forms.TypedChoiceField(label=_("Payment"), coerce=int, initial=1)
    agree = forms.BooleanField(label=_("The buyer has read the card agreement and accepts it."))
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    text = forms.IntegerField(widget=forms.HiddenInput)

    field_order = (
        "product",
        "phone",
        "name",
        "document_kind",
        "document_number",
        "card_number",
        "parts",
        "points",
        "agree",
    )

    def __init__(self, *args: Any, products: Any, plans: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        words = [(1, _now("at once"))] + [(n, _now("in %(parts)s monthly parts") % {"parts": n}) for n in plans]
        self.fields["parts"].choices = words  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_document(cleaned, needed=False)
        return cleaned

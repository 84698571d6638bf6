"""The application form of a purchase (CARD-08 · A3.3). What it does not name (a price, a discount) does not exist."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.forms import fields
from cards.operations.orders import Gift
from cards.queries.orders import Invoice
from core import clock, refusals, show
from core.rules import RuleBroken
from members.forms.fields import RuledField
from members.models import DocumentType
from members.policy import emails, identity, names, phones


def _mobile(text: str) -> str:
    return phones.normalise_mobile(text, default_region=settings.PHONE_REGION)


def _phone(label: Any, *, autocomplete: str = "off", required: bool = True) -> RuledField:
    attrs = {"inputmode": "tel", "autocomplete": autocomplete, "maxlength": "40"}
    return RuledField(rule=_mobile, label=label, required=required, widget=forms.TextInput(attrs=attrs))


def _name(label: Any, *, autocomplete: str = "off", required: bool = True) -> RuledField:
    attrs = {"autocomplete": autocomplete, "maxlength": str(names.LONGEST)}
    return RuledField(rule=names.normalise, label=label, required=required, widget=forms.TextInput(attrs=attrs))


class DocumentFields(forms.Form):
    """Type and number of an identity document; the number is checked by its type and never shown again."""

    document_kind = forms.ChoiceField(label=_("Identity document"), choices=DocumentType.choices, required=False)
    document_number = forms.CharField(
        label=_("Number of the document"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": "40", "spellcheck": "false"}),
        help_text=_("Kept encrypted. The card is activated with this number."),
    )

    def clean_document(self, cleaned: dict[str, Any], *, needed: bool) -> None:
        number, kind = cleaned.get("document_number") or "", cleaned.get("document_kind") or ""
        if not number.strip() and not needed:
            return
        try:
            cleaned["document_number"] = identity.parse(number, kind=identity.Kind(kind), today=clock.today()).number
        except RuleBroken as broken:
            self.add_error("document_number", refusals.said(broken))
        except ValueError:
            self.add_error("document_kind", _now("Please choose the kind of document."))


class PurchaseForm(DocumentFields):
    """Who buys, for whom, how it is paid, and what is agreed to."""

    name = _name(_("Your name"), autocomplete="name")
    phone = _phone(_("Your mobile number"), autocomplete="tel")
    is_gift = forms.BooleanField(label=_("This card is a gift"), required=False)
    gift_name = _name(_("Who is it for?"), required=False)
    gift_phone = _phone(_("Mobile number of that person"), required=False)
    gift_message = forms.CharField(
        label=_("A few words to go with it"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": "200"}),
    )
    wants_invoice = forms.BooleanField(label=_("I need an invoice"), required=False)
    invoice_kind = forms.ChoiceField(
        label=_("Made out to"), choices=[("person", _("a person")), ("company", _("a company"))], required=False
    )
    invoice_title = forms.CharField(label=_("Name on the invoice"), max_length=100, required=False)
    invoice_tax_number = forms.RegexField(
        r"^[0-9A-Z]{15,20}$",
        label=_("Tax number"),
        max_length=20,
        required=False,
        error_messages={"invalid": _("A tax number has 15 to 20 digits and capital letters.")},
    )
    invoice_email = RuledField(
        rule=emails.normalise,
        label=_("E-mail for the invoice"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": "254"}),
    )
    parts = forms.TypedChoiceField(label=_("How would you like to pay?"), coerce=int, widget=forms.RadioSelect)
    points = fields.PointsField(label=_("Points to redeem"))
    agree = forms.BooleanField(label=_("I have read the card agreement and accept it."))
    join = forms.BooleanField(label=_("I accept the terms of membership and have read the privacy policy."))
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    text = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        plans: Sequence[tuple[int, str]],
        is_known: bool,
        most_points: int = 0,
        identity_for_self: bool,
        identity_for_gift: bool,
        **kwargs: Any,
    ) -> None:
        """`plans`: number of parts and its wording. A known member does not tell us again who she is."""
        super().__init__(*args, **kwargs)
        self.identity_for_self, self.identity_for_gift = identity_for_self, identity_for_gift
        self.fields["parts"].choices = plans  # type: ignore[attr-defined]
        self.fields["parts"].initial = 1
        self.most_points = most_points
        if is_known:
            for field in ("name", "phone", "join"):
                del self.fields[field]
        if not (identity_for_self or identity_for_gift):
            for field in ("document_kind", "document_number"):
                del self.fields[field]

    def clean_points(self) -> int:
        points: int = self.cleaned_data["points"]
        if points > self.most_points:
            raise forms.ValidationError(
                refusals.sentence("points_at_most", most=self.most_points), code="points_at_most"
            )
        return points

    def clean_gift_message(self) -> str:
        return fields.plain(self.cleaned_data["gift_message"])

    def clean_invoice_title(self) -> str:
        return fields.plain(self.cleaned_data["invoice_title"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_gift"):
            self._need("gift_name", _now("Please tell us who the card is for."))
            self._need("gift_phone", _now("The card is activated with this person's mobile number."))
        if cleaned.get("wants_invoice"):
            self._need("invoice_title", _now("Please tell us the name for the invoice."))
            self._need("invoice_email", _now("The invoice is sent by e-mail."))
            if cleaned.get("invoice_kind") == "company":
                self._need("invoice_tax_number", _now("An invoice to a company needs its tax number."))
        if self.identity_for_gift if cleaned.get("is_gift") else self.identity_for_self:
            self.clean_document(cleaned, needed=True)
        return cleaned

    def _need(self, field: str, sentence: str) -> None:
        if not self.cleaned_data.get(field) and field not in self.errors:
            self.add_error(field, sentence)


def gift_of(cleaned: dict[str, Any]) -> Gift | None:
    if not cleaned.get("is_gift"):
        return None
    return Gift(cleaned["gift_name"], cleaned["gift_phone"], cleaned.get("gift_message", ""))


def invoice_of(cleaned: dict[str, Any]) -> str:
    if not cleaned.get("wants_invoice"):
        return ""
    kind = cleaned.get("invoice_kind") or "person"
    return Invoice(kind, cleaned["invoice_title"], cleaned["invoice_tax_number"], cleaned["invoice_email"]).packed()


def plan_choices(total_minor: int, currency: str, plans: Sequence[int]) -> list[tuple[int, str]]:
    """At once, or in so many monthly parts, with what each begins at."""
    choices = [(1, _now("At once: %(amount)s") % {"amount": show.money(total_minor, currency)})]
    for parts in plans:
        if total_minor >= parts:
            first = show.money(-(-total_minor // parts), currency)
            words = _now("In %(parts)s monthly parts, the first today: %(amount)s")
            choices.append((parts, words % {"parts": parts, "amount": first}))
    return choices


class CodeForm(forms.Form):
    code = forms.CharField(
        label=pgettext_lazy("sent to a phone", "Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "form-code", "autofocus": True}
        ),
    )

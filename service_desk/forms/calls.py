"""What an agent writes down while somebody is on the line (SVC-01, SVC-02 · A6.2)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.models import Card, Order
from service_desk.forms.counter import SpokenForm
from service_desk.forms.desk import OneOf
from service_desk.forms.fields import LONGEST_SUBJECT, PlainField
from service_desk.models.choices import Severity
from service_desk.queries.choosing import Choosing


class CallerForm(forms.Form):
    """Who calls: the number on the display, or what she says of herself."""

    who = forms.CharField(
        label=_("Phone number, member number, card number or e-mail"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-key": "/"}),
    )


class CallForm(SpokenForm):
    """SVC-02 — the case of a call, in one form; what is left open is suggested by rule."""

    subject = PlainField(
        label=_("In a few words"), max_length=LONGEST_SUBJECT, required=False,
        widget=forms.TextInput(attrs={"maxlength": str(LONGEST_SUBJECT), "autocomplete": "off"}),
    )  # fmt: skip
    category = OneOf(label=_("Category"), nothing=_("as the words suggest"))
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    about = forms.ChoiceField(label=_("About which card or order"), required=False)
    field_order = ("kind", "subject", "text", "category", "severity", "about", "answer", "name", "phone", "email")

    def __init__(
        self, *args: Any, choosing: Choosing, cards: Sequence[Card] = (), orders: Sequence[Order] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cards = {f"card-{one.pk}": one for one in cards}
        self.orders = {f"order-{one.pk}": one for one in orders}
        told = [
            *((key, str(one)) for key, one in self.cards.items()),
            *((key, str(one)) for key, one in self.orders.items()),
        ]
        categories = ((one.code, f"{one.get_kind_display()} · {one}") for one in choosing.categories)
        offered = {
            "category": [("", _("as the words suggest")), *categories],
            "severity": [("", _("as the words suggest")), *Severity.choices],
            "about": [("", _("none")), *told],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def card(self) -> Card | None:
        return self.cards.get(self.cleaned_data["about"])

    @property
    def order(self) -> Order | None:
        return self.orders.get(self.cleaned_data["about"])

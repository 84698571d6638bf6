"""The choice of a renewal. What it does not name (a price, a discount, a term) does not exist (CARD-17 · A5.2)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.forms.counter import PointsForm
from cards.forms.fields import PointsField
from cards.queries.renewals import Choice
from cards.wording import renewal_offers


class ChoiceForm(forms.Form):
    """For how long, paid how, under which agreement."""

    years = forms.TypedChoiceField(label=_("For how long?"), coerce=int, widget=forms.RadioSelect)
    parts = forms.TypedChoiceField(label=_("How would you like to pay?"), coerce=int, initial=1)
    points = PointsField(label=_("Points to redeem"))
    agree = forms.BooleanField(label=_("I have read the card agreement and accept it."))
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    text = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Sequence[Choice], plans: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(1, _now("at once"))] + [(n, _now("in %(parts)s monthly parts") % {"parts": n}) for n in plans]
        lengths = [(one.quote.years, renewal_offers.length(one.months)) for one in choices]
        self.fields["years"].choices = lengths  # type: ignore[attr-defined]
        self.fields["parts"].choices = words  # type: ignore[attr-defined]


class CounterForm(PointsForm, ChoiceForm):
    """The same at the counter, with the money on the table."""

    agree = forms.BooleanField(label=_("The customer has read the card agreement and accepts it."))


class MandateForm(forms.Form):
    """Switching automatic renewal on: by one's own tick, under the text that was shown."""

    agree = forms.BooleanField(label=_("I want my card to renew by itself and accept this agreement."))
    text = forms.IntegerField(widget=forms.HiddenInput)

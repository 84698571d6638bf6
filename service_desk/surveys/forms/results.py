"""What of a survey's results is looked at (SVC-07 · D5.1)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from service_desk.surveys.wording.results import DIMENSIONS


class ResultsForm(forms.Form):
    """Survey, period of asking, and by what its answers are told apart; what cannot be read is as if nothing were said."""

    survey = forms.ChoiceField(label=_("Survey"), required=False)
    first = forms.DateField(
        label=_("Asked from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=pgettext_lazy("asked", "through"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    by = forms.ChoiceField(label=_("Told apart by"), required=False, choices=list(DIMENSIONS.items()))

    def __init__(
        self, data: Mapping[str, Any], *, surveys: Sequence[tuple[str, str]], first: dt.date, last: dt.date
    ) -> None:
        self._usual: dict[str, Any] = {
            "survey": surveys[0][0] if surveys else "",
            "first": first,
            "last": last,
            "by": "store",
        }
        super().__init__({name: data.get(name) or usual for name, usual in self._usual.items()})
        self.fields["survey"].choices = surveys  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was chosen, the usual for the rest; a period that ends before it begins is the usual one."""
        self.is_valid()
        given = self._usual | {name: value for name, value in self.cleaned_data.items() if value}
        if given["first"] > given["last"]:
            given |= {"first": self._usual["first"], "last": self._usual["last"]}
        return given

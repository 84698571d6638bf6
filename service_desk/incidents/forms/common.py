"""Fields that the forms of emergencies share."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from core import clock
from service_desk.incidents.models.plans import SEVERITIES
from service_desk.knowledge.forms import Worded

LOCAL = "%Y-%m-%dT%H:%M"
LONGEST_AGO = dt.timedelta(days=366)


class Moment(forms.DateTimeField):
    """A moment that has come: the browser's own field, in the business time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL, f"{LOCAL}:%S"], **kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        moment: dt.datetime | None = super().clean(value)
        if moment is not None and moment > clock.now():
            raise forms.ValidationError(_("That moment is still to come."), code="future")
        if moment is not None and moment < clock.now() - LONGEST_AGO:
            raise forms.ValidationError(_("That is too long ago."), code="past")
        return moment


def words(label: Any, most: int = 4_000, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def severity() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=_("Severity"), choices=SEVERITIES, coerce=int, widget=forms.RadioSelect)


class Plain(forms.Form):
    """Free text without what nobody can see."""

    def said(self, name: str) -> str:
        return plain(self.cleaned_data.get(name) or "")


class Letters(Worded):
    """A title and a text in every language; a language needs both, or neither."""

    parts = {"title": (_("Title"), 120, 0), "body": (_("Text"), 4_000, 5)}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        said = self.said()
        if not said:
            raise forms.ValidationError(_("Write it in one language at least."), code="required")
        for code, texts in said.items():
            for part in self.parts:
                name = f"{part}_{code.replace('-', '_')}"
                if not texts[part] and name not in self.errors:
                    self.add_error(name, _("A language needs a title and a text."))
        return cleaned

    @classmethod
    def initial_from(cls, texts: Any) -> dict[str, str]:
        """What the words of a plan begin this form with."""
        return {
            f"{part}_{code.replace('-', '_')}": text.get(part, "") for code, text in texts.items() for part in cls.parts
        }

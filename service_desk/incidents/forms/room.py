"""What is typed while an emergency goes on (SVC-16 · D12): short, because nobody has time."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Store
from service_desk.incidents.forms.common import LOCAL, Moment, Plain, severity, words
from service_desk.incidents.models import EmergencyPlan
from service_desk.incidents.operations.declaring import Report
from service_desk.incidents.operations.entries import WRITTEN
from service_desk.knowledge.forms import Worded


class DeclareForm(Plain):
    """SVC-16 · D12 — what, where, since when, how grave: four things, and it is declared."""

    what = forms.CharField(label=_("What happened"), max_length=160, widget=forms.TextInput(attrs={"autofocus": True}))
    kind = forms.ModelChoiceField(
        label=_("Kind"), queryset=EmergencyPlan.objects.filter(is_active=True), empty_label=None
    )
    severity = severity()
    since_at = Moment(label=_("Since when"))
    stores = forms.ModelMultipleChoiceField(
        label=_("Where"), queryset=Store.objects.all(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everywhere, or online."),
    )  # fmt: skip
    detail = words(_("In more words, if there is time"), required=False)
    is_drill = forms.BooleanField(
        label=_("This is a drill"), required=False, help_text=_("The contact chain is called; no member is told.")
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @staticmethod
    def begins() -> dict[str, Any]:
        now = clock.now().astimezone(clock.zone())
        return {"since_at": now.strftime(LOCAL), "severity": 3, "key": uuid.uuid4().hex}

    def clean_what(self) -> str:
        if not (what := self.said("what")):
            raise forms.ValidationError(_("Say it in a few words."), code="required")
        return what

    def report(self) -> Report:
        typed = self.cleaned_data
        return Report(
            kind=typed["kind"], what=typed["what"], severity=typed["severity"], since_at=typed["since_at"],
            detail=self.said("detail"), stores=list(typed["stores"]), is_drill=typed["is_drill"],
        )  # fmt: skip


class NoteForm(Plain):
    """A line of the time line."""

    kind = forms.ChoiceField(label=_("What it is"), choices=[(one.value, one.label) for one in WRITTEN])
    text = words(_("What happened, or was decided"), rows=2)
    at = Moment(label=_("When, if earlier"), required=False)

    def clean_text(self) -> str:
        if not (text := self.said("text")):
            raise forms.ValidationError(_("Say it in a few words."), code="required")
        return text


class SeverityForm(Plain):
    """Graver or less grave than thought."""

    severity = severity()
    reason = forms.CharField(label=_("Why"), max_length=300)


class MoveForm(Plain):
    """How it stands from now on, in the words of whoever leads."""

    text = words(_("In your words"), rows=2)


class ReportForm(Plain):
    """SVC-16 · D12 — the report to the authority, as it was made (PIPL 57)."""

    authority = forms.CharField(label=pgettext_lazy("public", "Authority"), max_length=120)
    reference = forms.CharField(label=_("Its reference"), max_length=80, required=False)
    at = Moment(label=_("Reported at"))
    text = words(
        _("What was reported"), rows=4,
        help_text=_(
            "What data and how many people are concerned, the cause and the harm it may do, what we have done, what those "
            "concerned can do themselves, and whom to ask."
        ),
    )  # fmt: skip


class AnswerForm(Worded):
    """What agents answer to members who ask about it."""

    parts = {"answer": (_("Prepared answer"), 2_000, 3)}

    def texts(self) -> dict[str, str]:
        return {code: texts["answer"] for code, texts in self.said().items()}

    @staticmethod
    def initial_from(answers: Any) -> dict[str, str]:
        return {f"answer_{code.replace('-', '_')}": text for code, text in answers.items()}

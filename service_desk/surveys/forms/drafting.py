"""Drawing a survey up (SVC-07 · D5.1): its wording, its questions, its skips, and when it is asked."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock, words
from core.models import Store
from service_desk.surveys.forms.texts import Words
from service_desk.surveys.models import Survey, SurveyQuestion, SurveySkip, TouchPoint
from service_desk.surveys.models.texts import LONGEST, spoken
from service_desk.surveys.operations.questions import Wording
from service_desk.surveys.policy.checking import MOST_OPTIONS
from service_desk.surveys.policy.questions import SCALES, WITH_OPTIONS, QuestionKind
from service_desk.surveys.policy.routing import Compare, Verb
from service_desk.surveys.queries.questionnaires import Form
from service_desk.surveys.wording import occasions

SPARE_OPTIONS = 3


class BeginForm(forms.Form):
    """The code, and what the survey measures; what it asks is drafted next."""

    code = forms.SlugField(
        label=pgettext_lazy("survey", "Code"), max_length=40, help_text=_("Small letters, digits and hyphens.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Survey.Kind.choices)


class TextsForm(forms.Form):
    title = Words(label=_("Title"), longest=LONGEST["title"])
    intro = Words(label=_("Introduction"), longest=LONGEST["intro"], rows=2)
    thanks = Words(label=_("Thanks"), longest=LONGEST["thanks"], rows=2)


class QuestionForm(forms.Form):
    """A question with its options: those it has, and a few empty lines for more."""

    kind = forms.ChoiceField(label=_("Kind of answer"), choices=SurveyQuestion.Kind.choices)
    required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)
    is_measure = forms.BooleanField(label=_("Is the score of the survey"), required=False)
    text = Words(label=pgettext_lazy("survey", "Question"), longest=LONGEST["text"], rows=2)
    low = Words(label=_("Lowest score in words"), longest=LONGEST["low"])
    high = Words(label=_("Highest score in words"), longest=LONGEST["high"])

    def __init__(self, data: Any = None, *, form: Form | None = None, question: SurveyQuestion | None = None) -> None:
        known = list(form.options.get(question.pk, ())) if form and question else []
        initial: dict[str, Any] = {}
        if question is not None:
            names = ("kind", "required", "is_measure", "text", "low", "high")
            initial = {name: getattr(question, name) for name in names}
        super().__init__(data, initial=initial | {f"option_{n}": one.text for n, one in enumerate(known)})
        self._codes = [one.code for one in known]
        for number in range(min(len(known) + SPARE_OPTIONS, MOST_OPTIONS)):
            self.fields[f"option_{number}"] = Words(
                label=_("Option %(number)s") % {"number": number + 1}, longest=LONGEST["option"]
            )

    def options(self) -> list[Any]:
        """The bound fields of the options."""
        return [self[name] for name in self.fields if name.startswith("option_")]

    def wording(self) -> Wording:
        """What was typed, as the operation takes it: an option without any text is taken out."""
        given = self.cleaned_data
        codes = dict(enumerate(self._codes))
        named = [(codes.get(n, ""), given.get(f"option_{n}") or {}) for n in range(len(self.options()))]
        return Wording(
            kind=given.get("kind", QuestionKind.SCALE_5),
            required=given.get("required", False),
            is_measure=given.get("is_measure", False),
            text=given.get("text") or {},
            low=given.get("low") or {},
            high=given.get("high") or {},
            options=[(code, text) for code, text in named if text],
        )


class SkipForm(forms.Form):
    """A skip at a question: about which answer, and what follows."""

    verb = forms.ChoiceField(label=pgettext_lazy("survey", "What happens"), choices=SurveySkip.Verb.choices)
    on = forms.ChoiceField(label=_("When the answer to"))
    compare = forms.ChoiceField(label=pgettext_lazy("survey", "is"), choices=SurveySkip.Compare.choices)
    number = forms.IntegerField(label=_("Score"), required=False, min_value=0, max_value=10)
    options = forms.MultipleChoiceField(label=_("One of these"), required=False, widget=forms.CheckboxSelectMultiple)
    to = forms.ChoiceField(label=_("Go on with"), required=False)

    def __init__(self, data: Any = None, *, form: Form, question: SurveyQuestion) -> None:
        super().__init__(data)
        place = next(n for n, row in enumerate(form.questions) if row.pk == question.pk)
        named = {row.pk: f"{n}. {spoken(row.text) or row.code}" for n, row in enumerate(form.questions, start=1)}
        asked = [row for row in form.questions[: place + 1] if QuestionKind(row.kind) in {*SCALES, *WITH_OPTIONS}]
        self._rows = {str(row.pk): row for row in form.questions}
        self._question = question
        self._choose("on", [(str(row.pk), named[row.pk]) for row in reversed(asked)])
        self._choose(
            "options",
            [
                (f"{row.pk}:{one.code}", f"{named[row.pk]}: {spoken(one.text)}")
                for row in asked
                for one in form.options[row.pk]
            ],
        )
        later = [(str(row.pk), named[row.pk]) for row in form.questions[place + 2 :]]
        self._choose("to", [("", _("The end of the survey")), *later])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "on" not in given or "compare" not in given:
            return given
        of_options = QuestionKind(self._rows[given["on"]].kind) in WITH_OPTIONS
        if of_options != (given["compare"] == Compare.ANY_OF):
            self.add_error("compare", _("A score is at most or at least a number; a choice is one of some options."))
        elif of_options and not self._chosen():
            self.add_error("options", _("Choose options of that question."))
        elif not of_options and given.get("number") is None:
            self.add_error("number", _("Say which score."))
        return given

    def _chosen(self) -> list[str]:
        of = f"{self.cleaned_data['on']}:"
        return [one.removeprefix(of) for one in self.cleaned_data.get("options", []) if one.startswith(of)]

    def terms(self) -> dict[str, Any]:
        """The skip as the operation takes it."""
        given = self.cleaned_data
        of_options = given["compare"] == Compare.ANY_OF
        jump = given["verb"] == Verb.JUMP
        return {
            "verb": given["verb"],
            "on": self._rows[given["on"]],
            "compare": given["compare"],
            "number": 0 if of_options else given["number"],
            "options": self._chosen() if of_options else [],
            "to": self._rows[given["to"]] if jump and given["to"] else None,
        }


class TriggerForm(forms.Form):
    """When the survey is asked: where, how long after, what share of whom, from which day on."""

    touch_point = forms.ChoiceField(label=_("Touch-point"), choices=TouchPoint.choices)
    delay_hours = forms.IntegerField(label=_("Hours after it"), min_value=0, max_value=24 * 60, initial=24)
    every_months = forms.IntegerField(
        label=_("Every so many months"), min_value=1, max_value=24, required=False,
        help_text=_("Only for a survey at regular times."),
    )  # fmt: skip
    share = forms.DecimalField(
        label=_("Share that is asked, in per cent"), min_value=0.01, max_value=100, decimal_places=2, initial=100
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Only of these stores"), required=False, widget=forms.CheckboxSelectMultiple,
        queryset=Store.objects.filter(is_open=True),
    )  # fmt: skip
    tiers = forms.MultipleChoiceField(
        label=_("Only of these tiers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    products = forms.MultipleChoiceField(
        label=_("Only of these cards"), required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(
        label=pgettext_lazy("survey", "From"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_valid_on = forms.DateField(
        label=_("Through"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["tiers"].choices = list(words.known(words.TIER).items())  # type: ignore[attr-defined]
        self.fields["products"].choices = list(occasions.products().items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        periodic = given.get("touch_point") == TouchPoint.PERIODIC
        if periodic and not given.get("every_months") and "every_months" not in self.errors:
            self.add_error("every_months", _("Say after how many months it is asked again."))
        starts_on: dt.date | None = given.get("starts_on")
        last: dt.date | None = given.get("last_valid_on")
        if starts_on and last and last < starts_on:
            self.add_error("last_valid_on", _("The last day lies before the first."))
        return given

    def terms(self) -> dict[str, Any]:
        """The trigger as the operation takes it; its stores apart."""
        given = self.cleaned_data
        periodic = given["touch_point"] == TouchPoint.PERIODIC
        names = ("touch_point", "delay_hours", "tiers", "products", "starts_on", "last_valid_on")
        return {name: given[name] for name in names} | {
            "share_bps": round(given["share"] * 100),
            "every_months": given["every_months"] if periodic else None,
        }

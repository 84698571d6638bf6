"""How a quiz question is typed: the kind, the words in three languages, up to six choices or a number (SVC-09 · D7.2)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from service_desk.models import Course, QuizQuestionVersion
from service_desk.people.admin.forms import Plain, written
from service_desk.people.policy import grading
from service_desk.people.queries import bank

MOST_CHOICES = 6
Kind = QuizQuestionVersion.Kind
SPOKEN = (("en", ""), ("zh-hans", "_zh_hans"), ("zh-hant", "_zh_hant"))
LABELS = {"en": _("English"), "zh-hans": _("Simplified Chinese"), "zh-hant": _("Traditional Chinese")}


class QuestionForm(Plain):
    """One form for every kind; what a kind does not need is left out of what is kept."""

    course = forms.ModelChoiceField(Course.objects.exclude(state=Course.State.RETIRED), label=_("Course"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    text = written(_("Question (English)"), 2, required=True, most=1_000)
    text_zh_hans = written(_("Question (Simplified Chinese)"), 2, most=1_000)
    text_zh_hant = written(_("Question (Traditional Chinese)"), 2, most=1_000)
    explanation = written(_("Explanation (English)"), 2, most=1_000)
    explanation_zh_hans = written(_("Explanation (Simplified Chinese)"), 2, most=1_000)
    explanation_zh_hant = written(_("Explanation (Traditional Chinese)"), 2, most=1_000)
    truth = forms.ChoiceField(
        label=_("Right is"), choices=((bank.TRUE, _("true")), (bank.FALSE, _("false"))), required=False
    )
    number = forms.CharField(label=_("Right number"), max_length=20, required=False)
    tolerance = forms.CharField(label=_("May be off by"), max_length=20, required=False)

    def __init__(self, data: Any = None, *, version: QuizQuestionVersion | None = None) -> None:
        super().__init__(data, initial=_initial(version) if version else None)
        if version is not None:
            del self.fields["course"]
        for place in range(MOST_CHOICES):
            for language, _suffix in SPOKEN:
                self.fields[f"choice_{place}_{language}"] = forms.CharField(
                    label=LABELS[language], max_length=300, required=False
                )
            self.fields[f"right_{place}"] = forms.BooleanField(label=_("right"), required=False)

    def rows(self) -> list[dict[str, Any]]:
        """The choices as the page lays them out: a field for each language and the tick."""
        return [
            {
                "number": place + 1,
                "words": [self[f"choice_{place}_{language}"] for language, _suffix in SPOKEN],
                "right": self[f"right_{place}"],
            }
            for place in range(MOST_CHOICES)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.NUMBER:
            for name in ("number", "tolerance"):
                typed = cleaned.get(name) or ("0" if name == "tolerance" else "")
                if grading.read_number(typed) is None:
                    self.add_error(name, _("This is not a number."))
        return cleaned

    @property
    def content(self) -> dict[str, Any]:
        """As the operation takes it."""
        given = self.cleaned_data
        words = {name: given[name] for name in given if name.startswith(("text", "explanation"))}
        content = words | {"kind": given["kind"], "choices": [], "answer": "", "tolerance": ""}
        match given["kind"]:
            case Kind.TRUTH:
                content["answer"] = given["truth"]
            case Kind.NUMBER:
                content |= {"answer": given["number"], "tolerance": given["tolerance"] or "0"}
            case _:
                content["choices"] = [one for place in range(MOST_CHOICES) if (one := self._choice(place))["en"]]
        return content

    def _choice(self, place: int) -> dict[str, Any]:
        words = {language: self.cleaned_data[f"choice_{place}_{language}"] for language, _suffix in SPOKEN}
        return words | {"right": self.cleaned_data[f"right_{place}"]}


def _initial(version: QuizQuestionVersion) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in ("text", "explanation"):
        for _language, suffix in SPOKEN:
            given[f"{name}{suffix}"] = getattr(version, f"{name}{suffix}")
    given |= {"kind": version.kind, "truth": version.answer, "number": version.answer, "tolerance": version.tolerance}
    for place, one in enumerate(version.choices[:MOST_CHOICES]):
        given |= {f"choice_{place}_{language}": one.get(language, "") for language, _suffix in SPOKEN}
        given[f"right_{place}"] = bool(one.get("right"))
    return given

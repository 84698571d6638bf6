"""What is typed after an emergency (SVC-16 · D12)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from core import clock
from core.models import Department, User
from service_desk.incidents.forms.common import Plain, words
from service_desk.incidents.models import IncidentReview
from service_desk.incidents.operations.reviewing import WORDS, Learned, Measure
from service_desk.quality.queries import coordination

SPARE, MOST = 2, 20
LONG = 10_000


class ReviewForm(Plain):
    """What happened, why, what went well, what did not."""

    happened = words(_("What happened"), LONG, 5)
    causes = words(_("Causes"), LONG, 4)
    went_well = words(_("What went well"), LONG, 3, required=False)
    went_badly = words(_("What did not"), LONG, 3, required=False)

    def learned(self, measures: Any) -> Learned:
        kept = [one for one in measures if one.cleaned_data and not one.cleaned_data.get("DELETE")]
        return Learned(**{name: self.said(name) for name in WORDS}, measures=[one.measure() for one in kept])

    @staticmethod
    def initial_of(row: IncidentReview | None) -> dict[str, Any]:
        return {name: getattr(row, name) for name in WORDS} if row else {}


class MeasureForm(forms.Form):
    """What shall keep it from happening again; an empty line is no measure."""

    title = forms.CharField(label=_("Measure"), max_length=120)
    department = forms.ModelChoiceField(label=_("Department that does it"), queryset=Department.objects.all())
    owner = forms.ModelChoiceField(
        label=_("Who does it"), queryset=User.objects.none(), required=False, empty_label=_("the department decides")
    )
    due_on = forms.DateField(
        label=_("To be done by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = coordination.colleagues(and_also=self.initial.get("owner"))  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < clock.today():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return day

    def measure(self) -> Measure:
        typed = self.cleaned_data
        return Measure(
            title=plain(typed["title"]) or "—", department=typed["department"], owner=typed["owner"],
            due_on=typed["due_on"],
        )  # fmt: skip


MeasureFormSet = forms.formset_factory(MeasureForm, extra=SPARE, max_num=MOST, absolute_max=MOST, can_delete=True)


def measures_of(row: IncidentReview | None) -> list[dict[str, Any]]:
    return [
        {"title": one.title, "department": one.department_id, "owner": one.owner_id, "due_on": one.due_on}
        for one in (row.measures.all() if row else ())
    ]

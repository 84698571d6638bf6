"""An emergency plan as it is written: criteria, steps, contact chain, words for members (SVC-16 · D12)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Post, User
from service_desk.incidents.forms.common import Letters, words
from service_desk.incidents.models import EmergencyPlan, PlanVersion
from service_desk.incidents.models.plans import SEVERITIES
from service_desk.incidents.operations.plans import Content, Level, Step
from service_desk.incidents.policy import states
from service_desk.quality.queries import coordination

SPARE_STEPS, SPARE_LEVELS = 3, 2
MOST_STEPS, MOST_LEVELS = 30, 20
DAY = 24 * 60


class KindForm(forms.ModelForm):  # type: ignore[type-arg]
    """A kind of emergency, and whoever keeps its plan."""

    class Meta:
        model = EmergencyPlan
        fields = (
            "code", "name", "name_zh_hans", "name_zh_hant", "owner", "concerns_data", "position", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = coordination.colleagues(and_also=self.instance.owner_id)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["code"].disabled = True


class PlanForm(Letters):
    """When such an emergency is how grave, and the words that members get if they have to be told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for severity, label in SEVERITIES:
            self.fields[f"criterion_{severity}"] = words(label, 500, 2, required=False)

    @property
    def criteria(self) -> list[Any]:
        return [self[f"criterion_{severity}"] for severity in states.SEVERITIES]

    def content(self, steps: Any, levels: Any) -> Content:
        typed = self.cleaned_data
        return Content(
            criteria={one: typed[f"criterion_{one}"] for one in states.SEVERITIES if typed[f"criterion_{one}"].strip()},
            steps=[Step(one["text"], one["minutes"], one["post"].pk if one["post"] else None) for one in _rows(steps)],
            chain=sorted(
                (
                    Level(one["severity"], one["minutes"], [p.pk for p in one["posts"]], [p.pk for p in one["people"]])
                    for one in _rows(levels)
                ),
                key=lambda level: level.severity,
            ),
            texts=self.said(),
        )

    @classmethod
    def initial_of(cls, row: PlanVersion) -> dict[str, Any]:
        criteria = {f"criterion_{one}": row.criterion(one) for one in states.SEVERITIES}
        return criteria | cls.initial_from(row.texts)


class StepForm(forms.Form):
    """Something that is done; an empty line is no step."""

    text = forms.CharField(label=_("What is done"), max_length=240)
    post = forms.ModelChoiceField(
        label=_("By which post"), queryset=Post.objects.select_related("department"), required=False,
        empty_label=_("anybody"),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Within minutes"), min_value=0, max_value=30 * DAY)


class LevelForm(forms.Form):
    """A level of the contact chain; levels of a severity are called in the order of the lines."""

    severity = forms.TypedChoiceField(label=_("Severity"), choices=[("", "—"), *SEVERITIES], coerce=int)
    posts = forms.ModelMultipleChoiceField(
        label=_("Posts"), queryset=Post.objects.select_related("department"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    people = forms.ModelMultipleChoiceField(
        label=_("Persons"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(label=_("Next level after minutes"), min_value=1, max_value=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = coordination.colleagues()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and not cleaned.get("posts") and not cleaned.get("people"):
            raise forms.ValidationError(_("Every level of the contact chain names a post or a person."), code="nobody")
        return cleaned


StepFormSet = forms.formset_factory(
    StepForm, extra=SPARE_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS, can_delete=True
)
LevelFormSet = forms.formset_factory(
    LevelForm, extra=SPARE_LEVELS, max_num=MOST_LEVELS, absolute_max=MOST_LEVELS, can_delete=True
)


def steps_of(row: PlanVersion | None) -> list[dict[str, Any]]:
    return (
        [{"text": step.text, "post": step.post_id, "minutes": step.minutes} for step in row.steps.all()] if row else []
    )


def levels_of(row: PlanVersion | None) -> list[dict[str, Any]]:
    return [
        {
            "severity": call.severity,
            "minutes": call.minutes,
            "posts": [post.pk for post in call.posts.all()],
            "people": [person.pk for person in call.people.all()],
        }
        for call in (row.calls.all() if row else ())
    ]


def _rows(forms_: Any) -> list[dict[str, Any]]:
    """What stands on the lines that hold something and are kept."""
    return [one.cleaned_data for one in forms_ if one.has_changed() or one.initial if not _is_gone(one)]


def _is_gone(form: forms.Form) -> bool:
    return bool(form.cleaned_data.get("DELETE")) or not form.cleaned_data

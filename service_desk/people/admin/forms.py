"""What staff type of courses, questions, classes and enrolments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from core import access, clock, staff
from core.models import Competence, Post, Store, User
from service_desk.models import Course, CourseStep

DAY = forms.DateInput(attrs={"type": "date"})
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
NUMBER = forms.NumberInput(attrs={"inputmode": "numeric"})
LONGEST_TEXT = 20_000


def written(label: Any, rows: int, *, required: bool = False, most: int = 400) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}))


class Plain(forms.Form):
    """Texts as they can be kept: no NUL, no reversal of the reading direction."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str) and value:
                cleaned[name] = plain(value)
        return cleaned


class Worded(Plain):
    """A name in three languages, and a description in each."""

    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh_hans = forms.CharField(label=_("Name (Simplified Chinese)"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("Name (Traditional Chinese)"), max_length=80, required=False)
    description = written(_("Description (English)"), 2)
    description_zh_hans = written(_("Description (Simplified Chinese)"), 2)
    description_zh_hant = written(_("Description (Traditional Chinese)"), 2)


class CourseForm(Worded):
    """SVC-08 · D7.1 — what it is called, what it leads to, how long one has for it."""

    competence = forms.ModelChoiceField(
        Competence.objects.filter(is_active=True),
        label=_("Leads to the certificate"),
        required=False,
        empty_label=_("none"),
    )
    due_days = forms.IntegerField(label=_("Days to finish it"), min_value=1, max_value=366, initial=14, widget=NUMBER)


class NewCourseForm(CourseForm):
    code = forms.SlugField(label=_("Code"), max_length=40)
    field_order = ("code",)


class StepForm(Worded):
    """What a step is called; a quiz says its terms besides."""

    questions = forms.IntegerField(
        label=_("Questions drawn"), min_value=1, max_value=100, initial=8, required=False, widget=NUMBER
    )
    pass_percent = forms.IntegerField(
        label=_("Right answers that pass (%)"), min_value=1, max_value=100, initial=80, required=False, widget=NUMBER
    )
    minutes = forms.IntegerField(
        label=_("Minutes to answer"), min_value=1, max_value=600, required=False, widget=NUMBER,
        help_text=_("Empty: no limit."),
    )  # fmt: skip
    tries = forms.IntegerField(
        label=_("Tries at most"), min_value=1, max_value=100, required=False, widget=NUMBER,
        help_text=_("Empty: no limit."),
    )  # fmt: skip
    wait_minutes = forms.IntegerField(
        label=_("Minutes to wait after a failure"), min_value=0, max_value=100_000, initial=10, required=False,
        widget=NUMBER,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.kind = kind
        if kind != CourseStep.Kind.QUIZ:
            for name in ("questions", "pass_percent", "minutes", "tries", "wait_minutes"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.kind == CourseStep.Kind.QUIZ:
            cleaned["wait_minutes"] = cleaned.get("wait_minutes") or 0
            for name in ("questions", "pass_percent"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("This field is required."))
        return cleaned


class MaterialForm(Plain):
    """What there is to read; `# ` begins a heading, `- ` an item, a blank line a paragraph."""

    body = written(_("Text (English)"), 14, required=True, most=LONGEST_TEXT)
    body_zh_hans = written(_("Text (Simplified Chinese)"), 10, most=LONGEST_TEXT)
    body_zh_hant = written(_("Text (Traditional Chinese)"), 10, most=LONGEST_TEXT)
    file = forms.FileField(
        label=_("File beside it"), required=False, help_text=_("A PDF or a PNG or JPEG picture, to be downloaded.")
    )


class ItemForm(Plain):
    """A line of a check sheet."""

    name = forms.CharField(label=_("What to look at (English)"), max_length=80)
    name_zh_hans = forms.CharField(label=_("What to look at (Simplified Chinese)"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("What to look at (Traditional Chinese)"), max_length=80, required=False)
    is_critical = forms.BooleanField(label=_("Must be right"), required=False)


class ReasonForm(Plain):
    reason = written(_("Reason"), 2, required=True, most=300)


class ClassForm(Plain):
    """When, where, with whom, for how many."""

    step = forms.ModelChoiceField(CourseStep.objects.none(), label=_("Class of the course"))
    starts_at = forms.DateTimeField(label=_("Begins at"), widget=MOMENT, input_formats=["%Y-%m-%dT%H:%M"])
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1_440, initial=90, widget=NUMBER)
    place = forms.CharField(label=_("Place"), max_length=120)
    trainer = forms.ModelChoiceField(User.objects.none(), label=_("Trainer"))
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=1_000, initial=12, widget=NUMBER)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        steps = CourseStep.objects.filter(kind=CourseStep.Kind.CLASS, retired_at=None, course__state=Course.State.OPEN)
        self.fields["step"].queryset = steps.select_related("course").order_by("course__code", "position")  # type: ignore[attr-defined]
        self.fields["step"].label_from_instance = lambda row: f"{row.course} · {row}"  # type: ignore[attr-defined]
        self.fields["trainer"].queryset = _colleagues(by)  # type: ignore[attr-defined]
        self.fields["trainer"].initial = by.pk


class EnrolForm(Plain):
    """Who is given a course: colleagues one by one, or everybody of a post or a store."""

    course = forms.ModelChoiceField(Course.objects.filter(state=Course.State.OPEN), label=_("Course"))
    users = forms.ModelMultipleChoiceField(User.objects.none(), label=_("Colleagues"), required=False)
    post = forms.ModelChoiceField(
        Post.objects.select_related("department"), label=_("or everybody at the post"), required=False
    )
    store = forms.ModelChoiceField(Store.objects.none(), label=_("or everybody of the store"), required=False)
    due_on = forms.DateField(
        label=_("Due on"), required=False, widget=DAY, help_text=_("Empty: by the days that the course gives.")
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.colleagues = _colleagues(by)
        self.fields["users"].queryset = self.colleagues  # type: ignore[attr-defined]
        self.fields["store"].queryset = access.within_scope(Store.objects.all(), by, path="pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.chosen():
            self.add_error("users", _("Choose at least one colleague."))
        return cleaned

    def chosen(self) -> list[User]:
        """Everybody who was meant, once."""
        given = self.cleaned_data
        found = {user.pk: user for user in given.get("users") or ()}
        for name in ("post", "store"):
            if given.get(name):
                found |= {user.pk: user for user in self.colleagues.filter(**{f"employment__{name}": given[name]})}
        return list(found.values())


class RuleForm(Plain):
    """For which post or role, from when, within how many days."""

    course = forms.ModelChoiceField(Course.objects.filter(state=Course.State.OPEN), label=_("Course"))
    post = forms.ModelChoiceField(
        Post.objects.select_related("department"), label=_("Post"), required=False, empty_label=_("none")
    )
    role = forms.ChoiceField(label=_("or role"), required=False)
    within_days = forms.IntegerField(label=_("Within days"), min_value=1, max_value=366, initial=14, widget=NUMBER)
    starts_on = forms.DateField(label=_("From"), widget=DAY, initial=clock.today)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        roles = [(code, role.name) for code, role in access.roles().items()]
        self.fields["role"].choices = [("", _("none")), *roles]  # type: ignore[attr-defined]


def _colleagues(by: User) -> Any:
    return staff.roll(by).filter(is_active=True).order_by("display_name", "pk")

"""What is typed of tasks, projects and meetings (SVC-13)."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from core import clock
from core.models import Department, User
from service_desk.quality.models import Project, ProjectNote, Task
from service_desk.quality.operations.meetings import Minutes
from service_desk.quality.operations.planning import Order
from service_desk.quality.operations.projects import Plan
from service_desk.quality.queries import coordination as rows

MOST_TIES = 20


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _text(label: Any, most: int, height: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": height}), **more)


def _department(label: Any) -> "forms.ModelChoiceField[Department]":
    return forms.ModelChoiceField(label=label, queryset=Department.objects.all())


def _colleague(label: Any, **more: Any) -> "forms.ModelChoiceField[User]":
    return forms.ModelChoiceField(label=label, queryset=User.objects.none(), **more)


class OfTheHouse(forms.Form):
    """Fields that name a colleague know who is at work, and keep whoever has left until somebody else is named."""

    of_colleagues: tuple[str, ...] = ("owner",)

    def __init__(self, *args: Any, keeps: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.of_colleagues:
            self.fields[name].queryset = rows.colleagues(and_also=keeps)  # type: ignore[attr-defined]

    def said(self, name: str) -> str:
        return plain(self.cleaned_data.get(name) or "")


class TaskForm(OfTheHouse):
    """SVC-13 · B10.2 — what is asked, of whom, until when, after what."""

    title = forms.CharField(label=_("Task"), max_length=120)
    detail = _text(_("What is to be done"), 4_000, required=False)
    department = _department(_("Department that does it"))
    owner = _colleague(_("Who does it"), required=False, empty_label=_("the department decides"))
    project = forms.ModelChoiceField(label=_("Project"), queryset=Project.objects.none(), required=False)
    starts_on = _day(_("Begins on"))
    due_on = _day(_("To be done by"))
    waits_for = forms.ModelMultipleChoiceField(
        label=_("Waits for"), queryset=Task.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, task: Task | None = None, **kwargs: Any) -> None:
        super().__init__(*args, keeps=task.owner_id if task else None, **kwargs)
        mine = [task.project_id] if task and task.project_id else []
        projects = Project.objects.filter(Q(state=Project.State.RUNNING) | Q(pk__in=mine))
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        project = self.initial.get("project")
        beside = Task.objects.undone().exclude(pk__in=[task.pk] if task else [])
        near = beside.filter(project=project) if project else beside.filter(project__isnull=True)
        known = list(task.waits_for.values_list("pk", flat=True)) if task else []
        keys = [*near.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_TIES], *known]
        self.fields["waits_for"].queryset = Task.objects.filter(pk__in=keys).order_by("due_on", "pk")  # type: ignore[attr-defined]

    def order(self) -> Order:
        typed = self.cleaned_data
        return Order(
            title=self.said("title"),
            detail=self.said("detail"),
            department=typed["department"],
            owner=typed["owner"],
            project=typed["project"],
            starts_on=typed["starts_on"],
            due_on=typed["due_on"],
            waits_for=tuple(task.pk for task in typed["waits_for"]),
        )

    def clean_title(self) -> str:
        if not (title := self.said("title")):
            raise forms.ValidationError(_("A task needs a name."), code="required")
        return title

    @staticmethod
    def initial_of(task: Task) -> dict[str, Any]:
        names = ("title", "detail", "starts_on", "due_on")
        keys = {"department": task.department_id, "owner": task.owner_id, "project": task.project_id}
        ties = list(task.waits_for.values_list("pk", flat=True))
        return {name: getattr(task, name) for name in names} | keys | {"waits_for": ties}


class ProjectForm(OfTheHouse):
    """SVC-13 · B10.3 — what a project is to do, whose it is, from when to when."""

    name = forms.CharField(label=_("Project"), max_length=120)
    goal = _text(_("What shall come of it"), 4_000)
    department = _department(_("Leading department"))
    owner = _colleague(_("Project owner"))
    starts_on = _day(_("Begins on"))
    ends_on = _day(_("Ends on"))

    def plan(self) -> Plan:
        typed = self.cleaned_data
        return Plan(
            name=self.said("name") or "—",
            goal=self.said("goal"),
            department=typed["department"],
            owner=typed["owner"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
        )

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, keeps=project.owner_id if project else None, **kwargs)

    @staticmethod
    def initial_of(project: Project) -> dict[str, Any]:
        names = ("name", "goal", "starts_on", "ends_on")
        keys = {"department": project.department_id, "owner": project.owner_id}
        return {name: getattr(project, name) for name in names} | keys


class NoteForm(forms.Form):
    """How a project stands."""

    light = forms.ChoiceField(label=_("How it stands"), choices=ProjectNote.Light.choices)
    text = _text(_("Status note"), 4_000)


class MilestoneForm(forms.Form):
    """A day by which it must have got somewhere; the same name moves it."""

    name = forms.CharField(label=_("Milestone"), max_length=120)
    due_on = _day(_("To be done by"))


class EndForm(forms.Form):
    """What came of a project."""

    outcome = _text(_("What came of it"), 4_000)


class MeetingForm(OfTheHouse):
    """SVC-13 · B10.1 — minutes: who was there, what was said, what was decided (one decision a line)."""

    of_colleagues = ("attendees",)
    title = forms.CharField(label=_("Meeting"), max_length=120)
    held_on = _day(_("Held on"))
    department = _department(_("Department that invited"))
    project = forms.ModelChoiceField(label=_("Project"), queryset=Project.objects.all(), required=False)
    attendees = forms.ModelMultipleChoiceField(
        label=_("Who was there"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    minutes = _text(_("What was said"), 20_000, 10)
    decisions = _text(_("What was decided"), 10_000, 5, required=False, help_text=_("One decision a line."))

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Minutes are of a meeting that was held."), code="future")
        return day

    def kept(self) -> Minutes:
        """What the operation is given."""
        typed = self.cleaned_data
        return Minutes(
            title=self.said("title") or "—",
            held_on=typed["held_on"],
            department=typed["department"],
            minutes=self.said("minutes"),
            attendees=[user.pk for user in typed["attendees"]],
            project=typed["project"],
        )

    def decided(self) -> list[str]:
        return [line.strip(" -•") for line in self.said("decisions").split("\n") if line.strip(" -•")][:40]


class DecisionForm(forms.Form):
    """A decision that the minutes forgot."""

    text = forms.CharField(label=_("Decision"), max_length=1_000)

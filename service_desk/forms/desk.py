"""What colleagues type on the page of a case (SVC-01, SVC-02, SVC-03 · A6.2, D4.3)."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Department, User
from service_desk.forms.fields import LONGEST_SUBJECT, FilesField, KeyedForm, PlainField, text_field
from service_desk.models import Case, CaseCategory, CaseEntry, CaseLink, CaseTask
from service_desk.models.choices import CaseChannel, Complexity, Kind, Severity
from service_desk.policy.codes import Channel
from service_desk.queries.choosing import Choosing

LONGEST_REASON = 300
SENT, SENT_BY_US = "", {str(Channel.WEB), str(Channel.EMAIL)}


class DeskForm(KeyedForm):
    """A form about a case that somebody has before him: `version` is what he saw."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, choosing: Choosing, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{self.code()}_%s", **kwargs)
        self.case = case
        self.colleagues = {str(one.pk): one for one in choosing.colleagues}
        self.departments = {str(one.pk): one for one in choosing.departments}
        self.categories = {one.code: one for one in choosing.categories}
        offered: Mapping[str, Iterable[tuple[str, Any]]] = {
            "to": self.colleagues.items(),
            "owner": self.colleagues.items(),
            "user": self.colleagues.items(),
            "department": self.departments.items(),
            "category": ((one.code, f"{one.get_kind_display()} · {one}") for one in choosing.categories),
        }
        for name, choices in offered.items():
            if name in self.fields:
                nothing = self.fields[name].empty_label_told  # type: ignore[attr-defined]
                self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]

    @classmethod
    def code(cls) -> str:
        return cls.__name__.removesuffix("Form").lower()

    def colleague(self, name: str) -> User | None:
        return self.colleagues.get(self.cleaned_data[name])

    @property
    def of_department(self) -> Department | None:
        return self.departments.get(self.cleaned_data["department"])

    @property
    def stamp(self) -> dict[str, Any]:
        """What recognises a repeat, and a form that has grown stale."""
        return {"version": self.cleaned_data["version"]}


class OneOf(forms.ChoiceField):
    """One of a list that is read once for the page; or none, in words of its own."""

    def __init__(self, *, nothing: Any, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.empty_label_told = nothing


def _reason(*, required: bool = False) -> PlainField:
    return PlainField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        required=required,
        widget=forms.TextInput(attrs={"maxlength": "300"}),
    )


class ReplyForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {
        "text_missing": "text",
        "text_too_long": "text",
        "case_cannot_be_answered": "channel",
    }
    text = text_field(_("Answer to the member"), rows=7)
    attachments = FilesField()
    channel = forms.ChoiceField(label=_("How"), required=False)
    then = forms.ChoiceField(
        label=_("And then"),
        required=False,
        choices=[("", _("we go on")), ("waits", _("wait for the member")), ("resolves", _("it is resolved"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(value, word) for value, word in CaseChannel.choices if value not in SENT_BY_US]
        self.fields["channel"].choices = [(SENT, _("send it by inbox and e-mail")), *spoken]  # type: ignore[attr-defined]


class NoteForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"text_missing": "text", "text_too_long": "text"}
    text = text_field(_("Note for colleagues"), rows=5)
    attachments = FilesField()


class ButtonForm(DeskForm):
    """Nothing to fill in: the button says it all."""


class AssignForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"colleague_unfit": "to", "nobody_named": "to"}
    to = OneOf(label=_("To"), nothing=_("nobody: into the queue"))
    department = OneOf(label=_("Department"), nothing=_("as it is"))
    reason = _reason()


class HandOverForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"colleague_unfit": "to", "nobody_named": "to", "text_missing": "note"}
    to = OneOf(label=_("To"), nothing=_("nobody in particular"))
    department = OneOf(label=_("Department"), nothing=_("as it is"))
    note = text_field(_("What was done, what is to be done"), rows=3)


class ClassifyForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"category_of_another_kind": "category", "category_unknown": "category"}
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    category = OneOf(label=_("Category"), nothing=_("none"))
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    complexity = forms.ChoiceField(label=_("Complexity"), choices=Complexity.choices)
    reason = _reason()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        category: CaseCategory | None = case.category
        now = {"kind": case.kind, "severity": case.severity, "complexity": case.complexity}
        super().__init__(*args, case=case, initial={**now, "category": category.code if category else ""}, **kwargs)


class WaitForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"member_waits_for_answer": "whom"}
    whom = forms.ChoiceField(
        label=pgettext_lazy("waiting", "For whom"),
        choices=[("member", _("for the member: the clocks stand still")), ("colleague", _("for a colleague"))],
    )
    reason = _reason()


class ResolveForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"text_missing": "resolution", "text_too_long": "resolution"}
    resolution = text_field(_("Solution"), rows=3)
    tell = forms.BooleanField(label=_("Tell it to the member"), required=False, initial=True)


class ReopenForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"text_missing": "reason"}
    reason = _reason(required=True)


class EscalateForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"reason_needed": "reason"}
    reason = _reason(required=True)


class FollowForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"colleague_unfit": "user"}
    user = OneOf(label=_("Who"), nothing=_("myself"))


class AskTaskForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"text_missing": "question", "colleague_unfit": "owner"}
    department = OneOf(label=_("Department"), nothing=_("choose"), required=True)
    question = text_field(_("Question"), rows=3)


class OfTask(DeskForm):
    """A form about one question to a department."""

    task = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_task(self) -> CaseTask:
        found = CaseTask.objects.filter(case=self.case, pk=self.cleaned_data["task"]).first()
        if found is None:
            raise forms.ValidationError(_("Look again, please: this question is not here."), code="unknown")
        return found


class AnswerTaskForm(OfTask):
    PLACES: ClassVar[dict[str, str]] = {"text_missing": "answer"}
    answer = text_field(_("Answer"), rows=3)


class CancelTaskForm(OfTask):
    PLACES: ClassVar[dict[str, str]] = {"reason_needed": "reason"}
    reason = _reason(required=True)


class NumberField(forms.CharField):
    """The number of another case."""

    def clean(self, value: Any) -> Case:
        plain = super().clean(value).upper().replace(" ", "")
        found = Case.objects.select_related("member").filter(number=plain).first()
        if found is None:
            raise forms.ValidationError(_("There is no case with this number."), code="unknown")
        return found


def _number(label: Any) -> NumberField:
    return NumberField(
        label=label, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class LinkForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"case_with_itself": "other", "link_unknown": "how"}
    other = _number(_("Number of the other case"))
    how = forms.ChoiceField(
        label=_("This case is"),
        choices=[
            (one.value, one.label) for one in (CaseLink.Kind.RELATED, CaseLink.Kind.DUPLICATE, CaseLink.Kind.FOLLOWS)
        ],
    )


class UnlinkForm(DeskForm):
    link = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_link(self) -> CaseLink:
        found = CaseLink.objects.filter(case=self.case, pk=self.cleaned_data["link"]).first()
        if found is None:
            raise forms.ValidationError(_("Look again, please: this link is not here."), code="unknown")
        return found


class MergeForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"case_with_itself": "into", "cases_of_two_people": "into"}
    into = _number(_("Into which case"))


class UndoMergeForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"reason_needed": "reason"}
    reason = _reason(required=True)


class SplitForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {
        "entries_of_another_case": "entries",
        "split_begins_with_the_member": "entries",
        "category_of_another_kind": "category",
    }
    entries = forms.TypedMultipleChoiceField(
        label=_("What goes into the new case"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    subject = PlainField(label=_("Subject of the new case"), max_length=LONGEST_SUBJECT)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    category = OneOf(label=_("Category"), nothing=_("as the words suggest"))

    def __init__(self, *args: Any, said: Iterable[CaseEntry], case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"kind": case.kind}, **kwargs)
        self.said = {one.pk: one for one in said}
        self.fields["entries"].choices = [(pk, str(pk)) for pk in self.said]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[CaseEntry]:
        return [self.said[pk] for pk in self.cleaned_data["entries"]]


class IdentifyForm(DeskForm):
    PLACES: ClassVar[dict[str, str]] = {"case_of_another_member": "who", "member_unknown": "who"}
    who = forms.CharField(
        label=_("Member number, card number, phone or e-mail"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

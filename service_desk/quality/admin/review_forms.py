"""What is typed of score sheets, reviews, findings and their figures (SVC-12 · D9)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from core import clock, refusals
from core.models import Department, User
from service_desk.quality.models import CaseReview, QualityFinding, ScoreSheet, SheetCriterion
from service_desk.quality.operations.findings import Found
from service_desk.quality.operations.reviews import LONGEST, Marking
from service_desk.quality.operations.sheets import NAMES, Part
from service_desk.quality.policy import scoring
from service_desk.quality.queries import reviews, sheets
from service_desk.quality.queries.coordination import colleagues
from service_desk.quality.queries.review_figures import Asked
from service_desk.quality.review_wording import MARKS

MOST_SECTIONS, MOST_CRITERIA = 8, 40
WEEKS_SHOWN = 12


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _text(label: Any, most: int, height: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": height}), **more)


class Plain(forms.Form):
    """Texts without what cannot be stored."""

    def said(self, name: str) -> str:
        return plain(self.cleaned_data.get(name) or "")


@dataclass(frozen=True)
class Row:
    """A criterion on the page: what is asked, and the two fields by which it is answered."""

    criterion: SheetCriterion
    mark: forms.BoundField
    remark: forms.BoundField

    @property
    def has_remark(self) -> bool:
        return bool(self.remark.value()) or bool(self.remark.errors) or bool(self.mark.errors)


class MarkingForm(Plain):
    """The sheet, criterion by criterion. As a draft anything goes; to hand it in everything must be there."""

    def __init__(self, data: Any = None, *, sheet: sheets.Whole, begins: Marking, **kwargs: Any) -> None:
        super().__init__(data, initial=_initial(sheet, begins), **kwargs)
        self.sheet = sheet
        for one in sheet.criteria:
            choices = [(mark, MARKS.get(mark, mark)) for mark in one.line.marks]
            self.fields[f"mark_{one.pk}"] = forms.ChoiceField(
                label=one.localized_name, choices=choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"remark_{one.pk}"] = _text(_("Remark"), LONGEST, 2, required=False)
        self.fields["comment"] = _text(_("A word on the whole"), LONGEST, 3, required=False)

    def parts(self) -> list[tuple[sheets.Part, list[Row]]]:
        return [
            (part, [Row(one, self[f"mark_{one.pk}"], self[f"remark_{one.pk}"]) for one in part.criteria])
            for part in self.sheet.parts
        ]

    def marking(self) -> Marking:
        """What was typed, as far as it can be read."""
        marks = {one.code: str(self.cleaned_data.get(f"mark_{one.pk}") or "") for one in self.sheet.criteria}
        remarks = {one.code: self.said(f"remark_{one.pk}") for one in self.sheet.criteria}
        return Marking(
            {code: mark for code, mark in marks.items() if mark},
            {code: text for code, text in remarks.items() if text},
            self.said("comment"),
        )

    def is_complete(self) -> bool:
        """Whether it can be handed in; what is missing is said beside its field."""
        if not self.is_valid():
            return False
        typed = self.marking()
        wrong = scoring.check(self.sheet.lines, typed.marks, typed.remarks)
        for one in self.sheet.criteria:
            if (code := wrong.get(one.code)) is not None:
                field = "mark" if code == "criterion_not_marked" else "remark"
                self.add_error(f"{field}_{one.pk}", refusals.sentence(code))
        return not wrong


def _initial(sheet: sheets.Whole, begins: Marking) -> dict[str, Any]:
    found: dict[str, Any] = {"comment": begins.comment}
    for one in sheet.criteria:
        found[f"mark_{one.pk}"] = begins.marks.get(one.code, "")
        found[f"remark_{one.pk}"] = begins.remarks.get(one.code, "")
    return found


class AnswerForm(Plain):
    """What is answered to an objection."""

    answer = _text(_("Answer to the colleague"), LONGEST)


class ChooseForm(Plain):
    """A case to be reviewed by hand."""

    case = forms.CharField(label=_("Case number"), max_length=20)
    reason = _text(_("Why it is to be reviewed"), 300, 2)


class ReviewerForm(forms.Form):
    """Who reviews it from now on: nobody who worked on it."""

    to = forms.ModelChoiceField(label=_("Reviewer"), queryset=User.objects.none())

    def __init__(self, data: Any = None, *, review: CaseReview) -> None:
        super().__init__(data)
        worked = reviews.workers([review.case_id])[review.case_id] | {review.agent_id, review.reviewer_id}
        may = [one.pk for one in reviews.reviewers() if one.pk not in worked]
        self.fields["to"].queryset = User.objects.filter(pk__in=may).order_by("display_name")  # type: ignore[attr-defined]


class ReasonForm(Plain):
    reason = _text(_("Reason"), 300, 2)


class SectionForm(Plain):
    """A section of the sheet; without a name it falls away."""

    name = forms.CharField(label=_("Section (English)"), max_length=80, required=False)
    name_zh_hans = forms.CharField(label=_("Simplified Chinese"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("Traditional Chinese"), max_length=80, required=False)

    def words(self) -> dict[str, str]:
        return {name: self.said(name) for name in NAMES[:3]}


class CriterionForm(Plain):
    """A criterion of the sheet; without a name it falls away."""

    code = forms.SlugField(max_length=20, required=False, widget=forms.HiddenInput)
    section = forms.TypedChoiceField(label=_("Section"), coerce=int, choices=(), required=False)
    name = forms.CharField(label=_("What is looked at (English)"), max_length=80, required=False)
    name_zh_hans = forms.CharField(label=_("Simplified Chinese"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("Traditional Chinese"), max_length=80, required=False)
    description = _text(_("How it is judged (English)"), 1_000, 2, required=False)
    description_zh_hans = _text(_("Simplified Chinese"), 1_000, 2, required=False)
    description_zh_hant = _text(_("Traditional Chinese"), 1_000, 2, required=False)
    weight = forms.IntegerField(label=_("Points"), min_value=1, max_value=scoring.HEAVIEST, initial=10, required=False)
    scale = forms.ChoiceField(label=_("Marked"), choices=SheetCriterion.Marking.choices, required=False)
    may_be_left_out = forms.BooleanField(label=_("May not apply"), required=False)
    is_critical = forms.BooleanField(label=_("Critical: who fails it fails the review"), required=False)

    def __init__(self, *args: Any, sections: int = MOST_SECTIONS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(place, str(place)) for place in range(1, sections + 1)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and any(cleaned.get(name) for name in NAMES[1:]):
            self.add_error("name", _("This field is required."))
        return cleaned

    def terms(self) -> dict[str, Any]:
        given = self.cleaned_data
        words = {name: self.said(name) for name in NAMES}
        return words | {
            "code": given.get("code") or "",
            "weight": given.get("weight") or 1,
            "scale": given.get("scale") or SheetCriterion.Marking.YES_NO.value,
            "may_be_left_out": given["may_be_left_out"],
            "is_critical": given["is_critical"],
        }


SECTIONS = forms.formset_factory(SectionForm, extra=1, max_num=MOST_SECTIONS, absolute_max=MOST_SECTIONS)
CRITERIA = forms.formset_factory(CriterionForm, extra=3, max_num=MOST_CRITERIA, absolute_max=MOST_CRITERIA)


class SheetForms:
    """The whole draft on one page: what is new, its sections, its criteria."""

    def __init__(self, data: Any, *, sheet: ScoreSheet) -> None:
        whole = sheets.whole(sheet)
        names = [{name: getattr(part.section, name) for name in NAMES[:3]} for part in whole.parts]
        terms = [
            {name: getattr(one, name) for name in (*NAMES, "code", "weight", "scale", "may_be_left_out", "is_critical")}
            | {"section": place}
            for place, part in enumerate(whole.parts, 1)
            for one in part.criteria
        ]
        self.note = NoteForm(data, initial={"note": sheet.note})
        self.sections = SECTIONS(data, prefix="section", initial=names)
        self.criteria = CRITERIA(data, prefix="criterion", initial=terms)

    def is_valid(self) -> bool:
        fine = [self.note.is_valid(), self.sections.is_valid(), self.criteria.is_valid()]
        if not all(fine):
            return False
        named = {place for place, one in enumerate(self.sections.forms, 1) if one.words()["name"]}
        for one in self.criteria.forms:
            if one.cleaned_data.get("name") and one.cleaned_data.get("section") not in named:
                one.add_error("section", _("This section has no name."))
        return all(one.is_valid() for one in self.criteria.forms)

    def parts(self) -> list[Part]:
        found = []
        for place, section in enumerate(self.sections.forms, 1):
            of_it = [one for one in self.criteria.forms if one.cleaned_data.get("section") == place]
            if section.words()["name"]:
                found.append(Part(section.words(), [one.terms() for one in of_it if one.said("name")]))
        return found


class NoteForm(Plain):
    note = forms.CharField(label=_("What is new in this version"), max_length=300, required=False)


class FindingForm(Plain):
    """SVC-12 · D9 — what was found, in which criterion, how severe, which department it concerns."""

    title = forms.CharField(label=_("Finding"), max_length=120, help_text=_("In a few words; name no member."))
    text = _text(_("What was found"), 4_000, 4, required=False)
    code = forms.ChoiceField(label=_("Criterion"), choices=(), required=False)
    severity = forms.ChoiceField(label=_("Severity"), choices=QualityFinding.Severity.choices)
    department = forms.ModelChoiceField(label=_("Department concerned"), queryset=Department.objects.all())
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, required=False, help_text=_("A case number, a figure, a page.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(
            ((code, one.localized_name) for code, one in sheets.newest_names().items()), key=lambda one: one[1]
        )
        self.fields["code"].choices = [("", _("none of the sheet")), *names]  # type: ignore[attr-defined]

    def found(self) -> Found:
        given = self.cleaned_data
        return Found(
            title=self.said("title"), text=self.said("text"), code=given["code"], severity=given["severity"],
            department=given["department"], evidence=self.said("evidence"),
        )  # fmt: skip


class RectifyForm(Plain):
    """What is done about it, by whom, until when."""

    measure = forms.CharField(label=_("Measure"), max_length=120)
    detail = _text(_("What is to be done"), 4_000, required=False)
    owner = forms.ModelChoiceField(label=_("Who does it"), queryset=User.objects.none())
    due_on = _day(_("To be done by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]

    def given(self) -> Mapping[str, Any]:
        typed = self.cleaned_data
        return {
            "measure": self.said("measure"), "detail": self.said("detail"), "owner": typed["owner"], "due_on": typed["due_on"],
        }  # fmt: skip


class VerifyForm(Plain):
    """Whether it helped; where it did not, until when it is done anew."""

    effective = forms.TypedChoiceField(
        label=_("Did it help?"),
        choices=[("yes", _("Yes: effective")), ("no", _("No: to be done anew"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    seen = _text(_("What was seen"), 4_000)
    due_on = _day(_("New deadline"), required=False, help_text=_("Only where it did not help."))

    def given(self) -> Mapping[str, Any]:
        typed = self.cleaned_data
        return {"effective": typed["effective"], "said": self.said("seen"), "due_on": typed["due_on"]}


class AgainForm(forms.Form):
    """How many cases are drawn afresh."""

    count = forms.IntegerField(label=_("Cases to draw"), min_value=1, max_value=50, initial=5)


class FiguresForm(forms.Form):
    """Of which days, which department, which colleague, of which reviews."""

    first = _day(_("From"), required=False)
    last = _day(_("Through"), required=False)
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("all")
    )
    agent = forms.ModelChoiceField(
        label=_("Colleague"), queryset=User.objects.none(), required=False, empty_label=_("all")
    )
    drawn = forms.ChoiceField(
        label=_("Which reviews"), required=False, choices=[("", _("all")), ("lot", _("drawn by lot alone"))]
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        theirs = reviews.visible_to(user).filter(state="done").order_by().values("agent")
        self.fields["agent"].queryset = User.objects.filter(pk__in=theirs).order_by("display_name", "pk")  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What was asked for; what cannot be read asks for nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        last = given.get("last") or clock.today()
        first = given.get("first") or last - dt.timedelta(weeks=WEEKS_SHOWN)
        department, agent = given.get("department"), given.get("agent")
        return Asked(
            first=first, last=last, department=department.pk if department else None, agent=agent.pk if agent else None,
            by_chance=given.get("drawn") == "lot",
        )  # fmt: skip

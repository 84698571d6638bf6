"""What staff type of standards, targets, contests, rewards and plans."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.forms.money import MoneyField
from core import access, clock, money
from core.models import Department, Post, Store, User
from service_desk.models import CareerLevel, Incentive
from service_desk.people.admin.forms import DAY, NUMBER, Plain, Worded, written
from service_desk.people.models import KpiCode, Span, SubjectKind
from service_desk.people.operations import contests, standards, targets
from service_desk.people.operations.incentives import PROPOSE
from service_desk.people.policy import kpis
from service_desk.people.queries import reach

TYPED = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"})
NOBODY = _("none")
LONGEST = 2_000


class Value(forms.DecimalField):
    """A figure as people write it; `of` makes of it what is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"min_value": 0, "max_digits": 14, "decimal_places": 2, "required": False, "widget": TYPED, **kwargs}
        )

    @staticmethod
    def of(kpi: str, typed: Decimal | None) -> int | None:
        """92.5 of a share is 9,250 basis points, 1,299 of an amount 129,900 cents, all else itself."""
        if typed is None:
            return None
        match kpis.BY_CODE[kpi].unit:
            case kpis.Unit.SHARE:
                return int(typed * 100)
            case kpis.Unit.MONEY:
                return int(typed * 10 ** money.exponent(settings.CURRENCY))
        return int(typed)


class OfColleague(Plain):
    """A form about one of the people whom the right of whoever fills it in reaches."""

    right = PROPOSE
    person = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"))

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.fields["person"].queryset = reach.colleagues(by, right=self.right)  # type: ignore[attr-defined]


class ColleagueForm(OfColleague):
    """Whom one has seen at work."""

    right = standards.CHECK


class StandardForm(Plain):
    """For which post, from when, why."""

    post = forms.ModelChoiceField(Post.objects.select_related("department"), label=_("Post"))
    starts_on = forms.DateField(label=_("From"), widget=DAY, initial=clock.today)
    reason = written(_("Reason"), 2, required=True, most=300)


class CriterionForm(Plain):
    """One thing that is looked at."""

    name = forms.CharField(label=_("What is looked at (English)"), max_length=80, required=False)
    name_zh_hans = forms.CharField(label=_("Simplified Chinese"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("Traditional Chinese"), max_length=80, required=False)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1, required=False, widget=NUMBER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["weight"] = cleaned.get("weight") or 1
        if not cleaned.get("name") and (cleaned.get("name_zh_hans") or cleaned.get("name_zh_hant")):
            self.add_error("name", _("This field is required."))
        return cleaned


class TargetForm(Plain):
    """Which figure is to reach what, for whom, from when."""

    kpi = forms.ChoiceField(label=_("Figure"), choices=KpiCode.choices)
    kind = forms.ChoiceField(label=_("Whose"), choices=SubjectKind.choices)
    span = forms.ChoiceField(label=_("For each"), choices=Span.choices)
    value = Value(
        label=_("Target"),
        help_text=_("A number, an amount, a share in per cent, or so many in a thousand. Empty: no target any more."),
    )
    starts_on = forms.DateField(
        label=_("From"), widget=DAY, initial=clock.today,
        help_text=_("A month or a year has the target that holds on its first day."),
    )  # fmt: skip
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Only of the colleague"), required=False, empty_label=NOBODY
    )
    post = forms.ModelChoiceField(
        Post.objects.select_related("department"), label=_("Only of the post"), required=False, empty_label=NOBODY
    )
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Only of the store"), required=False, empty_label=NOBODY
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Only of the department"), required=False, empty_label=NOBODY
    )
    reason = written(_("Reason"), 2, required=True, most=500)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.fields["person"].queryset = reach.colleagues(by, right=targets.PROPOSE)  # type: ignore[attr-defined]
        offer_places(self, by, right=targets.PROPOSE)
        if not access.allows(by, reach.EVERYBODY):
            del self.fields["post"]

    @staticmethod
    def whom(given: dict[str, Any]) -> targets.For:
        return targets.For(**{name: given.get(name) for name in ("person", "post", "store", "department")})


class ContestForm(Worded):
    """A name, a period, a figure, who takes part, what there is to win."""

    kpi = forms.ChoiceField(label=_("Figure"), choices=KpiCode.choices)
    kind = forms.ChoiceField(
        label=_("Who takes part"),
        choices=[(kind.value, kind.label) for kind in (SubjectKind.PERSON, SubjectKind.STORE)],
    )
    starts_on = forms.DateField(label=_("From"), widget=DAY, initial=clock.today)
    last_on = forms.DateField(label=_("Through"), widget=DAY)
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Only of the store"), required=False, empty_label=NOBODY
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Only of the department"), required=False, empty_label=NOBODY
    )
    prize = forms.CharField(label=_("Prize"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        offer_places(self, by, right=contests.CALL)

    WORDS = (
        "name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant",
    )  # fmt: skip


class IncentiveForm(OfColleague):
    """Who is rewarded, with what, for what."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Incentive.Kind.choices)
    title = forms.CharField(label=pgettext_lazy("incentive", "For what"), max_length=120)
    amount_minor = MoneyField(label=_("Amount of a bonus"), required=False)
    reason = written(_("Reason"), 3, required=True, most=500)


class PlanForm(OfColleague):
    """What a colleague is to do better, how, until when."""

    goal = written(_("Goal"), 2, required=True, most=LONGEST)
    measures = written(_("What is done for it"), 3, required=True, most=LONGEST)
    due_on = forms.DateField(label=_("Due on"), widget=DAY)


class CareerForm(OfColleague):
    """Which level somebody holds from when on."""

    level = forms.ModelChoiceField(CareerLevel.objects.order_by("rank"), label=_("Career level"))
    starts_on = forms.DateField(label=_("From"), widget=DAY, initial=clock.today)
    reason = written(_("Reason"), 3, required=True, most=500)


class FindingForm(forms.Form):
    """What was found of a plan, or why it is taken back."""

    reason = forms.CharField(label=_("What was found"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(label=_("Answer"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))


class UpholdForm(AnswerForm):
    """The same with the right value of a figure."""

    value = Value(
        label=_("The right value"),
        help_text=_("Of a figure only: a number, an amount, a share in per cent, or so many in a thousand."),
    )


def offer_places(form: forms.Form, by: User, *, right: str) -> None:
    """The stores and departments that the right of whoever fills it in reaches."""
    bound = reach.of(by, right)
    stores, departments = Store.objects.order_by("code"), Department.objects.order_by("name")
    if not bound.everywhere:
        stores, departments = stores.filter(pk__in=bound.stores), bound.departments.order_by("name")
    form.fields["store"].queryset = stores  # type: ignore[attr-defined]
    form.fields["department"].queryset = departments  # type: ignore[attr-defined]

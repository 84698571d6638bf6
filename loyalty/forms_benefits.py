"""Forms of benefits: reserving one, drafting one, granting one (LOY-09, CARD-24)."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from cards.forms.money import MoneyField
from cards.models import Product
from core import clock, words
from core.models import Store
from loyalty.models import Benefit, BenefitVersion
from members.models import Member


class DayForm(forms.Form):
    """Which store and day are looked at; what cannot be read is as if nothing were said."""

    point = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def chosen(self) -> tuple[int | None, dt.date | None]:
        self.is_valid()
        return self.cleaned_data.get("point"), self.cleaned_data.get("day")


class ReserveForm(forms.Form):
    """A slot at a store; the key makes a repeat of the same form count once."""

    point = forms.IntegerField(label=_("Store"), min_value=1, max_value=2**62)
    day = forms.DateField(label=_("Day"), input_formats=["%Y-%m-%d"])
    time = forms.TimeField(label=_("Time"), input_formats=["%H:%M"])
    key = forms.UUIDField(widget=forms.HiddenInput)

    def starts_at(self) -> dt.datetime:
        given: dict[str, Any] = self.cleaned_data
        return dt.datetime.combine(given["day"], given["time"], tzinfo=clock.zone())


class BeginForm(forms.Form):
    """The code and the kind of a new benefit; what it gives is drafted next."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Small letters, digits and hyphens."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Benefit.Kind.choices)


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """LOY-09 · C3.1 — what a benefit gives, to whom, how often, where and when, and what it is worth and costs."""

    from_tier = forms.ChoiceField(label=_("From which tier on"), required=False)
    products = forms.MultipleChoiceField(
        label=_("Only with these cards"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Only at these stores"), required=False, widget=forms.CheckboxSelectMultiple,
        queryset=Store.objects.filter(is_open=True),
    )  # fmt: skip
    value_minor = MoneyField(label=_("Worth to the member per use"), required=False)
    cost_minor = MoneyField(label=_("Cost to the company per use"), required=False)

    class Meta:
        model = BenefitVersion
        fields = (
            "name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant", "from_tier",
            "products", "stores", "per_day", "per_month", "per_year", "per_card", "per_household", "starts_on",
            "last_valid_on", "value_minor", "cost_minor",
        )  # fmt: skip
        widgets = {
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in ("description", "description_zh_hans", "description_zh_hant")
            },
            **{
                name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                for name in ("starts_on", "last_valid_on")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_tier"].choices = [("", _("any tier")), *words.known(words.TIER).items()]  # type: ignore[attr-defined]
        rows = Product.objects.select_related("version").filter(version__isnull=False)
        self.fields["products"].choices = [(row.code, str(row)) for row in rows]  # type: ignore[attr-defined]

    def clean_value_minor(self) -> int:
        return self.cleaned_data["value_minor"] or 0

    def clean_cost_minor(self) -> int:
        return self.cleaned_data["cost_minor"] or 0


class GrantForm(forms.Form):
    """LOY-09 · C3.1 — an event's benefit for one member, by her number."""

    member = forms.CharField(label=_("Member number"), max_length=20)
    benefit = forms.ModelChoiceField(label=_("Benefit"), queryset=BenefitVersion.objects.none())
    uses = forms.IntegerField(label=_("Uses"), min_value=1, max_value=100, initial=1)
    last_valid_on = forms.DateField(
        label=_("Can be used through"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, versions: QuerySet[BenefitVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["benefit"].queryset = versions  # type: ignore[attr-defined]

    def clean_member(self) -> Member:
        found = Member.objects.filter(number=plain(self.cleaned_data["member"])).first()
        if found is None:
            raise forms.ValidationError(_("There is no member with this number."), code="unknown")
        return found

"""The product studio: terms, benefits, launch plan. Everything may stay empty; what is there must be readable."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cards.forms.money import MoneyField
from cards.models import Channel, Entitlement, LaunchPlan, NumberSeries, ProductVersion, Tier
from cards.operations.versions import Content
from cards.queries import contents
from cards.wording import products as wording
from core import access, face
from core.models import Store, User
from members.models import LegalText

MOST_BENEFITS = 20
NEVER_EMPTY = (
    "months",
    "household_seats",
    "max_per_member",
    "price_minor",
    "cost_minor",
    "value_minor",
    "expected_uses",
)


def _colour(label: Any, part: str) -> forms.RegexField:
    widget = forms.TextInput(attrs={"type": "color", "data-face-field": part})
    return forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=label, required=False, widget=widget)


class NewProductForm(forms.Form):
    """Where a product begins: its code in addresses, and the numbers its cards will carry."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Part of the address of its page: lower-case letters, digits, hyphens."),
    )
    series = forms.ModelChoiceField(label=_("Number series"), queryset=NumberSeries.objects.order_by("code"))

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if code == "face":
            raise ValidationError(_("This code is taken by the programme itself. Choose another."))
        return code


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Face, words, validity, eligibility, price and use of a version."""

    face_from = _colour(_("Colour at the top"), "from")
    face_to = _colour(_("Colour at the bottom"), "to")
    face_accent = _colour(_("Accent"), "accent")
    face_pattern = forms.ChoiceField(
        label=_("Pattern"),
        choices=[(code, wording.PATTERNS[code]) for code in face.PATTERNS],
        required=False,
        widget=forms.Select(attrs={"data-face-field": "pattern"}),
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("PNG or JPEG, at least 428 × 270 pixels. It is cut to the size of a card."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    without_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    min_spend_minor = MoneyField(label=_("Minimum spend in the last 12 months"), required=False)
    min_tier = forms.ChoiceField(label=_("Minimum tier"), required=False)
    price_minor = MoneyField(label=_("Price"), required=False)
    cost_minor = MoneyField(
        label=_("Cost of the card itself"),
        required=False,
        help_text=_("Without its benefits: plastic, printing, postage."),
    )
    market_price_minor = MoneyField(label=_("Market price of comparable cards"), required=False)
    agreement = forms.ModelChoiceField(
        label=_("Card agreement"),
        queryset=LegalText.objects.filter(kind=LegalText.Kind.CARD_AGREEMENT).order_by("-version"),
        required=False,
    )

    class Meta:
        model = ProductVersion
        fields = (
            *contents.WORDS, "material", "validity", "months", "season_starts", "season_rolls_over", "first_day_counts",
            "min_age", "min_visits", "by_invitation", "use_rule", "is_registered", "household_seats", "max_per_member",
            "min_spend_minor", "min_tier", "price_minor", "cost_minor", "market_price_minor", "agreement",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn = face.DEFAULTS | {"pattern": "waves"} | self.instance.face
        for part in ("from", "to", "accent", "pattern"):
            self.fields[f"face_{part}"].initial = drawn[part]
        self.fields["min_tier"].choices = [("", _("none")), *Tier.choices]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.required = False
            if name.startswith("description"):
                field.widget = forms.Textarea(attrs={"rows": 3})
            if name.endswith(("zh_hans", "zh_hant")):
                field.widget.attrs["lang"] = "zh-Hans" if name.endswith("hans") else "zh-Hant"
        self.fields["name"].widget.attrs["data-face-field"] = "name"

    def terms(self) -> dict[str, Any]:
        """The terms as `versions.Content` takes them; the picture apart, which is kept before the draft is."""
        cleaned = self.cleaned_data
        values = {name: cleaned[name] for name in self.Meta.fields if name != "agreement"}
        values = {name: value for name, value in values.items() if value is not None or name not in NEVER_EMPTY}
        for name in ("price_minor", "cost_minor"):
            values.setdefault(name, 0)
        agreement = cleaned["agreement"]
        drawn = {part: cleaned[f"face_{part}"] for part in ("from", "to", "accent", "pattern")}
        kept = {} if cleaned["without_picture"] else {"image": self.instance.face.get("image", "")}
        return values | {
            "agreement_id": agreement.pk if agreement else None,
            "face": {part: value for part, value in (drawn | kept).items() if value},
            "face_image": "" if cleaned["without_picture"] else self.instance.face_image,
        }


class BenefitForm(forms.ModelForm):  # type: ignore[type-arg]
    """One benefit: words, limits, value, cost, stores."""

    code = forms.SlugField(label=_("Code"), max_length=40, required=False)
    value_minor = MoneyField(label=_("Worth to the member per use"), required=False)
    cost_minor = MoneyField(label=_("Cost to the company per use"), required=False)
    stores = forms.ModelMultipleChoiceField(
        label=_("Only at these stores"),
        queryset=Store.objects.filter(is_open=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Entitlement
        fields = (*contents.WORDS, "code", *contents.LIMITS, "value_minor", "cost_minor", "expected_uses", "stores")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            if name.startswith("description"):
                field.widget = forms.Textarea(attrs={"rows": 2})
            if name in contents.LIMITS:
                field.widget.attrs["min"] = "1"

    def is_filled(self) -> bool:
        """Whether anything stands in it beside its place among the others."""
        return any(self.cleaned_data.get(name) for name in self.Meta.fields)

    def row(self, position: int) -> dict[str, Any]:
        cleaned = self.cleaned_data
        fields = (*contents.WORDS, *contents.LIMITS, "value_minor", "cost_minor", "expected_uses")
        values = {name: cleaned[name] for name in fields if cleaned[name] is not None or name not in NEVER_EMPTY}
        code = cleaned["code"] or slugify(cleaned["name"])[:40] or f"benefit-{position + 1}"
        return values | {"code": code, "stores": list(cleaned["stores"])}


if TYPE_CHECKING:
    _BenefitForms = BaseFormSet[BenefitForm]
else:
    _BenefitForms = BaseFormSet


class BenefitRows(_BenefitForms):
    """The benefits in their order; a benefit needs a code of its own."""

    def rows(self) -> list[dict[str, Any]]:
        if not self.management_form.is_valid():
            return []  # an empty post: Django's own error about it stands already
        kept = [form for form in self.ordered_forms if form.is_filled()]
        return [form.row(position) for position, form in enumerate(kept)]

    def clean(self) -> None:
        if any(self.errors):
            return
        codes = [row["code"] for row in self.rows()]
        if twice := {code for code in codes if codes.count(code) > 1}:
            message = _("Two benefits have the code “%(code)s”. Each needs its own.")
            raise ValidationError(message, params={"code": min(twice)})


BenefitFormSet = formset_factory(
    BenefitForm,
    formset=BenefitRows,
    extra=0,
    can_order=True,
    can_delete=True,
    max_num=MOST_BENEFITS,
    validate_max=True,
    absolute_max=MOST_BENEFITS + 5,
)


def benefit_rows(data: Any, *, initial: list[dict[str, Any]] | None) -> BenefitRows:
    """The benefits of a draft as rows of a form: those that are there, or those that were sent."""
    return cast("BenefitRows", BenefitFormSet(data, initial=initial, prefix="benefits"))


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """When, where and by whom the card is launched, and when it is looked at again."""

    channels = forms.MultipleChoiceField(
        label=_("Sales channels"), choices=Channel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    responsible = forms.ModelMultipleChoiceField(
        label=_("Responsible"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    pilot_stores = forms.ModelMultipleChoiceField(
        label=_("Pilot at these stores before the launch"),
        queryset=Store.objects.filter(is_open=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = LaunchPlan
        fields = ("launch_on", "review_on", "channels", "promotion", "responsible", "pilot_stores")
        widgets = {
            "launch_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "review_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "promotion": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = access.holders("cards.view_product")  # type: ignore[attr-defined]

    def plan(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        people = {"responsible": list(cleaned["responsible"]), "pilot_stores": list(cleaned["pilot_stores"])}
        return {name: cleaned[name] for name in contents.PLAN} | people


def content(terms: TermsForm, benefits: BenefitRows, plan: PlanForm, *, picture: str = "") -> Content:
    """What is on the desk; `picture` is the name under which a new one was kept."""
    values = terms.terms()
    if picture:
        values["face_image"] = picture
        values["face"] |= {"image": reverse("cards:face_image", args=[picture])}
    return Content(terms=values, benefits=benefits.rows(), plan=plan.plan())

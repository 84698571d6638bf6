"""What staff type of rewards and coupons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from cards.forms.money import MoneyField
from core import parameters, words
from core.models import Store
from loyalty.models import CouponOffer, Reward
from loyalty.models.rewards import ICONS
from loyalty.operations import catalogue, coupons
from loyalty.policy.parameters import TierParameters
from members.models import Member

MOST_POINTS = 10_000_000
NAMES = ("name", "name_zh_hans", "name_zh_hant")
TEXTS = ("description", "description_zh_hans", "description_zh_hant")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class Worded(forms.Form):
    """Names in three languages, and a description in each."""

    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh_hans = forms.CharField(label=_("Name (Simplified Chinese)"), max_length=80, required=False)
    name_zh_hant = forms.CharField(label=_("Name (Traditional Chinese)"), max_length=80, required=False)
    description = forms.CharField(
        label=_("Description (English)"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    description_zh_hans = forms.CharField(
        label=_("Description (Simplified Chinese)"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    description_zh_hant = forms.CharField(
        label=_("Description (Traditional Chinese)"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field in (*NAMES, *TEXTS):
            if cleaned.get(field):
                cleaned[field] = plain(cleaned[field])
        first, last = cleaned.get("starts_on"), cleaned.get("last_on")
        if first and last and first > last:
            self.add_error("last_on", _("The last day lies before the first."))
        return cleaned


class RewardForm(Worded):
    """LOY-06 · B7.2 — what a reward is called, costs and asks."""

    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=MOST_POINTS)
    icon = forms.ChoiceField(label=_("Picture"), choices=ICONS, initial="gift")
    tone = forms.ChoiceField(label=_("Colour"), choices=Reward.Tone.choices, initial=Reward.Tone.JADE)
    min_tier = forms.ChoiceField(label=_("From tier"), required=False)
    per_member = forms.IntegerField(
        label=_("At most for each member"),
        min_value=1,
        max_value=1_000,
        required=False,
        help_text=_("Empty: no limit."),
    )
    cost_minor = MoneyField(label=_("Cost to the company"), required=False)
    can_deliver = forms.BooleanField(label=_("Can be sent to an address"), required=False)
    starts_on = _day(_("On offer from"))
    last_on = _day(_("On offer through"))

    def __init__(self, *args: Any, is_coupon: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ladder = parameters.in_force(TierParameters).ladder
        tiers = [(tier.code, words.of(words.TIER, tier.code)) for tier in ladder]
        self.fields["min_tier"].choices = [("", _("every tier")), *tiers]  # type: ignore[attr-defined]
        if is_coupon:
            del self.fields["can_deliver"]

    @property
    def terms(self) -> dict[str, Any]:
        """As the operation takes them."""
        given = {name: value for name, value in self.cleaned_data.items() if name in Reward.__dict__}
        return given | {"cost_minor": given.get("cost_minor") or 0}


class NewRewardForm(RewardForm):
    code = forms.SlugField(label=_("Code"), max_length=40)
    offer = forms.ModelChoiceField(
        label=_("Coupon"),
        queryset=CouponOffer.objects.all(),
        required=False,
        empty_label=_("none: this is a gift"),
        help_text=_("Where a coupon is chosen, redeeming makes a code of it; it needs no stock."),
    )
    field_order = ("code", "offer", *NAMES, *TEXTS)

    @property
    def terms(self) -> dict[str, Any]:
        offer = self.cleaned_data["offer"]
        kind = {"kind": Reward.Kind.COUPON, "can_deliver": False} if offer else {"kind": Reward.Kind.GIFT}
        return super().terms | {"code": self.cleaned_data["code"], "offer": offer} | kind


class StockForm(forms.Form):
    """Gifts that come in, or (below zero) go out."""

    change = forms.IntegerField(
        label=_("How many"),
        min_value=-catalogue.LARGEST_CHANGE,
        max_value=catalogue.LARGEST_CHANGE,
        help_text=_("Below zero: taken out of stock."),
    )
    store = forms.ModelChoiceField(
        label=_("Where"), queryset=Store.objects.none(), required=False, empty_label=_("the warehouse, for sending")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, stores: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Store.objects.filter(is_open=True)
        field: Any = self.fields["store"]
        field.queryset = rows if stores is None else rows.filter(pk__in=stores)
        if stores is not None:
            field.empty_label, field.required = None, True


class OfferForm(Worded):
    """LOY-13 · E2.6 — what a coupon takes off, when, where and for which goods."""

    effect = forms.ChoiceField(label=_("Takes off"), choices=CouponOffer.Effect.choices)
    value_minor = MoneyField(label=_("Amount"), required=False)
    percent = forms.DecimalField(
        label=_("Per cent"), min_value=0, max_value=100, decimal_places=2, max_digits=5, required=False
    )
    most_minor = MoneyField(label=_("At most (of a percentage)"), required=False)
    min_minor = MoneyField(label=_("Minimum spend"), required=False)
    categories = forms.CharField(
        label=_("Goods"),
        max_length=400,
        required=False,
        help_text=_("Categories, with commas between. Empty: all goods."),
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"), queryset=Store.objects.all(), required=False, help_text=_("None chosen: all stores.")
    )
    starts_on = _day(_("Good from"))
    last_on = _day(_("Good through"))
    days = forms.IntegerField(
        label=_("Good for so many days after issue"), min_value=1, max_value=3_660, required=False
    )
    field_order: tuple[str, ...] = (*NAMES, *TEXTS)

    def clean_categories(self) -> list[str]:
        named = [one.strip() for one in plain(self.cleaned_data["categories"]).replace("，", ",").split(",")]
        return sorted({one[:40] for one in named if one})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        by_amount = cleaned.get("effect") == CouponOffer.Effect.AMOUNT
        if by_amount and not cleaned.get("value_minor") and "value_minor" not in self.errors:
            self.add_error("value_minor", _("Please say how much it takes off."))
        if not by_amount and not cleaned.get("percent") and "percent" not in self.errors:
            self.add_error("percent", _("Please say how much it takes off."))
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        """As the operation takes them."""
        given = self.cleaned_data
        by_amount = given["effect"] == CouponOffer.Effect.AMOUNT
        kept = {name: value for name, value in given.items() if name in CouponOffer.__dict__ and name != "stores"}
        return kept | {
            "value_minor": given["value_minor"] if by_amount else 0,
            "value_bps": 0 if by_amount else int(given["percent"] * 100),
            "most_minor": None if by_amount else given["most_minor"],
            "min_minor": given["min_minor"] or 0,
        }


class NewOfferForm(OfferForm):
    code = forms.SlugField(label=_("Code"), max_length=40)
    field_order = ("code", *NAMES, *TEXTS)


class BatchForm(forms.Form):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=coupons.LARGEST_BATCH, initial=100)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class GrantForm(forms.Form):
    """A coupon for one member."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    member = forms.CharField(label=_("Member number"), max_length=20)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_member(self) -> Member:
        typed = "".join(self.cleaned_data["member"].split())
        found = Member.objects.select_related("user").filter(number=typed).first()
        if found is None:
            raise forms.ValidationError(_("There is no member with this number."), code="unknown")
        return found

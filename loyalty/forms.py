"""What is typed at the counter and in the portal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import ConfirmedForm, PointsField, plain
from cards.forms.money import MoneyField
from cards.operations import confirming
from core import money, refusals
from core.models import Store
from core.rules import RuleBroken
from loyalty.models import PurchaseLine, RewardOrder
from loyalty.operations.earnings import Line
from loyalty.operations.rewards import Address
from loyalty.operations.till import Bill
from loyalty.policy import spoken_codes
from members.forms.fields import RuledField
from members.policy import names, phones

Way = RewardOrder.Way
LINES = 6
MOST_PIECES = 1_000_000


def _mobile(text: str) -> str:
    return phones.normalise_mobile(text, default_region=settings.PHONE_REGION)


def _typed(autocomplete: str, most: int) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete, "maxlength": str(most)})


class PurchaseForm(ConfirmedForm):
    """LOY-04 · B7.1 — what was bought, and the number of the receipt, by which it counts once: one amount, or lines."""

    amount = MoneyField(label=_("Amount of the purchase"), currency=settings.CURRENCY, required=False)
    receipt = forms.CharField(
        label=_("Receipt number"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    category = forms.ChoiceField(label=_("Goods"), required=False)
    points = PointsField(label=_("Points to redeem"))
    coupon = forms.CharField(label=_("Coupon code"), max_length=40, required=False)
    agreed = forms.RegexField(r"^[0-9]{1,15}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, categories: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if categories:
            self.fields["category"].choices = [("", _("any")), *((one, one) for one in categories)]  # type: ignore[attr-defined]
        else:
            del self.fields["category"]
        for place in range(1, LINES + 1):
            self.fields[f"category_{place}"] = forms.CharField(label=_("Goods"), max_length=40, required=False)
            self.fields[f"quantity_{place}"] = forms.IntegerField(
                label=_("Quantity"), min_value=1, max_value=MOST_PIECES, required=False
            )
            self.fields[f"paid_{place}"] = MoneyField(label=_("Amount"), currency=settings.CURRENCY, required=False)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """Line by line, where the receipt is told so."""
        return [[self[f"{name}_{place}"] for name in ("category", "quantity", "paid")] for place in range(1, LINES + 1)]

    @property
    def has_lines(self) -> bool:
        return any(field.value() or field.errors for row in self.rows for field in row)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Those that were filled in; goods that are named for all are those of a line that names none."""
        given = self.cleaned_data
        return tuple(
            Line(
                given[f"paid_{place}"],
                category=plain(given[f"category_{place}"]).lower() or given.get("category", ""),
                quantity=given[f"quantity_{place}"] or 1,
            )
            for place in range(1, LINES + 1)
            if given.get(f"paid_{place}") is not None
        )

    def clean(self) -> None:
        """Either the amount, or lines, whose sum it then is."""
        given = self.cleaned_data
        for place in range(1, LINES + 1):
            if given.get(f"paid_{place}") is None and (
                given.get(f"category_{place}") or given.get(f"quantity_{place}")
            ):
                self._wrong(f"paid_{place}", "points_amount_not_positive")
        if self.errors:
            return
        total = sum(line.net_minor for line in self.lines)
        if self.lines and given["amount"] is None:
            given["amount"] = total
        if given["amount"] is None:
            self.add_error("amount", forms.Field.default_error_messages["required"])
        elif not 0 < given["amount"] <= money.LARGEST_MINOR:
            self._wrong("amount", "points_amount_not_positive")
        elif self.lines and given["amount"] != total:
            self._wrong("amount", "amount_is_not_the_sum")

    def _wrong(self, field: str, code: str) -> None:
        self.add_error(field, forms.ValidationError(refusals.sentence(code), code=code))

    def clean_receipt(self) -> str:
        return plain(self.cleaned_data["receipt"]).upper()

    def clean_coupon(self) -> str:
        typed = self.cleaned_data["coupon"]
        code = spoken_codes.read(typed)
        if typed.strip() and not code.startswith(spoken_codes.COUPON):
            raise forms.ValidationError(refusals.sentence("coupon_unknown"), code="coupon_unknown")
        return code

    @property
    def bill(self) -> Bill:
        given = self.cleaned_data
        return Bill(given["amount"], given.get("category", ""), given["points"], given["coupon"], self.lines)

    @property
    def facts(self) -> dict[str, Any]:
        """Beside the bill: the receipt, and what the customer agreed to pay."""
        agreed = self.cleaned_data["agreed"]
        return {"receipt": self.cleaned_data["receipt"], "agreed_minor": int(agreed) if agreed else None}

    @property
    def spends(self) -> int:
        return int(self.cleaned_data["points"])

    @property
    def needs_agreement(self) -> bool:
        """Something beside money is to pay, and nobody has seen yet what remains; or a code is to be sent before."""
        given = self.cleaned_data
        return bool(given["points"] or given["coupon"]) and (not given["agreed"] or self.sends_code)

    def refuse(self, error: RuleBroken) -> bool:
        """Where a refusal belongs on this form; False when it is none of it."""
        field = "confirm_code" if confirming.is_about(error) else error.code.partition("_")[0]
        if field not in ("points", "coupon", "confirm_code") or error.code.startswith("points_held"):
            return False
        self.add_error(field, refusals.said(error))
        return True


class PickUpForm(forms.Form):
    """The code that a member shows to collect her gift."""

    code = forms.CharField(label=_("Pick-up code"), max_length=40)

    def clean_code(self) -> str:
        code = spoken_codes.read(self.cleaned_data["code"])
        if not code.startswith(spoken_codes.PICK_UP):
            raise forms.ValidationError(refusals.sentence("reward_code_unknown"), code="reward_code_unknown")
        return code


class YesForm(ConfirmedForm):
    """Nothing is typed but the member's yes."""

    def __init__(self, *args: Any, spends: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spends = spends

    def refuse(self, error: RuleBroken) -> bool:
        """Says no beside the field in which she says yes; False when it is not about that."""
        if confirming.is_about(error):
            self.add_error("confirm_code", refusals.said(error))
        return confirming.is_about(error)


class HandOverForm(YesForm):
    """The key makes a repeat of it the same hand-over."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class RewardOrderForm(forms.Form):
    """LOY-06 · B7.2 — where the gift is to be had: at a store, or sent to an address."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    way = forms.ChoiceField(label=_("How would you like to have it?"), widget=forms.RadioSelect)
    store = forms.ModelChoiceField(label=_("Store"), queryset=Store.objects.none(), required=False, empty_label=None)
    recipient = RuledField(rule=names.normalise, label=_("Recipient"), required=False, widget=_typed("name", 80))
    phone = RuledField(rule=_mobile, label=_("Mobile number"), required=False, widget=_typed("tel", 40))
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": "300", "autocomplete": "street-address"}),
    )

    def __init__(self, *args: Any, stores: Sequence[Store], can_be_sent: bool, is_gift: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(Way.PICK_UP, _("Pick it up at a store"))] if stores else []
        ways += [(Way.DELIVERY, _("Send it to an address"))] if can_be_sent else []
        self.fields["way"].choices = ways if is_gift else [(Way.AT_ONCE, _("At once"))]  # type: ignore[attr-defined]
        self.fields["way"].initial = self.fields["way"].choices[0][0] if ways or not is_gift else None  # type: ignore[attr-defined]
        self.fields["store"].queryset = Store.objects.filter(pk__in=[store.pk for store in stores])  # type: ignore[attr-defined]
        self.fields["store"].initial = stores[0].pk if stores else None

        if not can_be_sent:
            for field in ("recipient", "phone", "address"):
                del self.fields[field]

    def clean_address(self) -> str:
        return plain(self.cleaned_data["address"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asked: dict[str, tuple[str, ...]] = {Way.PICK_UP: ("store",), Way.DELIVERY: ("recipient", "phone", "address")}
        for field in asked.get(cleaned.get("way", ""), ()):
            if not cleaned.get(field) and field not in self.errors:
                self.add_error(field, _("Please fill this in."))
        return cleaned

    @property
    def wanted(self) -> dict[str, Any]:
        """How, where and for whom, as the operation takes it."""
        given = self.cleaned_data
        sent = given["way"] == Way.DELIVERY
        return {
            "way": given["way"],
            "store": given["store"] if given["way"] == Way.PICK_UP else None,
            "to": Address(given["recipient"], given["phone"], given["address"]) if sent else None,
        }


class ReturnForm(forms.Form):
    """LOY-08 · B7 — how many of each line come back, or all; the key makes a repeat the same return."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: list[PurchaseLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = {line.position: line.quantity - line.returned_quantity for line in lines}
        self._lines = lines
        for position, left in self.left.items():
            self.fields[f"back_{position}"] = forms.IntegerField(
                label=_("Comes back"), min_value=0, max_value=left, required=False
            )

    @property
    def rows(self) -> list[tuple[PurchaseLine, int, forms.BoundField]]:
        """Each line, how many of it may come back, and its field."""
        return [(line, self.left[line.position], self[f"back_{line.position}"]) for line in self._lines]

    @property
    def quantities(self) -> dict[int, int]:
        if "whole" in self.data:
            return {position: left for position, left in self.left.items() if left}
        return {position: self.cleaned_data.get(f"back_{position}") or 0 for position in self.left}

    def clean(self) -> None:
        if not self.errors and not any(self.quantities.values()):
            raise forms.ValidationError(refusals.sentence("return_empty"), code="return_empty")

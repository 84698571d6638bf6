"""The forms of a file of purchases: the file itself, and what its columns mean."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import money, refusals
from core.models import Store
from loyalty.models import PurchaseImport
from loyalty.policy import importing

LABELS = {
    "document": _("Receipt number"), "occurred": _("Day and time"), "amount": _("Amount of the line"),
    "quantity": _("Quantity"), "price": _("Price of a piece"), "sku": pgettext_lazy("goods", "Article"),
    "description": _("Description"), "category": pgettext_lazy("goods", "Category"), "member": _("Member"),
    "store": _("Store code"), "original": _("Receipt that comes back"),
}  # fmt: skip
MEMBER_IS = {
    "reference": _("customer number of that system"), "number": _("member number"), "card": _("card number"),
    "phone": _("phone number"),
}  # fmt: skip
DATES = {"ymd": _("year, month, day"), "dmy": _("day, month, year"), "mdy": _("month, day, year")}
KNOWN = {
    "document": "invoiceno invoice receipt receiptnumber receiptno documentno 小票号 单号 收据号 小票號 單號",
    "occurred": "invoicedate date datetime occurredat boughtat time 购买时间 日期 時間 时间",
    "amount": "amount total net netamount linetotal 金额 金額 实付",
    "quantity": "quantity qty count 数量 數量",
    "price": "unitprice price 单价 單價",
    "sku": "stockcode sku article articleno 商品编码 货号 商品編碼",
    "description": "description articlename product 商品名称 商品名稱",
    "category": "category department 品类 类别 品類",
    "member": "customerid customer member membernumber memberno 会员编号 会员号 會員編號",
    "store": "store storecode shop 门店 門店",
    "original": "original originalreceipt returnof 原小票号 原小票號",
}  # fmt: skip
"""How the columns are called by others: what is recognised need not be chosen."""
INVOICES = "invoiceno"
"""A wholesaler's log, in which a cancellation is an invoice whose number begins with C."""


class FileForm(forms.Form):
    """The file, and which system it comes from."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True,
        help_text=_("CSV or CSV packed with gzip, 12 MB at most, UTF-8 or GB18030; comma, semicolon or tab."),
    )  # fmt: skip
    origin = forms.SlugField(
        label=_("System it comes from"), max_length=16,
        help_text=_("A short name, always the same for the same system: a receipt number counts once within it."),
    )  # fmt: skip


class LayoutForm(forms.Form):
    """Which column says what, and how."""

    dates = forms.ChoiceField(label=_("Days are written"), choices=list(DATES.items()))
    decimal_comma = forms.ChoiceField(
        label=_("Amounts are written"), choices=[("", "1,299.00"), ("1", "1.299,00")], required=False
    )
    member_is = forms.ChoiceField(label=_("A member is named by"), choices=list(MEMBER_IS.items()))
    return_prefix = forms.CharField(
        label=_("Numbers of returns begin with"), max_length=5, required=False,
        help_text=_("Left empty, a return is known by its quantity or amount below zero."),
    )  # fmt: skip
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency of the file"), initial=settings.CURRENCY)
    rate = forms.RegexField(
        r"^[0-9]{1,7}(\.[0-9]{1,6})?$", label=_("What one of it is worth"), required=False,
        help_text=_("Only where it is another currency than the programme's."),
    )  # fmt: skip
    store = forms.ModelChoiceField(
        Store.objects.all(), label=_("Store, where no column says it"), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, of: PurchaseImport, **kwargs: Any) -> None:
        guessed = guess(of.header)
        wholesale = any(_key(name) == INVOICES for name in of.header)
        customers = any(_key(name).startswith("customer") for name in of.header)
        said = {name: value for name, value in of.layout.items() if name != "columns"}
        columns_said = guessed | of.layout.get("columns", {})
        kwargs["initial"] = {
            "return_prefix": "C" if wholesale else "",
            "member_is": "reference" if customers else "number",
            "store": of.store_id,
            **{f"column_{name}": place for name, place in columns_said.items()},
            **said,
        }
        super().__init__(*args, **kwargs)
        columns = [("", "—"), *((str(place), name or f"{place + 1}") for place, name in enumerate(of.header))]
        for name in importing.FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(label=LABELS[name], choices=columns, required=False)

    def of_columns(self) -> list[Any]:
        return [self[f"column_{name}"] for name in importing.FIELDS]

    def of_writing(self) -> list[Any]:
        return [
            self[name] for name in ("dates", "decimal_comma", "member_is", "return_prefix", "currency", "rate", "store")
        ]

    @property
    def columns(self) -> dict[str, int]:
        given = {name: self.cleaned_data[f"column_{name}"] for name in importing.FIELDS}
        return {name: int(place) for name, place in given.items() if place}

    @property
    def options(self) -> dict[str, str]:
        names = ("dates", "decimal_comma", "member_is", "return_prefix", "currency", "rate")
        return {name: self.cleaned_data[name] for name in names}

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        money.exponent(currency)
        return currency

    def clean(self) -> None:
        given = self.cleaned_data
        if (
            given.get("currency") not in (None, settings.CURRENCY)
            and not given.get("rate")
            and "rate" not in self.errors
        ):
            self.add_error("rate", refusals.sentence("rate_unreadable", currency=given["currency"]))


def guess(header: list[str]) -> dict[str, int]:
    """The columns that are called as others call them."""
    keys = [_key(name) for name in header]
    return {
        name: next(place for place, key in enumerate(keys) if key in called.split())
        for name, called in KNOWN.items()
        if set(keys) & set(called.split())
    }


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()

"""An amount as people write it, kept in minor units."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core import money, refusals
from core.rules import RuleBroken


class MoneyField(forms.Field):
    """`1,299.00` → `129900`; full-width digits and a currency sign are forgiven, all else is refused with the reason."""

    widget = forms.TextInput

    def __init__(self, *, currency: str = settings.CURRENCY, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "maxlength": "20", "data-money": ""}

    def prepare_value(self, value: Any) -> Any:
        return money.format_minor(value, self.currency) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return money.parse(text, currency=self.currency).minor
        except RuleBroken as broken:
            raise ValidationError(refusals.said(broken), code=broken.code) from broken

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)

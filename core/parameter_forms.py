"""The form of a parameter area, made from its dataclass: a field per parameter, a row per offer."""

import datetime as dt
import types
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args, get_origin

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from core import clock, money, parameter_display, parameters, words
from core.parameter_display import Field
from core.rules import RuleBroken

EMPTY_ROWS = 2
LONGEST_LIST = 50


class ListOfNumbers(forms.CharField):
    """`60, 30, 14` → [60, 30, 14]; any separator that people type will do."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        for separator in "，、；;":
            text = text.replace(separator, ",")
        parts = [part for part in text.replace(",", " ").split() if part]
        if len(parts) > LONGEST_LIST or not all(part.isdecimal() and len(part) < 10 for part in parts):
            raise forms.ValidationError(_("Write whole numbers with commas between them: 60, 30, 14."))
        return [int(part) for part in parts]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(item) for item in value) if isinstance(value, list) else value


class Share(forms.DecimalField):
    """Per cent on screen, basis points in the parameter."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=6, decimal_places=2, **more)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else int(found * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value


class Amount(forms.CharField):
    """Money as people write it, whole minor units in the parameter."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return money.parse(text, currency=settings.CURRENCY).minor
        except RuleBroken as error:
            raise forms.ValidationError(_("Write an amount like 1,299.00.")) from error

    def prepare_value(self, value: Any) -> Any:
        return money.format_minor(value, settings.CURRENCY) if isinstance(value, int) else value


def form_field(field: Field, *, required: bool = True) -> forms.Field:
    hint = field.hint
    if get_origin(hint) is types.UnionType:
        hint, required = next(part for part in get_args(hint) if part is not type(None)), False
    told: dict[str, Any] = {"label": _label(field), "required": required, "widget": _text(field)}
    if hint is bool:
        return forms.BooleanField(label=field.label, required=False, widget=UnfoldBooleanSwitchWidget())
    if get_origin(hint) is tuple:
        return ListOfNumbers(**told | {"required": False})
    if hint is int and field.unit == parameter_display.PER_CENT:
        return Share(**told)
    if hint is int and field.unit.startswith(parameter_display.AMOUNT):
        return Amount(max_length=30, **told)
    if hint is int:
        told |= {"min_value": field.metadata.get("minimum"), "max_value": field.metadata.get("maximum")}
        return forms.IntegerField(**told)
    if field.unit == parameter_display.TIER:
        tiers = [("", "—"), *words.known(words.TIER).items()]
        return forms.ChoiceField(**told | {"choices": tiers, "required": False, "widget": UnfoldAdminSelectWidget()})
    return forms.CharField(max_length=200, **told | {"required": False})


def _text(field: Field) -> forms.Widget:
    widget: forms.Widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    return widget


def _label(field: Field) -> str:
    unit = "%" if field.unit == parameter_display.PER_CENT else field.unit_in_words
    return f"{field.label} ({unit})" if unit else field.label


class ParameterForm(forms.Form):
    """All values of an area, the day from which they hold, and why."""

    effective_on = forms.DateField(
        label=gettext_lazy("in force from"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )

    def __init__(self, area: parameters.Area, values: Mapping[str, Any], data: Any = None) -> None:
        self.parts = parameter_display.fields_of(area)
        self.rows: dict[str, list[dict[str, str]]] = {}
        super().__init__(data, initial={"effective_on": clock.today().isoformat()})
        for part in self.parts:
            if part.inner:
                self._add_rows(part, values[part.name])
            else:
                self.fields[part.name] = form_field(part)
                self.initial[part.name] = values[part.name]
        self.order_fields([*self.fields.keys() - {"effective_on", "reason"}, "effective_on", "reason"])

    def _add_rows(self, part: Field, values: Any) -> None:
        given = values if isinstance(values, list) else [values]
        self.rows[part.name] = []
        for index in range(len(given) + (EMPTY_ROWS if isinstance(values, list) else 0)):
            names = {}
            for inner in part.inner:
                names[inner.name] = name = f"{part.name}-{index}-{inner.name}"
                self.fields[name] = form_field(inner, required=False)
                if index < len(given):
                    self.initial[name] = given[index].get(inner.name)
            self.rows[part.name].append(names)

    def values(self) -> dict[str, Any]:
        """What was typed, as the area's JSON; a row left empty is no row."""
        found: dict[str, Any] = {}
        for part in self.parts:
            if not part.inner:
                found[part.name] = self.cleaned_data[part.name]
                continue
            rows = [self._row(names) for names in self.rows[part.name]]
            kept = [row for row in rows if row]
            found[part.name] = kept if get_origin(part.hint) is tuple else (kept[0] if kept else {})
        return found

    def _row(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The cells that were filled; a row with nothing but unset switches is empty."""
        cells = {inner: self.cleaned_data.get(name) for inner, name in names.items()}
        filled = {inner: value for inner, value in cells.items() if value not in (None, "")}
        return filled if any(value is not False for value in filled.values()) else {}

    def day(self) -> dt.date:
        found: dt.date = self.cleaned_data["effective_on"]
        return found

"""The form of a simulation: everything as it is in force, to be changed; what differs is marked (LOY-17)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from core import clock, parameter_display, parameter_values, parameters, periods, refusals
from core.parameter_forms import Amount, ParameterForm, Share
from core.rules import RuleBroken
from loyalty.models import EarnRule
from loyalty.operations.simulations import AREAS
from loyalty.policy import rule_forms
from loyalty.policy.rules import Effect
from loyalty.wording import reasons

LARGEST = 10**9
MONTHS = (6, 12, 24, 36, 60)
# Of a rule's definition: the field of the form, what it is called, and for which effects it is asked.
OF_RULE: dict[str, tuple[str | Promise, frozenset[Effect]]] = {
    "points": (gettext_lazy("Points"), frozenset({Effect.RATE, Effect.BONUS, Effect.BONUS_PER_UNIT})),
    "per_minor": (gettext_lazy("for every"), frozenset({Effect.RATE})),
    "bps": (gettext_lazy("Multiplies points by (%)"), frozenset({Effect.MULTIPLY})),
    "cap_points": (gettext_lazy("At most points"), frozenset(Effect)),
    "when_min_net_minor": (gettext_lazy("From an amount of"), frozenset(Effect)),
}


# What a replay asks of each area; other parameters would make no difference.
REPLAYED = {
    "points": ("base_points", "base_per_minor", "pending_days", "lapse_months", "value_points", "value_minor",
               "daily_cap", "debt_limit"),
    "tiers": ("ladder", "window_months", "validity_months", "keep_bps", "grace_days", "levels_down", "return_days",
              "signals"),
    "birthday": ("points_bps", "window_days"),
}  # fmt: skip


class PeriodForm(forms.Form):
    months = forms.TypedChoiceField(
        label=gettext_lazy("History"), coerce=int, initial=24, widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["months"].choices = [(n, _("the last %(months)s months") % {"months": n}) for n in MONTHS]  # type: ignore[attr-defined]


class AreaForm(ParameterForm):
    """The values of an area; `tried` lies over what is in force where an earlier question is asked again."""

    def __init__(self, code: str, tried: Mapping[str, Any], data: Any = None) -> None:
        area = parameters.area_of(code)
        if area is None:
            raise LookupError(code)
        self.title = str(area.title)
        self.now = parameter_values.to_json(parameters.in_force(area.cls))
        super().__init__(area, self.now | dict(tried), data)
        self.parts = [part for part in self.parts if part.name in REPLAYED[code]]
        shown = {
            *REPLAYED[code],
            *(name for part in self.parts for row in self.rows.get(part.name, ()) for name in row.values()),
        }
        for name in self.fields.keys() - shown:
            del self.fields[name]
        for part in self.parts:
            if part.name in self.fields:
                _marked(self.fields[part.name], self.now[part.name])
            for row, names in enumerate(self.rows.get(part.name, ())):
                known = self.now[part.name][row] if row < len(self.now[part.name]) else {}
                for inner, name in names.items():
                    _marked(self.fields[name], known.get(inner))

    def changed_values(self) -> dict[str, Any]:
        """What differs from what is in force; a cell of a row that was left empty is nothing, not the default."""
        typed = self.values()
        for part in self.parts:
            if part.inner:
                nothing = {inner.name: "" if inner.hint is str else 0 for inner in part.inner}
                typed[part.name] = [nothing | row for row in typed[part.name]]
        return {name: value for name, value in typed.items() if value != self.now[name]}

    def shown(self) -> Iterator[dict[str, Any]]:
        for part in self.parts:
            if part.inner:
                cells = [[self[name] for name in names.values()] for names in self.rows[part.name]]
                yield {"part": part, "heads": [_head(inner) for inner in part.inner], "cells": cells}
            else:
                yield {"part": part, "field": self[part.name], "now": part.show(self.now[part.name])}

    def refused(self, refusal: RuleBroken) -> None:
        """Beside the field that the refusal names, where it names one."""
        params = dict(refusal.params)
        place = next((part for part in self.parts if part.name == str(params.get("field", "")).split(".")[0]), None)
        if place:
            params["field"] = place.label
        self.add_error(
            place.name if place and place.name in self.fields else None, refusals.sentence(refusal.code, **params)
        )


class RuleForm(forms.Form):
    """One earn rule as it stands: its numbers, and whether it ends. Its conditions stay."""

    ends = forms.BooleanField(label=gettext_lazy("Ends"), required=False, widget=UnfoldBooleanSwitchWidget())

    def __init__(
        self, rule: EarnRule, now: Mapping[str, Any], tried: Mapping[str, Any] | None, data: Any = None
    ) -> None:
        self.rule, self.now, self.name = rule, dict(now), reasons.name_of(rule)
        initial = {name: value for name, value in (tried or now).items() if name in OF_RULE}
        super().__init__(data, prefix=f"rule-{rule.pk}", initial={**initial, "ends": tried is None})
        effect = Effect(now.get("effect", Effect.BONUS))
        for name, (label, effects) in OF_RULE.items():
            if effect in effects:
                self.fields[name] = _number(name, label)
                _marked(self.fields[name], now.get(name))
        self.order_fields([*OF_RULE, "ends"])

    def definition(self) -> dict[str, Any] | None:
        """The rule as it would be; None when it ends."""
        if self.cleaned_data["ends"]:
            return None
        typed = {name: self.cleaned_data.get(name) for name in OF_RULE if name in self.fields}
        said = {**self.now, **typed}
        if said.get("cap_points") is None:
            said.pop("cap_per", None)
        kept = {name: value for name, value in said.items() if value is not None}
        return rule_forms.to_json(rule_forms.from_json(self.rule.code, 0, kept))


class ProposalForm(forms.Form):
    """From when, and why: what the second person reads."""

    effective_on = forms.DateField(
        label=gettext_lazy("in force from"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )


def next_month() -> dt.date:
    """The first day of next month: when a change usually begins."""
    return periods.month_end(clock.today()) + dt.timedelta(days=1)


def areas(question: Mapping[str, Any], data: Any = None) -> dict[str, AreaForm]:
    return {name: AreaForm(name, question.get(name) or {}, data) for name in AREAS}


def rules(
    question: Mapping[str, Any], now: Sequence[tuple[EarnRule, Mapping[str, Any]]], data: Any = None
) -> list[RuleForm]:
    tried = question.get("rules") or {}
    return [RuleForm(rule, said, tried.get(rule.code, said), data) for rule, said in now]


def _number(name: str, label: str | Promise) -> forms.Field:
    told: dict[str, Any] = {"label": label, "required": False, "widget": UnfoldAdminTextInputWidget()}
    if name == "bps":
        return Share(**told)
    if name.endswith("_minor"):
        return Amount(max_length=30, **told)
    return forms.IntegerField(min_value=0, max_value=LARGEST, **told)


def _marked(field: forms.Field, now: Any) -> None:
    """What is in force, so that the page can mark a field that differs."""
    said = field.prepare_value(now)
    field.widget.attrs["data-in-force"] = "" if said is None else str(said)


def _head(inner: parameter_display.Field) -> str:
    unit = "%" if inner.unit == parameter_display.PER_CENT else ""
    return f"{inner.label} ({unit})" if unit else inner.label

"""The form of an earn rule, for a manager who does not program: what is typed becomes a rule as data (LOY-04, LOY-13)."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from cards.forms.money import MoneyField
from core import clock, parameters, show, words
from core.models import Store
from loyalty.policy import rule_forms
from loyalty.policy.parameters import TierParameters
from loyalty.policy.rule_forms import LARGEST_BUDGET, LARGEST_POINTS, RuleRefused
from loyalty.policy.rules import Effect, Kind, Per, Rule
from loyalty.policy.tasks import Task
from loyalty.wording import sentences
from loyalty.wording.rule_fields import EFFECTS, PERIODS
from loyalty.wording.verdicts import KINDS

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
MOST_WORDS = 60
SPAN = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)\s*[-–—~至到]\s*([01]?\d|2[0-4])[:：]([0-5]\d)")
SEPARATOR = re.compile(r"[,，、;；\n]")
# Where a refusal of the policy belongs that names a part of the rule by another name.
FIELD_OF = {"when_min_net_minor": "min_net", "bps": "times"}


class Words(forms.CharField):
    """Several words, divided by commas of any kind."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=2_000, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        said = [plain(one) for one in SEPARATOR.split(super().to_python(value) or "")]
        found = list(dict.fromkeys(one for one in said if one))
        if len(found) > MOST_WORDS or any(len(one) > 40 for one in found):
            raise forms.ValidationError(
                _("At most %(most)s entries of 40 characters each."), params={"most": MOST_WORDS}, code="words"
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        return show.listed(value) if isinstance(value, list | tuple | frozenset) else value

    def validate(self, value: Any) -> None:
        return

    def run_validators(self, value: Any) -> None:
        return


class Days(Words):
    """Days of the month: `8, 18`."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        said = super().to_python(value)
        if not all(one.isdecimal() and len(one) <= 2 and 1 <= int(one) <= 31 for one in said):
            raise forms.ValidationError(_("Write days of the month from 1 to 31, such as 8, 18."), code="days")
        return sorted({int(one) for one in said})

    def prepare_value(self, value: Any) -> Any:
        return show.listed(map(str, value)) if isinstance(value, list | tuple) else value


class Hours(Words):
    """Spans of the day: `14:00-17:00`."""

    def to_python(self, value: Any) -> list[list[int]]:  # type: ignore[override]
        found = []
        for one in super().to_python(value):
            read = SPAN.fullmatch(one)
            begin, end = (int(read[1]) * 60 + int(read[2]), int(read[3]) * 60 + int(read[4])) if read else (0, 0)
            if not begin < end <= 24 * 60:
                raise forms.ValidationError(_("Write hours such as 14:00-17:00, the earlier one first."), code="hours")
            found.append([begin, end])
        return sorted(found)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return show.listed(f"{sentences.clock_face(begin)}-{sentences.clock_face(end)}" for begin, end in value)


class Times(forms.DecimalField):
    """`1.5` → `15000` basis points."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else int(found * 10_000)

    def prepare_value(self, value: Any) -> Any:
        return sentences.times(value) if isinstance(value, int) else value


class Moment(forms.DateTimeField):
    """A moment of the business, in a year that rules are made for."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        given: dt.datetime | None = super().clean(value)
        if given is not None and not rule_forms.FIRST_YEAR <= given.year <= rule_forms.LAST_YEAR:
            years = {"first": rule_forms.FIRST_YEAR, "last": rule_forms.LAST_YEAR}
            raise forms.ValidationError(
                _("Choose a day between the years %(first)s and %(last)s."), params=years, code="year"
            )
        return given


def _points(label: Any, most: int = LARGEST_POINTS) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most)


def _ticks(label: Any, choices: Any = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class RuleForm(forms.Form):
    """What a rule says. Empty conditions ask nothing. `definition()` is the rule as data."""

    kind = forms.ChoiceField(label=_("What earns"), choices=list(KINDS.items()))
    effect = forms.ChoiceField(label=_("What it gives"), choices=list(EFFECTS.items()))
    points = _points(_("Points"))
    per_minor = MoneyField(label=_("for every"), required=False)
    times = Times(label=_("Times"), required=False, min_value=0, max_value=10, decimal_places=2, max_digits=4)
    tasks = _ticks(
        _("Tasks that the programme sees done"), [(task.value, name) for task, name in sentences.TASKS.items()]
    )
    codes = Words(label=_("Other tasks or events"), help_text=_("Codes that a colleague notes, such as wine-tasting."))
    weekdays = _ticks(_("Days of the week"), list(enumerate(WEEKDAYS)))
    days_of_month = Days(label=_("Days of the month"), help_text=_("Such as 8, 18 for a member day."))
    hours = Hours(label=_("Hours"), help_text=_("Such as 14:00-17:00."))
    on_holidays = forms.BooleanField(label=_("Only on public holidays"), required=False)
    starts_at = Moment(label=_("Not before"), required=False)
    ends_at = Moment(label=_("Ends at"), required=False)
    tiers = _ticks(_("Tiers"))
    first_only = forms.BooleanField(label=_("Only the first time"), required=False)
    birthday_days = forms.IntegerField(
        label=_("Days around the birthday"),
        required=False,
        min_value=0,
        max_value=31,
        help_text=_("0 is the birthday itself; empty asks for no birthday. Once a year."),
    )
    stores = _ticks(_("Stores"))
    min_net = MoneyField(label=_("From an amount of"), required=False)
    categories = Words(label=_("Only these categories"))
    skus = Words(label=_("Only these articles"))
    not_categories = Words(label=_("Not these categories"))
    not_skus = Words(label=_("Not these articles"))
    cap_points = _points(_("Each member at most"))
    cap_per = forms.ChoiceField(label=_("Period"), choices=list(PERIODS.items()), initial=Per.MONTH)
    programme_cap_points = _points(_("All members together at most"), LARGEST_BUDGET)
    programme_cap_per = forms.ChoiceField(
        label=_("Period"), choices=[(per, name) for per, name in PERIODS.items() if per is not Per.PURCHASE],
        initial=Per.MONTH,
    )  # fmt: skip
    priority = forms.IntegerField(
        label=_("Priority"),
        initial=sentences.USUAL_PRIORITY,
        min_value=0,
        max_value=10_000,
        help_text=_("The lower number is asked first."),
    )
    group = forms.CharField(
        label=_("Group"),
        required=False,
        max_length=40,
        help_text=_("Of the rules of a group only the first that applies counts. Rules without a group add up."),
    )

    def __init__(self, data: Any = None, *, definition: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial=initial_of(definition) if definition else None, **kwargs)
        ladder = [tier.code for tier in parameters.in_force(TierParameters).ladder]
        self._choices("tiers", [(code, words.of(words.TIER, code)) for code in ladder])
        self._choices("stores", list(Store.objects.values_list("code", "name")))

    def _choices(self, name: str, known: list[tuple[str, str]]) -> None:
        """What a rule names and nobody knows any more stays a choice, so that it is not lost by a revision."""
        kept = [(one, one) for one in self.initial.get(name, ()) if one not in dict(known)]
        self.fields[name].choices = [*known, *kept]  # type: ignore[attr-defined]

    def clean_codes(self) -> list[str]:
        return [one.lower() for one in self.cleaned_data["codes"]]

    def clean_group(self) -> str:
        return plain(self.cleaned_data["group"])

    def definition(self) -> dict[str, Any]:
        """The rule as data, from whatever was understood of the form."""
        return {name: value for name, value in self._said() if _asks(value)}

    def _said(self) -> Iterator[tuple[str, Any]]:
        given = self.cleaned_data
        effect, kind = given.get("effect"), given.get("kind")
        yield from ((name, given.get(name)) for name in ("kind", "effect", "group"))
        yield "priority", given.get("priority", sentences.USUAL_PRIORITY)
        if effect == Effect.MULTIPLY:
            yield "bps", given.get("times")
        else:
            yield "points", given.get("points")
        if effect == Effect.RATE:
            yield "per_minor", given.get("per_minor")
        if kind in (Kind.TASK, Kind.EVENT):
            tasks = given.get("tasks", []) if kind == Kind.TASK else []
            yield "when_codes", [*tasks, *given.get("codes", [])]
        yield "when_weekdays", [int(day) for day in given.get("weekdays", [])]
        for name in ("days_of_month", "hours", "on_holidays", "tiers", "first_only", "stores"):
            yield f"when_{name}", given.get(name)
        for name in ("starts_at", "ends_at"):
            yield f"when_{name}", _written(given.get(name))
        yield "when_birthday_days", given.get("birthday_days")
        yield "when_min_net_minor", given.get("min_net") or None
        for name in ("categories", "skus", "not_categories", "not_skus"):
            yield f"which_{name}", given.get(name)
        for name in ("cap", "programme_cap"):
            if given.get(f"{name}_points"):
                yield f"{name}_points", given[f"{name}_points"]
                yield f"{name}_per", given.get(f"{name}_per", Per.MONTH)

    def rule(self) -> Rule:
        """What was typed, as a rule; refuses what no rule may say."""
        return rule_forms.from_json("", 0, self.definition())

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                self.rule()
            except RuleRefused as refusal:
                self.refuse(refusal)
        return self.cleaned_data

    def refuse(self, refusal: RuleRefused) -> None:
        """Say a refusal beside the field that it is about."""
        if refusal.code == "rule_gives_nothing":
            name = "times" if self.cleaned_data.get("effect") == Effect.MULTIPLY else "points"
            self.add_error(name, _("Say how much the rule gives."))
            return
        named = str(refusal.params.get("field", ""))
        name = FIELD_OF.get(named, named.removeprefix("when_").removeprefix("which_"))
        self.add_error(name if name in self.fields else None, _("This cannot be. Please look at it again."))


def _asks(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [])


def _written(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(clock.zone()).isoformat() if moment else None


def initial_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a rule that is revised."""
    found = {name.removeprefix("when_").removeprefix("which_"): value for name, value in definition.items()}
    found["times"], found["min_net"] = found.pop("bps", None), found.pop("min_net_minor", None)
    codes = found.pop("codes", [])
    found["tasks"] = [code for code in codes if code in set(Task)]
    found["codes"] = [code for code in codes if code not in set(Task)]
    for name in ("starts_at", "ends_at"):
        if name in found:
            found[name] = dt.datetime.fromisoformat(found[name])
    return found

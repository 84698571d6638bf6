"""The fields of an earn rule, for whoever approves a change: each by its name and its value in words (LOY-04 · C2.3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import show
from core.approvals import Word
from loyalty.policy import rule_forms
from loyalty.policy.rules import Effect, Kind, Per
from loyalty.wording import sentences
from loyalty.wording.sentences import Names
from loyalty.wording.verdicts import KINDS

EFFECTS = {
    Effect.RATE: gettext_lazy("points for an amount"),
    Effect.MULTIPLY: gettext_lazy("multiplies the points"),
    Effect.BONUS: gettext_lazy("a fixed number of points"),
    Effect.BONUS_PER_UNIT: gettext_lazy("points for each piece"),
}
PERIODS = {
    Per.PURCHASE: gettext_lazy("each time"),
    Per.DAY: gettext_lazy("a day"),
    Per.MONTH: gettext_lazy("a month"),
    Per.YEAR: gettext_lazy("a year"),
    Per.EVER: gettext_lazy("in all"),
}


def words(names: Names) -> Mapping[str, Word]:
    """Every field that a request about a rule may hold, and what follows from it."""
    return {
        "kind": Word(gettext_lazy("What earns"), lambda value: str(KINDS[Kind(value)])),
        "effect": Word(gettext_lazy("What it gives"), lambda value: str(EFFECTS[Effect(value)])),
        "points": Word(gettext_lazy("Points"), show.number),
        "per_minor": Word(gettext_lazy("for every"), show.price),
        "bps": Word(gettext_lazy("Times"), lambda value: f"× {sentences.times(value)}"),
        "priority": Word(gettext_lazy("Priority"), show.number),
        "group": Word(gettext_lazy("Group")),
        "cap_points": Word(gettext_lazy("Each member at most"), show.number),
        "cap_per": Word(gettext_lazy("Each member, period"), _period),
        "programme_cap_points": Word(gettext_lazy("All members together at most"), show.number),
        "programme_cap_per": Word(gettext_lazy("All members, period"), _period),
        "when_starts_at": Word(gettext_lazy("Not before"), _moment),
        "when_ends_at": Word(gettext_lazy("Ends at"), _moment),
        "when_weekdays": Word(gettext_lazy("Days of the week"), _weekdays),
        "when_days_of_month": Word(gettext_lazy("Days of the month"), _numbers),
        "when_hours": Word(gettext_lazy("Hours"), _hours),
        "when_on_holidays": Word(gettext_lazy("Only on public holidays"), _yes),
        "when_tiers": Word(gettext_lazy("Tiers"), lambda value: sentences.tiers_of(frozenset(value), names)),
        "when_stores": Word(gettext_lazy("Stores"), lambda value: show.listed(map(names.store, value))),
        "when_codes": Word(gettext_lazy("Task or event"), lambda value: show.listed(map(sentences.task_name, value))),
        "when_min_net_minor": Word(gettext_lazy("From an amount of"), show.price),
        "when_first_only": Word(gettext_lazy("Only the first time"), _yes),
        "when_birthday_days": Word(gettext_lazy("Days around the birthday"), str),
        "which_categories": Word(gettext_lazy("Only these categories"), show.listed),
        "which_skus": Word(gettext_lazy("Only these articles"), show.listed),
        "which_not_categories": Word(gettext_lazy("Not these categories"), show.listed),
        "which_not_skus": Word(gettext_lazy("Not these articles"), show.listed),
        "effective_at": Word(gettext_lazy("In force from"), _moment),
        "says": Word(gettext_lazy("From then on"), lambda value: said(value, names)),
        "names": Word(pgettext_lazy("thing", "Name"), lambda value: " · ".join(value)),
    }


def said(definition: Mapping[str, Any], names: Names) -> str:
    """A rule as data in one sentence; nothing is a rule that ends."""
    if not definition:
        return _("The rule ends.")
    return sentences.sentence(rule_forms.from_json("", 0, definition), names)


def _moment(value: str) -> str:
    return show.moment(dt.datetime.fromisoformat(value))


def _period(value: str) -> str:
    return str(PERIODS[Per(value)])


def _weekdays(value: list[int]) -> str:
    return show.listed(str(sentences.DAYS[day]) for day in value)


def _numbers(value: list[int]) -> str:
    return show.listed(map(str, value))


def _hours(value: list[list[int]]) -> str:
    return show.listed(f"{sentences.clock_face(begin)}–{sentences.clock_face(end)}" for begin, end in value)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")

"""LOY-04 · B7.1 — a rule as data: the form in which it is kept, proposed, approved and shown.

Only what differs from "asks nothing" is written, so that two versions can be compared field by field. What is read back
is checked: an unknown field, a wrong type or a rule that could never give a point is refused.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from core.rules import RuleBroken
from loyalty.policy.rules import Cap, Effect, Kind, Per, Rule, When, Which

LARGEST_POINTS = 1_000_000
LARGEST_BPS = 100_000
LARGEST_BUDGET = 10**12
FIRST_YEAR, LAST_YEAR = 2000, 2199


class RuleRefused(RuleBroken):
    """`rule_field_unknown`, `rule_field_wrong` (with the field), `rule_gives_nothing`."""


def to_json(rule: Rule) -> dict[str, Any]:
    """The rule without code and version, which its row has; only what is not the default."""
    found: dict[str, Any] = {"kind": rule.kind.value, "effect": rule.effect.value}
    for name in ("points", "per_minor", "bps", "priority", "group"):
        if (value := getattr(rule, name)) != _default(Rule, name):
            found[name] = value
    for part in ("when", "which"):
        written = _written(getattr(rule, part))
        found |= {f"{part}_{name}": value for name, value in written.items()}
    if rule.cap is not None:
        found |= {"cap_points": rule.cap.points, "cap_per": rule.cap.per.value}
    if (most := rule.programme_cap) is not None:
        found |= {"programme_cap_points": most.points, "programme_cap_per": most.per.value}
    return found


def from_json(code: str, version: int, said: Mapping[str, Any]) -> Rule:
    """The rule that was written so; refuses what no rule may say."""
    if unknown := set(said) - FIELDS.keys():
        raise RuleRefused("rule_field_unknown", field=min(unknown))
    read = {name: _read(name, said[name]) for name in said}
    when = When(**_of("when_", read))
    which = Which(**_of("which_", read))
    cap, most = _cap("cap", read), _cap("programme_cap", read)
    own = {name: read[name] for name in ("points", "per_minor", "bps", "priority", "group") if name in read}
    kind, effect = read.get("kind", Kind.PURCHASE), read.get("effect", Effect.BONUS)
    rule = Rule(code, version, kind, effect, when=when, which=which, cap=cap, programme_cap=most, **own)
    _refuse_empty(rule)
    return rule


def _cap(name: str, read: Mapping[str, Any]) -> Cap | None:
    """How much, and over what; who names no period means a day."""
    if f"{name}_points" not in read:
        return None
    return Cap(read[f"{name}_points"], read.get(f"{name}_per", Per.DAY))


def _refuse_empty(rule: Rule) -> None:
    gives = {
        Effect.RATE: rule.points > 0 and rule.per_minor > 0,
        Effect.MULTIPLY: rule.bps != _default(Rule, "bps"),
        Effect.BONUS: rule.points > 0,
        Effect.BONUS_PER_UNIT: rule.points > 0,
    }
    if not gives[rule.effect]:
        raise RuleRefused("rule_gives_nothing")
    if rule.programme_cap is not None and rule.programme_cap.per is Per.PURCHASE:
        raise RuleRefused("rule_field_wrong", field="programme_cap_per")
    when = rule.when
    if when.starts_at and when.ends_at and when.ends_at <= when.starts_at:
        raise RuleRefused("rule_field_wrong", field="when_ends_at")


def _default(cls: type, name: str) -> Any:
    return next(field.default for field in dataclasses.fields(cls) if field.name == name)


def _written(part: When | Which) -> dict[str, Any]:
    empty = type(part)()
    found = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    return {name: _plain(value) for name, value in found.items() if value != getattr(empty, name)}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [list(pair) for pair in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _of(prefix: str, read: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in read.items() if name.startswith(prefix)}


def _read(name: str, value: Any) -> Any:
    try:
        return FIELDS[name](value)
    except (TypeError, ValueError) as error:
        raise RuleRefused("rule_field_wrong", field=name) from error


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return read


def _words(value: Any) -> frozenset[str]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(one, str) and one and "\x00" not in one for one in value
    ):
        raise ValueError
    return frozenset(value)


def _numbers(low: int, high: int) -> Callable[[Any], frozenset[int]]:
    one = _whole(low, high)

    def read(value: Any) -> frozenset[int]:
        return frozenset(one(each) for each in value)

    return read


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError
    return moment


def _hours(value: Any) -> tuple[tuple[int, int], ...]:
    minute = _whole(0, 24 * 60)
    pairs = tuple((minute(begin), minute(end)) for begin, end in value)
    if any(end <= begin for begin, end in pairs):
        raise ValueError
    return pairs


def _yes_or_no(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 40 or "\x00" in value:
        raise ValueError
    return value


FIELDS: dict[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "effect": Effect,
    "points": _whole(0, LARGEST_POINTS),
    "per_minor": _whole(0, 10**9),
    "bps": _whole(0, LARGEST_BPS),
    "priority": _whole(0, 10_000),
    "group": _text,
    "cap_points": _whole(1, LARGEST_POINTS),
    "cap_per": Per,
    "programme_cap_points": _whole(1, LARGEST_BUDGET),
    "programme_cap_per": Per,
    "when_starts_at": _moment,
    "when_ends_at": _moment,
    "when_weekdays": _numbers(0, 6),
    "when_days_of_month": _numbers(1, 31),
    "when_hours": _hours,
    "when_tiers": _words,
    "when_stores": _words,
    "when_codes": _words,
    "when_min_net_minor": _whole(0, 10**12),
    "when_first_only": _yes_or_no,
    "when_birthday_days": _whole(0, 31),
    "when_on_holidays": _yes_or_no,
    "which_categories": _words,
    "which_skus": _words,
    "which_not_categories": _words,
    "which_not_skus": _words,
}

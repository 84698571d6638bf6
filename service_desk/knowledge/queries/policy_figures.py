"""The figures of the policy that articles name: `{activation.within_days}` is the value in force (SVC-15, SEC-07)."""

import functools
from typing import Any

from core import parameter_display, parameter_values, parameters, show
from service_desk.knowledge.policy.markup import Figure


def reader() -> Figure:
    """A function that tells the value of a parameter today, as a reader wants it; asked for the same area, it reads once."""
    now = parameters.Snapshot()
    areas: dict[str, tuple[dict[str, Any], dict[str, parameter_display.Field]] | None] = {}

    def area(code: str) -> tuple[dict[str, Any], dict[str, parameter_display.Field]] | None:
        if code not in areas:
            found = parameters.area_of(code)
            areas[code] = (parameter_values.to_json(now.of(found.cls)), _fields(code)) if found else None
        return areas[code]

    def figure(path: str) -> str | None:
        code, name, *place = path.split(".")
        known = area(code)
        if known is None or name not in known[1]:
            return None
        return _told(known[1][name], known[0][name], place)

    return figure


@functools.cache
def _fields(code: str) -> dict[str, parameter_display.Field]:
    found = parameters.area_of(code)
    return {one.name: one for one in parameter_display.fields_of(found)} if found else {}


def _told(field: parameter_display.Field, value: Any, place: list[str]) -> str | None:
    """A value, or of a list the one at a place: `{renewal.remind_before.0}`; of a list of parts a part of one of them."""
    if not place:
        return None if field.inner else _shown(field, value)
    if not isinstance(value, list) or not place[0].isdecimal() or int(place[0]) >= len(value):
        return None
    found = value[int(place[0])]
    if len(place) == 1:
        return None if field.inner else _shown(field, found)
    part = next((one for one in field.inner if one.name == place[1]), None)
    return _shown(part, found[part.name]) if part and len(place) == 2 else None


def _shown(field: parameter_display.Field, value: Any) -> str:
    """As the parameter pages show it, but an amount without cents where it has none: it stands in a sentence."""
    whole = isinstance(value, int) and field.unit.startswith(parameter_display.AMOUNT)
    return show.price(value) if whole else field.show(value)

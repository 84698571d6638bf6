"""Policy parameters in words: a share as per cent, an amount as money, a list as a list."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from core import parameters, show, words

UNITS = {
    "cards": pgettext_lazy("unit", "cards"),
    "days": pgettext_lazy("unit", "days"),
    "days late": pgettext_lazy("unit", "days late"),
    "digits": pgettext_lazy("unit", "digits"),
    "fields": pgettext_lazy("unit", "fields"),
    "hour": pgettext_lazy("unit", "o’clock"),
    "hours": pgettext_lazy("unit", "hours"),
    "minutes": pgettext_lazy("unit", "minutes"),
    "monthly parts": pgettext_lazy("unit", "monthly parts"),
    "renewals": pgettext_lazy("unit", "renewals"),
    "seconds": pgettext_lazy("unit", "seconds"),
    "tries": pgettext_lazy("unit", "tries"),
    "years": pgettext_lazy("unit", "years"),
}
PER_CENT = "basis points"
AMOUNT = "minor units"
TIER = "tier code"


@dataclass(frozen=True)
class Field:
    """A field of an area as the screen needs it: its place, its type, its unit and clause, and its name in words."""

    path: str
    label: str
    hint: Any
    metadata: Mapping[str, Any]
    inner: tuple["Field", ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def unit(self) -> str:
        return str(self.metadata.get("unit", ""))

    @property
    def clause(self) -> str:
        return str(self.metadata.get("clause", ""))

    def show(self, value: Any) -> str:
        """A JSON value in words."""
        if value is None:
            return "—"
        if isinstance(value, list):
            told = [self._one(item) for item in value]
            return (" · ".join(told) if self.inner else show.listed(told)) or _("none")
        return self._one(value)

    def _one(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return show.listed(f"{part.label} {part.show(value.get(part.name))}" for part in self.inner)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int):
            return self._number(value)
        return words.of(words.TIER, str(value)) if self.unit == TIER else str(value) or "—"

    def _number(self, value: int) -> str:
        if self.unit == PER_CENT:
            return per_cent(value)
        if self.unit.startswith(AMOUNT):
            return show.money(value)
        return show.number(value)

    @property
    def unit_in_words(self) -> str:
        """What stands behind the value; shares and amounts carry their sign already."""
        return str(UNITS.get(self.unit, ""))


def per_cent(basis_points: int) -> str:
    whole, rest = divmod(abs(basis_points), 100)
    digits = f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"{show.MINUS if basis_points < 0 else ''}{digits} %"


def fields_of(area: parameters.Area) -> list[Field]:
    return list(_fields(area, area.cls, ""))


def _fields(area: parameters.Area, cls: Any, path: str) -> tuple[Field, ...]:
    hints = get_type_hints(cls)
    found = []
    for field in fields(cls):
        place = f"{path}{field.name}"
        inner = parameters.nested(hints[field.name])
        parts = _fields(area, inner, f"{place}.") if inner else ()
        found.append(Field(place, area.label(place), hints[field.name], field.metadata, parts))
    return tuple(found)

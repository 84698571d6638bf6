"""What a request or an answer looks like, said once (SEC-05 · D10.3).

The same declaration reads JSON strictly and describes itself in OpenAPI.

A shape is a frozen dataclass whose fields are made with `said(...)`. Nothing is coerced: a float is no amount, `true` is
no number, an unknown field is an error, and every error is told at once with its place.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from typing import Any, TypeVar, cast

from django.utils.functional import Promise

S = TypeVar("S")
Schema = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place (`lines[0].net_minor`): the code of its sentence, and what that sentence needs."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Unfit(Exception):
    """A body that does not have its shape; all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(f"{one.field}: {one.code}" for one in faults))
        self.faults = faults


class Kind:
    """What a value may be."""

    def read(self, value: Any, at: str) -> Any:
        raise NotImplementedError

    def schema(self) -> Schema:
        raise NotImplementedError

    def typed(self, text: str) -> Any:
        """The value that an address says by this text."""
        return text


@dataclass(frozen=True)
class Text(Kind):
    most: int
    least: int = 1
    pattern: str = ""

    def read(self, value: Any, at: str) -> str:
        if not isinstance(value, str):
            raise Unfit([Fault(at, "field_text")])
        if not self.least <= len(value) <= self.most:
            raise Unfit([Fault(at, "field_length", {"least": self.least, "most": self.most})])
        if not value.isprintable() or (self.pattern and not re.fullmatch(self.pattern, value)):
            raise Unfit([Fault(at, "field_unreadable")])
        return value

    def schema(self) -> Schema:
        found: Schema = {"type": "string", "minLength": self.least, "maxLength": self.most}
        return found | ({"pattern": f"^{self.pattern}$"} if self.pattern else {})


@dataclass(frozen=True)
class Whole(Kind):
    least: int
    most: int

    def read(self, value: Any, at: str) -> int:
        if type(value) is not int:
            raise Unfit([Fault(at, "field_whole_number")])
        if not self.least <= value <= self.most:
            raise Unfit([Fault(at, "field_range", {"least": self.least, "most": self.most})])
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def typed(self, text: str) -> Any:
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else text


@dataclass(frozen=True)
class Clamped(Whole):
    """A size that is brought into its bounds rather than refused."""

    def read(self, value: Any, at: str) -> int:
        if type(value) is not int:
            raise Unfit([Fault(at, "field_whole_number")])
        return min(max(value, self.least), self.most)


class Moment(Kind):
    """An instant with its offset from UTC (RFC 3339)."""

    def read(self, value: Any, at: str) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
            if moment is not None and moment.utcoffset() is not None and moment.year > 1:
                return moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        raise Unfit([Fault(at, "field_moment")])

    def schema(self) -> Schema:
        return {"type": "string", "format": "date-time"}


class Day(Kind):
    def read(self, value: Any, at: str) -> dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (ValueError, TypeError):
            raise Unfit([Fault(at, "field_day")]) from None

    def schema(self) -> Schema:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class OneOf(Kind):
    values: tuple[str, ...]

    def read(self, value: Any, at: str) -> str:
        if value not in self.values:
            raise Unfit([Fault(at, "field_one_of", {"values": ", ".join(self.values)})])
        return str(value)

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.values)}


@dataclass(frozen=True)
class Part(Kind):
    """A shape inside a shape."""

    shape: type

    def read(self, value: Any, at: str) -> Any:
        return read(self.shape, value, at=at)

    def schema(self) -> Schema:
        return {"$ref": f"#/components/schemas/{self.shape.__name__}"}


@dataclass(frozen=True)
class Unread(Part):
    """A shape that is read later, so that one that is wrong does not stop the others."""

    def read(self, value: Any, at: str) -> Any:
        return value


@dataclass(frozen=True)
class Several(Kind):
    of: Kind
    most: int
    least: int = 0

    def read(self, value: Any, at: str) -> list[Any]:
        if not isinstance(value, list):
            raise Unfit([Fault(at, "field_list")])
        if not self.least <= len(value) <= self.most:
            raise Unfit([Fault(at, "field_count", {"least": self.least, "most": self.most})])
        found, faults = [], []
        for place, one in enumerate(value):
            try:
                found.append(self.of.read(one, f"{at}[{place}]"))
            except Unfit as unfit:
                faults += unfit.faults
        if faults:
            raise Unfit(faults)
        return found

    def schema(self) -> Schema:
        return {"type": "array", "items": self.of.schema(), "minItems": self.least, "maxItems": self.most}


@dataclass(frozen=True)
class Said:
    """What a field may be, what it means, and an example."""

    kind: Kind
    means: str | Promise
    example: Any


def said(kind: Kind, means: str | Promise, example: Any = None, **default: Any) -> Any:
    """A field of a shape; with a `default` it may be left out, and where that is None it may also be null."""
    return dataclasses.field(metadata={"said": Said(kind, means, example)}, **default)


def fields_of(shape: type) -> dict[str, tuple[Said, Any]]:
    """Name → what is said of it, and its default (`MISSING` where it must be given)."""
    return {one.name: (one.metadata["said"], one.default) for one in dataclasses.fields(shape)}


def read(shape: type[S], given: Any, *, at: str = "") -> S:
    """The shape that was given; refuses (`Unfit`) with everything that is wrong."""
    if not isinstance(given, dict):
        raise Unfit([Fault(at, "field_object")])
    fields, faults, found = fields_of(shape), [], {}
    place = f"{at}." if at else ""
    faults += [Fault(f"{place}{name}"[:80], "field_unknown") for name in given if name not in fields]
    for name, (what, default) in fields.items():
        if name not in given:
            if default is MISSING:
                faults.append(Fault(f"{place}{name}", "field_missing"))
        elif not (given[name] is None and default is None):
            try:
                found[name] = what.kind.read(given[name], f"{place}{name}")
            except Unfit as unfit:
                faults += unfit.faults
    if faults:
        raise Unfit(faults)
    return cast("Any", shape)(**found)  # type: ignore[no-any-return]


def written(row: Any) -> dict[str, Any]:
    """An answer as it goes out."""
    return {name: _plain(getattr(row, name)) for name in fields_of(type(row))}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return written(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, dt.date) else value


def schema(shape: type) -> Schema:
    """The shape as OpenAPI writes it."""
    properties, needed = {}, []
    for name, (what, default) in fields_of(shape).items():
        found = what.kind.schema()
        if default is None:
            found = {"anyOf": [found, {"type": "null"}]}
        if default is MISSING:
            needed.append(name)
        elif default is not None and not callable(default):
            found |= {"default": default}
        properties[name] = found | {"description": str(what.means)}
        if what.example is not None:
            properties[name]["examples"] = [what.example]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def parts_of(shape: type) -> list[type]:
    """The shape and every shape inside it."""
    found = [shape]
    for what, _ in fields_of(shape).values():
        kind = what.kind.of if isinstance(what.kind, Several) else what.kind
        if isinstance(kind, Part):
            found += [one for one in parts_of(kind.shape) if one not in found]
    return found

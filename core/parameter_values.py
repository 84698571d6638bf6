"""SEC-07 — policy parameters as frozen dataclasses, and their revisions as JSON that is checked on the way in.

An area of the policy is a dataclass whose fields are made with `parameter(...)`: default, unit, clause and bounds
stand together. Its values are int, bool, str, tuples of these, and nested dataclasses of the same kind.
"""

import dataclasses
import functools
import types
from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from core.rules import RuleBroken

T = TypeVar("T")
P = TypeVar("P")
_TYPE_NAMES = {int: "integer", bool: "yes_or_no", str: "text"}


class ParameterRefused(RuleBroken):
    """`parameter_unknown`, `parameter_missing`, `parameter_wrong_type`, `parameter_out_of_range`, with the field."""


def parameter(default: T, *, unit: str, clause: str, minimum: int = 0, maximum: int | None = None) -> T:
    """A field of an area: its default, what it is measured in, and the clause that it fills the `[X]` of."""
    metadata = {"unit": unit, "clause": clause, "minimum": minimum, "maximum": maximum}
    return dataclasses.field(default=default, metadata=metadata)


def to_json(parameters: object) -> dict[str, Any]:
    """The values as JSON can hold them: tuples become lists, nested areas objects."""
    return {f.name: _plain(getattr(parameters, f.name)) for f in dataclasses.fields(cast(Any, parameters))}


def from_json(area: type[P], values: Mapping[str, Any]) -> P:
    """The area with these values; a parameter that the revision does not know keeps its default.

    Refuses an unknown name, a wrong type (true is not a number, 1.0 is not an integer) and a number out of bounds.
    """
    return cast(P, _area(area, values, path=""))


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return to_json(value) if dataclasses.is_dataclass(value) else value


def _area(area: Any, values: object, *, path: str) -> object:
    if not isinstance(values, Mapping):
        raise ParameterRefused("parameter_wrong_type", field=path, expected=area.__name__)
    known = {f.name: f for f in dataclasses.fields(area)}
    for name in values:
        if name not in known:
            raise ParameterRefused("parameter_unknown", field=_join(path, str(name)))
    for name, f in known.items():
        if f.default is dataclasses.MISSING and name not in values:
            raise ParameterRefused("parameter_missing", field=_join(path, name))
    hints = _hints(area)
    return area(**{k: _value(hints[k], v, known[k].metadata, path=_join(path, k)) for k, v in values.items()})


_hints = functools.cache(get_type_hints)


def _value(hint: Any, value: object, metadata: Mapping[str, Any], *, path: str) -> object:
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ParameterRefused("parameter_wrong_type", field=path, expected="list")
        return tuple(_value(get_args(hint)[0], v, metadata, path=f"{path}.{i}") for i, v in enumerate(value))
    if get_origin(hint) is types.UnionType:
        if value is None and type(None) in get_args(hint):
            return None
        return _value(next(h for h in get_args(hint) if h is not type(None)), value, metadata, path=path)
    if dataclasses.is_dataclass(hint):
        return _area(hint, value, path=path)
    if type(value) is not hint:
        raise ParameterRefused("parameter_wrong_type", field=path, expected=_TYPE_NAMES[hint])
    if hint is int and not _within(cast(int, value), metadata):
        bounds = {"minimum": metadata.get("minimum"), "maximum": metadata.get("maximum")}
        raise ParameterRefused("parameter_out_of_range", field=path, **bounds)
    return value


def _within(value: int, metadata: Mapping[str, Any]) -> bool:
    minimum, maximum = metadata.get("minimum"), metadata.get("maximum")
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

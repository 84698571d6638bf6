"""The `[X]` of the policy: shipped defaults, overlaid by dated and approved revisions (SEC-07 · A5.1.1).

An area is a frozen dataclass of `core.parameter_values.parameter(...)` fields with a class constant `AREA`. A revision
names only what it changes; from its day on it overlays the revisions before it. `core.parameter_revisions` makes them.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from django.core.cache import cache
from django.utils.functional import Promise

from core import clock, parameter_values
from core.models import ParameterRevision

P = TypeVar("P")
Revisions = Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]
logger = logging.getLogger(__name__)
CACHE_KEY = "core.parameters.1"
CACHE_SECONDS = 300
_kept: ContextVar[dict[str, Revisions] | None] = ContextVar("parameters", default=None)


@dataclass(frozen=True)
class Area:
    """A registered dataclass, the department that looks after it, and what its fields are called on screen."""

    cls: type
    title: str | Promise
    department: str
    labels: Mapping[str, str | Promise]

    @property
    def code(self) -> str:
        return str(self.cls.AREA)  # type: ignore[attr-defined]

    def label(self, path: str) -> str:
        return str(self.labels[path])


_areas: dict[str, Area] = {}


def register(
    cls: type[P], *, department: str, labels: Mapping[str, str | Promise], title: str | Promise | None = None
) -> type[P]:
    """Enter an area. `labels` names every field, and the fields of a nested dataclass as `offers.years`."""
    area = Area(cls, title or _first_words(cls), department, labels)
    if missing := _paths(cls) ^ set(labels):
        raise ValueError(f"labels of {cls.__name__}: missing or unknown {sorted(missing)}")
    if area.code in _areas:
        raise ValueError(f"registered twice: {area.code}")
    _areas[area.code] = area
    return cls


def area_of(code: str) -> Area | None:
    return _areas.get(code)


def areas() -> list[Area]:
    return sorted(_areas.values(), key=lambda area: (area.department, str(area.title)))


def _first_words(cls: type) -> str:
    return (cls.__doc__ or cls.__name__).partition("\n")[0].strip()


def nested(hint: Any) -> Any:
    """The dataclass inside `Offer` or `tuple[Offer, ...]`, or None."""
    inner = hint if is_dataclass(hint) else next(iter(get_args(hint)), None)
    return inner if is_dataclass(inner) else None


def _paths(cls: Any) -> set[str]:
    hints = get_type_hints(cls)
    found = set()
    for field in fields(cls):
        found.add(field.name)
        if inner := nested(hints[field.name]):
            found |= {f"{field.name}.{path}" for path in _paths(inner)}
    return found


def in_force(cls: type[P], *, on: dt.date | None = None) -> P:
    """The values of an area on a business day (default: today). One read of the cache; in a loop hold a `Snapshot`."""
    return _values(cls, _revisions(), on or clock.today())


class Snapshot:
    """All areas as they stand on a day, read once: for jobs, which ask a thousand times."""

    def __init__(self, *, on: dt.date | None = None) -> None:
        self.on = on or clock.today()
        self._revisions = _revisions()
        self._found: dict[type, Any] = {}

    def of(self, cls: type[P]) -> P:
        if cls not in self._found:
            self._found[cls] = _values(cls, self._revisions, self.on)
        found: P = self._found[cls]
        return found


def _values(cls: type[P], revisions: Revisions, on: dt.date) -> P:
    known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
    merged: dict[str, Any] = {}
    for since, values in revisions.get(str(cls.AREA), ()):  # type: ignore[attr-defined]
        if since <= on.isoformat():
            merged |= {name: value for name, value in values.items() if name in known}
    return parameter_values.from_json(cls, merged)


def next_change(cls: type[P], field: str, *, after: dt.date) -> tuple[dt.date, Any] | None:
    """The first scheduled change of a field later than a day: from when, and to what (as JSON)."""
    for since, values in _revisions().get(str(cls.AREA), ()):  # type: ignore[attr-defined]
        if since > after.isoformat() and field in values:
            return dt.date.fromisoformat(since), values[field]
    return None


def days_of_change(cls: type[P]) -> list[dt.date]:
    """The days from which revisions of an area hold, past and announced, each once."""
    days = {since for since, _values in _revisions().get(str(cls.AREA), ())}  # type: ignore[attr-defined]
    return [dt.date.fromisoformat(day) for day in sorted(days)]


def history(code: str) -> list[ParameterRevision]:
    """Every revision of an area, newest first, with the people who made it."""
    rows = ParameterRevision.objects.filter(area=code).select_related("author", "approver", "approval")
    return list(rows.order_by("-effective_on", "-id"))


def refresh() -> None:
    """Put what the database now says into the cache; called when a revision has been committed."""
    (_kept.get() or {}).clear()
    try:
        cache.set(CACHE_KEY, _from_database(), CACHE_SECONDS)
    except Exception:
        logger.exception("the cache did not take the new parameters; they are in force within %s s", CACHE_SECONDS)


@contextmanager
def read_once() -> Iterator[None]:
    """Within it, what is in force is read the first time that somebody asks: a request sees one state of it."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def _revisions() -> Revisions:
    kept = _kept.get()
    if kept is None:
        return _from_cache()
    if "now" not in kept:
        kept["now"] = _from_cache()
    return kept["now"]


def _from_cache() -> Revisions:
    """A reader that finds nothing there *adds* what it read, which never overwrites a newer refresh."""
    try:
        found: Revisions | None = cache.get(CACHE_KEY)
        if found is None:
            found = _from_database()
            cache.add(CACHE_KEY, found, CACHE_SECONDS)
    except Exception:
        logger.exception("the cache does not answer; parameters are read from the database")
        found = _from_database()
    return found


def _from_database() -> Revisions:
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    rows = ParameterRevision.objects.order_by("effective_on", "id").values_list("area", "effective_on", "values")
    for area, since, values in rows:
        found.setdefault(area, []).append((since.isoformat(), values))
    return found

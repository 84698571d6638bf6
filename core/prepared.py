"""Queries that are put together once: for those that every page or sale asks, where the ORM would spend more time on writing
the statement, and PostgreSQL on planning it, than the database on answering it.

    _TERMS = Prepared(lambda card: Term.objects.filter(card=card).order_by("sequence"))
    _TERMS.all(card=card.pk)

Each argument stands for a value that is compared with; the rows are those that the QuerySet would have found. The SQL is
written once a process. PostgreSQL keeps the statement with its plan for as long as a connection lasts, unless the database
is reached through a pooler that gives each transaction another connection (`DISABLE_SERVER_SIDE_CURSORS`).
"""

import datetime as dt
import inspect
import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.models import Expression, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators
from psycopg2.extensions import AsIs

Row = TypeVar("Row")
_numbers = itertools.count(1)
_kept: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The names of the statements that each open connection to PostgreSQL keeps."""


class Slot(Expression):
    """The place of a value in a prepared query."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


@dataclass(frozen=True)
class Asked:
    """A prepared query with the values it is asked with."""

    query: "Prepared[Any]"
    values: frozenset[tuple[str, object]]


known: ContextVar[dict[Asked, list[Any]] | None] = ContextVar("known", default=None)
"""What was asked ahead (`core.ahead`) and not yet been used."""


class Prepared(Generic[Row]):
    """A query that is written once, and asked with other values each time."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build

    @cached_property
    def written(self) -> "_Written":
        return _Written(self._build)

    def with_(self, **values: object) -> Asked:
        """The query with values, to be asked ahead."""
        return Asked(self, frozenset(values.items()))

    def all(self, **values: object) -> list[Row]:
        """Every row, read now."""
        if (ahead := known.get()) and (found := ahead.pop(self.with_(**values), None)) is not None:
            return cast(list[Row], found)
        return cast(list[Row], self.written.ask(values))

    def first(self, **values: object) -> Row | None:
        """The first row, of a query that asks for no more than one."""
        return next(iter(self.all(**values)), None)


class Statement:
    """SQL with places for values, which PostgreSQL plans the first time that a connection executes it."""

    def __init__(self, name: str, sql: str, places: Sequence[Any]) -> None:
        self.name, self.sql, self.places = name, sql, places
        slots = ", ".join("%s" for one in places if isinstance(one, Slot))
        self._execute = f"EXECUTE {name}" + (f" ({slots})" if slots else "")

    def execute(self, connection: Any, cursor: Any, values: Sequence[Any]) -> None:
        kept = _kept.setdefault(connection.connection, set())
        if self.name not in kept:
            self._prepare(connection, cursor)
            kept.add(self.name)
        try:
            cursor.execute(self._execute, values)
        except NotSupportedError:  # a column has got another type since
            if connection.in_atomic_block:
                connection.close_at = 0  # the next request gets a connection that has planned nothing
                raise
            cursor.execute(f"DEALLOCATE {self.name}")
            self._prepare(connection, cursor)
            cursor.execute(self._execute, values)

    def _prepare(self, connection: Any, cursor: Any) -> None:
        """Not counted as a statement of the page: it is one of the connection. Constants stay constants."""
        numbers = itertools.count(1)
        places = [AsIs(f"${next(numbers)}") if isinstance(one, Slot) else one for one in self.places]
        with connection.wrap_database_errors:
            driver = cursor.cursor
            driver.execute(f"PREPARE {self.name} AS {driver.mogrify(self.sql, places).decode()}")


class _Written:
    """The SQL of a query, and how its rows become what the QuerySet would have made of them."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        rows = build(**{name: Slot(name) for name in inspect.signature(build).parameters})
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        name = f"{build.__module__}_{next(_numbers)}".replace(".", "_")
        self.statement = Statement(name, sql, places)
        self.columns = [one[0] for one in compiler.select[: compiler.col_count]]
        self._slots = [one.name for one in places if isinstance(one, Slot)]
        self._converters = compiler.get_converters(self.columns)
        self._made = _maker(rows, compiler)

    def bound(self, values: Mapping[str, object] | frozenset[tuple[str, object]]) -> list[object]:
        """The values in the order of their places."""
        given = dict(values)
        return [given[name] for name in self._slots]

    def ask(self, values: Mapping[str, object]) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            if keeps_plans(connection):
                self.statement.execute(connection, cursor, self.bound(values))
            else:
                places = [values[one.name] if isinstance(one, Slot) else one for one in self.statement.places]
                cursor.execute(self.statement.sql, [_adapted(one, connection) for one in places])
            return self.rows(cursor.fetchall(), connection)

    def rows(self, found: Iterable[Sequence[Any]], connection: Any) -> list[Any]:
        """The objects of rows as the database's driver gives them."""
        return [self._made(self._converted(row, connection)) for row in found]

    def _converted(self, row: Sequence[Any], connection: Any) -> Sequence[Any]:
        if not self._converters:
            return row
        values = list(row)
        for place, (converters, expression) in self._converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values


def _maker(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What makes a row's object, the way the QuerySet's own iterable does."""
    iterable: Any = rows._iterable_class
    if issubclass(iterable, FlatValuesListIterable):
        return lambda row: row[0]
    if issubclass(iterable, ValuesListIterable):
        return tuple
    if iterable is not ModelIterable or compiler.annotation_col_map:
        raise TypeError(f"a prepared query is of models without annotations or of values_list, not {iterable.__name__}")
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    columns = slice(places[0], places[-1] + 1)
    names = [one[0].target.attname for one in compiler.select[columns]]
    relations: Any = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of a later Django

    def make(row: Sequence[Any]) -> Any:
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[columns])
        for relation in relations:
            relation.populate(row, found)
        return found

    return make


def keeps_plans(connection: Any) -> bool:
    """Whether statements stay prepared on this connection."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def _adapted(value: Any, connection: Any) -> Any:
    """The value as the database's driver takes it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value

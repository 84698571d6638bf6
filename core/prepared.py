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
from collections.abc import Callable, Sequence
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


class Prepared(Generic[Row]):
    """A query that is written once, and asked with other values each time."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._written: _Written | None = None

    def all(self, **values: object) -> list[Row]:
        """Every row, read now."""
        if self._written is None:
            self._written = _Written(self._build)
        return cast(list[Row], self._written.ask(values))

    def first(self, **values: object) -> Row | None:
        """The first row, of a query that asks for no more than one."""
        return next(iter(self.all(**values)), None)


class _Written:
    """The SQL of a query, the places in it for values, and how its rows become what the QuerySet would have made of them."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        rows = build(**{name: Slot(name) for name in inspect.signature(build).parameters})
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, places = compiler.as_sql()
        self.places: Sequence[Any] = places
        self.slots = [one.name for one in places if isinstance(one, Slot)]
        self.name = f"{build.__module__}_{next(_numbers)}".replace(".", "_")
        self.execute = f"EXECUTE {self.name}" + (f" ({', '.join(['%s'] * len(self.slots))})" if self.slots else "")
        selected = compiler.select[: compiler.col_count]
        self.converters = compiler.get_converters([one[0] for one in selected])
        self.made = _maker(rows, compiler)

    def ask(self, values: dict[str, object]) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            if _keeps_plans(connection):
                self._ask_by_plan(connection, cursor, values)
            else:
                bound = [values[one.name] if isinstance(one, Slot) else one for one in self.places]
                cursor.execute(self.sql, [_adapted(one, connection) for one in bound])
            found = cursor.fetchall()
        return [self.made(self._converted(row, connection)) for row in found]

    def _ask_by_plan(self, connection: Any, cursor: Any, values: dict[str, object]) -> None:
        bound = [values[name] for name in self.slots]
        kept = _kept.setdefault(connection.connection, set())
        if self.name not in kept:
            self._prepare(connection, cursor)
            kept.add(self.name)
        try:
            cursor.execute(self.execute, bound)
        except NotSupportedError:  # a column has got another type since
            if connection.in_atomic_block:
                raise
            cursor.execute(f"DEALLOCATE {self.name}")
            self._prepare(connection, cursor)
            cursor.execute(self.execute, bound)

    def _prepare(self, connection: Any, cursor: Any) -> None:
        """Not counted as a statement of the page: it is one of the connection. Constants stay constants."""
        numbers = itertools.count(1)
        places = [AsIs(f"${next(numbers)}") if isinstance(one, Slot) else one for one in self.places]
        with connection.wrap_database_errors:
            driver = cursor.cursor
            driver.execute(f"PREPARE {self.name} AS {driver.mogrify(self.sql, places).decode()}")

    def _converted(self, row: Sequence[Any], connection: Any) -> Sequence[Any]:
        if not self.converters:
            return row
        values = list(row)
        for place, (converters, expression) in self.converters.items():
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


def _keeps_plans(connection: Any) -> bool:
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

"""Queries whose SQL is put together once a process: for those that every page or sale asks, where the ORM would spend more
time on writing the statement than the database on answering it.

    _TERMS = Prepared(lambda card: Term.objects.filter(card=card).order_by("sequence"))
    _TERMS.all(card=card.pk)

Each argument stands for a value that is compared with; the rows are those that the QuerySet would have found.
"""

import copy
import datetime as dt
import inspect
import uuid
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet
from django.db.models.sql import Query

Row = TypeVar("Row")


class Slot(Expression):
    """The place of a value in a prepared query."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


class _Asked:
    """A query as the ORM's iterables see it: one whose compiler has its SQL already."""

    def __init__(self, query: Query, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, using: str | None = None, **_: object) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Prepared(Generic[Row]):
    """A query that is written once, and asked with other values each time."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._written: tuple[QuerySet[Any, Row], Any, str, list[Any]] | None = None

    def all(self, **values: object) -> list[Row]:
        """Every row, read now."""
        if self._written is None:
            self._written = self._write()
        rows, compiler, sql, places = self._written
        connection = connections[DEFAULT_DB_ALIAS]
        bound = tuple(_adapted(values[one.name], connection) if isinstance(one, Slot) else one for one in places)
        compiler = copy.copy(compiler)
        compiler.connection, compiler.as_sql = connection, lambda: (sql, bound)
        asked: Any = QuerySet(rows.model, query=cast(Query, _Asked(rows.query, compiler)), using=DEFAULT_DB_ALIAS)
        asked._iterable_class, asked._fields = rows._iterable_class, getattr(rows, "_fields", None)
        return list(asked)

    def first(self, **values: object) -> Row | None:
        """The first row, of a query that asks for no more than one."""
        return next(iter(self.all(**values)), None)

    def _write(self) -> tuple[QuerySet[Any, Row], Any, str, list[Any]]:
        rows = self._build(**{name: Slot(name) for name in inspect.signature(self._build).parameters})
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        return rows, compiler, sql, list(places)


def _adapted(value: object, connection: Any) -> object:
    """The value as the database's driver takes it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value

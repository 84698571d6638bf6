"""Several prepared queries in one statement: what a page is known to ask is fetched on one way to PostgreSQL and back.

    with ahead.asking(_TERMS.with_(card=card.pk), _USES.with_(card=card.pk)):
        ...

Inside, each is answered once with what was found, when it is asked with these very values; whatever else is asked goes its
own way. For pages that only read. On SQLite, where no way is long, nothing is asked ahead.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from core import prepared
from core.prepared import Asked, Prepared, Statement

_numbers = itertools.count(1)
_READ: dict[str, Callable[[str], Any]] = {
    "BooleanField": "true".__eq__,
    "CharField": str,
    "DateField": dt.date.fromisoformat,
    "DateTimeField": dt.datetime.fromisoformat,
    "JSONField": str,
    "SlugField": str,
    "TextField": str,
    "TimeField": dt.time.fromisoformat,
    "UUIDField": uuid.UUID,
}
"""How a column reads that PostgreSQL has written as text; numbers are whole."""


@contextmanager
def asking(*asked: Asked) -> Iterator[None]:
    """Ask all of these now; none of them twice."""
    connection = connections[DEFAULT_DB_ALIAS]
    if not prepared.keeps_plans(connection):
        yield
        return
    token = prepared.known.set(_found(connection, asked))
    try:
        yield
    finally:
        prepared.known.reset(token)


def _found(connection: Any, asked: tuple[Asked, ...]) -> dict[Asked, list[Any]]:
    statement = _together(tuple(one.query for one in asked))
    values = [value for one in asked for value in one.query.written.bound(one.values)]
    with connection.cursor() as cursor:
        statement.execute(connection, cursor, values)
        (answers,) = cursor.fetchall()
    return {
        one: one.query.written.rows(_typed(one.query, rows), connection)
        for one, rows in zip(asked, answers, strict=True)
    }


@lru_cache
def _together(queries: tuple[Prepared[Any], ...]) -> Statement:
    """One row: of each query an array of its rows, each of these an array of texts."""
    parts: list[str] = []
    places: list[Any] = []
    for query in queries:
        single, columns = query.written.statement, [f"c{place}" for place in range(len(query.written.columns))]
        texts = ", ".join(f"{column}::text" for column in columns)
        parts.append(f"ARRAY(SELECT ARRAY[{texts}] FROM ({single.sql}) AS q({', '.join(columns)}))")  # noqa: S608  (the ORM's)
        places += single.places
    return Statement(f"ahead_{next(_numbers)}", f"SELECT {', '.join(parts)}", places)


def _typed(query: Prepared[Any], rows: list[list[str | None]]) -> list[list[Any]]:
    readers = _readers(query)
    return [[None if text is None else read(text) for read, text in zip(readers, row, strict=True)] for row in rows]


@lru_cache
def _readers(query: Prepared[Any]) -> list[Callable[[str], Any]]:
    return [_reader(column.output_field) for column in query.written.columns]


def _reader(field: Any) -> Callable[[str], Any]:
    field = getattr(field, "target_field", field)
    kind = field.get_internal_type()
    if kind not in _READ and "IntegerField" not in kind and "AutoField" not in kind:
        raise TypeError(f"a query with a {kind} is not asked ahead")
    return _READ.get(kind, int)

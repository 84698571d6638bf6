"""Many rows at once: by COPY and one UPDATE where the server knows them, by the ORM's own bulk statements elsewhere.

For jobs that write hundreds of thousands of rows. Keys are reserved first, so that rows can name one another before any
of them is written. Signals are not sent and nothing is validated; the database's constraints hold as ever.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import JSONField, Max, Model

PLAIN_BATCH = 500
# The sequence is looked up once, and not for each of its numbers.
NEXT = """
SELECT nextval(s.name) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) s, generate_series(1, %s)
"""
_encoded = DjangoJSONEncoder().encode


class _Nothing(int):
    """NULL, as the csv module is made to write it: like a number without quotes, and empty. An empty text has quotes."""

    def __str__(self) -> str:
        return ""


NULL = _Nothing()


def reserve(model: type[Model], count: int) -> list[int]:
    """So many fresh keys of a table, in ascending order; on SQLite the transaction already holds the only pen."""
    if not count:
        return []
    if connection.vendor != "postgresql":
        last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        return list(range(last + 1, last + 1 + count))
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [model._meta.db_table, count])
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows: for each its values by the attributes named (`member_id`, not `member`).

    Columns that are not named take the defaults of the model; the key, where it is not named, comes from the database.
    """
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(
            [model(**dict(zip(names, row, strict=True))) for row in rows], batch_size=PLAIN_BATCH
        )
        return
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for name, field in by_name.items() if name not in names and not field.primary_key]
    fields = [*map(by_name.__getitem__, names), *rest]
    lines = StringIO()
    csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC).writerows(
        _values(rows, [field.get_default() for field in rest], _places_of_json(fields))
    )
    lines.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN (FORMAT csv)', lines)


def update(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write these columns of known rows, for each its key and its values: numbers, yes and no, moments, short texts."""
    if not rows:
        return
    fields: list[Any] = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    if connection.vendor != "postgresql":
        attributes = [field.attname for field in fields]
        known = [model(**dict(zip(attributes, row, strict=True))) for row in rows]
        model._default_manager.bulk_update(known, names, batch_size=PLAIN_BATCH)
        return
    columns = [(field.column, field.db_type(connection)) for field in fields]
    key = columns[0][0]
    arrays = ", ".join("%s::" + _array(kind) for _, kind in columns)
    changes = ", ".join(f'"{column}" = v."{column}"' for column, _ in columns[1:])
    named = ", ".join(f'"{column}"' for column, _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" t SET {changes} FROM unnest({arrays}) v ({named}) WHERE t."{key}" = v."{key}"',  # noqa: S608  (names of our own models)
            [list(values) for values in zip(*rows, strict=True)],
        )


def source(kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Rows as what an INSERT takes them from, and its parameters; `kinds` are the types of the columns.

    On PostgreSQL an array for each column, so that the server reads a short statement; elsewhere VALUES.
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        return f"SELECT * FROM unnest({arrays})", [list(values) for values in zip(*rows, strict=True)]  # noqa: S608
    places = f"({', '.join(['%s'] * len(kinds))})"
    return f"VALUES {', '.join([places] * len(rows))}", [value for row in rows for value in row]


def _array(kind: str | None) -> str:
    """As wide as it gets: the server narrows a value to its column when it is written."""
    name = (kind or "").partition("(")[0]
    wide = {"boolean": "boolean[]", "timestamp with time zone": "timestamptz[]", "varchar": "text[]"}
    return wide.get(name, "bigint[]")


def _values(rows: Sequence[Sequence[Any]], ending: Sequence[Any], of_json: Sequence[int]) -> list[list[Any]]:
    """The values as the csv module can write them: everything that is not a number stands in quotes."""
    end = [NULL if one is None else one for one in ending]
    found = [[NULL if one is None else one for one in row] + end for row in rows]
    for place in of_json:
        for row in found:
            if row[place] is not NULL:
                row[place] = _encoded(row[place])
    return found


def _places_of_json(fields: Sequence[Any]) -> list[int]:
    for field in fields:
        if getattr(field, "of", None) or type(field).__name__ == "SealedField":
            raise TypeError(f"{field} is sealed: it is not copied")
    return [place for place, field in enumerate(fields) if isinstance(field, JSONField)]

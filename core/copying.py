"""Many rows at once: by COPY and one UPDATE where the server knows them, by the ORM's own bulk statements elsewhere.

For jobs that write hundreds of thousands of rows. Keys are reserved first, so that rows can name one another before any
of them is written. Signals are not sent and nothing is validated; the database's constraints hold as ever.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import BooleanField, DateField, DateTimeField, JSONField, Max, Model

NULL = r"\N"
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
PLAIN_BATCH = 500
_encoded = DjangoJSONEncoder().encode


def reserve(model: type[Model], count: int) -> list[int]:
    """So many fresh keys of a table, in ascending order; on SQLite the transaction already holds the only pen."""
    if not count:
        return []
    if connection.vendor != "postgresql":
        last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        return list(range(last + 1, last + 1 + count))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows: for each its values by the attributes named (`member_id`, not `member`), its key among them.

    Columns that are not named take the defaults of the model.
    """
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(
            [model(**dict(zip(names, row, strict=True))) for row in rows], batch_size=PLAIN_BATCH
        )
        return
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    rest = [field for name, field in by_name.items() if name not in names]
    ending = "".join(
        "\t" + (NULL if one is None else _text_of(field)(one)) for field in rest for one in [field.get_default()]
    )
    texts = [_text_of(field) for field in fields]
    lines = StringIO()
    for row in rows:
        values = [NULL if one is None else text(one) for text, one in zip(texts, row, strict=True)]
        lines.write("\t".join(values) + ending + "\n")
    lines.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in (*fields, *rest))
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', lines)


def update(model: type[Model], rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these whole-number or yes-and-no columns of known rows, each row its own values."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_update(rows, names, batch_size=PLAIN_BATCH)
        return
    fields: list[Any] = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    columns = [(field.column, field.db_type(connection)) for field in fields]
    key = columns[0][0]
    arrays = ", ".join("%s::" + _array(kind) for _, kind in columns)
    changes = ", ".join(f'"{column}" = v."{column}"' for column, _ in columns[1:])
    named = ", ".join(f'"{column}"' for column, _ in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" t SET {changes} FROM unnest({arrays}) v ({named}) WHERE t."{key}" = v."{key}"',  # noqa: S608  (names of our own models)
            [[getattr(row, field.attname) for row in rows] for field in fields],
        )


def _array(kind: str | None) -> str:
    return {"boolean": "boolean[]"}.get(kind or "", "bigint[]")


def _text_of(field: Any) -> Callable[[Any], str]:
    if isinstance(field, JSONField):
        return lambda value: _encoded(value).translate(_ESCAPED)
    if isinstance(field, BooleanField):
        return lambda value: "t" if value else "f"
    if isinstance(field, DateTimeField | DateField):
        return _moment
    if getattr(field, "of", None) or type(field).__name__ == "SealedField":
        raise TypeError(f"{field} is sealed: it is not copied")
    kind = field.get_internal_type()
    if "Integer" in kind or "AutoField" in kind or "Foreign" in kind or kind == "OneToOneField":
        return str
    return lambda value: str(value).translate(_ESCAPED)


def _moment(value: dt.date | dt.datetime) -> str:
    return value.isoformat()

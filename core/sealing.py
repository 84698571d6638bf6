"""Rotation of the data keys (SEC-03 · A7.3.3): everything sealed with an older key is sealed anew with the first."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from core import audit, crypto
from core.fields import SealedField

BATCH = 1000


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field


def reseal(model: type[models.Model], field: SealedField) -> int:
    """Seal anew what the first key did not seal; returns how many values.

    Runs beside the live programme: a value that somebody changes meanwhile is left to the change, which sealed it with
    the first key already. Stopped midway it goes on where it was. Raises `CannotOpen` when a key is missing.
    """
    done, after = 0, 0
    while rows := _next(model, field, after):
        with transaction.atomic(), connection.cursor() as cursor:
            table, column = _names(model, field)
            for pk, sealed in rows:
                anew = crypto.seal(crypto.unseal(sealed, place=field.place), place=field.place)
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} = %s", [anew, pk, sealed])
                done += cursor.rowcount
        after = rows[-1][0]
    if done:
        with transaction.atomic():
            audit.record("core.keys.rotated", subject=field.place, details={"values": done})
    return done


def _next(model: type[models.Model], field: SealedField, after: int) -> list[tuple[int, str]]:
    """The next values that an older key sealed, in the order of their rows."""
    table, column = _names(model, field)
    current = crypto.seal("", place=field.place).rpartition(":")[0] + ":%"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {column} FROM {table} WHERE id > %s AND {column} <> '' AND {column} NOT LIKE %s ORDER BY id LIMIT %s",
            [after, current, BATCH],
        )
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows


def _names(model: type[models.Model], field: SealedField) -> tuple[str, str]:
    return connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(str(field.column))

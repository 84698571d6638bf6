"""`manage.py rotate_keys`: seal everything anew with the first key of TESSERA_DATA_KEYS (SEC-03).

Put the new key first and keep the old ones, restart, run this, then drop the old keys. It may run while the programme
serves: each row is replaced only if it still holds what was read. Killed, it is simply run again.
"""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import connection, transaction

from core import audit, crypto, sessions
from core.fields import SealedField

BATCH = 500


class Command(BaseCommand):
    help = "Seal all personal data with the newest key."

    def handle(self, *args: Any, **options: Any) -> None:
        for table, key, column, place in sealed_columns():
            try:
                done = rotate(table, key, column, place)
            except crypto.CannotOpen as error:
                raise CommandError(f"{place} holds values that none of TESSERA_DATA_KEYS opens.") from error
            if done:
                self.stdout.write(f"{place}: {done:,} sealed anew")
        rotate_second_steps()
        older = [key for key in crypto.keyring() if key != crypto.sealing_key_id()]
        self.stdout.write(
            f"All is sealed with {crypto.sealing_key_id()}. Needed for older backups only: {older or 'none'}"
        )


def sealed_columns() -> Iterator[tuple[str, str, str, str]]:
    """(table, primary key column, column, place) of everything that is sealed as a whole text."""
    for model in apps.get_models():
        meta = model._meta
        for field in meta.local_concrete_fields:
            if isinstance(field, SealedField):
                yield meta.db_table, str(meta.pk.column), str(field.column), f"{meta.label_lower}.{field.name}"
    yield "django_session", "session_key", "session_data", sessions.PLACE


def rotate_second_steps() -> None:
    """The secrets of authenticator apps and recovery codes are sealed inside a JSON document."""
    for row in Authenticator.objects.iterator(chunk_size=BATCH):
        fresh = {name: _sealed_anew(value) for name, value in row.data.items()}
        if fresh != row.data:
            Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=fresh)


def _sealed_anew(value: Any) -> Any:
    if isinstance(value, list):
        return [_sealed_anew(item) for item in value]
    old = f"{crypto.VERSION}:"
    if not isinstance(value, str) or not value.startswith(old) or crypto.key_id_of(value) == crypto.sealing_key_id():
        return value
    return crypto.seal(crypto.unseal(value, place=crypto.SECOND_STEPS), place=crypto.SECOND_STEPS)


def rotate(table: str, key: str, column: str, place: str) -> int:
    """Seal a column's rows that an older key sealed; a batch is one transaction, a row that changed meanwhile is left."""
    quote = connection.ops.quote_name
    newest = crypto.sealing_key_id()
    current = f"{crypto.VERSION}:{newest}:"
    done, after = 0, None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            where = f"{quote(column)} <> '' AND {quote(column)} NOT LIKE %s"
            params: list[Any] = [current.replace("_", r"\_") + "%"]
            if after is not None:
                where += f" AND {quote(key)} > %s"
                params.append(after)
            cursor.execute(
                f"SELECT {quote(key)}, {quote(column)} FROM {quote(table)} WHERE {where} "  # noqa: S608  (names of our models)
                f"ORDER BY {quote(key)} LIMIT {BATCH}",
                params,
            )
            rows = cursor.fetchall()
            if not rows:
                break
            for pk, sealed in rows:
                fresh = crypto.seal(crypto.unseal(sealed, place=place), place=place)
                cursor.execute(
                    f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE {quote(key)} = %s AND {quote(column)} = %s",  # noqa: S608
                    [fresh, pk, sealed],
                )
                done += cursor.rowcount
            after = rows[-1][0]
    if done:
        with transaction.atomic():
            audit.record("core.keys.rotate", subject=place, details={"values": done})
    return done

"""Transactional tests empty the tables behind them: only those that hold rows, since there are hundreds of others.

Guarded tables refuse that. On PostgreSQL the emptying runs as a replica does, which heeds no trigger; on SQLite their guards
are lifted and raised again. What every database holds from the start (kinds of rows, and their rights) stays.
"""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.utils import CursorWrapper

from core import guards

KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def _flush_what_holds_rows():
    raised = guards.declared()

    def flush(self: BaseDatabaseOperations, _statements: list[str]) -> Any:
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            filled = _filled(cursor)
            if self.connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
                _empty(cursor, filled)
                return
            theirs = [guard for guard in raised if guard.table in filled]
            for statement in (s for guard in theirs for s in guard.lifting(self.connection.vendor)):
                cursor.execute(statement)
            _empty(cursor, filled)
            for statement in (s for guard in theirs for s in guard.raising(self.connection.vendor)):
                cursor.execute(statement)

    patch = pytest.MonkeyPatch()
    patch.setattr(type(connection.ops), "execute_sql_flush", flush)
    yield
    patch.undo()


def _filled(cursor: CursorWrapper) -> set[str]:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{one}")' for one in tables))
    return {name for name, holds in zip(tables, cursor.fetchone(), strict=True) if holds}


def _empty(cursor: CursorWrapper, tables: set[str]) -> None:
    for table in sorted(tables):
        cursor.execute(f'DELETE FROM "{table}"')  # the names are Django's own

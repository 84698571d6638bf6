"""Transactional tests empty every table; guarded tables refuse that, so their guards are re-raised around it."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from core import guards


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_the_guards():
    original = type(connection.ops).execute_sql_flush

    def flush(self: BaseDatabaseOperations, statements: list[str]) -> Any:
        vendor = self.connection.vendor
        raised = guards.declared()
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            for statement in (s for guard in raised for s in guard.lifting(vendor)):
                cursor.execute(statement)
            original(self, statements)
            for statement in (s for guard in raised for s in guard.raising(vendor)):
                cursor.execute(statement)

    patch = pytest.MonkeyPatch()
    patch.setattr(type(connection.ops), "execute_sql_flush", flush)
    yield
    patch.undo()

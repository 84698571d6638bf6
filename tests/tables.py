"""On SQLite the tests take their tables from the models: a second instead of the six that the migrations take.

That the migrations make the same is `tests/core/test_tables.py`; PostgreSQL's tests and every start of the program migrate.
"""

from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core import guards


@pytest.fixture(scope="session")
def _tables_from_models() -> bool:
    database = connections.settings["default"]
    quick = bool(database["ENGINE"].endswith("sqlite3"))
    database["TEST"]["MIGRATE"] = not quick
    return quick


@pytest.fixture(scope="session")
def django_db_setup(_tables_from_models: bool, django_db_setup: None, django_db_blocker: Any) -> None:
    if _tables_from_models:
        with django_db_blocker.unblock():
            finish()


def finish() -> None:
    """What migrations do besides tables: the guards, and the note that they were applied."""
    with connection.cursor() as cursor:
        for guard in guards.declared():
            for statement in guard.raising(connection.vendor):
                cursor.execute(statement)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(app, name)

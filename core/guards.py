"""Tables that only grow: the database itself refuses to change or remove a row, whoever asks.

A migration says `operations = [guards.append_only("core_auditrecord")]`. The owner of the database can lift a guard by
DDL; that it was lifted shows in `manage.py verify`, and what was altered meanwhile shows in the audit chains.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps


class AppendOnly(RunPython):
    """A migration operation: UPDATE and DELETE of the table (and TRUNCATE, on PostgreSQL) are refused from here on."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(self._raise_guards, self._lift_guards)

    def _raise_guards(self, apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements(self.table, vendor=editor.connection.vendor):
            editor.execute(statement, params=None)

    def _lift_guards(self, apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in lifting(self.table, vendor=editor.connection.vendor):
            editor.execute(statement, params=None)


append_only = AppendOnly


def guarded_tables() -> frozenset[str]:
    """Every table that a migration of any app declared append-only."""
    migrations = MigrationLoader(None).disk_migrations.values()
    return frozenset(step.table for one in migrations for step in one.operations if isinstance(step, AppendOnly))


def names(table: str, *, vendor: str) -> tuple[str, ...]:
    """The triggers that guard the table."""
    if vendor == "postgresql":
        return f"{table}_only_grows", f"{table}_is_never_emptied"
    return f"{table}_is_never_updated", f"{table}_is_never_deleted"


def statements(table: str, *, vendor: str) -> list[str]:
    first, second = names(table, vendor=vendor)
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION tessera_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';"
            " END $$",
            f"CREATE TRIGGER {first} BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION tessera_append_only()",
            f"CREATE TRIGGER {second} BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION tessera_append_only()",
        ]
    return [
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN"
        f" SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for name, verb in ((first, "UPDATE"), (second, "DELETE"))
    ]


def lifting(table: str, *, vendor: str) -> list[str]:
    place = f" ON {table}" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{place}" for name in names(table, vendor=vendor)]


def missing() -> Iterator[str]:
    """The guards that migrations raised and that are no longer in force."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {name for (name,) in cursor.fetchall()}
    for table in sorted(guarded_tables()):
        yield from (name for name in names(table, vendor=connection.vendor) if name not in standing)

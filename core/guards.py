"""What the database itself refuses, whoever asks: rows that only grow, terms that no longer change.

A migration says `operations = [guards.append_only("core_auditrecord"), guards.refuse("UPDATE", "…", name=…, when=…)]`.
The owner of the database can lift a guard by DDL; that it was lifted shows in `manage.py verify`, and what was altered
meanwhile shows in the audit chains.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Guard(Operation):
    """A migration operation that raises triggers. It asks for no model, so none is rendered for it."""

    table: str

    def names(self, vendor: str) -> tuple[str, ...]:
        raise NotImplementedError

    def raising(self, vendor: str) -> list[str]:
        raise NotImplementedError

    def lifting(self, vendor: str) -> list[str]:
        place = f" ON {self.table}" if vendor == "postgresql" else ""
        return [f"DROP TRIGGER IF EXISTS {name}{place}" for name in self.names(vendor)]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.raising(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.lifting(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


class AppendOnly(Guard):
    """UPDATE and DELETE of the table (and TRUNCATE, on PostgreSQL) are refused from here on."""

    def __init__(self, table: str) -> None:
        self.table = table

    def names(self, vendor: str) -> tuple[str, ...]:
        return names(self.table, vendor=vendor)

    def raising(self, vendor: str) -> list[str]:
        return statements(self.table, vendor=vendor)


class Refuse(Guard):
    """One verb on the rows of a table is refused when a condition holds; SQL over OLD and NEW that both databases know."""

    def __init__(self, verb: str, table: str, *, name: str, when: str) -> None:
        self.verb, self.table, self.name, self.when = verb, table, name, when

    def names(self, vendor: str) -> tuple[str, ...]:
        return (self.name,)

    def raising(self, vendor: str) -> list[str]:
        said = self.name.replace("_", " ")
        if vendor == "postgresql":
            row = "OLD" if self.verb == "DELETE" else "NEW"
            return [
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {self.when} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'restrict_violation'; END IF;"
                f" RETURN {row}; END $$",
                f"CREATE TRIGGER {self.name} BEFORE {self.verb} ON {self.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            ]
        when = self.when.replace(" IS DISTINCT FROM ", " IS NOT ")  # SQLite before 3.39
        return [
            f"CREATE TRIGGER {self.name} BEFORE {self.verb} ON {self.table} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
        ]


append_only = AppendOnly
refuse = Refuse


def declared() -> list[Guard]:
    """Every guard that a migration of any app raises."""
    migrations = sorted(MigrationLoader(None).disk_migrations.items())
    return [step for _, one in migrations for step in one.operations if isinstance(step, Guard)]


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
    for guard in declared():
        yield from (name for name in guard.names(connection.vendor) if name not in standing)

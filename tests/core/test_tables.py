"""The tables that tests take from the models are those that the migrations make."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.config.embedded import ROOT

pytestmark = pytest.mark.slow
MIGRATED = "call_command('migrate', verbosity=0)"
FROM_MODELS = """
modules, settings.MIGRATION_MODULES = settings.MIGRATION_MODULES, {one.label: None for one in apps.get_app_configs()}
call_command('migrate', run_syncdb=True, verbosity=0)
settings.MIGRATION_MODULES = modules
from tests.tables import finish
finish()
"""
BEGIN = """
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
"""


def shape(run: sqlite3.Connection) -> Iterator[tuple[str, ...]]:
    """Every column, index, check and trigger, whatever the order in which they were added."""
    ask = run.execute
    tables = [name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()]
    for table in tables:
        for _, name, kind, needed, _, key in ask(f'PRAGMA table_info("{table}")').fetchall():
            yield "column", table, name, kind, str(needed), str(key)
        for row in ask(f'PRAGMA foreign_key_list("{table}")').fetchall():
            yield "reference", table, *map(str, row[2:5])
    for kind, name, table, sql in ask("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall():
        if kind == "table":
            yield "checks", table, *sorted(part.split("CHECK")[0].strip(" ,)") for part in sql.split("CONSTRAINT")[1:])
        elif not name.startswith("sqlite_autoindex"):
            yield kind, table, name, sql or ""


def made(home: Path, how: str) -> set[tuple[str, ...]]:
    """The shape of a fresh database that a process of its own made."""
    file = home / "made.sqlite3"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("TEST_", "PYTEST_"))}
    own = {"DATABASE_URL": f"sqlite:///{file}", "TESSERA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", BEGIN + how], cwd=ROOT, env=clean | own, check=True)
    with closing(sqlite3.connect(file)) as run:
        return set(shape(run))


def test_migrations_make_the_tables_of_the_models(tmp_path_factory: pytest.TempPathFactory) -> None:
    migrated = made(tmp_path_factory.mktemp("migrated"), MIGRATED)
    assert len(migrated) > 1_000
    assert made(tmp_path_factory.mktemp("models"), FROM_MODELS) == migrated

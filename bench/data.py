"""The data that all benchmarks share, in a template database: people, numbers, orders, cards, terms, messages."""

import os
import subprocess
import sys
from collections.abc import Iterable
from time import perf_counter

from bench import harness
from bench.harness import Benchmark, Size


def build(server: str, size: Size, *, benchmarks: Iterable[Benchmark], keep: bool) -> None:
    """Make the template, unless one of this size was kept."""
    if keep and _kept(server) == size.name:
        print(f"using the {size.name} data that was kept", flush=True)
        return
    begun = perf_counter()
    print(f"building {size.cards:,} cards …", flush=True)
    with harness.administering(server) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {harness.TEMPLATE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {harness.TEMPLATE}")
    environment = os.environ | {
        "DATABASE_URL": harness.named(server, harness.TEMPLATE),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    environment.pop("TEST_DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "bench.fill", size.name], cwd=harness.ROOT, env=environment, check=True)
    with harness.administering(server) as cursor:
        cursor.execute(f"COMMENT ON DATABASE {harness.TEMPLATE} IS %s", [size.name])
    print(f"built in {perf_counter() - begun:.0f} s", flush=True)


def drop(server: str, *, keep: bool) -> None:
    with harness.administering(server) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {harness.COPY} WITH (FORCE)")
        if not keep:
            cursor.execute(f"DROP DATABASE IF EXISTS {harness.TEMPLATE} WITH (FORCE)")


def _kept(server: str) -> str:
    with harness.administering(server) as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                       [harness.TEMPLATE])  # fmt: skip
        row = cursor.fetchone()
    return row[0] or "" if row else ""

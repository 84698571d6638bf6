"""The data that all benchmarks share, in template databases of a thousand cards, of a tenth of them, and of all."""

import subprocess
import sys
from time import perf_counter

from bench import harness
from bench.harness import Size


def build(server: str, size: Size, *, keep: bool) -> None:
    """Make the templates, each grown from the one before, unless those of this size were kept."""
    if keep and _kept(server) == size.name:
        print(f"using the {size.name} data that was kept", flush=True)
        return
    begun = perf_counter()
    print(f"building {size.cards:,} cards …", flush=True)
    before = ""
    for part, cards in size.parts.items():
        name = harness.template(server, part)
        with harness.administering(server) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {before} STRATEGY FILE_COPY" if before else ""))
        environment = harness.environment(server, name)
        subprocess.run([sys.executable, "-m", "bench.fill", str(cards)], cwd=harness.ROOT, env=environment, check=True)
        before = name
    with harness.administering(server) as cursor:
        cursor.execute(f"COMMENT ON DATABASE {before} IS %s", [size.name])
    print(f"built in {perf_counter() - begun:.0f} s", flush=True)


def drop(server: str, size: Size, *, keep: bool) -> None:
    names = [harness.copied(server, part) for part in size.parts]
    names += [] if keep else [harness.template(server, part) for part in size.parts]
    with harness.administering(server) as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _kept(server: str) -> str:
    with harness.administering(server) as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [harness.template(server, "all")],
        )
        row = cursor.fetchone()
    return row[0] or "" if row else ""

"""The data that all benchmarks share, in template databases of a thousand cards, of a tenth of them, and of all."""

import subprocess
import sys
from time import perf_counter

from bench import harness
from bench.harness import Size

# Data that only some benchmarks ask for: grown from the thousand cards by a module of its own.
APART = {"tiers": "bench.fill_tiers", "desk": "bench.fill_desk", "desk_few": "bench.fill_desk_few"}


def build(server: str, size: Size, *, keep: bool, parts: set[str]) -> None:
    """Make the templates, each grown from the one before, unless those of this size were kept; then what stands apart.

    The static files are gathered first, as a deployed house has them.
    """
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=harness.ROOT, env=harness.environment(server, "none"), check=True)
    if keep and _kept(server, "all") == size.name:
        print(f"using the {size.name} data that was kept", flush=True)
    else:
        _build(server, size)
    for part in parts & APART.keys():
        if not keep or _kept(server, part) != size.name:
            _build_apart(server, size, part)


def _build_apart(server: str, size: Size, part: str) -> None:
    begun, name = perf_counter(), harness.template(server, part)
    print(f"building {part} …", flush=True)
    with harness.administering(server) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {harness.template(server, 'thousand')} STRATEGY FILE_COPY")
    command = [sys.executable, "-m", APART[part], str(size.cards)]
    subprocess.run(command, cwd=harness.ROOT, env=harness.environment(server, name), check=True)
    with harness.administering(server) as cursor:
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [size.name])
    print(f"built in {perf_counter() - begun:.0f} s", flush=True)


def _build(server: str, size: Size) -> None:
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
    parts = [*size.parts, *APART]
    names = [harness.copied(server, part) for part in parts]
    names += [] if keep else [harness.template(server, part) for part in parts]
    with harness.administering(server) as cursor:
        for name in names:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _kept(server: str, part: str) -> str:
    with harness.administering(server) as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [harness.template(server, part)],
        )
        row = cursor.fetchone()
    return row[0] or "" if row else ""

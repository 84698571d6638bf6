"""What every benchmark stands on: a copy of the data for each measurement, a process of its own, three rounds.

A benchmark is a subclass of `Benchmark` with two methods that do the same work: `ours` through the product, `limit` by
hand-written SQL. Each is run in a process of its own (`bench.side`) against a fresh copy of the template database, in
turns, three times; the median counts. Machines are noisy, so only ratios and counts are a bar.
"""

import json
import os
import statistics
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

ROUNDS = 3
ROOT = Path(__file__).resolve().parent.parent
TEMPLATE, COPY = "tessera_bench_data", "tessera_bench_run"


@dataclass(frozen=True)
class Size:
    """How much data: `full` is what the bars are set for, `small` finishes in two minutes."""

    name: str
    cards: int


SIZES = {"small": Size("small", 60_000), "full": Size("full", 1_000_000)}


@dataclass
class Measured:
    """One side of one round: the seconds of the work alone, how many operations it did, by how many statements."""

    seconds: float = 0.0
    done: int = 0
    statements: int = 0
    peak_mb: float = 0.0
    more: dict[str, float] = field(default_factory=dict)


class Benchmark(ABC):
    """One line of `docs/benchmarks.md`."""

    name: str
    title: str
    at_least: float | None = None
    """The lowest ratio of our rate to the limit's."""
    at_most: Mapping[str, float] = {}
    """Upper bounds on figures of ours: `seconds`, `peak_mb`, or a name in `more`."""
    writes = True
    """Whether a side changes the data, so that the next one needs a fresh copy."""

    def prepare(self, cursor: Any, size: Size) -> None:  # noqa: B027  (most need nothing more)
        """Add to the template what this benchmark needs beyond the common data. Runs once."""

    @abstractmethod
    def ours(self, size: Size) -> Measured:
        """The work through the product's own functions; Django is set up on the copy."""

    @abstractmethod
    def limit(self, db: connection, size: Size) -> Measured:
        """The same work by hand-written SQL, on a connection in autocommit mode."""


@dataclass
class Line:
    """What is printed of a benchmark."""

    benchmark: Benchmark
    ours: Measured
    limit: Measured

    @property
    def ratio(self) -> float:
        """Our rate (operations a second) as a share of the limit's."""
        mine, best = self.ours.done / self.ours.seconds, self.limit.done / self.limit.seconds
        return mine / best if best else 0.0

    @property
    def misses(self) -> list[str]:
        """The bars that were not reached."""
        found = []
        if self.ours.done != self.limit.done:
            found.append(f"{self.ours.done} rows, the limit did {self.limit.done}")
        if self.benchmark.at_least is not None and self.ratio < self.benchmark.at_least:
            found.append(f"ratio below {self.benchmark.at_least}")
        figures = {"seconds": self.ours.seconds, "peak_mb": self.ours.peak_mb, **self.ours.more}
        found += [
            f"{name} {figures[name]:.2f} above {most}"
            for name, most in self.benchmark.at_most.items()
            if figures[name] > most
        ]
        return found

    def __str__(self) -> str:
        ours, limit = self.ours, self.limit
        per = ours.statements / ours.done if ours.done else 0.0
        facts = [
            f"{self.benchmark.title:<44}",
            f"{ours.seconds:8.3f} s",
            f"limit {limit.seconds:8.3f} s",
            f"ratio {self.ratio:5.2f}",
            f"{ours.done:>9,} done",
            f"{per:7.4f} statements each",
            f"{ours.peak_mb:5.0f} MB",
            *(f"{name} {value:.3f}" for name, value in ours.more.items()),
        ]
        return "  ".join(facts) + ("  MISSED: " + "; ".join(self.misses) if self.misses else "  ok")


class Watch:
    """Seconds of the work alone: `with watch: …`. Beside Django it also counts the statements."""

    def __init__(self) -> None:
        self.measured = Measured()

    @contextmanager
    def running(self, *, counts: bool = False) -> Iterator[Measured]:
        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            self.measured.statements += 1
            return execute(sql, params, many, context)

        if not counts:
            begun = perf_counter()
            yield self.measured
            self.measured.seconds += perf_counter() - begun
            return
        from django.db import connection as django

        with django.execute_wrapper(count):
            begun = perf_counter()
            yield self.measured
            self.measured.seconds += perf_counter() - begun


def measure(benchmark: Benchmark, size: Size, *, server: str) -> Line:
    """Three rounds, the sides in turns; each median is taken over the rounds."""
    rounds: dict[str, list[Measured]] = {"ours": [], "limit": []}
    for number in range(ROUNDS):
        for side in ("ours", "limit") if number % 2 == 0 else ("limit", "ours"):
            if benchmark.writes or not (rounds["ours"] or rounds["limit"]):
                copy(server)
            rounds[side].append(_side(benchmark, side, size, server=server))
    return Line(benchmark, _median(rounds["ours"]), _median(rounds["limit"]))


def _side(benchmark: Benchmark, side: str, size: Size, *, server: str) -> Measured:
    environment = os.environ | {"DATABASE_URL": named(server, COPY)}
    environment.pop("TEST_DATABASE_URL", None)
    command = [sys.executable, "-m", "bench.side", benchmark.name, side, size.name]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{benchmark.name}, {side}:\n{done.stderr[-3000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _median(rounds: list[Measured]) -> Measured:
    middle = {name: statistics.median(getattr(one, name) for one in rounds) for name in ("seconds", "peak_mb")}
    first = rounds[0]
    more = {name: statistics.median(one.more[name] for one in rounds) for name in first.more}
    return Measured(done=first.done, statements=first.statements, more=more, **middle)


def named(server: str, database: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


@contextmanager
def administering(server: str) -> Iterator[Any]:
    db = psycopg2.connect(named(server, "postgres"))
    db.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        with db.cursor() as cursor:
            yield cursor
    finally:
        db.close()


def copy(server: str) -> None:
    """A fresh copy of the template, with nothing of it left to be written to disk."""
    with administering(server) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {COPY} TEMPLATE {TEMPLATE}")
        cursor.execute("CHECKPOINT")


def dump(measured: Measured) -> str:
    return json.dumps(asdict(measured))

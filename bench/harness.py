"""What every benchmark stands on: a copy of the data, a process of its own for each side, three rounds in turns.

A benchmark is a subclass of `Benchmark` with two sides that do the same work: `ours` through the product, `limit` by
hand-written SQL. Each is run in a process of its own (`bench.side`) against a copy of a template database; the median of
three rounds counts. Machines are noisy, so only ratios and counts are a bar.
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
THOUSAND = 1_000
PRODUCTION = {
    "TESSERA_MODE": "production",
    "TESSERA_SITE_URL": "https://127.0.0.1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "TESSERA_TRUSTED_PROXY_COUNT": "0",
    "TESSERA_STATIC_ROOT": str(ROOT / "var" / "bench-static"),
    "SECRET_KEY": "a-secret-of-benchmarks-which-guards-nothing",
    "TESSERA_INDEX_KEY": "an-index-key-of-benchmarks-which-guards-nothing",
    "TESSERA_AUDIT_KEY": "an-audit-key-of-benchmarks-which-guards-nothing",
    "TESSERA_CODE_KEYS": "a-code-key-of-benchmarks-which-guards-nothing",
    "TESSERA_DATA_KEYS": f"bench:{'0b' * 32}",
}
"""The settings of an installation behind its proxy, so that what runs is what runs there."""


@dataclass(frozen=True)
class Size:
    """How much data and how long: `full` is what the bars are set for, `small` finishes in two minutes."""

    name: str
    cards: int
    seconds: float
    """How long each side of a benchmark with clients runs in a round."""

    @property
    def parts(self) -> dict[str, int]:
        """The template databases and how many cards each holds, growing."""
        return {"thousand": THOUSAND, "tenth": self.cards // 10, "all": self.cards}


SIZES = {"small": Size("small", 60_000, 1.0), "full": Size("full", 1_000_000, 5.0)}


@dataclass
class Measured:
    """One side of one round: the seconds of the work alone, how many operations it did, by how many statements."""

    seconds: float = 0.0
    done: int = 0
    statements: float = 0
    peak_mb: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    """Operations a second by kind, where a benchmark mixes several; each is held to the bar."""

    @property
    def rate(self) -> float:
        return self.done / self.seconds if self.seconds else 0.0


class Benchmark(ABC):
    """One line of `docs/benchmarks.md`."""

    name: str
    title: str
    at_least: float | None = None
    """The lowest ratio of our rate to the limit's."""
    at_most: Mapping[str, float] = {}
    """Upper bounds on figures of ours: `seconds`, `peak_mb`, `statements` an operation."""
    fixed = False
    """Whether both sides must have done the very same rows (jobs), rather than as many as they could (clients)."""
    writes = False
    """Whether a side does what only untouched data can show, so that each needs a fresh copy."""
    data: str = "all"
    limit_data: str = ""
    """Where the limit is the same work on less data: which part of it. Then `limit` is not asked."""
    limit_is = "limit"

    @abstractmethod
    def ours(self, size: Size, turn: int) -> Measured:
        """The work through the product's own functions; Django is set up on the copy. `turn` counts from 0."""

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        """The same work by hand-written SQL, on a connection in autocommit mode."""
        raise NotImplementedError


@dataclass
class Line:
    """What is printed of a benchmark."""

    benchmark: Benchmark
    ours: Measured
    limit: Measured

    @property
    def ratio(self) -> float:
        """Our rate (operations a second) as a share of the limit's."""
        if not self.limit.rate:
            return self.limit.seconds / self.ours.seconds  # nothing was due: the time it took to find out
        return self.ours.rate / self.limit.rate

    @property
    def ratios(self) -> dict[str, float]:
        return {name: rate / self.limit.parts[name] for name, rate in self.ours.parts.items()}

    @property
    def misses(self) -> list[str]:
        """The bars that were not reached."""
        one, found = self.benchmark, []
        if one.fixed and self.ours.done != self.limit.done:
            found.append(f"{self.ours.done} rows, the limit did {self.limit.done}")
        if one.at_least is not None:
            found += [f"{name} below" for name, ratio in self.ratios.items() if ratio < one.at_least]
            found += ["ratio below"] if self.ratio < one.at_least else []
        each = self.ours.statements / self.ours.done if self.ours.done else 0.0
        figures = {"seconds": self.ours.seconds, "peak_mb": self.ours.peak_mb, "statements": each}
        return found + [f"{name} above" for name, most in one.at_most.items() if figures[name] > most]

    @property
    def bars(self) -> str:
        one = self.benchmark
        told = [f"ratio ≥ {one.at_least:g}"] if one.at_least is not None else []
        return ", ".join(told + [f"{name} ≤ {most:g}" for name, most in one.at_most.items()])

    def __str__(self) -> str:
        ours, limit = self.ours, self.limit
        each = f"{ours.statements / ours.done:7.4g} statements each" if ours.statements and ours.done else " " * 23
        facts = [
            f"{self.benchmark.title:<46}",
            f"{_told(ours, self.benchmark)}   {self.benchmark.limit_is} {_told(limit, self.benchmark)}",
            f"ratio {self.ratio:5.2f}",
            each,
            f"{ours.peak_mb:4.0f} MB",
            f"bar: {self.bars}",
            "MISSED: " + "; ".join(self.misses) if self.misses else "ok",
        ]
        lines = ["  ".join(facts)]
        lines += [f"    {name:<42}{ours.parts[name]:9,.0f}/s   {self.benchmark.limit_is} {limit.parts[name]:9,.0f}/s  "
                  f"ratio {ratio:5.2f}" for name, ratio in self.ratios.items()]  # fmt: skip
        return "\n".join(lines)


def _told(one: Measured, benchmark: Benchmark) -> str:
    return f"{one.seconds:9.3f} s {one.done:>9,} rows" if benchmark.fixed else f"{one.rate:9,.0f}/s"


class Watch:
    """Seconds of the work alone: `with watch.running() as measured: …`. Beside Django it also counts the statements."""

    def __init__(self) -> None:
        self.measured = Measured()

    @contextmanager
    def running(self, *, counts: bool = False) -> Iterator[Measured]:
        with counting(self.measured) if counts else _nothing():
            begun = perf_counter()
            yield self.measured
            self.measured.seconds += perf_counter() - begun


@contextmanager
def counting(measured: Measured) -> Iterator[None]:
    """Count Django's statements."""
    from django.db import connection as django

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        measured.statements += 1
        return execute(sql, params, many, context)

    with django.execute_wrapper(count):
        yield


@contextmanager
def _nothing() -> Iterator[None]:
    yield


class Runner:
    """Measures benchmarks on one server, and knows which copies of the data are still untouched."""

    def __init__(self, server: str, size: Size, *, rounds: int = ROUNDS) -> None:
        self.server, self.size, self.rounds = server, size, rounds
        self._untouched: set[str] = set()

    def measure(self, benchmark: Benchmark) -> Line:
        """Three rounds, the sides in turns; each median is taken over the rounds."""
        rounds: dict[str, list[Measured]] = {"ours": [], "limit": []}
        for number in range(self.rounds):
            for side in ("ours", "limit") if number % 2 == 0 else ("limit", "ours"):
                rounds[side].append(self._side(benchmark, side, turn=2 * number + (side == "limit")))
        return Line(benchmark, _median(rounds["ours"]), _median(rounds["limit"]))

    def _side(self, benchmark: Benchmark, side: str, *, turn: int) -> Measured:
        part = benchmark.limit_data if side == "limit" and benchmark.limit_data else benchmark.data
        if benchmark.writes or part not in self._untouched:
            copy(self.server, part)
            self._untouched.add(part)
        if benchmark.writes:
            self._untouched.discard(part)
        command = [sys.executable, "-m", "bench.side", benchmark.name, side, self.size.name, str(turn)]
        told = subprocess.run(
            command, cwd=ROOT, env=environment(self.server, copied(self.server, part)), check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return Measured(**json.loads(told.stdout.splitlines()[-1]))


def _median(rounds: list[Measured]) -> Measured:
    """The round whose rate is the middle one; of the kinds, the median of each."""
    middle = sorted(rounds, key=lambda one: one.rate)[len(rounds) // 2]
    parts = {name: statistics.median(one.parts[name] for one in rounds) for name in middle.parts}
    return Measured(**{**asdict(middle), "parts": parts, "peak_mb": max(one.peak_mb for one in rounds)})


def environment(server: str, database: str) -> dict[str, str]:
    """What a process needs that works on one of our databases, the way an installation with servers of its own does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    redis = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/3")
    return (
        kept
        | PRODUCTION
        | {
            "DATABASE_URL": named(server, database),
            "REDIS_URL": redis,
            "CACHE_URL": redis,  # a cache of our own: what is kept in it is true of this data alone
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TESSERA_DEMO": "0",
            "TESSERA_STAFF_SECOND_FACTOR": "0",
        }
    )


def named(server: str, database: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


def _prefix(server: str) -> str:
    return f"{urlsplit(server).path.strip('/').rpartition('/')[2] or 'tessera'}_bench"


def template(server: str, part: str) -> str:
    """Our databases are called after the one that was named, so that two people can share a server."""
    return f"{_prefix(server)}_{part}"


def copied(server: str, part: str) -> str:
    return f"{_prefix(server)}_run_{part}"


@contextmanager
def administering(server: str) -> Iterator[Any]:
    db = psycopg2.connect(named(server, "postgres"))
    db.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        with db.cursor() as cursor:
            yield cursor
    finally:
        db.close()


def copy(server: str, part: str) -> None:
    """A fresh copy of a template, with nothing of it left to be written to disk."""
    name = copied(server, part)
    with administering(server) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template(server, part)} STRATEGY FILE_COPY")
        cursor.execute("CHECKPOINT")


def dump(measured: Measured) -> str:
    return json.dumps(asdict(measured))

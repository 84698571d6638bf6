"""Eight processes that do one operation over and over, together: how many a second."""

import multiprocessing
import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from time import perf_counter

from bench import harness
from bench.harness import Measured

CLIENTS = 8
WARM_UP = 12

Operation = Callable[[], object]
Client = Callable[[int], dict[str, Iterator[Operation]]]
"""Made once a process, from the client's number: for each kind of operation the next one to do. The iterators may end."""


@dataclass
class Worked:
    """What one client did of each kind."""

    done: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    statements: float = 0.0
    peak_mb: float = 0.0


def together(client: Client, *, seconds: float, counts: bool) -> Measured:
    """Run the clients side by side. Each does every kind for its share of the time, one kind after the other."""
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(CLIENTS)
    ends = []
    for number in range(CLIENTS):
        here, there = fork.Pipe(duplex=False)
        fork.Process(target=_run, args=(client, number, seconds, counts, ready, there)).start()
        there.close()
        ends.append(here)
    return _sum([end.recv() for end in ends])


def _run(client: Client, number: int, seconds: float, counts: bool, ready: Barrier, told: Connection) -> None:
    kinds = client(number)
    worked = Worked(statements=_warm_up(kinds, counts=counts))
    for kind, operations in kinds.items():
        ready.wait()
        begun = now = perf_counter()
        done = 0
        for operation in operations:
            operation()
            done += 1
            now = perf_counter()
            if now - begun >= seconds / len(kinds):
                break
        worked.done[kind], worked.seconds[kind] = done, now - begun
    worked.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.send(worked)
    told.close()


def _warm_up(kinds: dict[str, Iterator[Operation]], *, counts: bool) -> float:
    """Connections, caches and plans are made before the clock runs; of the last ones the statements are counted."""
    measured, counted = Measured(), 0
    for _, kind in zip(range(WARM_UP), cycle(kinds), strict=False):
        operation = next(kinds[kind])
        if not counts or (kinds.keys() == {kind} and measured.done < WARM_UP // 2):
            operation()
        else:
            with harness.counting(measured):
                operation()
            counted += 1
        measured.done += 1
    return measured.statements / counted if counted else 0.0


def _sum(clients: list[Worked]) -> Measured:
    """Rates add up over clients; a mix of kinds is as fast as its parts done in turns."""
    rates = {
        kind: sum(one.done[kind] / one.seconds[kind] for one in clients if one.seconds[kind])
        for kind in clients[0].done
    }
    done = sum(sum(one.done.values()) for one in clients)
    mixed = len(rates) / sum(1 / rate for rate in rates.values())
    each = max(one.statements for one in clients)
    return Measured(
        seconds=done / mixed,
        done=done,
        statements=each * done,
        peak_mb=max(one.peak_mb for one in clients),
        parts=rates if len(rates) > 1 else {},
    )

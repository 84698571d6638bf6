"""The one way to write a job: a sweep over what is due and not yet done, in keyset batches (RISK-09, architecture.md).

One transaction per batch claims keys, processes them and moves the cursor of the `JobRun`; killed at any moment, the
next run goes on behind the last committed batch. Only one run of a job works at a time:

- the `running` row of a job is unique, and is taken over only when its process is dead or silent for `STALE_AFTER`;
- each batch holds `pg_try_advisory_xact_lock` of the job. A transaction lock, not a session lock: it cannot outlive a
  killed worker, does not leak with a pooled connection and passes through a transaction-pooling proxy;
- each batch ends by moving the cursor of the run *if this process still owns it*, in the same transaction. A runner
  that slept through a takeover so loses its batch instead of doing it twice. This also holds on SQLite.

A row that fails is isolated by halving its batch and set aside; every later run tries it again.
"""

import copy
import datetime as dt
import logging
import os
import socket
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import Error, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils.functional import Promise, cached_property

from core import access, audit, clock, parameters
from core.models import JobRun, PoisonRow, User
from core.refusals import Refusal

M = TypeVar("M", bound=Model)
Key = int | str | list[Any]
Progress = Callable[[JobRun], None]
logger = logging.getLogger(__name__)

STALE_AFTER = dt.timedelta(minutes=10)
TOO_MANY_POISONED = 100
TRIES = 3


@dataclass(frozen=True)
class Context:
    """What a run was asked: the business day it works for, its parameters, and its shard as a range of ids."""

    on: dt.date
    params: Mapping[str, Any] = field(default_factory=dict)
    after_id: int | None = None
    up_to_id: int | None = None

    @cached_property
    def parameters(self) -> parameters.Snapshot:
        return parameters.Snapshot(on=self.on)

    def within(self, rows: "QuerySet[M]", path: str = "pk") -> "QuerySet[M]":
        """Only the rows of this shard; `path` is the id by which the sweep's `span` is measured."""
        if self.after_id is not None:
            rows = rows.filter(**{f"{path}__gt": self.after_id})
        return rows if self.up_to_id is None else rows.filter(**{f"{path}__lte": self.up_to_id})


class Sweep(ABC):
    """A job. A run works on a copy, whose `ctx` says for which day. Keys ascend and are JSON: numbers, texts, lists."""

    name: str
    label: str | Promise = ""
    batch = 2000
    right = "core.start_job"
    ctx: Context

    def total(self, ctx: Context) -> int | None:
        """How many rows are due, for the progress bar; None when counting costs too much."""
        return None

    def span(self) -> tuple[int, int] | None:
        """The lowest and highest id, when the work can be divided among shards by id."""
        return None

    @abstractmethod
    def claim(self, after: Any, limit: int) -> Sequence[Any]:
        """The next keys behind `after` (None: from the start) that are due and not yet done, in ascending order."""

    @abstractmethod
    def process(self, keys: Sequence[Any]) -> int:
        """Do the work for these keys, set-based, in the batch's transaction; returns how many rows were truly done."""


_sweeps: dict[str, Sweep] = {}


def register(sweep: Sweep) -> Sweep:
    if sweep.name in _sweeps:
        raise ValueError(f"registered twice: {sweep.name}")
    _sweeps[sweep.name] = sweep
    return sweep


def get(name: str) -> Sweep:
    if name not in _sweeps:
        raise Refusal("job_unknown", status=404)
    return _sweeps[name]


def parts_of(job: str) -> tuple[str, tuple[int, int] | None]:
    """`name#2/4` → the sweep's name and the shard."""
    name, _, shard = job.partition("#")
    number, _, of = shard.partition("/")
    return name, (int(number), int(of)) if shard else None


def registered() -> list[Sweep]:
    return sorted(_sweeps.values(), key=lambda sweep: sweep.name)


def request(name: str, *, by: User) -> JobRun:
    """Ask for a run from the back office: a waiting row that a worker takes. Asking twice gives the same row."""
    sweep = get(name)
    access.require(by, sweep.right)
    with transaction.atomic():
        run = JobRun.objects.filter(job=name, state__in=[JobRun.State.RUNNING, JobRun.State.WAITING]).first()
        if run is None:
            run = JobRun.objects.create(job=name, state=JobRun.State.WAITING, requested_by=by)
            audit.record("core.job.request", subject=run, actor=by, details={"job": name})
    return run


def left_behind() -> list[JobRun]:
    """What the back office asked for and nobody took yet, and what a dead process left unfinished."""
    open_ = JobRun.objects.filter(state__in=[JobRun.State.WAITING, JobRun.State.RUNNING]).order_by("id")
    return [run_ for run_ in open_ if run_.state == JobRun.State.WAITING or _is_dead(run_)]


def asked_of(run_: JobRun) -> dict[str, Any]:
    """The parameters of a run without the ids of its shard."""
    return {name: value for name, value in run_.params.items() if name not in {"after_id", "up_to_id"}}


def run(
    sweep: Sweep | str,
    *,
    params: Mapping[str, Any] | None = None,
    requested_by: User | None = None,
    shard: tuple[int, int] | None = None,
    on: dt.date | None = None,
    on_progress: Progress | None = None,
) -> JobRun:
    """Run a sweep to its end and return its record. `shard=(2, 4)` is the second of four.

    Takes up an interrupted run that was asked the same. Refuses (`already_running`) while another process is at it.
    """
    found = get(sweep) if isinstance(sweep, str) else sweep
    job = found.name if shard is None else f"{found.name}#{shard[0]}/{shard[1]}"
    asked = {"on": (on or clock.today()).isoformat(), **dict(params or {})}
    run_ = _take(found, job, asked, requested_by=requested_by, shard=shard)
    runner = _Runner(found, run_, on_progress)
    return runner.finish()


def _owner() -> str:
    return f"{socket.gethostname()[:100]}:{os.getpid()}:{uuid.uuid4().hex}"


def _is_dead(run_: JobRun) -> bool:
    """Silent for long, or its process is gone from this very machine."""
    if run_.beat_at < clock.now() - STALE_AFTER:
        return True
    host, _, rest = run_.owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:100] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _take(
    sweep: Sweep, job: str, asked: dict[str, Any], *, requested_by: User | None, shard: tuple[int, int] | None
) -> JobRun:
    now = clock.now()
    with transaction.atomic():
        _refuse_overlap(sweep.name, job)
        found = JobRun.objects.select_for_update().filter(job=job, state=JobRun.State.RUNNING).first()
        if found and not _is_dead(found):
            raise Refusal("already_running")
        if found:
            found.state = JobRun.State.INTERRUPTED
            found.save(update_fields=["state"])
        waiting = JobRun.objects.select_for_update().filter(job=job, state=JobRun.State.WAITING).first()
        last = JobRun.objects.filter(job=job).exclude(state=JobRun.State.WAITING).order_by("-id").first()
        resumes = last is not None and last.state == JobRun.State.INTERRUPTED and asked_of(last) == asked
        if resumes and waiting is None and last is not None:
            row = last
        else:
            row = waiting or JobRun(job=job, requested_by=requested_by, started_at=now)
            row.params = asked | _bounds(sweep, shard)
            if resumes and last is not None:
                row.cursor, row.params = last.cursor, last.params
        row.state, row.owner, row.beat_at, row.error, row.finished_at = JobRun.State.RUNNING, _owner(), now, "", None
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Refusal("already_running") from error
    return row


def _refuse_overlap(name: str, job: str) -> None:
    """A job as a whole and its shards, or two ways of dividing it, do not run beside one another."""
    others = JobRun.objects.filter(Q(job=name) | Q(job__startswith=f"{name}#"), state=JobRun.State.RUNNING)
    shards = job.partition("/")[2]
    for other in others.exclude(job=job):
        if (other.job.partition("/")[2] != shards or not shards) and not _is_dead(other):
            raise Refusal("already_running")


def _bounds(sweep: Sweep, shard: tuple[int, int] | None) -> dict[str, Any]:
    """The range of ids of a shard, laid once; the last shard is open, so that rows added meanwhile have a place."""
    if shard is None:
        return {}
    number, of = shard
    span = sweep.span()
    if not 1 <= number <= of:
        raise Refusal("job_not_shardable")
    if span is None:
        raise Refusal("job_not_shardable")
    low, high = span
    width = max(1, -(-(high - low + 1) // of))
    after = low - 1 + width * (number - 1)
    return {"after_id": None if number == 1 else after, "up_to_id": None if number == of else after + width}


class Superseded(Exception):
    """Another process took this run over; what this one was doing is rolled back."""


class _Runner:
    def __init__(self, sweep: Sweep, run_: JobRun, on_progress: Progress | None) -> None:
        self.run = run_
        self.on_progress = on_progress
        self.sweep = copy.copy(sweep)
        self.sweep.ctx = Context(
            on=dt.date.fromisoformat(run_.params["on"]),
            params=run_.params,
            after_id=run_.params.get("after_id"),
            up_to_id=run_.params.get("up_to_id"),
        )
        self.poisoned = 0
        self.set_aside = set(
            PoisonRow.objects.filter(sweep=sweep.name, resolved_at__isnull=True).values_list("row", flat=True)
        )

    def finish(self) -> JobRun:
        try:
            if self.run.total is None:
                rest = self.sweep.total(self.sweep.ctx)
                self.run.total = None if rest is None else rest + self.run.done
                self._own(total=self.run.total)
            while self._batch():
                self._report()
        except Superseded:
            logger.warning("%s was taken over by another process", self.run)
            raise Refusal("already_running") from None
        except Exception as error:
            logger.exception("%s failed", self.run)
            self._close(JobRun.State.FAILED, error=f"{type(error).__name__}: {error}"[:2000])
            raise
        except BaseException:  # Ctrl-C, or a worker told to stop
            self._close(JobRun.State.INTERRUPTED)
            raise
        self._close(JobRun.State.DONE)
        self._report()
        self._forget_idle_runs()
        return self.run

    def _forget_idle_runs(self) -> None:
        """A job that looks every minute and finds nothing keeps one row that says so, not a thousand a day."""
        if not (self.run.done or self.run.failed):
            idle = JobRun.objects.filter(job=self.run.job, state=JobRun.State.DONE, done=0, failed=0, requested_by=None)
            idle.filter(pk__lt=self.run.pk).delete()

    def _batch(self) -> bool:
        """One batch; False when nothing was left to claim."""
        after = self.run.cursor.get("after")
        for attempt in range(1, TRIES + 1):
            keys: Sequence[Any] = ()
            try:
                with transaction.atomic():
                    self._lock()
                    keys = list(self.sweep.claim(after, self.sweep.batch))
                    if not keys:
                        return False
                    done = self.sweep.process(keys)
                    self._move(keys[-1], done=done)
                self._moved(keys[-1], done=done)
                break
            except Superseded:
                raise
            except (OperationalError, InterfaceError):
                if attempt == TRIES:
                    raise
            except Exception:
                logger.exception("%s: a batch of %s failed, looking for the rows", self.sweep.name, len(keys))
                if not keys:
                    raise
                self._isolate(keys)
                break
        self._resolve(keys)
        return True

    def _isolate(self, keys: Sequence[Any]) -> None:
        """Halve until the poison row stands alone; everything beside it is done."""
        try:
            with transaction.atomic():
                self._lock()
                done = self.sweep.process(keys)
                self._move(keys[-1], done=done)
            self._moved(keys[-1], done=done)
            return
        except (Superseded, OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(keys) == 1:
                self._set_aside(keys[0], error)
                return
        middle = len(keys) // 2
        self._isolate(keys[:middle])
        self._isolate(keys[middle:])

    def _set_aside(self, key: Any, error: Exception) -> None:
        self.poisoned += 1
        with transaction.atomic():
            set_aside(self.run, self.sweep.name, key, error)
            self._move(key, failed=1)
        self._moved(key, failed=1)
        if self.poisoned >= TOO_MANY_POISONED:
            raise RuntimeError(f"{self.poisoned} rows failed, the last one with {type(error).__name__}") from error

    def _resolve(self, keys: Sequence[Any]) -> None:
        """A row that an earlier run set aside and this one did is whole again."""
        if self.set_aside and (done := self.set_aside.intersection(map(_row, keys))):
            again = PoisonRow.objects.filter(sweep=self.sweep.name, row__in=done, resolved_at__isnull=True)
            again.exclude(run=self.run).update(resolved_at=clock.now())

    def _lock(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"sweep:{self.run.job}"])
                row = cursor.fetchone()
                if not (row and row[0]):
                    raise Superseded

    def _move(self, key: Any, *, done: int = 0, failed: int = 0) -> None:
        """Move the cursor in the batch's transaction, on condition that the run is still ours."""
        self._own(cursor={"after": key}, done=F("done") + done, failed=F("failed") + failed)

    def _moved(self, key: Any, *, done: int = 0, failed: int = 0) -> None:
        """Committed: now this object may know it too."""
        self.run.cursor = {"after": key}
        self.run.done += done
        self.run.failed += failed

    def _own(self, **changes: Any) -> None:
        owned = JobRun.objects.filter(pk=self.run.pk, state=JobRun.State.RUNNING, owner=self.run.owner)
        if not owned.update(beat_at=clock.now(), **changes):
            raise Superseded

    def _close(self, state: JobRun.State, *, error: str = "") -> None:
        self.run.state, self.run.error, self.run.finished_at = state, error, clock.now()
        try:
            self._own(state=state, error=error, finished_at=self.run.finished_at)
        except Superseded:
            logger.warning("%s ended as %s after it had been taken over", self.run, state)
        except Error:
            logger.exception("%s ended as %s, but the database did not hear of it", self.run, state)

    def _report(self) -> None:
        if self.on_progress:
            self.on_progress(self.run)


def _row(key: Any) -> str:
    return str(key)[:80]


def set_aside(run_: JobRun, name: str, key: Any, error: Exception) -> None:
    """Note a row that cannot be done: once, however often it is tried."""
    text = f"{type(error).__name__}: {error}"[:2000]
    again = PoisonRow.objects.filter(sweep=name, row=_row(key), resolved_at__isnull=True)
    if not again.update(error=text, tries=F("tries") + 1, run=run_):
        PoisonRow.objects.create(run=run_, sweep=name, row=_row(key), key=key, error=text)

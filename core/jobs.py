"""Celery's door to the sweeps, and the canary of beat and workers; their clocks stand in `config/tasks.py`."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from celery import shared_task
from django.db import transaction

from core import clock, sweeps
from core.models import Heartbeat
from core.refusals import Refusal

logger = logging.getLogger(__name__)
T = TypeVar("T")


@shared_task(name="core.run_sweep")
def run_sweep(job: str, params: Mapping[str, Any] | None = None) -> None:
    """Run a sweep, or the shard `name#2/4` of one, to its end. A second stroke finds it running and leaves."""
    name, shard = sweeps.parts_of(job)
    try:
        sweeps.run(name, params=params, shard=shard)
    except Refusal as refusal:
        if refusal.code != "already_running":
            raise
        logger.info("%s is running already", job)


def call(job: str) -> None:
    """Have a worker run a sweep as soon as this is committed; when none hears, beat strikes within a minute."""

    def send() -> None:
        try:
            run_sweep.apply_async((job,), retry=False)
        except Exception:
            logger.exception("no worker could be called; beat will do it")

    transaction.on_commit(send)


def each(rows: Iterable[T], work: Callable[[T], Any]) -> list[Any]:
    """Do the work for each row, outside of any sweep's transaction; one that fails is logged and stops no other."""
    answers = []
    for row in rows:
        try:
            answers.append(work(row))
        except Exception:
            logger.exception("%s could not be done; the next stroke tries it again", row)
    return answers


@shared_task(name="core.run_waiting")
def run_waiting() -> None:
    """Run what the back office asked for, and what a dead worker left unfinished."""
    for run in sweeps.left_behind():
        run_sweep(run.job, sweeps.asked_of(run))


@shared_task(name="core.canary")
def canary(part: str = "worker") -> None:
    """Sing: beat struck and a worker heard it, and the database took it down."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": clock.now(), "details": {}})


def call_a_worker() -> None:
    """Have somebody look at what waits; when no worker hears, beat calls one within a minute."""
    try:
        run_waiting.apply_async(retry=False)
    except Exception:
        logger.exception("no worker could be called; beat will do it")

"""Celery's door to the sweeps, and the canary of beat and workers; their clocks stand in `config/tasks.py`."""

import logging
from collections.abc import Mapping
from typing import Any

from celery import shared_task

from core import clock, sweeps
from core.models import Heartbeat
from core.refusals import Refusal

logger = logging.getLogger(__name__)


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


@shared_task(name="core.run_waiting")
def run_waiting() -> None:
    """Run what the back office asked for, and what a dead worker left unfinished."""
    for run in sweeps.left_behind():
        run_sweep(run.job, sweeps.asked_of(run))


@shared_task(name="core.canary")
def canary(part: str = "worker") -> None:
    """Sing: beat struck and a worker heard it, and the database took it down."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": clock.now(), "details": {}})

"""Is everything running? Asked by load balancers (`/healthz`) and by people (`/status/`) (RISK-09 · A8.2.3)."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu import Connection

from core import clock, sweeps
from core.models import Heartbeat, JobRun, Message, PoisonRow

logger = logging.getLogger(__name__)

CANARY_AFTER = dt.timedelta(minutes=5)
BACKLOG_AFTER = dt.timedelta(minutes=15)
BACKUP_AFTER = dt.timedelta(hours=26)
CHECK_AFTER = dt.timedelta(days=8)
MAILBOX_AFTER = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Reading:
    """One thing that was looked at: whether it is well, since when, and how much of it."""

    label: str | Promise
    well: bool
    at: dt.datetime | None = None
    number: int | None = None
    note: str | Promise = ""


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def cache_answers() -> bool:
    cache.set("core.health", "well", 10)
    return bool(cache.get("core.health") == "well")


def broker_answers() -> bool:
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
        return bool(broker.connected)


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "cache": cache_answers,
    "broker": broker_answers,
}
NAMES: dict[str, str | Promise] = {"database": _("database"), "cache": _("cache"), "broker": _("broker")}


def parts() -> dict[str, bool]:
    """Whether the process can work at all: its database, its cache, its broker."""
    found = {}
    for name, answers in PARTS.items():
        try:
            found[name] = answers()
        except Exception:
            logger.exception("%s does not answer", name)
            found[name] = False
    return found


def readings() -> list[Reading]:
    """What the status page of the staff shows."""
    now = clock.now()
    beats = {row.part: row.at for row in Heartbeat.objects.all()}
    return [
        _beat(_("beat and workers"), beats.get("worker"), now - CANARY_AFTER),
        _backlog(now),
        _given_up(),
        _beat(_("last backup"), beats.get("backup"), now - BACKUP_AFTER),
        _beat(_("last restore of a backup tried out"), beats.get("backup check"), now - CHECK_AFTER),
        *_mailbox(beats.get("mailbox"), now),
        _jobs(now),
        _set_aside(),
    ]


def _beat(label: str | Promise, at: dt.datetime | None, not_before: dt.datetime) -> Reading:
    return Reading(label, at is not None and at >= not_before, at=at, note="" if at else _("never yet"))


def _mailbox(at: dt.datetime | None, now: dt.datetime) -> list[Reading]:
    """Only where members can write to one."""
    return [_beat(_("mailbox of the service desk read"), at, now - MAILBOX_AFTER)] if settings.MAILBOX_URL else []


def _backlog(now: dt.datetime) -> Reading:
    waiting = Message.objects.filter(state__in=["queued", "sending"], due_at__lte=now)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    return Reading(_("oldest message waiting to be sent"), oldest is None or oldest > now - BACKLOG_AFTER, at=oldest)


def _given_up() -> Reading:
    number = Message.objects.filter(state="dead")[:1000].count()
    return Reading(_("messages given up"), number == 0, number=number)


def _jobs(now: dt.datetime) -> Reading:
    """A failed job that has run through since is forgiven."""
    newest: dict[str, str] = {}
    recent = JobRun.objects.filter(started_at__gt=now - dt.timedelta(days=7)).order_by("id")
    silent = 0
    for run in recent.only("job", "state", "beat_at"):
        newest[run.job] = run.state
        silent += run.state == JobRun.State.RUNNING and run.beat_at < now - sweeps.STALE_AFTER
    number = silent + sum(state == JobRun.State.FAILED for state in newest.values())
    return Reading(_("jobs that failed or fell silent"), number == 0, number=number)


def _set_aside() -> Reading:
    number = PoisonRow.objects.filter(resolved_at__isnull=True)[:1000].count()
    return Reading(_("rows that jobs set aside"), number == 0, number=number)


def operational() -> bool:
    """What the public is told: whether the service as a whole does its work."""
    answered = parts()
    if not all(answered.values()):
        return False
    now = clock.now()
    worker = Heartbeat.objects.filter(part="worker", at__gte=now - CANARY_AFTER).exists()
    return worker and _backlog(now).well

"""The beat table: every clock of the programme on one screen."""

from celery.schedules import crontab

BEAT = {
    "send messages": {"task": "core.dispatch_outbox", "schedule": 10.0},
    "canary": {"task": "core.canary", "schedule": 60.0},
}
NIGHTLY = crontab(hour=1, minute=15)

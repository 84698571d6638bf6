"""The beat table: every clock of the programme on one screen."""

from celery.schedules import crontab

BEAT = {
    "send SMS": {"task": "core.dispatch_outbox", "schedule": 2.0, "args": ["sms"]},
    "send e-mail": {"task": "core.dispatch_outbox", "schedule": 2.0, "args": ["email"]},
    "fill inboxes": {"task": "core.dispatch_outbox", "schedule": 5.0, "args": ["inbox"]},
    "wipe one-time codes": {"task": "core.wipe_codes", "schedule": 600.0},
    "canary": {"task": "core.canary", "schedule": 60.0},
    "back up": {"task": "core.backup", "schedule": crontab(hour=3, minute=30)},
    "try the newest backup": {
        "task": "core.check_backup",
        "schedule": crontab(hour=4, minute=30, day_of_week="sunday"),
    },
}
NIGHTLY = crontab(hour=1, minute=15)

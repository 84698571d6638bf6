"""The beat table: every clock of the programme on one screen."""

from celery.schedules import crontab

NIGHTLY = crontab(hour=1, minute=15)  # of the business time zone; a night that was missed is caught up
BEAT = {
    "send SMS": {"task": "core.dispatch_outbox", "schedule": 2.0, "args": ["sms"]},
    "send e-mail": {"task": "core.dispatch_outbox", "schedule": 2.0, "args": ["email"]},
    "fill inboxes": {"task": "core.dispatch_outbox", "schedule": 5.0, "args": ["inbox"]},
    "wipe one-time codes": {"task": "core.wipe_codes", "schedule": 600.0},
    "tidy the entrance": {"task": "members.tidy_entrance", "schedule": 3600.0},
    "sandbox callbacks": {"task": "cards.deliver_sandbox_callbacks", "schedule": 2.0},
    "ask payments": {"task": "cards.ask_payments", "schedule": 30.0},
    "send refunds": {"task": "cards.send_refunds", "schedule": 30.0},
    "unpaid orders": {"task": "core.run_sweep", "schedule": 120.0, "args": ["orders.expire"]},
    "orders waiting for stock": {"task": "core.run_sweep", "schedule": 300.0, "args": ["orders.deliver"]},
    "launch products": {"task": "core.run_sweep", "schedule": crontab(minute=5), "args": ["products.launch"]},
    "product reviews": {"task": "core.run_sweep", "schedule": NIGHTLY, "args": ["products.review"]},
    "low number stock": {"task": "core.run_sweep", "schedule": crontab(minute=20), "args": ["numbers.low-stock"]},
    "jobs that wait": {"task": "core.run_waiting", "schedule": 60.0},
    "canary": {"task": "core.canary", "schedule": 60.0},
    "late instalments": {"task": "core.run_sweep", "schedule": NIGHTLY, "args": ["instalments.follow-up"]},
    "remind of renewals": {"task": "core.run_sweep", "schedule": NIGHTLY, "args": ["cards.remind_renewal"]},
    "remind of activation": {"task": "core.run_sweep", "schedule": NIGHTLY, "args": ["cards.remind_activation"]},
    "cards nobody activated": {"task": "core.run_sweep", "schedule": NIGHTLY, "args": ["cards.follow_up_activation"]},
    "announce auto-renewals": {"task": "core.run_sweep", "schedule": NIGHTLY, "args": ["cards.notify_auto_renewals"]},
    "charge auto-renewals": {"task": "cards.charge_auto_renewals", "schedule": crontab(hour=9, minute=30)},
    "back up": {"task": "core.backup", "schedule": crontab(hour=3, minute=30)},
    "try the newest backup": {
        "task": "core.check_backup",
        "schedule": crontab(hour=4, minute=30, day_of_week="sunday"),
    },
}

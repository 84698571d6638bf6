"""What people who work here are told of their training and of how they are scored.

Wording: `templates/messages/training.*/` and `templates/messages/people.*/`.
"""

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.models import Channel

STAFF = (Channel.INBOX, Channel.EMAIL)
SAMPLE = {"course": "Activating cards", "due_on": "2026-12-07"}

events.register(
    events.Event("training.enrolled", channels=STAFF, label=_("Enrolled in a course"), sample=SAMPLE),
    events.Event("training.due_soon", channels=STAFF, label=_("A course is due soon"), sample=SAMPLE),
    events.Event("training.overdue", channels=STAFF, label=_("A course is overdue"), sample=SAMPLE),
    events.Event(
        "training.class_cancelled",
        channels=STAFF,
        label=_("A class is cancelled"),
        sample={
            "course": "Activating cards",
            "starts_at": "2026-12-01T10:00:00+08:00",
            "reason": "The trainer is ill.",
        },
    ),
    events.Event(
        "people.spot_checked",
        channels=STAFF,
        label=_("A spot check was made"),
        sample={"assessor": "Chen Xiulan", "checked_on": "2026-11-23"},
    ),
    events.Event(
        "people.objection_decided",
        channels=STAFF,
        label=_("An objection was decided"),
        sample={"upheld": True, "decider": "Zhao Yiming"},
    ),
    events.Event(
        "people.plan_proposed",
        channels=STAFF,
        label=_("An improvement plan was proposed"),
        sample={"author": "Chen Xiulan", "due_on": "2026-12-31"},
    ),
    events.Event(
        "people.plan_verified",
        channels=STAFF,
        label=_("An improvement plan was verified"),
        sample={"reached": True, "verifier": "Chen Xiulan"},
    ),
    events.Event(
        "people.incentive_agreed",
        channels=STAFF,
        label=_("Somebody is rewarded"),
        sample={"title": "Best opening week", "reason": "Sixty cards in five days."},
    ),
    events.Event(
        "people.career_step",
        channels=STAFF,
        label=_("A career level was given"),
        sample={"level": "Senior clerk", "starts_on": "2027-01-01"},
    ),
    events.Event(
        "people.contest_won",
        channels=STAFF,
        label=_("A place in a contest"),
        sample={"contest": "Spring of renewals", "place": 1, "prize": "Dinner for two"},
    ),
)

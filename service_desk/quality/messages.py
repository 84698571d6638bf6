"""What colleagues hear of tasks, projects and meetings (SVC-13 · B10.1). Wording: `templates/messages/task.*/` and so on."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import Event, register
from core.models import Channel

BOTH = (Channel.INBOX, Channel.EMAIL)
register(
    Event(
        "task.assigned",
        label=_("Task assigned"),
        channels=BOTH,
        sample={
            "title": "Poster for the harvest festival",
            "by": "Ye Qing",
            "due": "2026-12-04",
            "detail": "A2, two languages.",
        },
    ),
    Event(
        "task.ready",
        label=_("Task can begin"),
        channels=BOTH,
        sample={"title": "Print the poster", "before": "Poster for the harvest festival", "due": "2026-12-11"},
    ),
    Event(
        "task.due",
        label=_("Task due"),
        channels=BOTH,
        sample={"title": "Print the poster", "due": "2026-12-11", "late_days": 2},
    ),
    Event(
        "task.finished",
        label=_("Task ended"),
        channels=(Channel.INBOX,),
        sample={
            "title": "Print the poster",
            "by": "Sun Li",
            "done": True,
            "proof": "Hangs at both doors, picture in the folder.",
        },
    ),
    Event(
        "project.noted",
        label=_("Status of a project"),
        channels=(Channel.INBOX,),
        sample={
            "project": "Harvest festival",
            "light": "at-risk",
            "text": "The printer asks for a week more.",
            "by": "Ye Qing",
        },
    ),
    Event(
        "project.ended",
        label=_("Project ended"),
        channels=(Channel.INBOX,),
        sample={"project": "Harvest festival", "done": True, "outcome": "214 guests, 38 new members."},
    ),
    Event(
        "meeting.recorded",
        label=_("Minutes of a meeting"),
        channels=(Channel.INBOX,),
        sample={"title": "Weekly round", "day": "2026-11-23", "by": "Ye Qing"},
    ),
)

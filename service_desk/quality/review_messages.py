"""What colleagues hear of reviews and findings (SVC-12 · D9). Wording: `templates/messages/review.*/` and so on."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import Event, register
from core.models import Channel

BOTH = (Channel.INBOX, Channel.EMAIL)
register(
    Event(
        "review.given", label=_("Cases to review"), channels=(Channel.INBOX,), sample={"count": 4, "due": "2026-12-07"}
    ),
    Event(
        "review.done",
        label=_("Case reviewed"),
        channels=(Channel.INBOX,),
        sample={"case": "S26-000042", "score": 85, "passed": True},
    ),
    Event(
        "review.decided",
        label=_("Objection to a review decided"),
        channels=(Channel.INBOX,),
        sample={"case": "S26-000042", "upheld": True, "score": 92},
    ),
    Event(
        "finding.raised",
        label=_("Quality finding"),
        channels=BOTH,
        sample={
            "title": "Identity was not checked",
            "severity": "critical",
            "department": "Member service",
            "by": "Gu Lan",
        },
    ),
    Event(
        "finding.verified",
        label=_("Measure verified"),
        channels=BOTH,
        sample={"title": "Identity was not checked", "effective": False, "due": "2026-12-21"},
    ),
)

"""What is told in an emergency (SVC-16 · D12): to colleagues of the contact chain, to members concerned.

Wording: `templates/messages/incident.*/` and `plan.review_due/`.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.messaging.events import ALL_CHANNELS, Event, register
from core.models import Channel, Message
from service_desk.incidents.models import IncidentTelling
from service_desk.incidents.operations import calling, plans, telling
from service_desk.knowledge.models.articles import languages_for

BRIEF = 60


def _compose(message: Message) -> Mapping[str, Any] | None:
    """The words in the member's language, or the nearest there is; nothing once the message was dropped."""
    key = int(message.about.rpartition(":")[2])
    row = IncidentTelling.objects.filter(pk=key).exclude(state=IncidentTelling.State.DROPPED).first()
    if row is None:
        return None
    wanted = [*languages_for(message.language or settings.LANGUAGE_CODE), *row.texts]
    text = next(row.texts[one] for one in wanted if one in row.texts)
    return {"title": text["title"], "brief": text["title"][:BRIEF], "text": text["body"]}


register(
    Event(
        calling.EVENT,
        label=_("Called in an emergency"),
        channels=ALL_CHANNELS,
        urgent=True,
        sample={
            "number": "INC-2026-0001",
            "what": "No card can be paid for",
            "severity": 1,
            "drill": False,
            "level": 1,
        },
    ),
    Event(
        telling.EVENT,
        label=_("Members concerned by an incident"),
        channels=ALL_CHANNELS,
        sample={
            "title": "Payments on Sunday",
            "brief": "Payments on Sunday",
            "text": "On Sunday between ten and eleven some payments were charged twice. We have sent the money back.",
        },
        compose=_compose,
    ),
    Event(
        plans.EVENT,
        label=_("Emergency plan to be gone over"),
        channels=(Channel.INBOX, Channel.EMAIL),
        sample={"plan": "System outage", "due": "2026-12-04"},
    ),
)

"""What is announced, as a message (MEM-11 · D9.4). Wording: `templates/messages/news.announced/`."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock
from core.messaging.events import Event, register
from core.models import Channel, Message
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.operations.telling import EVENT
from service_desk.knowledge.policy import markup
from service_desk.knowledge.queries import policy_figures


def _compose(message: Message) -> Mapping[str, Any] | None:
    """As it stands when the message leaves; nothing once it was withdrawn or is over."""
    key = int(message.about.rpartition(":")[2])
    row = Announcement.objects.live(clock.now()).filter(pk=key).prefetch_related("texts").first()
    if row is None:
        return None
    text = row.text(message.language or settings.LANGUAGE_CODE)
    with translation.override(text.language):
        body = markup.to_text(text.body, figure=policy_figures.reader(), site=settings.SITE_URL)
    return {"title": text.title, "summary": text.summary, "text": body}


register(
    Event(
        EVENT,
        channels=(Channel.INBOX, Channel.EMAIL),
        label=_("Announcement"),
        sample={
            "title": "The lounge opens earlier",
            "summary": "From Monday on the lounge at Nanjing Road opens at nine.",
            "text": "Breakfast is served until eleven, as before.",
        },
        compose=_compose,
    )
)

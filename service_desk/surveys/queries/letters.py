"""What an invitation to a survey says, composed as it is sent (SVC-07 · D5.1)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from core import clock
from core.models import Channel, Message
from service_desk.surveys.models import SurveyInvitation
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.queries import complaints, links

LABEL = "service_desk.surveyinvitation:"


def asked(message: Message) -> Mapping[str, Any] | None:
    """The survey's own words and the link; None when there is nothing to ask any longer: answered or ended meanwhile, or
    she complained since."""
    row = _invitation(message.about)
    if row is None or row.closed_at is not None or row.expires_at <= clock.now() or row.survey.ended_at is not None:
        return None
    if complaints.open_of([row.member_id]):
        return None
    language = message.language
    return {
        "title": spoken(row.version.title, language),
        "intro": spoken(row.version.intro, language),
        "until": clock.day_of(row.expires_at).isoformat(),
        "answer": address(row, message.channel) if message.channel != Channel.INBOX else "",
    }


def address(row: SurveyInvitation, channel: str) -> str:
    """Where the survey is answered without a log-in; `by` tells which message the answer came from."""
    path = reverse("surveys:answer", args=[links.token_of(row.public_id)])
    return f"{settings.SITE_URL}{path}?by={channel}"


def _invitation(about: str) -> SurveyInvitation | None:
    try:
        public_id = uuid.UUID(about.removeprefix(LABEL))
    except ValueError:
        return None
    return SurveyInvitation.objects.select_related("survey", "version").filter(public_id=public_id).first()

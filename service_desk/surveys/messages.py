"""What members are asked (SVC-06, SVC-07 · D5.1). Wording: `templates/messages/survey.asked/`.

Of a purpose of its own (`members.policy.consent`): a question how it was is neither what the contract needs nor an offer, and
a reminder it is not either: whoever is tired of being asked must not lose the reminder that her card ends.
"""

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.messaging.events import Event, Purpose
from service_desk.surveys.operations.asking import EVENT
from service_desk.surveys.queries import letters

events.register(
    Event(
        EVENT,
        label=_("Invitation to a survey"),
        purpose=Purpose.SURVEY,
        sample={
            "title": "How was it?",
            "intro": "You used a benefit of your card. Two questions, one minute.",
            "until": "2026-12-07",
            "answer": "https://example.com/s/…/",
        },
        compose=letters.asked,
    ),
)

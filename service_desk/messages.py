"""What is told about cases (SVC-01 to SVC-03 · A6.2, D4.3, D6): to members by inbox, e-mail or SMS, to colleagues by inbox."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import ALL_CHANNELS, Event, register
from service_desk.operations import letters

NUMBER, SUBJECT, AT = "C261123-K7M4Q2", "Breakfast on Sunday", "2026-11-23T18:00:00+08:00"

register(
    Event(
        letters.RECEIVED,
        label=_("Receipt of a case acknowledged"),
        channels=ALL_CHANNELS,
        sample={"number": NUMBER, "subject": SUBJECT},
        headers=letters.headers_of_receipt,
    ),
    Event(
        letters.REPLIED,
        label=_("Answer in a case"),
        channels=ALL_CHANNELS,
        sample={
            "number": NUMBER,
            "subject": SUBJECT,
            "body": "Breakfast is served from 7 to 11, on Sundays too.",
            "brief": "Breakfast is served from 7 to 11, on Sundays too.",
            "agent": "Gao Yun",
            "files": 1,
            "resolved": False,
        },
        headers=letters.headers,
    ),
    Event(
        letters.RESOLVED,
        label=_("Case resolved"),
        channels=ALL_CHANNELS,
        sample={
            "number": NUMBER,
            "subject": SUBJECT,
            "solution": "The breakfast was credited to your card.",
            "brief": "The breakfast was credited to your card.",
        },
        headers=letters.headers,
    ),
    Event("case.assigned", label=_("Case assigned"), channels=("inbox",), sample={"number": NUMBER}),
    Event("case.member_wrote", label=_("New message in a case"), channels=("inbox",), sample={"number": NUMBER}),
    Event("case.noted", label=_("Note in a case"), channels=("inbox",), sample={"number": NUMBER, "author": "Gao Yun"}),
    Event(
        "case.task_asked",
        label=_("Question to a department"),
        channels=("inbox",),
        sample={"number": NUMBER, "department": "Finance", "due_at": AT},
    ),
    Event(
        "case.task_answered",
        label=_("Answer of a department"),
        channels=("inbox",),
        sample={"number": NUMBER, "department": "Finance"},
    ),
    Event(
        "case.due_soon",
        label=_("Deadline of a case near"),
        channels=("inbox",),
        sample={"number": NUMBER, "promise": "first-response", "due_at": AT},
    ),
    Event(
        "case.overdue",
        label=_("Deadline of a case missed"),
        channels=("inbox",),
        sample={"number": NUMBER, "promise": "resolution", "due_at": AT},
        urgent=True,
    ),
    Event(
        "case.escalated",
        label=_("Help asked for with a case"),
        channels=("inbox",),
        sample={"number": NUMBER, "author": "Gao Yun"},
        urgent=True,
    ),
)

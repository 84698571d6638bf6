"""What is told about complaints and improvements (SVC-04, SVC-05 · D6): members by inbox, e-mail or SMS, colleagues by inbox."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import ALL_CHANNELS, Event, register
from service_desk.operations import complaint_letters as letters

NUMBER, DAY = "C261123-K7M4Q2", "2026-12-23"
MEASURE = {"title": "A second coffee machine at breakfast", "due_on": DAY}

register(
    Event(
        letters.ACKNOWLEDGED,
        label=_("Receipt of a complaint acknowledged"),
        channels=ALL_CHANNELS,
        sample={"number": NUMBER},
    ),
    Event(
        letters.COMPENSATED,
        label=_("Compensation given"),
        channels=ALL_CHANNELS,
        sample={
            "number": NUMBER,
            "means": "coupon",
            "points": "500",
            "amount": "¥30.00",
            "coupon": "¥30 for you",
            "code": "C-7KQ4-M2XP",
            "until": DAY,
        },
    ),
    Event(
        letters.FOLLOW_UP,
        label=_("Satisfaction with a complaint asked"),
        channels=ALL_CHANNELS,
        sample={"number": NUMBER, "until": DAY},
    ),
    Event(letters.ASSIGNED, label=_("Improvement measure agreed"), channels=("inbox",), sample=MEASURE),
    Event(letters.DUE_SOON, label=_("Deadline of a measure near"), channels=("inbox",), sample=MEASURE),
    Event(letters.OVERDUE, label=_("Deadline of a measure missed"), channels=("inbox",), sample=MEASURE, urgent=True),
    Event(letters.REVIEW_DUE, label=_("Measure to be verified"), channels=("inbox",), sample=MEASURE),
)

"""What messages about points say, gathered when they are sent."""

from typing import Any

from django.conf import settings
from django.db.models import Sum

from core import clock, navigation, parameters
from core.models import Message
from loyalty.models import LapseReminder, PointLot
from loyalty.policy import redeeming
from loyalty.policy.parameters import PointsParameters


def lapsing(message: Message) -> dict[str, Any] | None:
    """LOY-07 · B7.2.2 — what is left of the points that lapse; None once they are spent, or their day has passed."""
    reminder = LapseReminder.objects.filter(pk=int(message.about.rpartition(":")[2])).first()
    today = clock.today()
    if reminder is None or reminder.last_valid_on < today:
        return None
    lots = PointLot.objects.filter(
        member=reminder.member_id, is_open=True, is_pending=False, last_valid_on=reminder.last_valid_on
    )
    points = lots.aggregate(sum=Sum("remaining"))["sum"]
    if not points:
        return None
    rewards = navigation.address("loyalty:rewards")
    return {
        "points": points,
        "worth": redeeming.worth(points, parameters=parameters.in_force(PointsParameters, on=today)),
        "last_day": reminder.last_valid_on,
        "days_left": (reminder.last_valid_on - today).days,
        "rewards": f"{settings.SITE_URL}{rewards}" if rewards else "",
    }

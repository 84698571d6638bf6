"""How many terms end day by day, and how many of them were renewed (CARD-15 · A5.1.1): for those who plan and call."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cards.models import Card, CardReminder, RenewalMandate, Term

BACK, AHEAD = 15, 62


@dataclass(frozen=True)
class Day:
    """The terms that end on a day: all, and those that another term follows."""

    on: dt.date
    ending: int
    renewed: int

    @property
    def open(self) -> int:
        return self.ending - self.renewed


@dataclass(frozen=True)
class Week:
    """Seven days together, for the picture."""

    begins_on: dt.date
    ending: int
    renewed: int


def days(today: dt.date) -> list[Day]:
    """Every day from the beginning of grace to beyond the first reminder on which a term ends. One query."""
    following = Term.objects.filter(card=OuterRef("card"), starts_on__gt=OuterRef("last_valid_on"))
    span = (today - dt.timedelta(days=BACK), today + dt.timedelta(days=AHEAD))
    rows = (
        Term.objects.filter(last_valid_on__range=span)
        .exclude(card__state=Card.State.CLOSED)
        .annotate(followed=Exists(following))
        .values("last_valid_on")
        .annotate(ending=Count("pk"), renewed=Count("pk", filter=Q(followed=True)))
        .order_by("last_valid_on")
    )
    return [Day(row["last_valid_on"], row["ending"], row["renewed"]) for row in rows]


def weeks(found: Iterable[Day]) -> list[Week]:
    """The days put together by calendar week."""
    sums: dict[dt.date, tuple[int, int]] = {}
    for day in found:
        monday = day.on - dt.timedelta(days=day.on.weekday())
        ending, renewed = sums.get(monday, (0, 0))
        sums[monday] = (ending + day.ending, renewed + day.renewed)
    return [Week(monday, *counts) for monday, counts in sorted(sums.items())]


def open_on(day: dt.date) -> QuerySet[Card]:
    """The cards whose last term ends on a day and was not renewed, with how often they were reminded."""
    reminded = Count("reminders", filter=Q(reminders__occasion=CardReminder.Occasion.RENEWAL, reminders__ends_on=day))
    by_itself = Exists(RenewalMandate.objects.filter(card=OuterRef("pk"), ended_at__isnull=True))
    rows = Card.objects.filter(state=Card.State.ACTIVE, last_valid_on=day)
    return rows.select_related("number", "version", "holder").annotate(reminded=reminded, by_itself=by_itself)

"""What is due to be asked about, trigger by trigger (SVC-06, SVC-07 · D5.1)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core import clock, periods
from members.models import Member
from service_desk.surveys.models import SurveyInvitation, SurveyTrigger, SurveyVersion, TouchPoint
from service_desk.surveys.policy import asking as rule
from service_desk.surveys.policy.asking import Window
from service_desk.surveys.queries import touch_points
from service_desk.surveys.queries.touch_points import Occasion


@dataclass(frozen=True)
class Due:
    """The rows of one source that a trigger is due to ask about; `place` is that of the source at the touch-point."""

    trigger: SurveyTrigger
    place: int
    rows: QuerySet[Any]


def due(now: dt.datetime, *, day: dt.date, late_days: int) -> list[Due]:
    """SVC-06 · D5.1 — what live triggers have to ask about now, and have not. One query; the rows are read by whoever wants."""
    found: list[Due] = []
    for trigger in live():
        within = _window(trigger, now, late_days=late_days)
        if trigger.touch_point == TouchPoint.PERIODIC:
            found += _periodic(trigger, within, day=day)
            continue
        if within.is_empty:
            continue
        for place, source in enumerate(touch_points.at(trigger.touch_point)):
            found.append(Due(trigger, place, _unasked(trigger, source.code, source.due(within))))
    return found


def live() -> "QuerySet[SurveyTrigger]":
    """Triggers of published surveys that nobody stopped, in the order in which they take turns."""
    published = SurveyVersion.objects.filter(survey=OuterRef("survey"), state=SurveyVersion.State.PUBLISHED)
    rows = SurveyTrigger.objects.filter(stopped_at__isnull=True, survey__ended_at__isnull=True)
    return rows.filter(Exists(published)).select_related("survey").order_by("pk")


def of(trigger: SurveyTrigger, place: int, keys: Sequence[int], *, day: dt.date) -> tuple[str, list[Occasion]]:
    """The source by its code, and what is known of these rows. One query."""
    if trigger.touch_point != TouchPoint.PERIODIC:
        source = touch_points.at(trigger.touch_point)[place]
        return source.code, source.occasions(keys)
    first = _period(trigger, day)
    if first is None:
        return "", []
    at = periods.first_moment(first, clock.zone())
    rows = Member.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "source_store")
    return _code(first), [Occasion(pk, pk, at, store=store) for pk, store in rows]


def _periodic(trigger: SurveyTrigger, within: Window, *, day: dt.date) -> list[Due]:
    """SVC-07 · D5.1 — everybody who was a member when the period began, in the days after its beginning."""
    first = _period(trigger, day)
    if first is None:
        return []
    begins = periods.first_moment(first, clock.zone())
    if not within.begins_at <= begins < within.ends_at:
        return []
    rows = Member.objects.filter(state=Member.State.ACTIVE, joined_at__lt=begins)
    return [Due(trigger, 0, _unasked(trigger, _code(first), rows))]


def _period(trigger: SurveyTrigger, day: dt.date) -> dt.date | None:
    return rule.period(day, starts_on=trigger.starts_on, every_months=trigger.every_months or 1)


def _code(first: dt.date) -> str:
    return f"period:{first.isoformat()}"


def _window(trigger: SurveyTrigger, now: dt.datetime, *, late_days: int) -> Window:
    last = trigger.last_valid_on
    return rule.window(
        now,
        delay=dt.timedelta(hours=trigger.delay_hours),
        late_days=late_days,
        starts_at=periods.first_moment(trigger.starts_on, clock.zone()),
        ends_at=periods.last_moment(last, clock.zone()) if last else None,
    )


def _unasked(trigger: SurveyTrigger, source: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    asked = SurveyInvitation.objects.filter(trigger=trigger, source=source, fact=OuterRef("pk"))
    return rows.filter(~Exists(asked))

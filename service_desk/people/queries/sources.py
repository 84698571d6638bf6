"""Where members say how they were served (SVC-09 · D7.2.2, CARD-26): each source as rows of somebody’s work, with a share.

A part of the programme that collects ratings enters them here; the figures of people, stores and departments read all
of them alike. A rating counts on the day it was given, for the colleague and the store it speaks of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from service_desk.models import Case
from service_desk.people.policy.kpis import WHOLE_BPS
from service_desk.surveys.models import Survey, SurveyResponse


@dataclass(frozen=True)
class Source:
    """`rows` are all ratings; `person` and `store` are paths to whom they speak of, `at` the moment they were given,
    `share` the rating in basis points: nothing to all."""

    code: str
    label: str | Promise
    rows: Callable[[], QuerySet[Any]]
    person: str
    store: str
    at: str
    share: Combinable


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    if source.code in _sources:
        raise ValueError(f"registered twice: {source.code}")
    _sources[source.code] = source


def registered() -> list[Source]:
    return list(_sources.values())


FIVE = (F("score") - 1) * WHOLE_BPS / 4
"""A score from 1 to 5 as a share."""

register(
    Source(
        "cases",
        _("ratings of cases"),
        lambda: Case.objects.filter(score__isnull=False),
        person="owner",
        store="store",
        at="rated_at",
        share=FIVE,
    )
)
register(
    Source(
        "surveys",
        _("satisfaction in surveys"),
        lambda: SurveyResponse.objects.filter(score__isnull=False, survey__kind=Survey.Kind.CSAT),
        person="invitation__agent",
        store="invitation__store",
        at="answered_at",
        share=FIVE,
    )
)

"""What was answered, counted (SVC-07 · D5.1): by touch-point, channel, colleague, store, tier and month; in a few statements
whatever the number of answers. A period is that of asking, so that the share who answered is of those who were asked."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth

from service_desk.surveys.models import (
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyOption,
    SurveyQuestion,
    SurveyResponse,
    SurveyVersion,
)

DIMENSIONS: Mapping[str, Any] = {
    "month": TruncMonth("asked_on"),
    "touch-point": F("touch_point"),
    "channel": F("channel"),
    "store": F("store"),
    "agent": F("agent"),
    "tier": F("tier"),
}


@dataclass(frozen=True)
class Asked:
    """Which invitations are counted: of a survey, asked within two days, and (None: everywhere) at some stores."""

    survey: Survey
    first: dt.date
    last: dt.date
    stores: frozenset[int] | None = None

    def invitations(self) -> "QuerySet[SurveyInvitation]":
        rows = SurveyInvitation.objects.filter(survey=self.survey, asked_on__range=(self.first, self.last))
        return rows if self.stores is None else rows.filter(store__in=self.stores)

    def responses(self) -> "QuerySet[SurveyResponse]":
        rows = SurveyResponse.objects.filter(survey=self.survey, invitation__asked_on__range=(self.first, self.last))
        return rows if self.stores is None else rows.filter(invitation__store__in=self.stores)


@dataclass
class Group:
    """How many were asked and answered, and how often each score was given."""

    asked: int = 0
    answered: int = 0
    tally: Counter[int] = field(default_factory=Counter)


def whole(asked: Asked) -> Group:
    """Everything together. One statement."""
    return _gathered(asked.invitations().order_by(), {}).get("", Group())


def groups(asked: Asked, by: str) -> dict[Any, Group]:
    """SVC-07 · D5.1 — by the values of a dimension. One statement."""
    return _gathered(asked.invitations().order_by(), {"told": DIMENSIONS[by]})


def _gathered(rows: "QuerySet[SurveyInvitation]", by: Mapping[str, Any]) -> dict[Any, Group]:
    counted = rows.annotate(**by).values(*by, "response__score").annotate(n=Count("pk"), answered=Count("response"))
    found: dict[Any, Group] = defaultdict(Group)
    for row in counted:
        group = found[row.get("told", "")]
        group.asked += row["n"]
        group.answered += row["answered"]
        if row["response__score"] is not None:
            group.tally[row["response__score"]] += row["n"]
    return dict(found)


@dataclass
class Told:
    """A question, and how often each of its answers was given: scores, or options by their code."""

    question: SurveyQuestion
    options: list[tuple[str, Mapping[str, str]]]
    scores: Counter[int] = field(default_factory=Counter)
    chosen: Counter[str] = field(default_factory=Counter)
    answered: int = 0


def by_question(asked: Asked) -> list[Told]:
    """SVC-07 · D5.1 — every question that was ever published, as its newest version words it, with its answers. Three statements.

    What was chosen is counted option by option; own words are only counted.
    """
    rows = SurveyQuestion.objects.filter(
        version__survey=asked.survey, version__state=SurveyVersion.State.PUBLISHED
    ).order_by("version__number", "position")
    newest = {row.code: row for row in rows}
    options: dict[int, list[tuple[str, Mapping[str, str]]]] = defaultdict(list)
    for option in SurveyOption.objects.filter(question__in=[row.pk for row in newest.values()]).order_by("position"):
        options[option.question_id].append((option.code, option.text))
    last = max((row.version_id for row in newest.values()), default=0)
    shown = sorted(newest.values(), key=lambda row: (row.version_id != last, row.position))
    found = {row.code: Told(row, options[row.pk]) for row in shown}
    asks = {"question__version__state": SurveyVersion.State.PUBLISHED}
    answers = SurveyAnswer.objects.filter(response__in=asked.responses(), **asks).order_by()
    counted = answers.values("question__code", "number", "chosen").annotate(n=Count("pk"))
    for one in counted:
        told = found[one["question__code"]]
        told.answered += one["n"]
        if one["number"] is not None:
            told.scores[one["number"]] += one["n"]
        for code in one["chosen"]:
            told.chosen[code] += one["n"]
    return list(found.values())


def surveys() -> "QuerySet[Survey]":
    """Those that were ever published, the one asked last first."""
    published = SurveyVersion.objects.filter(state=SurveyVersion.State.PUBLISHED)
    return Survey.objects.filter(pk__in=published.values("survey")).order_by("ended_at", "code")


def titles(surveys: Collection[Survey]) -> dict[int, Mapping[str, str]]:
    """Their titles as published last. One statement."""
    rows = SurveyVersion.objects.filter(survey__in=surveys, state=SurveyVersion.State.PUBLISHED).order_by("number")
    return dict(rows.values_list("survey", "title"))

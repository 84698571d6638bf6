"""The results of a survey in words and pictures (SVC-07 · D5.1)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import show, words
from core.models import Store, User
from service_desk.surveys.models import TouchPoint
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.policy import figures
from service_desk.surveys.policy.figures import Estimate, Reading
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.policy.questions import MEASURED_ON, SCALES, QuestionKind, SurveyKind
from service_desk.surveys.queries.results import Group, Told
from service_desk.surveys.wording import figures as wording
from service_desk.surveys.wording import occasions

DIMENSIONS: Mapping[str, str | Promise] = {
    "month": _("Month"),
    "touch-point": _("Touch-point"),
    "channel": _("Channel"),
    "store": _("Store"),
    "agent": _("Colleague"),
    "tier": _("Tier"),
}
NAMES: Mapping[SurveyKind, str | Promise] = {
    SurveyKind.CSAT: _("Satisfied"),
    SurveyKind.NPS: _("Net promoter score"),
    SurveyKind.CES: _("Ease, mean"),
}


@dataclass(frozen=True)
class Row:
    """A group as the page tells it; of one that is hidden only how many were asked."""

    key: Any
    label: str
    asked: int
    answered: int
    reading: Reading | None
    main: str = wording.NOTHING
    span: str = ""
    mean: str = wording.NOTHING
    rate: str = wording.NOTHING

    @property
    def is_hidden(self) -> bool:
        return self.reading is None


def main_of(kind: SurveyKind, reading: Reading) -> Estimate | None:
    """The figure by which the survey is known."""
    return {SurveyKind.CSAT: reading.satisfied, SurveyKind.NPS: reading.net, SurveyKind.CES: reading.mean}.get(kind)


def said(kind: SurveyKind, estimate: Estimate | None) -> tuple[str, str]:
    """The survey's own figure and its interval."""
    if kind is SurveyKind.NPS:
        return wording.net(estimate), wording.net_span(estimate)
    if kind is SurveyKind.CES:
        return wording.score(estimate), wording.score_span(estimate)
    return wording.percent(estimate), wording.percent_span(estimate)


def headline(kind: SurveyKind, group: Group, *, policy: SurveyParameters) -> list[tuple[str, str, str]]:
    """The tiles: name, figure, interval."""
    reading = figures.read(kind, group.tally, satisfied_from=policy.satisfied_from)
    found: list[tuple[str, str, str]] = []
    if kind in NAMES:
        found.append((str(NAMES[kind]), *said(kind, main_of(kind, reading))))
    if kind is SurveyKind.CES:
        found.append((_now("Found it easy"), *said(SurveyKind.CSAT, reading.satisfied)))
    elif reading.mean is not None:
        found.append((_now("Mean score"), wording.score(reading.mean), wording.score_span(reading.mean)))
    return found


def rows(kind: SurveyKind, by: str, groups: Mapping[Any, Group], *, policy: SurveyParameters) -> list[Row]:
    """SVC-07 · D5.1 — every group, those too small to be shown without their figures."""
    labels = _labels(by, groups)
    sizes = {str(key): group.answered for key, group in groups.items()}
    hidden = figures.hidden(sizes, least=policy.least_answers)
    found = [
        _row(kind, key, labels[key], group, policy=policy, is_hidden=str(key) in hidden)
        for key, group in groups.items()
    ]
    if by == "month":
        return sorted(found, key=lambda row: row.key or dt.date.min)
    return sorted(found, key=lambda row: (-row.asked, row.label))


def _row(kind: SurveyKind, key: Any, label: str, group: Group, *, policy: SurveyParameters, is_hidden: bool) -> Row:
    if is_hidden:
        return Row(key, label, group.asked, 0, None)
    reading = figures.read(kind, group.tally, satisfied_from=policy.satisfied_from)
    main, span = said(kind, main_of(kind, reading)) if kind in NAMES else (wording.NOTHING, "")
    rate = wording.percent(figures.share(group.answered, group.asked))
    return Row(key, label, group.asked, group.answered, reading, main, span, wording.score(reading.mean), rate)


def _labels(by: str, keys: Iterable[Any]) -> dict[Any, str]:
    """What the groups are called. One query where they are rows."""
    keys = list(keys)
    nothing = _now("none")
    if by == "month":
        return {key: show.month(key) for key in keys}
    if by == "store":
        names = dict(Store.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name"))
        return {key: names.get(key, nothing) for key in keys}
    if by == "agent":
        people = {user.pk: str(user) for user in User.objects.filter(pk__in=[key for key in keys if key])}
        return {key: people.get(key, nothing) for key in keys}
    if by == "tier":
        return {key: words.of(words.TIER, key) if key else nothing for key in keys}
    if by == "touch-point":
        return {key: str(TouchPoint(key).label) for key in keys}
    return {key: occasions.channel(key) if key else nothing for key in keys}


def columns(kind: SurveyKind) -> list[str]:
    """The columns behind asked, answered and their share."""
    return [str(NAMES[kind]), _now("95 % interval"), _now("Mean score")] if kind in NAMES else []


def plain_columns(kind: SurveyKind) -> list[str]:
    if kind not in NAMES:
        return []
    return [str(NAMES[kind]), _now("lowest"), _now("highest"), _now("Mean score"), _now("lowest"), _now("highest")]


def plain(kind: SurveyKind, row: Row) -> list[object]:
    """The figures of a group as numbers for a spreadsheet."""
    if kind not in NAMES:
        return []
    if row.reading is None:
        return [_now("too few answers"), "", "", "", "", ""]
    found: list[object] = []
    for estimate in (main_of(kind, row.reading), row.reading.mean):
        found += (
            ["", "", ""] if estimate is None else [round(v, 4) for v in (estimate.value, estimate.low, estimate.high)]
        )
    return found


def distribution(tally: Counter[int], scale: range) -> list[dict[str, Any]]:
    """How often each score was given, for `{% bar_chart %}`."""
    return [{"label": str(score), "value": tally[score], "text": show.number(tally[score])} for score in scale]


def trend(kind: SurveyKind, months: Sequence[Row]) -> dict[str, Any] | None:
    """The survey's figure over the months that can be shown, with its interval as a band, in a picture of 100 by 100."""
    points = [(row, main_of(kind, row.reading)) for row in months if row.reading is not None]
    shown = [(row, estimate) for row, estimate in points if estimate is not None]
    if len(shown) < 2:
        return None
    lowest, highest = _bounds(kind)

    def height(value: float) -> float:
        return 100 - 100 * (value - lowest) / (highest - lowest)

    step = 100 / (len(shown) - 1)
    places = [(place * step, estimate) for place, (_row, estimate) in enumerate(shown)]
    upper = [f"{x:.2f},{height(one.high):.2f}" for x, one in places]
    lower = [f"{x:.2f},{height(one.low):.2f}" for x, one in reversed(places)]
    return {
        "line": " ".join(f"{x:.2f},{height(one.value):.2f}" for x, one in places),
        "band": " ".join([*upper, *lower]),
        "first": shown[0][0].label,
        "last": shown[-1][0].label,
        "rows": [row for row, _estimate in shown],
    }


def _bounds(kind: SurveyKind) -> tuple[float, float]:
    if kind is SurveyKind.NPS:
        return -100.0, 100.0
    scale = SCALES[MEASURED_ON[kind]]
    return (0.0, 1.0) if kind is SurveyKind.CSAT else (float(scale[0]), float(scale[-1]))


def questions(told: Iterable[Told]) -> list[dict[str, Any]]:
    """Every question with how often each answer was given."""
    return [
        {"text": spoken(one.question.text), "answered": one.answered, "bars": _bars(one), "is_text": _is_text(one)}
        for one in told
    ]


def _is_text(one: Told) -> bool:
    return one.question.kind == QuestionKind.TEXT


def _bars(one: Told) -> list[dict[str, Any]]:
    kind = QuestionKind(one.question.kind)
    if kind in SCALES:
        return distribution(one.scores, SCALES[kind])
    return [
        {"label": spoken(text), "value": one.chosen[code], "text": show.number(one.chosen[code])}
        for code, text in one.options
    ]

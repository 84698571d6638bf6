"""A question as the member sees it (SVC-07 · D5.1): on the page of the link, and in the preview of whoever draws it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_desk.surveys.models import SurveyQuestion
from service_desk.surveys.models.texts import Words, spoken
from service_desk.surveys.policy.questions import LONGEST_TEXT, PASSED_OVER, SCALES, Answer, QuestionKind
from service_desk.surveys.queries.questionnaires import Form

DIGITS = range(10)
"""Scores that have a key of their own."""


@dataclass(frozen=True)
class Score:
    """A score that can be pressed; the ends of the scale say in words what they mean."""

    number: int
    word: str = ""

    @property
    def key(self) -> str:
        return str(self.number) if self.number in DIGITS else ""


@dataclass(frozen=True)
class Shown:
    """What the page draws of a question, and what was answered before."""

    code: str
    kind: str
    text: str
    required: bool
    scores: list[Score] = field(default_factory=list)
    low: str = ""
    high: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    given: Answer = PASSED_OVER
    longest: int = LONGEST_TEXT


def question(form: Form, row: SurveyQuestion, *, given: Answer = PASSED_OVER, language: str = "") -> Shown:
    """A question of a version, in a language (default: the reader's)."""
    options = [(one.code, one.text) for one in form.options.get(row.pk, ())]
    return of(row, options, given=given, language=language)


def of(
    row: SurveyQuestion,
    options: list[tuple[str, Words]],
    *,
    given: Answer = PASSED_OVER,
    language: str = "",
) -> Shown:
    """The same of a question that may not be saved yet."""
    kind = QuestionKind(row.kind)
    low, high = spoken(row.low, language), spoken(row.high, language)
    return Shown(
        code=row.code,
        kind="scale" if kind in SCALES else kind.value,
        text=spoken(row.text, language),
        required=row.required,
        scores=_scores(SCALES[kind], low, high) if kind in SCALES else [],
        low=low,
        high=high,
        options=[(code, spoken(text, language)) for code, text in options],
        given=given,
    )


def _scores(scale: range, low: str, high: str) -> list[Score]:
    ends: Mapping[int, str] = {scale[0]: low, scale[-1]: high}
    return [Score(number, ends.get(number, "")) for number in scale]

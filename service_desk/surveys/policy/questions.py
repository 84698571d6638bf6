"""SVC-07 · D5.1 — what a survey asks, and which answers fit: scales, choices, free text."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.rules import RuleBroken

LONGEST_TEXT = 2_000


class SurveyKind(StrEnum):
    """What a survey measures: satisfaction, willingness to recommend, effort, or nothing of these."""

    CSAT = "csat"
    NPS = "nps"
    CES = "ces"
    OTHER = "other"


class QuestionKind(StrEnum):
    SCALE_10 = "scale-0-10"
    SCALE_5 = "scale-1-5"
    SCALE_7 = "scale-1-7"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"


SCALES: Mapping[QuestionKind, range] = {
    QuestionKind.SCALE_10: range(11),
    QuestionKind.SCALE_5: range(1, 6),
    QuestionKind.SCALE_7: range(1, 8),
}
WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})
MEASURED_ON: Mapping[SurveyKind, QuestionKind] = {
    SurveyKind.CSAT: QuestionKind.SCALE_5,
    SurveyKind.NPS: QuestionKind.SCALE_10,
    SurveyKind.CES: QuestionKind.SCALE_7,
}
"""On which scale each kind of survey measures; only so are its figures comparable with anybody else's."""


@dataclass(frozen=True)
class Question:
    """A question by its code within the survey; options by theirs."""

    code: str
    kind: QuestionKind
    required: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What was answered to one question; nothing of it for a question that was passed over."""

    number: int | None = None
    chosen: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self.number is None and not self.chosen and not self.text


PASSED_OVER = Answer()


def fit(question: Question, answer: Answer) -> Answer:
    """SVC-07 · D5.1 — the answer as it is kept.

    Refuses an empty one to a question that must be answered (`survey_answer_missing`), a number off the scale, an option
    that was not offered or more than one where one is asked (`survey_answer_unfit`), a text too long (`survey_text_too_long`).
    """
    if answer.is_empty:
        if question.required:
            raise RuleBroken("survey_answer_missing")
        return PASSED_OVER
    if question.kind in SCALES:
        return _fits(answer.number in SCALES[question.kind], Answer(number=answer.number))
    if question.kind in WITH_OPTIONS:
        chosen = tuple(code for code in question.options if code in answer.chosen)
        enough = bool(chosen) if question.kind is QuestionKind.CHOICES else len(chosen) == 1
        return _fits(enough and set(chosen) == set(answer.chosen), Answer(chosen=chosen))
    if len(answer.text) > LONGEST_TEXT:
        raise RuleBroken("survey_text_too_long", most=LONGEST_TEXT)
    return _fits(bool(answer.text), Answer(text=answer.text))


def _fits(is_so: bool, kept: Answer) -> Answer:
    if not is_so:
        raise RuleBroken("survey_answer_unfit")
    return kept

"""A version of a survey as the rules know it, read in three queries (SVC-07 · D5.1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from service_desk.surveys.models import Survey, SurveyOption, SurveyQuestion, SurveySkip, SurveyVersion
from service_desk.surveys.models.answers import Given
from service_desk.surveys.policy import routing
from service_desk.surveys.policy.questions import Answer, Question, QuestionKind, SurveyKind
from service_desk.surveys.policy.routing import Condition, Questionnaire, Skip


@dataclass(frozen=True)
class Form:
    """A version's questions as rows, with their options and skips, and as the rules see them."""

    version: SurveyVersion
    questions: Sequence[SurveyQuestion]
    options: Mapping[int, Sequence[SurveyOption]]
    skips: Sequence[SurveySkip]
    rules: Questionnaire

    @property
    def measure(self) -> str:
        return next((one.code for one in self.questions if one.is_measure), "")

    @property
    def kind(self) -> SurveyKind:
        return SurveyKind(self.version.survey.kind)

    def row(self, code: str) -> SurveyQuestion:
        return next(one for one in self.questions if one.code == code)

    def of_row(self, key: int) -> SurveyQuestion:
        return next(one for one in self.questions if one.pk == key)

    def rule(self, code: str) -> Question | None:
        return next((one for one in self.rules.questions if one.code == code), None)

    def skips_at(self, question: SurveyQuestion) -> list[SurveySkip]:
        return [one for one in self.skips if one.question_id == question.pk]


def form_of(version: SurveyVersion) -> Form:
    """The version with everything that belongs to it. Three queries."""
    rows = list(version.questions.order_by("position", "pk"))
    options: dict[int, list[SurveyOption]] = defaultdict(list)
    for option in SurveyOption.objects.filter(question__version=version).order_by("position", "pk"):
        options[option.question_id].append(option)
    place = {row.pk: number for number, row in enumerate(rows)}
    skips = list(SurveySkip.objects.filter(question__version=version).order_by("position", "pk"))
    skips.sort(key=lambda skip: place[skip.question_id])
    codes = {row.pk: row.code for row in rows}
    questions = [
        Question(row.code, QuestionKind(row.kind), row.required, tuple(one.code for one in options[row.pk]))
        for row in rows
    ]
    return Form(version, rows, options, skips, Questionnaire(questions, [rule_of(skip, codes) for skip in skips]))


def rule_of(skip: SurveySkip, codes: Mapping[int, str]) -> Skip:
    when = Condition(codes[skip.on_id], routing.Compare(skip.compare), skip.number, frozenset(skip.options))
    to = codes[skip.to_id] if skip.to_id is not None else routing.THE_END
    return Skip(codes[skip.question_id], routing.Verb(skip.verb), when, to)


def answers_of(form: Form, given: Iterable[Given]) -> dict[str, Answer]:
    """What was answered so far, by the code of the question."""
    codes = {row.pk: row.code for row in form.questions}
    return {codes[one.question_id]: Answer(one.number, tuple(one.chosen), one.text) for one in given}


def published(survey: Survey) -> SurveyVersion | None:
    """The version that is asked."""
    return published_versions().filter(survey=survey).first()


def published_versions() -> "QuerySet[SurveyVersion]":
    """Published versions, the newest of each survey first."""
    rows = SurveyVersion.objects.filter(state=SurveyVersion.State.PUBLISHED)
    return rows.select_related("survey").order_by("survey", "-number")

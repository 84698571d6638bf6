"""The questions of a draft and its skips (SVC-07 · D5.1): added, worded, moved, taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from core.models import User
from core.refusals import Refusal
from service_desk.surveys.models import SurveyOption, SurveyQuestion, SurveySkip, SurveyVersion
from service_desk.surveys.models.texts import Words
from service_desk.surveys.operations import drafting
from service_desk.surveys.policy import checking
from service_desk.surveys.policy.questions import WITH_OPTIONS
from service_desk.surveys.queries import questionnaires


@dataclass(frozen=True)
class Wording:
    """How a question is worded in every language, with its options in their order: (code, text); a new one has no code."""

    kind: str
    required: bool
    is_measure: bool
    text: Words
    low: Words
    high: Words
    options: Sequence[tuple[str, Words]] = ()


@transaction.atomic
def add(draft: SurveyVersion, wording: Wording, *, by: User) -> SurveyQuestion:
    """SVC-07 · D5.1 — a question at the end of the draft."""
    draft = drafting.locked(draft, by=by)
    taken = set(SurveyQuestion.objects.filter(version__survey=draft.survey_id).values_list("code", flat=True))
    last = draft.questions.aggregate(last=Max("position", default=0))["last"]
    code = next(code for code in (f"q{number}" for number in range(1, len(taken) + 2)) if code not in taken)
    question = SurveyQuestion(version=draft, code=code, position=last + 1)
    return _worded(question, wording)


@transaction.atomic
def change(question: SurveyQuestion, wording: Wording, *, by: User) -> SurveyQuestion:
    """SVC-07 · D5.1 — word a question anew. Refuses what a skip that asks about it no longer understands."""
    draft = drafting.locked(question.version, by=by)
    changed = _worded(SurveyQuestion.objects.get(pk=question.pk, version=draft), wording)
    _check_skips(draft)
    return changed


def _worded(question: SurveyQuestion, wording: Wording) -> SurveyQuestion:
    if wording.is_measure:
        SurveyQuestion.objects.filter(version=question.version_id).update(is_measure=False)
    question.kind, question.required, question.is_measure = wording.kind, wording.required, wording.is_measure
    question.text, question.low, question.high = dict(wording.text), dict(wording.low), dict(wording.high)
    question.save()
    _offer(question, wording.options if wording.kind in WITH_OPTIONS else ())
    return question


def _offer(question: SurveyQuestion, options: Sequence[tuple[str, Words]]) -> None:
    """The options as they are now: those named by their code keep it, so that answers can be told together."""
    known = {one.code: one for one in question.options.all()}
    kept = {code for code, _ in options if code in known}
    question.options.exclude(code__in=kept).delete()
    free = (code for code in (f"o{number}" for number in range(1, len(known) + len(options) + 1)) if code not in known)
    for position, (code, text) in enumerate(options, start=1):
        row = known[code] if code in kept else SurveyOption(question=question, code=next(free))
        row.position, row.text = position, dict(text)
        row.save()


@transaction.atomic
def move(question: SurveyQuestion, *, up: bool, by: User) -> None:
    """SVC-07 · D5.1 — one place up or down; nothing happens at the ends. Refuses an order that a skip forbids."""
    draft = drafting.locked(question.version, by=by)
    rows = list(draft.questions.order_by("position", "pk"))
    place = next(number for number, row in enumerate(rows) if row.pk == question.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position
    SurveyQuestion.objects.bulk_update(rows, ["position"])
    _check_skips(draft)


@transaction.atomic
def remove(question: SurveyQuestion, *, by: User) -> None:
    """SVC-07 · D5.1 — take a question out, with the skips that ask about it or lead to it."""
    draft = drafting.locked(question.version, by=by)
    draft.questions.filter(pk=question.pk).delete()
    draft.questions.filter(position__gt=question.position).update(position=F("position") - 1)


@transaction.atomic
def add_skip(question: SurveyQuestion, terms: Mapping[str, Any], *, by: User) -> SurveySkip:
    """SVC-07 · D5.1 — a skip at a question. Refuses one that looks ahead, leads back, or asks what cannot be answered."""
    draft = drafting.locked(question.version, by=by)
    last = question.skips.aggregate(last=Max("position", default=0))["last"]
    skip = SurveySkip.objects.create(question=question, position=last + 1, **terms)
    if SurveySkip.objects.filter(question__version=draft).count() > checking.MOST_SKIPS:
        raise Refusal("survey_has_too_many_skips", most=checking.MOST_SKIPS)
    _check_skips(draft)
    return skip


@transaction.atomic
def remove_skip(skip: SurveySkip, *, by: User) -> None:
    """SVC-07 · D5.1 — take a skip out."""
    drafting.locked(skip.question.version, by=by)
    skip.delete()


def _check_skips(draft: SurveyVersion) -> None:
    """Every skip of the draft still makes sense; the way as a whole is looked at when it is submitted."""
    rules = questionnaires.form_of(draft).rules
    for skip in rules.skips:
        checking.check_skip(rules, skip)

"""Improvement measures (SVC-05 · D6.3): proposed, agreed by a second person, worked on, done, and verified by live figures."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from core import access, audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.models import ImprovementEvent, ImprovementMeasure, ImprovementReview
from service_desk.operations import complaint_letters, holding
from service_desk.policy import improvements as rule
from service_desk.policy.improvements import LEADS_TO, State
from service_desk.policy.parameters_complaints import ImprovementParameters
from service_desk.queries import improvements as kept
from service_desk.queries.improvements import AGREE, PROPOSE, VERIFY

TERMS = (
    "title", "what", "cause", "case", "category", "product", "store", "owner", "department", "due_on", "target_bps", "basis",
)  # fmt: skip
LONGEST_NOTE = 500


@transaction.atomic
def propose(terms: Mapping[str, Any], *, by: User) -> ImprovementMeasure:
    """SVC-05 · D6.3.2 — a draft: the cause, what is done, whose it is, by when, and which share of the rate may be left.

    Refuses a deadline that has passed, and an owner who does not work here.
    """
    access.require(by, PROPOSE)
    _check(terms)
    days = parameters.in_force(ImprovementParameters).window_days
    made = ImprovementMeasure.objects.create(**terms, window_days=days, author=by)
    ImprovementEvent.objects.create(measure=made, after=State.DRAFT, by=by)
    _tell("service_desk.improvement.propose", made, by=by)
    return made


@transaction.atomic
def revise(measure: ImprovementMeasure, terms: Mapping[str, Any], *, by: User) -> ImprovementMeasure:
    """SVC-05 · D6.3.2 — change a draft. What was agreed is changed no more (`measure_agreed`)."""
    access.require(by, PROPOSE)
    row = _held(measure)
    if row.state != State.DRAFT:
        raise Refusal("measure_agreed")
    _check(terms)
    for name, value in terms.items():
        setattr(row, name, value)
    row.save()
    _tell("service_desk.improvement.revise", row, by=by)
    return row


@transaction.atomic
def agree(measure: ImprovementMeasure, *, by: User) -> ImprovementMeasure:
    """SVC-05 · D6.3.3 — a second person agrees; the owner is told. Refuses whoever proposed it (`four_eyes`)."""
    access.require(by, AGREE)
    row = _held(measure)
    if row.author_id == by.pk:
        raise Refusal("four_eyes", status=403)
    row.agreed_by, row.agreed_at = by, clock.now()
    _move(row, State.AGREED, by=by)
    complaint_letters.measure_assigned(row)
    return row


@transaction.atomic
def start(measure: ImprovementMeasure, *, by: User) -> ImprovementMeasure:
    """SVC-05 · D6.3.3 — its owner begins; the days before today are what it is measured against, also at a second try."""
    row = _own(measure, by=by)
    row.started_on, row.done_on, row.review_on = row.started_on or clock.today(), None, None
    _move(row, State.WORKING, by=by)
    return row


@transaction.atomic
def finish(measure: ImprovementMeasure, *, note: str, by: User) -> ImprovementMeasure:
    """SVC-05 · D6.3.3 — its owner has done it and says what was done. Its effect shows in the days that follow."""
    row = _own(measure, by=by)
    said = _words(note)
    row.done_on = clock.today()
    row.review_on = row.done_on + dt.timedelta(days=row.window_days + 1)
    _move(row, State.DONE, by=by, note=said)
    return row


@transaction.atomic
def drop(measure: ImprovementMeasure, *, reason: str, by: User) -> ImprovementMeasure:
    """SVC-05 · D6.3.3 — it is not pursued; says why. For whoever may agree on measures, and the author of a draft."""
    row = _held(measure)
    if not (row.state == State.DRAFT and row.author_id == by.pk):
        access.require(by, AGREE)
    _move(row, State.DROPPED, by=by, note=_words(reason))
    return row


@transaction.atomic
def verify(measure: ImprovementMeasure, *, confirmed: str, comment: str, by: User) -> ImprovementReview:
    """SVC-05 · D6.3.4 — confirm what the figures say, or see it otherwise and explain it. The figures are kept as they are.

    Refuses the owner (`measure_of_your_own`), a measure that was not done for long enough (`measure_too_early`), and a verdict
    beside the figures without a word (`verdict_needs_words`).
    """
    access.require(by, VERIFY)
    row = _held(measure)
    if row.owner_id == by.pk:
        raise Refusal("measure_of_your_own", status=403)
    after = State(confirmed)
    rule.check_way(State(row.state), after)
    found = kept.figures_of(row)
    if found is None or found.is_early:
        raise Refusal("measure_too_early")
    said = holding.clean(comment, longest=LONGEST_NOTE)
    if LEADS_TO.get(found.verdict) is not after and not said:
        raise Refusal("verdict_needs_words", status=422)
    review = ImprovementReview.objects.create(
        measure=row, confirmed=after, comment=said, owner=row.owner, by=by, **_figures(found)
    )
    _move(row, after, by=by, note=said, proposed=found.verdict)
    return review


@transaction.atomic
def remind(pks: Sequence[int]) -> int:
    """SVC-05 · D6.3.3 — tell owners of deadlines that are near or have passed, and who agreed of what is due for
    verification; of each once. Returns how many were told."""
    today, now = clock.today(), clock.now()
    soon = today + dt.timedelta(days=parameters.in_force(ImprovementParameters).remind_days)
    rows = ImprovementMeasure.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    told = 0
    for row in rows.select_related("owner", "agreed_by"):
        is_open = State(row.state) in rule.OPEN
        if is_open and row.due_on < today and row.overdue_told_at is None:
            complaint_letters.measure_overdue(row)
            row.overdue_told_at = row.reminded_at = now
        elif is_open and row.due_on <= soon and row.reminded_at is None:
            complaint_letters.measure_due_soon(row)
            row.reminded_at = now
        elif _is_due(row, today) and row.review_told_at is None:
            complaint_letters.review_due(row)
            row.review_told_at = now
        else:
            continue
        row.save(update_fields=["overdue_told_at", "reminded_at", "review_told_at"])
        told += 1
    return told


def _is_due(row: ImprovementMeasure, today: dt.date) -> bool:
    return row.state == State.DONE and row.review_on is not None and row.review_on <= today


def _held(measure: ImprovementMeasure) -> ImprovementMeasure:
    rows = ImprovementMeasure.objects.select_for_update(of=("self",)).select_related("owner", "cause", "agreed_by")
    return rows.get(pk=measure.pk)


def _own(measure: ImprovementMeasure, *, by: User) -> ImprovementMeasure:
    """The owner's own, or of whoever may agree on measures."""
    row = _held(measure)
    if not (by.is_active and by.is_staff and row.owner_id == by.pk):
        access.require(by, AGREE)
    return row


def _check(terms: Mapping[str, Any]) -> None:
    owner: User = terms["owner"]
    if not (owner.is_active and owner.is_staff):
        raise Refusal("colleague_unfit", status=422)
    if terms["due_on"] < clock.today():
        raise Refusal("deadline_has_passed", status=422)


def _words(text: str) -> str:
    said = holding.clean(text, longest=LONGEST_NOTE)
    if not said:
        raise Refusal("text_missing", status=422)
    return said


def _move(row: ImprovementMeasure, after: State, *, by: User, note: str = "", **details: object) -> None:
    """The only way a state changes; another deadline or another try is told of anew."""
    before = State(row.state)
    rule.check_way(before, after)
    row.state = after
    if before is State.NOT_EFFECTIVE:
        row.review_told_at = None
    row.save()
    ImprovementEvent.objects.create(measure=row, before=before, after=after, note=note, by=by)
    _tell("service_desk.improvement.move", row, by=by, before=before, after=after, **details)


def _tell(action: str, row: ImprovementMeasure, *, by: User, **details: object) -> None:
    audit.record(action, subject=row, actor=by, details={"state": row.state, "cause": row.cause_id, **details})


def _figures(found: kept.Figures) -> dict[str, Any]:
    spans, seen = found.windows, found.comparison
    return {
        "before_from": spans.before_from,
        "before_until": spans.before_until,
        "after_from": spans.after_from,
        "after_until": spans.after_until,
        "before_cases": found.before,
        "after_cases": found.after,
        "uncoded": found.uncoded,
        "before_exposure": found.exposure_before,
        "after_exposure": found.exposure_after,
        "ratio": seen.ratio if seen else None,
        "ratio_low": seen.low if seen else None,
        "ratio_high": seen.high if seen and math.isfinite(seen.high) else None,
        "fell": seen.fell if seen else None,
        "proposed": found.verdict,
    }

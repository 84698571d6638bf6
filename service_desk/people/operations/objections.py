"""A person objects to how he was scored; somebody who did not score him decides (SVC-09, SVC-10 · D7.2.4)."""

import datetime as dt

from django.db import IntegrityError, transaction

from core import access, audit, clock, parameters
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from service_desk.models import Objection, ScoreFigure, SpotCheck
from service_desk.people.policy.parameters import PerformanceParameters
from service_desk.people.queries import reach, scorecards

SETTLE = "people.settle_objection"
State = Objection.State


def to_spot_check(check: SpotCheck, *, words: str, by: User) -> Objection:
    """SVC-09 · D7.2.4 — say that a spot check of oneself is wrong, once, within the days that the parameter gives."""
    if check.person_id != by.pk or check.void_at is not None:
        raise Refusal("not_permitted", status=404)
    return _raise(Objection(person=by, spot_check=check), words=words, since=check.checked_at)


def to_figure(figure: ScoreFigure, *, words: str, by: User) -> Objection:
    """SVC-10 · D7.2.4 — say that a figure of one's own closed score-card is wrong, once; until then the night puts it right."""
    if figure.card.person_id != by.pk:
        raise Refusal("not_permitted", status=404)
    if figure.card.closed_at is None:
        raise Refusal("score_card_still_moves")
    return _raise(Objection(person=by, figure=figure), words=words, since=figure.card.closed_at)


def last_day(since: dt.datetime, *, days: int) -> dt.date:
    """Through which day one may object."""
    return clock.day_of(since) + dt.timedelta(days=days)


def _raise(objection: Objection, *, words: str, since: dt.datetime) -> Objection:
    if not words.strip():
        raise Refusal("reason_needed", status=422)
    if clock.today() > last_day(since, days=parameters.in_force(PerformanceParameters).objection_days):
        raise Refusal("objection_too_late")
    objection.words = words.strip()
    objection.raised_at = clock.now()
    with transaction.atomic():
        try:
            with transaction.atomic():
                objection.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal("objected_already") from error
        audit.record(
            "service_desk.objection.raise",
            subject=objection,
            actor=objection.person,
            details={"spot_check": objection.spot_check_id, "figure": objection.figure_id},
        )
    return objection


def decide(objection: Objection, *, upheld: bool, answer: str, value: int | None = None, by: User) -> Objection:
    """SVC-10 · D7.2.4 — a second person decides: a spot check that is upheld against counts nowhere any more; a figure gets
    the right `value` beside the one that was written.

    Refuses the person himself and whoever scored him (with an alert), and whom one's reach does not cover.
    """
    access.require(by, SETTLE)
    _refuse_the_parties(objection, by=by)
    if not reach.reaches(by, objection.person, right=SETTLE):
        raise Refusal("not_permitted", status=404)
    if not answer.strip():
        raise Refusal("reason_needed", status=422)
    if upheld and objection.figure_id and value is None:
        raise Refusal("right_value_needed", status=422)
    with transaction.atomic():
        row = Objection.objects.select_for_update().get(pk=objection.pk)
        if row.state != State.OPEN:
            raise Refusal("already_decided")
        row.state = State.UPHELD if upheld else State.REJECTED
        row.decided_by, row.decided_at, row.answer = by, clock.now(), answer.strip()
        row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        if upheld:
            _put_right(row, value=value, by=by)
        audit.record(
            "service_desk.objection.decide",
            subject=row,
            actor=by,
            details={"upheld": upheld, "value": value, "spot_check": row.spot_check_id, "figure": row.figure_id},
        )
        outbox.send(
            "people.objection_decided",
            key=str(row.pk),
            to=row.person,
            context={"upheld": upheld, "decider": str(by)},
            link=scorecards.page_of_objection(row),
        )
    return row


def _refuse_the_parties(objection: Objection, *, by: User) -> None:
    scored_by = objection.spot_check.assessor_id if objection.spot_check else None
    if by.pk in (objection.person_id, scored_by):
        audit.alert("four_eyes", subject=objection, actor=by, details={"wanted": "decide"})
        raise Refusal("four_eyes", status=403)


def _put_right(row: Objection, *, value: int | None, by: User) -> None:
    if row.spot_check_id:
        SpotCheck.objects.filter(pk=row.spot_check_id, void_at=None).update(void_at=clock.now())
        return
    if row.figure_id:
        ScoreFigure.objects.filter(pk=row.figure_id).update(corrected_value=value, corrected_by=by)

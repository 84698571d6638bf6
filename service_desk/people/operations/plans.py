"""Improvement plans: proposed, agreed by the colleague, verified by another when they are due (SVC-11 · D7.3.2)."""

import datetime as dt

from django.db import transaction

from core import access, audit, clock
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from service_desk.models import ImprovementPlan
from service_desk.people.operations.incentives import PROPOSE
from service_desk.people.queries import reach, rewards

State = ImprovementPlan.State


def propose(person: User, *, goal: str, measures: str, due_on: dt.date, by: User) -> ImprovementPlan:
    """SVC-11 · D7.3.2 — write down what a colleague is to do better, how, and until when. He is asked to agree.

    The same plan again finds the one that is open. Refuses oneself, whom one's right does not reach, and a day that has
    passed.
    """
    access.require(by, PROPOSE)
    if person.pk == by.pk:
        raise Refusal("not_oneself", status=403)
    if not reach.reaches(by, person, right=PROPOSE):
        raise Refusal("beyond_your_people", status=422)
    if not goal.strip() or not measures.strip():
        raise Refusal("plan_needs_a_goal", status=422)
    if due_on <= clock.today():
        raise Refusal("due_in_the_past", status=422)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        for open_ in ImprovementPlan.objects.filter(person=person, author=by, state=State.PROPOSED, due_on=due_on):
            if open_.goal == goal.strip():
                return open_
        plan = ImprovementPlan.objects.create(
            person=person,
            goal=goal.strip(),
            measures=measures.strip(),
            due_on=due_on,
            author=by,
            proposed_at=clock.now(),
        )
        audit.record(
            "service_desk.plan.propose", subject=plan, actor=by, details={"person": person.pk, "due_on": due_on}
        )
        outbox.send(
            "people.plan_proposed",
            key=str(plan.pk),
            to=person,
            context={"author": str(by), "due_on": due_on.isoformat()},
            link=rewards.home(),
        )
    return plan


@transaction.atomic
def agree(plan: ImprovementPlan, *, by: User) -> ImprovementPlan:
    """SVC-11 · D7.3.2 — the colleague says that he will do it; saying so again changes nothing."""
    row = _lock(plan)
    if row.person_id != by.pk:
        raise Refusal("not_permitted", status=404)
    if row.state == State.AGREED:
        return row
    _refuse_unless(row, State.PROPOSED)
    row.agreed_at = clock.now()
    return _move(row, State.AGREED, verb="agree", by=by, columns=["agreed_at"])


@transaction.atomic
def withdraw(plan: ImprovementPlan, *, reason: str, by: User) -> ImprovementPlan:
    """SVC-11 · D7.3.2 — take a plan back that is not verified, saying why."""
    row = _lock(plan)
    _refuse_strangers(row, by=by)
    if not reason.strip():
        raise Refusal("reason_needed", status=422)
    _refuse_unless(row, State.PROPOSED, State.AGREED)
    row.finding = reason.strip()
    return _move(row, State.WITHDRAWN, verb="withdraw", by=by, columns=["finding"])


@transaction.atomic
def verify(plan: ImprovementPlan, *, reached: bool, finding: str, by: User) -> ImprovementPlan:
    """SVC-11 · D7.3.2 — say whether it was reached, and what was found. Never the colleague himself; only what he agreed to."""
    row = _lock(plan)
    _refuse_strangers(row, by=by)
    if not finding.strip():
        raise Refusal("reason_needed", status=422)
    _refuse_unless(row, State.AGREED)
    row.verified_by, row.verified_at, row.finding = by, clock.now(), finding.strip()
    columns = ["verified_by", "verified_at", "finding"]
    _move(row, State.REACHED if reached else State.MISSED, verb="verify", by=by, columns=columns)
    outbox.send(
        "people.plan_verified",
        key=str(row.pk),
        to=row.person,
        context={"reached": reached, "verifier": str(by)},
        link=rewards.home(),
    )
    return row


def _lock(plan: ImprovementPlan) -> ImprovementPlan:
    return ImprovementPlan.objects.select_for_update(of=("self",)).select_related("person").get(pk=plan.pk)


def _refuse_strangers(row: ImprovementPlan, *, by: User) -> None:
    access.require(by, PROPOSE)
    if row.person_id == by.pk:
        raise Refusal("not_oneself", status=403)
    if not reach.reaches(by, row.person, right=PROPOSE):
        raise Refusal("not_permitted", status=404)


def _refuse_unless(row: ImprovementPlan, *states: ImprovementPlan.State) -> None:
    if row.state not in states:
        raise Refusal("plan_is_further_on")


def _move(
    row: ImprovementPlan, state: ImprovementPlan.State, *, verb: str, by: User, columns: list[str]
) -> ImprovementPlan:
    row.state = state
    row.save(update_fields=["state", *columns])
    audit.record(f"service_desk.plan.{verb}", subject=row, actor=by, details={"person": row.person_id, "state": state})
    return row

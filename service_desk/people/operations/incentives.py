"""Praise, bonuses and other rewards: proposed, agreed by a second person, given (SVC-11 · D7.3.1)."""

from django.db import transaction

from core import access, approvals, audit, clock
from core.messaging import outbox
from core.models import Approval, User
from core.refusals import Refusal
from service_desk.models import Incentive
from service_desk.people.queries import reach, rewards

KIND = "incentive"
PROPOSE = "people.propose_performance"
State = Incentive.State


def propose(
    person: User, *, kind: str, title: str, amount_minor: int | None = None, reason: str, by: User
) -> Incentive:
    """SVC-11 · D7.3.1 — ask that a colleague is rewarded. The same proposal again finds the one that waits.

    Refuses oneself (with an alert), whom one's right does not reach, and a bonus without an amount.
    """
    access.require(by, PROPOSE)
    if person.pk == by.pk:
        audit.alert("self_rewarded", subject=person, actor=by)
        raise Refusal("not_oneself", status=403)
    if not reach.reaches(by, person, right=PROPOSE):
        raise Refusal("beyond_your_people", status=422)
    if not title.strip() or not reason.strip():
        raise Refusal("reason_needed", status=422)
    if (kind == Incentive.Kind.BONUS) != bool(amount_minor):
        raise Refusal("only_a_bonus_has_an_amount", status=422)
    asked = {"person": person, "kind": kind, "title": title.strip()[:120], "amount_minor": amount_minor or None}
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if before := Incentive.objects.filter(state=State.PROPOSED, author=by, **asked).first():
            return before
        row = Incentive.objects.create(**asked, reason=reason.strip()[:500], author=by, proposed_at=clock.now())
        row.approval = approvals.request(
            KIND,
            subject=row,
            title=f"{person} · {row.title}",
            before={},
            after={"person": str(person), "kind": kind, "title": row.title, "amount": row.amount_minor},
            reason=row.reason,
            author=by,
        )
        row.save(update_fields=["approval"])
    return row


def approve(approval: Approval) -> None:
    """What the second person's yes does: the colleague is told. Nobody agrees to his own reward."""
    row = _end(approval, State.AGREED)
    outbox.send(
        "people.incentive_agreed",
        key=str(row.pk),
        to=row.person,
        context={"title": row.title, "reason": row.reason},
        link=rewards.home(),
    )


def reject(approval: Approval) -> None:
    _end(approval, State.REJECTED)


def withdraw(approval: Approval) -> None:
    _end(approval, State.WITHDRAWN)


def _end(approval: Approval, state: Incentive.State) -> Incentive:
    rows = Incentive.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.get(pk=int(approval.subject.rpartition(":")[2]))
    if row.person_id == approval.decided_by_id:
        raise Refusal("not_oneself", status=403)
    row.state = state
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def give(incentive: Incentive, *, by: User) -> Incentive:
    """SVC-11 · D7.3.1 — note that he has it; a repeat finds it given. Refuses what was not agreed, and oneself."""
    access.require(by, PROPOSE)
    row = Incentive.objects.select_for_update().get(pk=incentive.pk)
    if row.person_id == by.pk:
        raise Refusal("not_oneself", status=403)
    if not reach.reaches(by, row.person, right=PROPOSE):
        raise Refusal("beyond_your_people", status=422)
    if row.state == State.GIVEN:
        return row
    if row.state != State.AGREED:
        raise Refusal("incentive_is_not_agreed")
    row.state, row.given_at, row.given_by = State.GIVEN, clock.now(), by
    row.save(update_fields=["state", "given_at", "given_by"])
    audit.record(
        "service_desk.incentive.give", subject=row, actor=by, details={"person": row.person_id, "kind": row.kind}
    )
    return row

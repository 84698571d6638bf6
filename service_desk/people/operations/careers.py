"""The level of a career: proposed, agreed by a second person, kept with its history (SVC-11 · D7.3.1)."""

import datetime as dt
from typing import Any

from core import access, approvals, audit, clock
from core.messaging import outbox
from core.models import Approval, User
from core.refusals import Refusal
from service_desk.models import CareerLevel, CareerStep
from service_desk.people.operations.incentives import PROPOSE
from service_desk.people.queries import reach, rewards

KIND = "career-step"


def propose(person: User, level: CareerLevel, *, starts_on: dt.date, reason: str, by: User) -> Approval:
    """SVC-11 · D7.3.1 — ask that a colleague holds a level from a day on.

    Refuses oneself (with an alert), whom one's right does not reach, a day that has passed, and the level he holds.
    """
    access.require(by, PROPOSE)
    if person.pk == by.pk:
        audit.alert("self_promotion", subject=person, actor=by, details={"level": level.code})
        raise Refusal("not_oneself", status=403)
    if not reach.reaches(by, person, right=PROPOSE):
        raise Refusal("beyond_your_people", status=422)
    if starts_on < clock.today():
        raise Refusal("career_backdated", status=422)
    return approvals.request(
        KIND,
        subject=f"people.career:{person.pk}",
        title=f"{person} · {level}",
        before={"level": _held(person.pk, on=starts_on)},
        after={"level": level.code},
        effect={"whom": {"person": person.pk, "name": str(person)}, "starts_on": starts_on},
        reason=reason,
        author=by,
    )


def _held(person: int, *, on: dt.date) -> str | None:
    step = rewards.step_of(person, on=on)
    return step.level.code if step else None


def current(approval: Approval) -> dict[str, Any]:
    """What `before` holds as it is now."""
    day = max(dt.date.fromisoformat(approval.effect["starts_on"]), clock.today())
    return {"level": _held(approval.effect["whom"]["person"], on=day)}


def approve(approval: Approval) -> None:
    """What the second person's yes does. Decided later than planned, it holds from the day of the decision on."""
    by = approval.decided_by
    person = User.objects.get(pk=approval.effect["whom"]["person"])
    if by is None or person.pk == by.pk:
        raise Refusal("not_oneself", status=403)
    level = CareerLevel.objects.get(code=approval.after["level"])
    step = CareerStep.objects.create(
        person=person,
        level=level,
        starts_on=max(dt.date.fromisoformat(approval.effect["starts_on"]), clock.today()),
        reason=approval.reason,
        author=approval.author,
        approver=by,
        approval=approval,
        recorded_at=clock.now(),
    )
    audit.record(
        "service_desk.career.step",
        subject=step,
        actor=by,
        reason=approval.reason,
        details={"person": person.pk, "level": level.code, "starts_on": step.starts_on},
    )
    outbox.send(
        "people.career_step",
        key=str(step.pk),
        to=person,
        context={"level": level.worded("name", person.language or None), "starts_on": step.starts_on.isoformat()},
        link=rewards.home(),
    )

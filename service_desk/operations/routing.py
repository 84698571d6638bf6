"""Giving a case to somebody (SVC-02, LOY-15 · A6.2.2, C7.2)."""

from collections.abc import Sequence

from django.db import transaction

from core.models import User
from service_desk.models import Case
from service_desk.operations import history, holding, letters
from service_desk.policy import routing
from service_desk.policy.codes import Happening
from service_desk.queries import agents


def route(case: Case, *, by: User | None = None) -> bool:
    """SVC-02, LOY-15 · A6.2.2, C7.2 — find an owner by skill, language, load and the member's adviser; whether one was found.

    Nobody gets his own case or his household's, nor a complaint about himself. Without anybody fit the case stays in the
    queue.
    """
    about = holding.complained_about(case)
    there = agents.on_duty(but=[*agents.kin_of(case.member), *([about] if about else [])])
    adviser = agents.adviser_of(case.member) if there else None
    chosen = routing.choose(there, skill=case.skill_id, language=case.language, adviser=adviser)
    if chosen is None:
        return False
    give(case, User.objects.get(pk=chosen), by=by, how="adviser" if chosen == adviser else "route")
    return True


def give(case: Case, owner: User | None, *, by: User | None, how: str) -> None:
    """Make somebody the owner, and tell him unless he did it himself. The caller holds and saves the case."""
    before = case.owner_id
    case.owner = owner
    event = history.note(
        case, Happening.ASSIGNED, by=by, owner=owner.pk if owner else None, before=before, how=how,
        department=case.department_id,
    )  # fmt: skip
    if owner is not None and (by is None or by.pk != owner.pk):
        letters.assigned(case, key=str(event.pk))


@transaction.atomic
def distribute(pks: Sequence[int]) -> int:
    """SVC-02 · A6.2.2 — give the cases of nobody to whoever is on duty and has room, in the order of work.

    Each is held and looked at again, so that one which was taken meanwhile stays where it is.
    """
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__among=list(pks)).order_by("pk")
    cases = [row for row in rows.select_related("member") if row.owner_id is None and row.is_undone]
    given = 0
    for case in sorted(cases, key=_place):
        if route(case):
            history.reckon([case])
            holding.save(case)
            holding.tell("service_desk.case.assign", case, by=None, owner=case.owner_id)
            given += 1
    return given


def _place(case: Case) -> tuple[object, ...]:
    return case.first_due_at, -case.tier_rank, case.opened_at, case.pk

"""Who takes part in the distribution of cases (SVC-02 · A6.2.2)."""

from collections.abc import Sequence

from django.db import transaction

from core import access, audit, clock
from core.models import User
from core.refusals import Refusal
from service_desk.models import AgentProfile, Skill
from service_desk.operations import holding


@transaction.atomic
def begin(*, by: User) -> AgentProfile:
    """SVC-02 · A6.2.2 — I am here: cases may be given to me. Who has no profile gets one that speaks every language."""
    return _set(by, is_on_duty=True)


@transaction.atomic
def end(*, by: User) -> AgentProfile:
    """SVC-02 · A6.2.2 — nothing more is given to me; what I have stays mine until it is handed over."""
    return _set(by, is_on_duty=False)


@transaction.atomic
def equip(user: User, *, by: User, skills: Sequence[Skill], languages: Sequence[str], capacity: int) -> AgentProfile:
    """SVC-02 · A6.2.2 — say what a colleague can do and how many cases he has at once. For who may assign cases."""
    access.require(by, holding.ASSIGN)
    if not access.allows(user, holding.HANDLE):
        raise Refusal("colleague_unfit", status=422)
    row, _ = AgentProfile.objects.get_or_create(user=user)
    row.languages, row.capacity = list(languages), capacity
    row.save(update_fields=["languages", "capacity"])
    row.skills.set(skills)
    told = {"skills": [skill.code for skill in skills], "languages": list(languages), "capacity": capacity}
    audit.record("service_desk.agent.equip", subject=row, actor=by, details=told)
    return row


def _set(user: User, *, is_on_duty: bool) -> AgentProfile:
    access.require(user, holding.HANDLE)
    row, _ = AgentProfile.objects.get_or_create(user=user)
    if row.is_on_duty != is_on_duty:
        row.is_on_duty, row.since = is_on_duty, clock.now() if is_on_duty else None
        row.save(update_fields=["is_on_duty", "since"])
        verb = "service_desk.agent.begin" if is_on_duty else "service_desk.agent.end"
        audit.record(verb, subject=row, actor=user)
    return row

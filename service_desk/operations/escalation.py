"""Warning before a deadline, and carrying a missed one upwards (SVC-03 · D4.3.2): for the sweep, a batch at a time."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from core import access, audit, clock, copying, parameters
from core.messaging import outbox
from core.models import User
from service_desk.models import Case, CaseClock, CaseEvent
from service_desk.operations import history, holding
from service_desk.policy import clocks, service_levels
from service_desk.policy.clocks import Clock
from service_desk.policy.codes import Happening
from service_desk.policy.parameters import Escalation, ServiceLevelParameters
from service_desk.queries import hours, timelines

REPEATED = ["first_due_at", "unanswered_since", "responded_at", "reckoned_with", "escalation"]
"""What a sweep writes on a case: nothing that a form shows, so that nobody's form grows stale by it."""


@dataclass(frozen=True)
class Step:
    """A step of escalation that is due: for which clock, to whom, and since when it has been missed (None: not yet)."""

    case: Case
    clock: Clock
    to: str

    @property
    def is_late(self) -> bool:
        return self.clock.breached_at is not None


@transaction.atomic
def take_steps(clock_ids: Sequence[int]) -> int:
    """SVC-03 · D4.3.2 — warn, note breaches and escalate for clocks whose time has come; returns how many steps were taken.

    Of a case that was left alone for long each step is written down, and each person is told once. A second run of the
    same clocks does nothing.
    """
    wanted = CaseClock.objects.filter(pk__among=list(clock_ids), next_step_at__lte=clock.now())
    cases = _held(sorted(set(wanted.values_list("case", flat=True))))
    now = clock.now()
    chain = service_levels.chain(parameters.in_force(ServiceLevelParameters))
    steps = list(_due(cases, chain, now))
    CaseEvent.objects.bulk_create([_event(step, now) for step in steps], batch_size=1_000)
    for step in steps:
        step.case.escalation = max(step.case.escalation, service_levels.TOLD.index(step.to) + 1)
    written = history.reckon(cases, now=now)
    copying.update(Case, REPEATED, [(case.pk, *(getattr(case, name) for name in REPEATED)) for case in cases])
    outbox.send_many(_drafts(steps))
    if steps:
        told = {"steps": len(steps), "missed": sum(step.is_late for step in steps)}
        audit.record("service_desk.case.watch", subject="service_desk.case", details=told)
    return max(len(steps), written)


@transaction.atomic
def reckon_anew(pks: Sequence[int]) -> int:
    """SVC-03 · D4.3.2 — compute the clocks of open cases once more, after business hours or the chain have changed."""
    cases = _held(pks)
    history.reckon(cases)
    copying.update(Case, REPEATED, [(case.pk, *(getattr(case, name) for name in REPEATED)) for case in cases])
    return len(cases)


def _held(pks: Sequence[int]) -> list[Case]:
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__among=list(pks))
    return list(rows.select_related("owner").order_by("pk"))


def _due(cases: Sequence[Case], chain: Sequence[Escalation], now: dt.datetime) -> Iterator[Step]:
    open_hours = hours.in_force()
    histories = timelines.histories(case.pk for case in cases)
    for case in cases:
        reckoning = clocks.reckon(histories.get(case.pk, []), hours=open_hours, now=now)
        for one in reckoning.clocks.values():
            if one.has_ended or one.since is None:
                continue
            for step in chain[one.steps :]:
                moment = clocks.share_at(one, step.share_bps, hours=open_hours)
                if moment is None or moment > now:
                    break
                yield Step(case, one, step.to)


def _event(step: Step, now: dt.datetime) -> CaseEvent:
    kind = Happening.WARNED if step.to == "owner" else Happening.ESCALATED
    data = {"promise": step.clock.promise, "round": step.clock.round, "to": step.to}
    return CaseEvent(case=step.case, kind=kind, at=now, data=data)


def _drafts(steps: Sequence[Step]) -> Iterator[outbox.Draft]:
    """A letter for each person and clock: of several steps at once the highest."""
    upward = {"lead": list(access.holders(holding.LEAD)), "director": list(access.holders(holding.DIRECT))}
    highest: dict[tuple[int, str, int], Step] = {}
    for step in steps:
        place = step.case.pk, step.clock.promise, step.clock.round
        if place not in highest or service_levels.level_of([Escalation(0, step.to)]) > service_levels.level_of(
            [Escalation(0, highest[place].to)]
        ):
            highest[place] = step
    for step in highest.values():
        owner = [step.case.owner] if step.case.owner is not None else upward["lead"]
        people: list[User] = [*owner, *upward.get(step.to, [])]
        for person in {one.pk: one for one in people}.values():
            yield _draft(step, person)


def _draft(step: Step, person: User) -> outbox.Draft:
    due_at = step.clock.breached_at or step.clock.due_at
    return outbox.Draft(
        event="case.overdue" if step.is_late else "case.due_soon",
        key=f"{step.case.pk}:{step.clock.promise}:{step.clock.round}:{step.to}:{person.pk}",
        to=person,
        context={"number": step.case.number, "promise": str(step.clock.promise), "due_at": due_at},
        link=reverse("admin:service_desk_case_change", args=[step.case.pk]),
    )

"""A changed rule run over the real history (LOY-17): asked, counted batch by batch, cancelled, proposed. Changes nothing else."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from core import access, audit, clock, parameter_revisions, parameter_values, parameters, periods
from core.models import Approval, User
from core.refusals import Refusal
from loyalty.models import EarnRule, PointAccount, Simulation, SimulationMove
from loyalty.operations import earn_rules
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from loyalty.policy.simulation import questions, replay, report
from loyalty.policy.simulation.months import Outcome, months_of
from loyalty.policy.simulation.rulebook import Rulebook
from loyalty.policy.simulation.totals import Totals
from loyalty.queries import histories, on_record, rulebooks

RUN = "loyalty.add_simulation"
AREAS: dict[str, Any] = {"points": PointsParameters, "tiers": TierParameters, "birthday": BirthdayParameters}
State = Simulation.State
ASKED = (Approval.State.PENDING, Approval.State.APPROVED)


@transaction.atomic
def ask(question: Mapping[str, Any], *, months: int, author: User) -> Simulation:
    """LOY-17 — run this change over so many months, the present one included. A worker takes it up.

    `question` names `points`, `tiers`, `birthday` (parameters by name) and `rules` (definitions by code, None ends one).
    Refuses what no policy could say, and what changes nothing (`nothing_changes`).
    """
    access.require(author, RUN)
    questions.read(question)
    changed, before = _differences(question)
    if not any(changed.values()):
        raise Refusal("nothing_changes")
    from_on, through_on = questions.period(months, today=clock.today())
    row = Simulation.objects.create(
        author=author, from_on=from_on, through_on=through_on, question=changed, before=before
    )
    audit.record("loyalty.simulation.ask", subject=row, actor=author, details={"question": changed, "from": from_on})
    return row


def _differences(question: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the question really changes, and the same as it is in force."""
    changed: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for name, cls in AREAS.items():
        now = parameter_values.to_json(parameters.in_force(cls))
        wanted = parameter_values.to_json(parameter_values.from_json(cls, now | dict(question.get(name) or {})))
        changed[name] = {field: value for field, value in wanted.items() if value != now[field]}
        before[name] = {field: now[field] for field in changed[name]}
    codes = question.get("rules") or {}
    rules = {rule.code: earn_rules.current(rule) or None for rule in EarnRule.objects.filter(code__in=codes)}
    if unknown := set(codes) - rules.keys():
        raise Refusal("rule_not_replayable", status=404, rule=min(unknown))
    changed["rules"] = {code: said for code, said in codes.items() if said != rules[code]}
    before["rules"] = {code: rules[code] for code in changed["rules"]}
    return changed, before


@transaction.atomic
def cancel(simulation: Simulation, *, by: User) -> Simulation:
    """Stop it where it is; what was counted so far is not shown. A repeat, or one that has ended, changes nothing."""
    access.require(by, RUN)
    row = Simulation.objects.select_for_update().get(pk=simulation.pk)
    if row.state in Simulation.OPEN:
        row.state, row.finished_at = State.CANCELLED, clock.now()
        row.save(update_fields=["state", "finished_at"])
        audit.record("loyalty.simulation.cancel", subject=row, actor=by)
    return row


def members_of(simulation: Simulation) -> Any:
    """Who is counted: everybody who had points or purchases when it was asked."""
    return PointAccount.objects.filter(opened_at__lt=simulation.asked_at)


@transaction.atomic
def count(pk: int, members: Sequence[int]) -> int:
    """LOY-17 — replay these members (ascending ids) and add them to the sums; none of a simulation that has ended."""
    row = Simulation.objects.select_for_update().get(pk=pk)
    if row.state not in Simulation.OPEN:
        return 0
    months = months_of(row.from_on, row.through_on)
    if row.state == State.WAITING:
        row.state, row.started_at, row.members_total = State.RUNNING, clock.now(), members_of(row).count()
        row.result = Totals.of(len(months)).to_json()
    totals = Totals.from_json(row.result)
    SimulationMove.objects.bulk_create(_replayed(row, members, totals, months))
    row.cursor = max(row.cursor, members[-1])
    row.members_done += len(members)
    row.result = totals.to_json()
    row.save(update_fields=["state", "started_at", "members_total", "members_done", "cursor", "result"])
    return len(members)


def _replayed(
    row: Simulation, members: Sequence[int], totals: Totals, months: Sequence[dt.date]
) -> list[SimulationMove]:
    batch = histories.Batch(members[0], members[-1], row.asked_at)
    today, changed = _books(row)
    births = today.asks_birthday() or changed.asks_birthday()
    history = histories.of(batch, with_births=births)
    lowest = today.tiers_on(row.through_on).ladder[0].code
    tiers = on_record.tiers_on_record(batch)
    benefits = on_record.benefits_used(batch, months, through=row.through_on)
    moved = on_record.really_moved(batch, since=periods.first_moment(row.from_on, clock.zone()))
    moves = []
    for member in members:
        facts = history(member)
        now, then = replay.both(
            facts, today=today, changed=changed, since=row.from_on, through=row.through_on, given=totals.given
        )
        earned = replay.really_earned(facts, since=row.from_on)
        tier, real = tiers.get(member, lowest), moved(member)
        totals.add(now, then, benefits=benefits(member), ledger=earned, tier=tier, real=real)
        if now.tier != then.tier:
            moves.append(_move(row, member, now, then))
    return moves


def _move(row: Simulation, member: int, now: Outcome, then: Outcome) -> SimulationMove:
    return SimulationMove(
        simulation=row,
        member_id=member,
        from_tier=now.tier,
        to_tier=then.tier,
        spend_minor=now.figures.spend_minor,
        visits=now.figures.visits,
        points_today=now.sum_of("issued"),
        points_changed=then.sum_of("issued"),
    )


@transaction.atomic
def finish(pk: int, *, failed: bool = False) -> int:
    """All are counted, or too many could not be: the sums become a report. A repeat changes nothing."""
    row = Simulation.objects.select_for_update().get(pk=pk)
    if row.state not in Simulation.OPEN:
        return 0
    begun = row.state == State.RUNNING
    totals = Totals.from_json(row.result) if begun else Totals.of(len(months_of(row.from_on, row.through_on)))
    today, changed = _books(row)
    row.result = report.of(totals, today=today, changed=changed, since=row.from_on, through=row.through_on)
    row.members_total = row.members_total or 0
    row.state, row.finished_at = State.FAILED if failed else State.DONE, clock.now()
    row.save(update_fields=["state", "members_total", "result", "finished_at"])
    return 1


def _books(row: Simulation) -> tuple[Rulebook, Rulebook]:
    """Today's rules and the changed ones, the same before the period."""
    today = rulebooks.in_force()
    begins = periods.first_moment(row.from_on, clock.zone())
    return today, today.changed(questions.read(row.question), since=row.from_on, since_at=begins)


@transaction.atomic
def propose(simulation: Simulation, *, effective_on: dt.date, reason: str, author: User) -> list[Approval]:
    """LOY-17 — ask for what was simulated: a request for each area of parameters and each earn rule, all or none.

    A repeat gives the requests that wait or were approved; after a rejection it asks anew. Refuses what is not done yet
    (`simulation_not_done`), and whatever the requests themselves refuse.
    """
    access.require(author, parameter_revisions.PROPOSE)
    row = Simulation.objects.select_for_update().get(pk=simulation.pk)
    if row.state != State.DONE:
        raise Refusal("simulation_not_done")
    asked = list(row.approvals.filter(state__in=ASKED).order_by("pk"))
    if asked:
        return asked
    for area in AREAS:
        if values := row.question.get(area):
            asked.append(
                parameter_revisions.propose(
                    area, values=values, effective_on=effective_on, reason=reason, author=author
                )
            )
    moment = max(periods.first_moment(effective_on, clock.zone()), clock.now())
    for code, definition in row.question["rules"].items():
        rule = EarnRule.objects.get(code=code)
        asked.append(earn_rules.propose(rule, definition, effective_at=moment, reason=reason, author=author))
    row.approvals.add(*asked)
    audit.record(
        "loyalty.simulation.propose",
        subject=row,
        actor=author,
        reason=reason,
        details={"approvals": [approval.pk for approval in asked], "from": effective_on},
    )
    return asked

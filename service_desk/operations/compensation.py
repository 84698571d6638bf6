"""Compensating a member within one's authority (SVC-04 · D6.2, invariant 44).

The case is held first, so that two colleagues at once, or one who presses twice, are seen one after the other. Whatever was
given in the case or waits counts against the authority; what was rejected or withdrawn counts no more.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core import access, approvals, parameters, show
from core.models import Approval, User
from core.refusals import Refusal
from loyalty.models import CouponOffer
from service_desk.models import Case, Compensation, Complaint
from service_desk.operations import compensation_means, holding
from service_desk.operations.compensation_means import Wanted
from service_desk.policy import compensation as rule
from service_desk.policy.codes import Kind
from service_desk.policy.compensation import Authority, Means
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.states import State as CaseState
from service_desk.queries import compensation as kept
from service_desk.queries.compensation import GIVE

BY_LEAD, BY_DIRECTOR = "service_desk.compensation", "service_desk.large_compensation"
KINDS = {Authority.AGENT: BY_LEAD, Authority.LEAD: BY_LEAD, Authority.DIRECTOR: BY_DIRECTOR}
State = Compensation.State


@transaction.atomic
def give(case: Case, wanted: Wanted, *, reason: str, by: User, key: str, version: int | None = None) -> Compensation:
    """SVC-04 · D6.2 — give the member points, a coupon or part of her money back; above one's authority it is asked for.

    The same `key` gives the same compensation again; for anything else it is refused (`key_reused`). Refuses one's own case
    or household, a complaint about oneself, a case that is no complaint, ended, or not looked into yet (`finding_missing`),
    somebody who is no member, and what has no reason or no worth.
    """
    access.require(by, GIVE)
    row = holding.held(case, by=by)
    if known := Compensation.objects.filter(key=key).first():
        return _same(known, row, wanted)
    holding.refuse_stale(row, version)
    _check(row)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    made = _row(row, wanted, reason=reason, by=by, key=key)
    own = kept.authority_of(by)
    if own is not None and rule.covers(own, Authority(made.authority)):
        made.save(force_insert=True)
        compensation_means.hand_out(made, row)
    else:
        made.save(force_insert=True)
        made.approval = _request(made, row)
        made.save(update_fields=["approval"])
    holding.save(row)
    holding.tell("service_desk.compensation.give", row, by=by, reason=reason, **_told(made))
    return made


def approve(approval: Approval) -> None:
    """What the second person's yes does. He serves neither himself nor his household, nor where he is complained about."""
    row, case = _asked(approval)
    decider = approval.decided_by
    if decider is None:
        raise RuntimeError("an approval is decided by somebody")
    holding.refuse_own(case, by=decider)
    holding.refuse_complained_about(case, by=decider)
    counted = kept.counted(kept.family(case), but=row) + row.amount_minor
    if row.limit_minor is not None and counted > row.limit_minor:
        raise Refusal("compensation_above_authority")
    row.decided_by, row.counted_minor = decider, max(counted, row.counted_minor)
    row.save(update_fields=["decided_by", "counted_minor"])
    compensation_means.hand_out(row, case)
    holding.tell("service_desk.compensation.approve", case, by=decider, **_told(row))


def reject(approval: Approval) -> None:
    _end(approval, State.REJECTED)


def withdraw(approval: Approval) -> None:
    _end(approval, State.WITHDRAWN)


@transaction.atomic
def settle(pks: Sequence[int]) -> int:
    """SVC-04, CARD-20 · D6.2, E5.6 — what waited for finance and is decided: given with its refund, or not. Returns how many."""
    done = 0
    for pk in sorted(set(kept.undecided(pks).values_list("case", flat=True))):
        case = holding.locked_root(Case(pk=pk))
        done += _settle(case, list(kept.undecided(pks).filter(case=pk).select_related("refund_approval")))
    return done


def _settle(case: Case, rows: Sequence[Compensation]) -> int:
    for row in rows:
        compensation_means.finance_decided(row, case)
        holding.tell("service_desk.compensation.settle", case, by=None, **_told(row))
    return len(rows)


def _check(case: Case) -> None:
    if case.kind != Kind.COMPLAINT:
        raise Refusal("case_no_complaint")
    if case.state == CaseState.CLOSED:
        raise Refusal("case_closed")
    if case.member is None:
        raise Refusal("compensation_needs_member")
    if not Complaint.objects.get(pk=case.pk).finding:
        raise Refusal("finding_missing")


def _row(case: Case, wanted: Wanted, *, reason: str, by: User, key: str) -> Compensation:
    """The compensation as it would stand, on the least authority that covers it. The case is held."""
    family, policy = kept.family(case), parameters.in_force(ServiceDeskParameters)
    waits = Compensation.objects.filter(case__in=family, state=State.AT_FINANCE).values_list("pk", flat=True)
    _settle(case, list(kept.undecided(list(waits)).select_related("refund_approval")))
    worth = compensation_means.worth_of(wanted, member=case.member)
    counted = kept.counted(family) + worth
    authority = rule.needed(counted, parameters=policy)
    return Compensation(
        case=case,
        member=case.member,
        means=wanted.means,
        points=wanted.points if wanted.means is Means.POINTS else None,
        offer=wanted.offer,
        payment=wanted.payment,
        amount_minor=worth,
        counted_minor=counted,
        authority=authority,
        limit_minor=rule.limit(authority, parameters=policy),
        reason=reason.strip()[:200],
        key=key,
        asked_by=by,
    )


def _same(known: Compensation, case: Case, wanted: Wanted) -> Compensation:
    asked = (
        case.pk,
        wanted.means,
        wanted.points or None,
        *(one.pk if one else None for one in (wanted.offer, wanted.payment)),
    )
    if (known.case_id, known.means, known.points, known.offer_id, known.payment_id) != asked:
        raise Refusal("key_reused")
    if wanted.means is Means.MONEY and wanted.amount_minor != known.amount_minor:
        raise Refusal("key_reused")
    return known


def _request(row: Compensation, case: Case) -> Approval:
    worth = show.money(row.amount_minor, row.currency)
    offer: CouponOffer | None = row.offer
    return approvals.request(
        KINDS[Authority(row.authority)],
        subject=row,
        title=f"{case.number} · {worth}",
        before={},
        after={
            "means": row.means,
            "points": row.points,
            "coupon": offer.name if offer else "",
            "amount_minor": row.amount_minor,
        },
        effect={"case": case.number, "counted_minor": row.counted_minor},
        reason=row.reason,
        author=row.asked_by,
    )


def _asked(approval: Approval) -> tuple[Compensation, Case]:
    """What was asked for, and where its case lives now; both held, the case first."""
    pk = int(approval.subject.rpartition(":")[2])
    case = holding.locked_root(Compensation.objects.select_related("case").get(pk=pk).case)
    row = Compensation.objects.select_for_update(of=("self",)).select_related("member__user", "asked_by").get(pk=pk)
    return row, case


def _end(approval: Approval, state: Compensation.State) -> None:
    row, case = _asked(approval)
    row.state, row.decided_by = state, approval.decided_by
    row.save(update_fields=["state", "decided_by"])
    holding.tell("service_desk.compensation.end", case, by=approval.decided_by, **_told(row))


def _told(row: Compensation) -> dict[str, Any]:
    return {
        "compensation": row.pk,
        "means": row.means,
        "amount_minor": row.amount_minor,
        "authority": row.authority,
        "state": row.state,
    }

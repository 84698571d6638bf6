"""Targets: proposed by one, agreed by another, in force from a day on (SVC-10 · B11.2)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import access, approvals, audit, clock
from core.models import Approval, Department, Post, Store, User
from core.refusals import Refusal
from service_desk.models import KpiTarget
from service_desk.people.policy import kpis
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Span
from service_desk.people.queries import reach

KIND = "performance-target"
PROPOSE = "people.propose_target"
DECIDE = "people.decide_performance"
LARGEST = 10**15


@dataclass(frozen=True)
class For:
    """Whom a target is for: one of them, or with none of them everybody of the kind."""

    person: User | None = None
    post: Post | None = None
    store: Store | None = None
    department: Department | None = None

    @property
    def keys(self) -> dict[str, int | None]:
        """The four columns."""
        return {name: one.pk if one else None for name, one in vars(self).items()}

    def suits(self, kind: Subject) -> bool:
        """Whether this can be the subject of a kind; a post's target is for its people."""
        allowed = {"person", "post"} if kind is Subject.PERSON else {str(kind)}
        named = {name for name, one in vars(self).items() if one}
        return named <= allowed and len(named) <= 1

    @property
    def name(self) -> str:
        return str(self.person or self.post or self.store or self.department or "")


def propose(
    kpi: str,
    *,
    kind: Subject,
    span: Span,
    value: int | None,
    starts_on: dt.date,
    reason: str,
    whom: For,
    by: User,
) -> Approval:
    """SVC-10 · B11.2 — ask that from a day on a figure is to reach a value; None: nothing is to be reached any more.

    Refuses a day that has passed, a value below nothing or a share above all, somebody of another kind, and whom one's
    right does not reach: what is for a post or for everybody is set by whoever sees everybody.
    """
    access.require(by, PROPOSE)
    known = kpis.BY_CODE.get(kpi)
    if known is None or not whom.suits(kind):
        raise Refusal("target_makes_no_sense", status=422)
    top = kpis.WHOLE_BPS if known.unit is kpis.Unit.SHARE else LARGEST
    if value is not None and not 0 <= value <= top:
        raise Refusal("target_out_of_range", status=422)
    if starts_on < clock.today():
        raise Refusal("target_backdated", status=422)
    _refuse_beyond(whom, by=by)
    now = _newest(kpi, kind, span, whom.keys, on=starts_on)
    return approvals.request(
        KIND,
        subject=f"people.target:{kpi}:{kind}:{span}:{':'.join(str(pk or '') for pk in whom.keys.values())}",
        title=" · ".join(part for part in (known.code, str(kind), whom.name) if part),
        before={"target": now.value if now else None},
        after={"target": value},
        effect={
            "kpi": kpi,
            "kind": kind,
            "span": span,
            "whom": {"name": whom.name, **whom.keys},
            "starts_on": starts_on,
        },
        reason=reason,
        author=by,
    )


def _refuse_beyond(whom: For, *, by: User) -> None:
    bound = reach.of(by, PROPOSE)
    if whom.person is not None:
        if not reach.reaches(by, whom.person, right=PROPOSE):
            raise Refusal("beyond_your_people", status=422)
    elif not (bound.everywhere or bound.covers_store(whom.store) or bound.covers_department(whom.department)):
        raise Refusal("beyond_your_people", status=422)


def _newest(kpi: str, kind: str, span: str, keys: Mapping[str, int | None], *, on: dt.date) -> KpiTarget | None:
    rows = KpiTarget.objects.filter(kpi=kpi, kind=kind, span=span, starts_on__lte=on, **keys)
    return rows.order_by("-starts_on", "-pk").first()


def _keys(effect: Mapping[str, Any]) -> dict[str, int | None]:
    return {name: effect["whom"][name] for name in For().keys}


def current(approval: Approval) -> dict[str, Any]:
    """What `before` holds as it is now."""
    asked = approval.effect
    day = max(dt.date.fromisoformat(asked["starts_on"]), clock.today())
    now = _newest(asked["kpi"], asked["kind"], asked["span"], _keys(asked), on=day)
    return {"target": now.value if now else None}


def approve(approval: Approval) -> None:
    """What the second person's yes does. Decided later than planned, it holds from the day of the decision on; nobody
    decides what is to be reached by himself alone."""
    asked, by = approval.effect, approval.decided_by
    if by is None or asked["whom"]["person"] == by.pk:
        raise Refusal("not_oneself", status=403)
    made = KpiTarget.objects.create(
        kpi=asked["kpi"],
        kind=asked["kind"],
        span=asked["span"],
        value=approval.after["target"],
        starts_on=max(dt.date.fromisoformat(asked["starts_on"]), clock.today()),
        reason=approval.reason,
        author=approval.author,
        approver=by,
        approval=approval,
        recorded_at=clock.now(),
        **{f"{name}_id": pk for name, pk in _keys(asked).items()},
    )
    audit.record(
        "service_desk.target.set",
        subject=made,
        actor=by,
        reason=approval.reason,
        details={"kpi": made.kpi, "kind": made.kind, "value": made.value, "starts_on": made.starts_on},
    )

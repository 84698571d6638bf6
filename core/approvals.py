"""Maker-checker (SEC-01, C2.3): one person asks for a change, another decides; the change is made as it is approved.

An app registers what may be asked for as a `Kind`. What is asked is frozen in the request: `before` and `after` hold
the fields that change, `effect` what would follow from it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from core import access, audit, clock
from core.messaging import outbox
from core.models import Approval, RoleAssignment, User
from core.refusals import Refusal


def plainly(value: Any) -> str:
    return "—" if value is None or value == "" else str(value)


@dataclass(frozen=True)
class Word:
    """How a field of a request is shown: its name, and its value as a reader wants it (money, a date, a share)."""

    label: str | Promise
    show: Callable[[Any], str] = plainly


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Something that needs a second person.

    `right` is what the decider must hold. `apply` makes the change in the transaction of the approval; `reject` and
    `withdraw` give free what the request had reserved. `current` reads what `before` holds as it is now: when it
    differs, the request is stale. `words` names the fields for the screen; `url` leads to the subject.
    """

    code: str
    label: str | Promise
    right: str
    apply: Callable[[Approval], None]
    reject: Callable[[Approval], None] | None = None
    withdraw: Callable[[Approval], None] | None = None
    url: Callable[[Approval], str] | None = None
    current: Callable[[Approval], Mapping[str, Any]] | None = None
    words: Callable[[Approval], Mapping[str, Word]] | None = None


@dataclass(frozen=True)
class Evidence:
    """What a request rests on, and where one looks at it."""

    label: str
    url: str


_kinds: dict[str, Kind] = {}
_evidence: list[Callable[[Approval], Iterable[Evidence]]] = []


def register(kind: Kind) -> None:
    if kind.code in _kinds:
        raise ValueError(f"registered twice: {kind.code}")
    _kinds[kind.code] = kind


def rests_on(find: Callable[[Approval], Iterable[Evidence]]) -> None:
    """Enter what an app knows of the reasons for requests, of whatever kind (a simulation, an evaluation)."""
    _evidence.append(find)


def evidence_for(approval: Approval) -> list[Evidence]:
    return [one for find in _evidence for one in find(approval)]


def kind_of(approval: Approval) -> Kind:
    return _kinds[approval.kind]


def kinds() -> Mapping[str, Kind]:
    return dict(_kinds)


def request(
    kind: str,
    *,
    subject: models.Model | str,
    title: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    effect: Mapping[str, Any] | None = None,
    reason: str,
    author: User,
) -> Approval:
    """Ask for a change. Refuses a request without reason or change, and a second one for the same subject."""
    asked = _kinds[kind]
    was, will_be = _json(before), _json(after)
    if not reason.strip():
        raise Refusal("reason_needed")
    if was == will_be:
        raise Refusal("nothing_changes")
    approval = Approval(
        kind=asked.code,
        subject=subject if isinstance(subject, str) else audit.label_of(subject),
        title=title[:200],
        before=was,
        after=will_be,
        effect=_json(effect or {}),
        reason=reason.strip()[:500],
        author=author,
        requested_at=clock.now(),
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                approval.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal("already_requested") from error
        audit.record(
            "core.approval.request",
            subject=approval,
            actor=author,
            reason=approval.reason,
            details={"kind": asked.code, "of": approval.subject, "before": was, "after": will_be},
        )
        _tell_deciders(approval, asked)
    return approval


def approve(approval: Approval, *, by: User, reason: str = "") -> Approval:
    """Make the change. A repeat by the same person returns what was decided; anybody else hears that it is decided."""
    return _decide(approval, by=by, reason=reason, state=Approval.State.APPROVED)


def reject(approval: Approval, *, by: User, reason: str) -> Approval:
    """Turn the request down, saying why."""
    return _decide(approval, by=by, reason=reason, state=Approval.State.REJECTED)


def withdraw(approval: Approval, *, by: User, reason: str = "") -> Approval:
    """Take one's own request back."""
    return _decide(approval, by=by, reason=reason, state=Approval.State.WITHDRAWN)


def _decide(approval: Approval, *, by: User, reason: str, state: Approval.State) -> Approval:
    _check_decider(approval, by=by, state=state)
    if state == Approval.State.REJECTED and not reason.strip():
        raise Refusal("reason_needed")
    with transaction.atomic():
        row = Approval.objects.select_for_update().get(pk=approval.pk)
        if row.state == state and row.decided_by_id == by.pk:
            return row
        if row.state != Approval.State.PENDING:
            raise Refusal("already_decided")
        kind = kind_of(row)
        if state == Approval.State.APPROVED and kind.current and _json(kind.current(row)) != row.before:
            raise Refusal("stale")
        row.state = state
        row.decided_by = by
        row.decided_at = clock.now()
        row.decision_reason = reason.strip()[:500]
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        follow = {"approved": kind.apply, "rejected": kind.reject, "withdrawn": kind.withdraw}[state]
        if follow:
            follow(row)
        audit.record(
            f"core.approval.{_VERBS[state]}",
            subject=row,
            actor=by,
            reason=row.decision_reason,
            details={"kind": row.kind, "of": row.subject, "author": row.author_id},
        )
        if row.decided_by_id != row.author_id:
            _tell_author(row)
    return row


_VERBS = {
    Approval.State.APPROVED: "approve",
    Approval.State.REJECTED: "reject",
    Approval.State.WITHDRAWN: "withdraw",
}


def _check_decider(approval: Approval, *, by: User, state: Approval.State) -> None:
    """Who may decide never changes, so it is settled before the transaction: the alert must outlive the refusal."""
    if state == Approval.State.WITHDRAWN:
        if by.pk != approval.author_id:
            raise Refusal("only_the_author_withdraws", status=403)
        return
    if by.pk == approval.author_id:
        audit.alert("four_eyes", subject=approval, actor=by, details={"kind": approval.kind, "wanted": state})
        raise Refusal("four_eyes", status=403)
    access.require(by, kind_of(approval).right)


def _tell_deciders(approval: Approval, kind: Kind) -> None:
    told = {"title": approval.title, "author": str(approval.author), "reason": approval.reason}
    roles = [code for code, role in access.roles().items() if role.allows(kind.right)]
    held = RoleAssignment.objects.filter(role__in=roles, ended_at__isnull=True)
    deciders = User.objects.filter(pk__in=held.values("user"), is_active=True, is_staff=True).exclude(
        pk=approval.author_id
    )
    outbox.send_many(
        outbox.Draft(
            event="core.approval_asked",
            key=f"{approval.pk}:{decider.pk}",
            to=decider,
            context=told,
            channels=("inbox",),
            link=page_of(approval),
        )
        for decider in deciders
    )


def _tell_author(approval: Approval) -> None:
    outbox.send(
        "core.approval_decided",
        key=str(approval.pk),
        to=approval.author,
        context={
            "title": approval.title,
            "approved": approval.state == Approval.State.APPROVED,
            "decider": str(approval.decided_by),
            "reason": approval.decision_reason,
        },
        link=page_of(approval),
    )


def page_of(approval: Approval) -> str:
    """Where the request is looked at and decided."""
    return reverse("admin:core_approval_change", args=[approval.pk])


def waiting_for(user: User) -> QuerySet[Approval]:
    """What the user may decide now: kinds he has the right for, asked by somebody else."""
    mine = [kind.code for kind in _kinds.values() if access.allows(user, kind.right)]
    return Approval.objects.filter(state=Approval.State.PENDING, kind__in=mine).exclude(author=user)


def visible_to(user: User) -> QuerySet[Approval]:
    """What the user may look at: his own requests and every kind that he may decide; with `core.view_approval` all."""
    if access.allows(user, "core.view_approval"):
        return Approval.objects.all()
    mine = [kind.code for kind in _kinds.values() if access.allows(user, kind.right)]
    return Approval.objects.filter(Q(author=user) | Q(kind__in=mine))


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return found

"""Earn rules: proposed by one person, approved by another, in force from a moment on, never in the past (LOY-04, LOY-13)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from core import access, approvals, audit, clock
from core.models import Approval, User
from core.refusals import Refusal
from loyalty.models import EarnRule, EarnRuleVersion
from loyalty.policy import earning, rule_forms
from loyalty.queries.earn_rules import KIND
from members.models import Member

PROPOSE = "loyalty.propose_earnrule"
LONGEST_STEM = 32
TRY = "loyalty.try_earnrule"
ENDED: dict[str, Any] = {}


@dataclass(frozen=True)
class Naming:
    """What members read of a rule, in the three languages; English stands in where one is missing."""

    name: str
    name_zh_hans: str = ""
    name_zh_hant: str = ""


@transaction.atomic
def begin(
    naming: Naming, definition: Mapping[str, Any], *, effective_at: dt.datetime, reason: str, author: User
) -> Approval:
    """LOY-04 · B7.1 — a new rule, which says nothing until a second person agreed.

    Refuses `already_requested` when somebody begins a rule of the same name at the same moment.
    """
    access.require(author, PROPOSE)
    try:
        with transaction.atomic():
            rule = EarnRule.objects.create(code=_free_code(naming.name), **asdict(naming))
    except IntegrityError as error:
        raise Refusal("already_requested") from error
    return propose(rule, definition, effective_at=effective_at, reason=reason, author=author)


def _free_code(name: str) -> str:
    """A code that nothing in the ledger means yet: entries name their rule by it for ever."""
    stem = slugify(name)[:LONGEST_STEM].strip("-") or "rule"
    taken = {*EarnRule.objects.filter(code__startswith=stem).values_list("code", flat=True), *earning.OF_THE_HOUSE}
    return next(code for code in chain([stem], (f"{stem}-{n}" for n in count(2))) if code not in taken)


def propose(
    rule: EarnRule, definition: Mapping[str, Any] | None, *, effective_at: dt.datetime | None, reason: str, author: User
) -> Approval:
    """LOY-04 · B7.1 — ask a second person that a rule says this from a moment on, or as soon as approved (None); a
    definition of None ends it.

    Refuses a definition that no rule may have, a moment in the past (`rule_backdated`) and what changes nothing.
    """
    access.require(author, PROPOSE)
    if effective_at is not None and effective_at < clock.now():
        raise Refusal("rule_backdated")
    checked = ENDED
    if definition is not None:
        checked = rule_forms.to_json(rule_forms.from_json(rule.code, 0, definition))
    return approvals.request(
        KIND,
        subject=rule,
        title=rule.name,
        before=current(rule),
        after=checked,
        effect={"effective_at": effective_at or clock.now(), "says": checked, "names": names_of(rule)},
        reason=reason,
        author=author,
    )


def names_of(rule: EarnRule) -> list[str]:
    return [name for name in (rule.name, rule.name_zh_hans, rule.name_zh_hant) if name]


def current(rule: EarnRule) -> dict[str, Any]:
    """What the rule says by its newest version; empty when there is none or it has ended."""
    newest = rule.versions.order_by("-number").first()
    return dict(newest.definition) if newest and newest.definition else ENDED


def approve(approval: Approval) -> None:
    """What the decision does: the version holds from its moment, or from now where that has passed."""
    if approval.decided_by is None:
        raise ValueError("a version needs an approver")
    rule = of(approval)
    number = rule.versions.aggregate(last=Max("number", default=0))["last"] + 1
    version = EarnRuleVersion.objects.create(
        rule=rule,
        number=number,
        definition=approval.after or None,
        effective_at=max(dt.datetime.fromisoformat(approval.effect["effective_at"]), clock.now()),
        approval=approval,
        author=approval.author,
        approver=approval.decided_by,
    )
    audit.record(
        "loyalty.earnrule.revise",
        subject=rule,
        actor=approval.decided_by,
        reason=approval.reason,
        details={"version": number, "before": approval.before, "after": approval.after, "from": version.effective_at},
    )


@transaction.atomic
def of(approval: Approval) -> EarnRule:
    """The rule that a request is about, locked."""
    return EarnRule.objects.select_for_update().get(pk=key_of(approval))


def key_of(approval: Approval) -> int:
    return int(approval.subject.rpartition(":")[2])


@transaction.atomic
def look(member: Member, *, by: User) -> None:
    """A colleague tries rules on a real member: that he looked is on record before anything is shown (invariant 41)."""
    access.require(by, TRY)
    audit.record("loyalty.earnrule.try", subject=member, actor=by, member_id=member.pk)

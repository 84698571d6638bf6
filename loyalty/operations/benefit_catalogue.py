"""The catalogue of benefits: drafted by one person, approved by another, revised, retired (LOY-09, LOY-11 · C3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import access, approvals, audit, clock
from core.models import Approval, Store, User
from core.refusals import Refusal
from loyalty.models import Benefit, BenefitVersion
from loyalty.queries import catalogue

KIND = "benefit"
PROPOSE = "loyalty.propose_benefit"
WORDS = (
    "name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant",
)  # fmt: skip
TERMS = (
    *WORDS, "from_tier", "products", "per_day", "per_month", "per_year", "per_card", "per_household", "value_minor",
    "cost_minor", "starts_on", "last_valid_on",
)  # fmt: skip
State = BenefitVersion.State


@transaction.atomic
def begin(code: str, kind: str, *, by: User) -> Benefit:
    """LOY-09 · C3.1 — a new benefit, with an empty draft; refuses a code that is taken (`benefit_code_taken`)."""
    access.require(by, PROPOSE)
    if Benefit.objects.filter(code=code).exists():
        raise Refusal("benefit_code_taken")
    benefit = Benefit.objects.create(code=code, kind=kind)
    BenefitVersion.objects.create(benefit=benefit, number=1, author=by)
    audit.record("loyalty.benefit.begin", subject=benefit, actor=by, details={"kind": kind})
    return benefit


@transaction.atomic
def revise(benefit: Benefit, *, by: User) -> BenefitVersion:
    """LOY-11 · C3.2.3 — a draft that begins as the newest version stands. A repeat gives the draft there is."""
    access.require(by, PROPOSE)
    benefit = Benefit.objects.select_for_update().get(pk=benefit.pk)
    if benefit.retired_on is not None:
        raise Refusal("benefit_retired")
    if draft := benefit.versions.exclude(state=State.APPROVED).first():
        return draft
    last = benefit.versions.order_by("-number")[0]
    copied = {name: getattr(last, name) for name in TERMS} | {"starts_on": clock.today()}
    draft = BenefitVersion.objects.create(benefit=benefit, number=last.number + 1, author=by, **copied)
    draft.stores.set(last.stores.all())
    return draft


@transaction.atomic
def save_draft(draft: BenefitVersion, terms: Mapping[str, Any], stores: list[Store], *, by: User) -> BenefitVersion:
    """Keep what was written; refuses what was submitted meanwhile (`draft_submitted`)."""
    access.require(by, PROPOSE)
    draft = _locked(draft)
    for name in TERMS:
        setattr(draft, name, terms[name])
    draft.author = by
    draft.save()
    draft.stores.set(stores)
    return draft


@transaction.atomic
def submit(draft: BenefitVersion, *, reason: str, by: User) -> Approval:
    """LOY-09 · C3.1 — ask a second person that the benefit gives this; refuses what could never be given."""
    access.require(by, PROPOSE)
    draft = _locked(draft)
    _refuse_unfit(draft)
    now = catalogue.current(draft.benefit, day=clock.today())
    asked = approvals.request(
        KIND,
        subject=draft.benefit,
        title=draft.name,
        before=terms_of(now),
        after=terms_of(draft),
        effect={"version": draft.number},
        reason=reason,
        author=by,
    )
    draft.state = State.IN_REVIEW
    draft.save(update_fields=["state"])
    return asked


@transaction.atomic
def ask_to_retire(benefit: Benefit, *, reason: str, by: User) -> Approval:
    """LOY-11 · C3.3 — ask a second person to end a benefit. What was granted or reserved is still honoured."""
    access.require(by, PROPOSE)
    if benefit.retired_on is not None:
        raise Refusal("benefit_retired")
    if benefit.versions.exclude(state=State.APPROVED).exists():
        raise Refusal("benefit_has_a_draft")
    now = catalogue.current(benefit, day=clock.today())
    return approvals.request(
        KIND,
        subject=benefit,
        title=now.name if now else benefit.code,
        before=terms_of(now) | {"state": "in-force"},
        after=terms_of(now) | {"state": "retired"},
        reason=reason,
        author=by,
    )


@transaction.atomic
def discard(draft: BenefitVersion, *, by: User) -> None:
    """Throw a draft away; the first version of a benefit goes with it."""
    access.require(by, PROPOSE)
    draft = _locked(draft)
    audit.record("loyalty.benefit.discard", subject=draft.benefit, actor=by, details={"version": draft.number})
    benefit = draft.benefit
    draft.delete()
    if not benefit.versions.exists():
        benefit.delete()


def approve(approval: Approval) -> None:
    """What the decision does: the version holds from its day, or today where the decision came later; or it all ends."""
    benefit = of(approval)
    if approval.after.get("state") == "retired":
        benefit.retired_on = clock.today()
        benefit.save(update_fields=["retired_on"])
        catalogue.refresh()
        audit.record("loyalty.benefit.retire", subject=benefit, actor=approval.decided_by, reason=approval.reason)
        return
    draft = benefit.versions.get(state=State.IN_REVIEW)
    draft.state, draft.approval, draft.approved_at = State.APPROVED, approval, clock.now()
    draft.starts_on = max(draft.starts_on, clock.today())
    draft.save(update_fields=["state", "approval", "approved_at", "starts_on"])
    catalogue.refresh()
    audit.record(
        "loyalty.benefit.approve",
        subject=benefit,
        actor=approval.decided_by,
        reason=approval.reason,
        details={"version": draft.number, "before": approval.before, "after": approval.after},
    )


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: what was submitted is a draft again."""
    of(approval).versions.filter(state=State.IN_REVIEW).update(state=State.DRAFT)


def current(approval: Approval) -> dict[str, Any]:
    """What the benefit gives by now: a request that compared with anything else is stale."""
    now = terms_of(catalogue.current(of(approval), day=clock.today()))
    return now | ({"state": "in-force"} if "state" in approval.before else {})


def of(approval: Approval) -> Benefit:
    """The benefit that a request is about."""
    return Benefit.objects.get(pk=int(approval.subject.rpartition(":")[2]))


def terms_of(version: BenefitVersion | None) -> dict[str, Any]:
    """What a version gives, field by field, only what it says; nothing for none."""
    if version is None:
        return {}
    found = {name: getattr(version, name) for name in TERMS}
    found |= {"stores": sorted(store.code for store in version.stores.all())}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in found.items()
        if value not in (None, "", [])
    }


def _locked(draft: BenefitVersion) -> BenefitVersion:
    draft = BenefitVersion.objects.select_for_update(of=("self",)).select_related("benefit").get(pk=draft.pk)
    if draft.state != State.DRAFT:
        raise Refusal("draft_submitted")
    return draft


def _refuse_unfit(draft: BenefitVersion) -> None:
    if not draft.name.strip():
        raise Refusal("benefit_has_no_name")
    if draft.benefit.kind == Benefit.Kind.TIER and not draft.from_tier:
        raise Refusal("benefit_names_no_tier")
    if draft.last_valid_on is not None and draft.last_valid_on < max(draft.starts_on, clock.today()):
        raise Refusal("benefit_ends_before_it_starts")

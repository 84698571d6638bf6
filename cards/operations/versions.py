"""CARD-01, CARD-04, CARD-05 · A2.1, A2.2 — a version from draft to approved. Once submitted its terms never change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from cards.models import Entitlement, LaunchPlan, Product, ProductVersion
from cards.operations import sellers, transitions
from cards.policy import launch
from cards.policy.parameters import TermParameters
from cards.policy.states import ProductState, VersionState
from cards.queries import contents, launches
from core import approvals, audit, clock, parameters
from core.models import Approval, User
from core.refusals import Refusal

KIND = "product-launch"
RIGHT = "cards.change_product"


@dataclass(frozen=True)
class Content:
    """What the studio holds: terms by field name, benefits in their order, the launch plan. Incomplete is fine."""

    terms: Mapping[str, Any] = field(default_factory=dict)
    benefits: Sequence[Mapping[str, Any]] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)


def draft_revision(product: Product, *, by: User) -> ProductVersion:
    """CARD-05 · A2.2.2 — open a new draft with the newest version's terms. Refuses `draft_open` where there is one.

    A product's first draft counts days as the parameter in force says; the version then keeps its own way.
    """
    sellers.require(by, RIGHT, subject=product)
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=product.pk)
        if product.state == ProductState.RETIRED:
            raise Refusal("product_retired")
        if product.versions.filter(state__in=[VersionState.DRAFT, VersionState.IN_REVIEW]).exists():
            raise Refusal("draft_open")
        latest = product.versions.order_by("-number").first()
        basis = product.versions.filter(state=VersionState.APPROVED).order_by("-number").first() or latest
        counting = parameters.in_force(TermParameters, on=clock.today())
        draft = ProductVersion(
            product=product,
            number=latest.number + 1 if latest else 1,
            author=by,
            first_day_counts=counting.first_day_counts,
        )
        if basis:
            for name in contents.TERMS:
                setattr(draft, name, getattr(basis, name))
        draft.save(force_insert=True)
        if basis:
            _copy_benefits(basis, to=draft)
        LaunchPlan.objects.create(version=draft)
        audit.record("cards.product.draft", subject=draft, actor=by, details={"number": draft.number})
    return draft


def _copy_benefits(basis: ProductVersion, *, to: ProductVersion) -> None:
    for benefit in contents.benefits_of(basis):
        copy = Entitlement.objects.create(version=to, **{name: getattr(benefit, name) for name in contents.BENEFIT})
        copy.stores.set(benefit.stores.all())


def save_draft(version: ProductVersion, content: Content, *, by: User, edits: int) -> ProductVersion:
    """CARD-01 · A2.1 — keep what the studio holds, complete or not.

    `edits` is the count the editor saw: refuses `stale` when somebody saved in between, `version_frozen` once submitted.
    """
    sellers.require(by, RIGHT, subject=version)
    with transaction.atomic():
        version = _locked(version)
        if version.state != VersionState.DRAFT:
            raise Refusal("version_frozen")
        if version.edits != edits:
            raise Refusal("stale")
        before = contents.flat(version)
        for name in contents.TERMS:
            if name in content.terms:
                setattr(version, name, content.terms[name])
        version.edits += 1
        version.save()
        _save_benefits(version, content.benefits)
        _save_plan(version, content.plan)
        after = contents.flat(version)
        audit.record("cards.product.edit_draft", subject=version, actor=by, details=_changes(before, after))
    return version


def _save_benefits(version: ProductVersion, rows: Sequence[Mapping[str, Any]]) -> None:
    version.entitlements.all().delete()
    for position, row in enumerate(rows):
        values = {name: row[name] for name in contents.BENEFIT if name in row and name != "position"}
        try:
            with transaction.atomic():
                benefit = Entitlement.objects.create(version=version, position=position, **values)
        except IntegrityError as error:
            raise Refusal("benefit_code_twice", benefit=row.get("code", "")) from error
        benefit.stores.set(row.get("stores", ()))


def _save_plan(version: ProductVersion, values: Mapping[str, Any]) -> None:
    plan, _ = LaunchPlan.objects.get_or_create(version=version)
    for name in contents.PLAN:
        if name in values:
            setattr(plan, name, values[name])
    plan.save()
    plan.responsible.set(values.get("responsible", plan.responsible.all()))
    plan.pilot_stores.set(values.get("pilot_stores", plan.pilot_stores.all()))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        code: [before.get(code), after.get(code)]
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    }


def submit(version: ProductVersion, *, by: User, reason: str, edits: int) -> Approval:
    """CARD-04 · A2.2.1 — ask a second person to approve. Refuses `draft_incomplete` with what is missing."""
    sellers.require(by, RIGHT, subject=version)
    with transaction.atomic():
        version = _locked(version)
        transitions.move_version(version, VersionState.IN_REVIEW)
        if version.edits != edits:
            raise Refusal("stale")
        if not reason.strip():
            raise Refusal("reason_needed")
        if missing := launch.unmet(launches.completeness(version, day=clock.today())):
            raise Refusal("draft_incomplete", items=missing)
        version.terms_digest, version.author = contents.digest(version), by
        on_sale = version.product.version
        version.approval = approvals.request(
            KIND,
            subject=version,
            title=f"{version.product.code} v{version.number} · {version.name}",
            before=contents.flat(on_sale) if on_sale else {},
            after=contents.flat(version),
            effect=launches.effect(version),
            reason=reason,
            author=by,
        )
        version.save(update_fields=["terms_digest", "state", "author", "approval"])
        if version.product.state == ProductState.DRAFT:
            transitions.move(version.product, ProductState.IN_REVIEW)
        audit.record("cards.product.submit", subject=version, actor=by, reason=reason)
    return version.approval


def withdraw(version: ProductVersion, *, by: User) -> None:
    """Take one's own submitted version back to the drawing table."""
    sellers.require(by, RIGHT, subject=version)
    if version.approval is None:
        raise Refusal("nothing_submitted")
    approvals.withdraw(version.approval, by=by)


def rework(version: ProductVersion, *, by: User) -> None:
    """Make a rejected version a draft again, to be changed and submitted once more."""
    sellers.require(by, RIGHT, subject=version)
    with transaction.atomic():
        version = _locked(version)
        if version.product.versions.filter(number__gt=version.number).exists():
            raise Refusal("draft_open")
        _reopen(version)
        audit.record("cards.product.rework", subject=version, actor=by)


def _reopen(version: ProductVersion) -> None:
    transitions.move_version(version, VersionState.DRAFT)
    version.terms_digest, version.edits = "", version.edits + 1
    version.save(update_fields=["state", "terms_digest", "edits"])


def _locked(version: ProductVersion) -> ProductVersion:
    """The version under its product's lock, read afresh."""
    product = Product.objects.select_for_update().get(pk=version.product_id)
    fresh = ProductVersion.objects.select_related("approval", "agreement").get(pk=version.pk)
    fresh.product = product
    return fresh


def _subject(approval: Approval) -> ProductVersion:
    return _locked(ProductVersion.objects.get(pk=int(approval.subject.split(":")[-1])))


def approve(approval: Approval) -> None:
    """What the decision does: the version is approved; what was seen is what is approved (`stale` otherwise)."""
    version = _subject(approval)
    transitions.move_version(version, VersionState.APPROVED)
    if version.approval_id != approval.pk or contents.digest(version) != version.terms_digest:
        raise Refusal("stale")
    version.approved_at = clock.now()
    version.save(update_fields=["state", "approved_at"])
    if version.product.state == ProductState.IN_REVIEW:
        transitions.move(version.product, ProductState.APPROVED)
    audit.record("cards.product.approve", subject=version, actor=approval.decided_by)


def turn_down(approval: Approval) -> None:
    """What a rejection does: the version goes back, and its author may rework it."""
    version = _subject(approval)
    transitions.move_version(version, VersionState.REJECTED)
    version.save(update_fields=["state"])
    if version.product.state == ProductState.IN_REVIEW:
        transitions.move(version.product, ProductState.DRAFT)
    reason = approval.decision_reason
    audit.record("cards.product.reject", subject=version, actor=approval.decided_by, reason=reason)


def take_back(approval: Approval) -> None:
    """What a withdrawal does: the version is a draft again."""
    version = _subject(approval)
    _reopen(version)
    if version.product.state == ProductState.IN_REVIEW:
        transitions.move(version.product, ProductState.DRAFT)
    audit.record("cards.product.withdraw", subject=version, actor=approval.decided_by)

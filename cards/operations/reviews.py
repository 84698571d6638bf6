"""CARD-03, CARD-04 · A2.1.3, A2.2.2 — somebody is reminded on the review day, and says what the review found."""

from collections.abc import Sequence

from django.db import transaction

from cards.models import LaunchPlan
from cards.operations import sellers
from core import audit, clock
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal

RIGHT = "cards.change_product"


def remind(plans: Sequence[LaunchPlan]) -> int:
    """Remind everybody responsible for these plans, once; returns how many plans were due."""
    drafts = [
        outbox.Draft(
            event="product.review-due",
            key=f"{plan.pk}:{person.pk}",
            to=person,
            context={"product": plan.version.worded("name", person.language), "review_on": plan.review_on},
            link=f"/admin/cards/product/{plan.version.product_id}/effect/",
        )
        for plan in plans
        for person in plan.responsible.all()
    ]
    outbox.send_many(drafts)
    LaunchPlan.objects.filter(pk__in=[plan.pk for plan in plans]).update(reminded_at=clock.now())
    return len(plans)


def conclude(plan: LaunchPlan, *, by: User, note: str) -> None:
    """Write down the result of the review, once; a further review belongs to the next version's plan."""
    sellers.require(by, RIGHT, subject=plan)
    if not note.strip():
        raise Refusal("reason_needed")
    with transaction.atomic():
        plan = LaunchPlan.objects.select_for_update(of=("self",)).select_related("version").get(pk=plan.pk)
        if plan.reviewed_at is not None:
            raise Refusal("already_reviewed")
        plan.reviewed_at, plan.reviewed_by, plan.review_note = clock.now(), by, note.strip()[:500]
        plan.save(update_fields=["reviewed_at", "reviewed_by", "review_note"])
        audit.record("cards.product.review", subject=plan.version, actor=by, reason=plan.review_note)

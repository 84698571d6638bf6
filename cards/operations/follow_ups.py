"""Cards that nobody activated in time: member service calls. The money is never forfeited (CARD-11 · A4.1.1)."""

from collections.abc import Sequence

from django.db import transaction

from cards.models import ActivationFollowUp, Card
from core import access, audit, clock
from core.models import User
from core.refusals import Refusal

RIGHT = "cards.change_activationfollowup"


@transaction.atomic
def open_for(card_ids: Sequence[int]) -> int:
    """Put these cards on the worklist, as far as they still wait; a repeat puts none there twice."""
    waiting = Card.objects.filter(pk__in=card_ids, state=Card.State.ISSUED, follow_up=None).order_by("pk")
    rows = [ActivationFollowUp(card=card, opened_at=clock.now()) for card in waiting]
    return len(ActivationFollowUp.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def finish(found: ActivationFollowUp, *, by: User, note: str) -> ActivationFollowUp:
    """What was agreed with the buyer; takes the card off the worklist. Refuses an empty note."""
    access.require(by, RIGHT)
    if not note.strip():
        raise Refusal("reason_needed", status=400)
    row = ActivationFollowUp.objects.select_for_update(of=("self",)).select_related("card").get(pk=found.pk)
    if row.done_at is not None:
        raise Refusal("already_decided")
    row.done_at, row.done_by, row.note = clock.now(), by, note.strip()[:300]
    row.save(update_fields=["done_at", "done_by", "note"])
    audit.record("cards.follow_up.finish", subject=row.card, actor=by, member_id=row.card.purchaser_id, reason=row.note)
    return row

"""Using a benefit of the catalogue at a store, and taking a use back (CARD-24 · E4.4): as the uses of a card are."""

from typing import Any

from django.db import transaction

from cards.models import Card
from cards.operations import serving
from cards.operations.uses import REVERSAL_WINDOW, usable_term
from core import access, audit, clock
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import BenefitRedemption
from loyalty.operations import benefit_counting
from loyalty.operations.benefit_counting import Taken
from loyalty.queries.benefits import Offer

RIGHT = "counter.redeem_benefit"
ANY_TIME = "cards.reverse_any_use"


@transaction.atomic
def record(
    card: Card, offer: Offer, *, store: Store, clerk: User, key: str, quantity: int = 1, taken: Taken | None = None
) -> BenefitRedemption:
    """CARD-24 · E4.4 — record that a benefit of the catalogue was enjoyed here and now with a card in use.

    A repeat with the same key returns the first use. Refuses what the card's state, a hold, a phone that has just changed,
    the tier, the store, the day or a limit forbids, and a clerk who serves himself. What was reserved is `taken` already.
    """
    access.require(clerk, RIGHT)
    if quantity < 1:
        raise Refusal("quantity_below_one", status=400)
    version = offer.version
    card, member = benefit_counting.locked(card, version)
    if (earlier := BenefitRedemption.objects.filter(key=key).first()) is not None:
        if (earlier.card_id, earlier.version_id, earlier.quantity) != (card.pk, version.pk, quantity):
            raise Refusal("key_reused")
        return earlier
    today = clock.today()
    term = usable_term(card, today)
    serving.refuse_own(member, clerk=clerk)
    if taken is None:
        taken = benefit_counting.take(card, offer, term=term, store=store, day=today, quantity=quantity)
    use = BenefitRedemption.objects.create(
        member=member,
        card=card,
        term=term,
        version=version,
        grant=offer.grant,
        household=taken.household,
        store=store,
        clerk=clerk,
        quantity=quantity,
        periods=taken.periods,
        value_minor=version.value_minor * quantity,
        cost_minor=version.cost_minor * quantity,
        key=key,
        used_on=today,
    )
    audit.record("loyalty.benefit.redeem", **_told(use))
    _tell(use, "benefit.used")
    return use


@transaction.atomic
def reverse(use: BenefitRedemption, *, by: User, reason: str) -> BenefitRedemption:
    """Take a use back into the very periods it was counted in. A clerk within minutes, a manager at any time.

    A repeat changes nothing.
    """
    access.require(by, RIGHT)
    benefit_counting.locked(use.card, use.version)
    rows = BenefitRedemption.objects.select_for_update(of=("self",))
    use = rows.select_related("member__user", "card", "term", "version__benefit", "household", "store").get(pk=use.pk)
    if use.reversed_at is not None:
        return use
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    serving.refuse_own(use.member, clerk=by)
    now = clock.now()
    if now - use.at > REVERSAL_WINDOW and not access.allows(by, ANY_TIME):
        raise Refusal("use_too_old_to_reverse")
    taken = Taken(use.term, use.periods, use.household)
    benefit_counting.give_back(use.member, use.version, taken, quantity=use.quantity)
    use.reversed_at, use.reversed_by, use.reversal_reason = now, by, reason[:200]
    use.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    audit.record("loyalty.benefit.reverse", reason=use.reversal_reason, **_told(use))
    _tell(use, "benefit.use_reversed")
    return use


def _told(use: BenefitRedemption) -> dict[str, Any]:
    return {
        "subject": use,
        "member_id": use.member_id,
        "store_id": use.store_id,
        "details": {"card": use.card_id, "benefit": use.version.code, "quantity": use.quantity},
    }


def _tell(use: BenefitRedemption, event: str) -> None:
    """The same message as for a card's benefit: who grants it is nothing to its member."""
    outbox.send(
        event,
        key=f"catalogue:{use.pk}",
        to=use.member.user,
        member_id=use.member_id,
        language=use.member.language,
        channels=("inbox",),
        context={
            "benefit": use.version.worded("name", use.member.language),
            "store": use.store.name,
            "at": use.at.isoformat(),
        },
    )

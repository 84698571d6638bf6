"""Using a benefit at a store, and taking a use back (CARD-14, CARD-24)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from cards.models import BenefitUse, Card, Entitlement, Term, UseCounter
from cards.operations import serving
from cards.policy import limits, validity
from cards.policy.parameters import RenewalParameters
from cards.queries import entitlements, refusing, terms
from core import access, audit, clock, parameters
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal
from risk import queries as risk

REVERSAL_WINDOW = dt.timedelta(minutes=15)
NEEDED = (
    "state", "suspension", "valid_from_on", "last_valid_on", "holder__language", "holder__household",
    "holder__phone_changed_at", "holder__user__language",
)  # fmt: skip
"""What a use asks of a card: rows are read on the busiest path, and most of what a card and a person are is not needed."""


@transaction.atomic
def record(
    card: Card, *, entitlement: Entitlement, store: Store, clerk: User, key: str, quantity: int = 1,
    counted: Sequence[str] | None = None,
) -> BenefitUse:  # fmt: skip
    """CARD-14 · A4.3 — record that a benefit was enjoyed here and now.

    A repeat with the same key returns the first use. Refuses what the card's state, a hold, a phone that has just
    changed, the store or a limit forbids, and a clerk who serves himself; each refusal says from when it would be allowed.
    What was reserved is `counted` already, in these periods.
    """
    access.require(clerk, "counter.redeem_benefit")
    if quantity < 1:
        raise Refusal("quantity_below_one", status=400)
    card = locked(card)
    if (earlier := BenefitUse.objects.filter(key=key).first()) is not None:
        if (earlier.card_id, earlier.entitlement_id, earlier.quantity) != (card.pk, entitlement.pk, quantity):
            raise Refusal("key_reused")
        return earlier
    today = clock.today()
    term = usable_term(card, today)
    serving.refuse_own(card.holder, clerk=clerk)
    if counted is None:
        counted = count(card, entitlement, term=term, store=store, quantity=quantity, day=today)
    use = BenefitUse.objects.create(
        card=card,
        entitlement=entitlement,
        term=term,
        store=store,
        clerk=clerk,
        quantity=quantity,
        periods=list(counted),
        value_minor=entitlement.value_minor * quantity,
        cost_minor=entitlement.cost_minor * quantity,
        key=key,
        used_on=today,
    )
    _tell(use, "benefit.used")
    return use


@transaction.atomic
def reverse(use: BenefitUse, *, by: User, reason: str) -> BenefitUse:
    """Take a use back into the very periods it was counted in. A clerk within minutes, a manager at any time.

    A repeat changes nothing.
    """
    access.require(by, "counter.redeem_benefit")
    use = (
        BenefitUse.objects.select_for_update(of=("self",))
        .select_related("card__holder__user", "entitlement", "store")
        .get(pk=use.pk)
    )
    if use.reversed_at is not None:
        return use
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    serving.refuse_own(use.card.holder, clerk=by)
    now = clock.now()
    if now - use.at > REVERSAL_WINDOW and not access.allows(by, "cards.reverse_any_use"):
        raise Refusal("use_too_old_to_reverse")
    give_back(use.card, use.entitlement, periods=use.periods, quantity=use.quantity)
    use.reversed_at, use.reversed_by, use.reversal_reason = now, by, reason[:200]
    use.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    _tell(use, "benefit.use_reversed")
    return use


def locked(card: Card) -> Card:
    """The card with what a use asks of it, held until the transaction ends."""
    rows = Card.objects.select_for_update(of=("self",)).select_related("holder__user").only(*NEEDED)
    return rows.get(pk=card.pk)


def usable_term(card: Card, day: dt.date) -> Term:
    """The term that covers the day, or the reason why the card cannot be used then."""
    match card.state:
        case Card.State.ISSUED:
            raise Refusal("card_not_activated")
        case Card.State.SUSPENDED:
            raise Refusal(f"card_suspended_{card.suspension}")
        case Card.State.CLOSED:
            raise Refusal("card_closed")
    if hold := risk.hold_on(subjects=[audit.label_of(card)], member=card.holder, scope="use"):
        raise Refusal("card_on_hold", allowed_from=hold.ends_at)
    serving.refuse_while_spending_rests(card.holder)
    if (term := terms.covering(card, day=day)) is not None:
        return term
    if card.valid_from_on and day < card.valid_from_on:
        raise Refusal("card_not_started", allowed_from=card.valid_from_on, day=card.valid_from_on)
    grace = parameters.in_force(RenewalParameters, on=day).grace_days
    whole = validity.Term(card.valid_from_on or day, card.last_valid_on or day)
    in_grace = validity.state_on(day, term=whole, grace_days=grace) == validity.State.IN_GRACE
    raise Refusal("card_in_grace" if in_grace else "card_expired", day=card.last_valid_on)


def refuse_unless(decision: limits.Decision) -> None:
    """What the rule refused, with its reason and when, where or from which tier on it would be allowed."""
    if not decision.allowed:
        raise Refusal(decision.code, allowed_from=decision.allowed_again_on, **refusing.facts(decision))


def count(
    card: Card, entitlement: Entitlement, *, term: Term, store: Store, quantity: int, day: dt.date
) -> Sequence[str]:
    """Ask the rule, then count under the lock of the card; the table's own check backs the limit. Returns the periods."""
    granted = next((one for one in entitlements.of_version(term.version_id) if one.entitlement == entitlement), None)
    if granted is None:
        raise Refusal("benefit_not_of_this_card")
    periods = entitlements.periods_of(entitlement, day=day, term=term)
    counters = {
        row.period: row for row in UseCounter.objects.filter(card=card, entitlement=entitlement, period__in=periods)
    }
    used = {period: row.used for period, row in counters.items()}
    refuse_unless(entitlements.decide(granted, used, term=term, day=day, store=store, quantity=quantity))
    UseCounter.objects.bulk_create(
        UseCounter(card=card, entitlement=entitlement, period=period, limit=limit, used=quantity)
        for period, limit in periods.items()
        if period not in counters
    )
    UseCounter.objects.filter(pk__in=[row.pk for row in counters.values()]).update(used=F("used") + quantity)
    return list(periods)


def give_back(card: Card, entitlement: Entitlement, *, periods: Sequence[str], quantity: int) -> None:
    """Invariant 31 — what was counted returns to the very periods it was taken from."""
    counters = UseCounter.objects.filter(card=card, entitlement=entitlement, period__in=periods)
    counters.update(used=F("used") - quantity)


def _tell(use: BenefitUse, event: str) -> None:
    """Audit the use and put it in the member's inbox."""
    card = use.card
    audit.record(
        f"cards.{event}",
        subject=use,
        member_id=card.holder_id,
        store_id=use.store_id,
        reason=use.reversal_reason,
        details={"card": card.pk, "benefit": use.entitlement.code, "quantity": use.quantity},
    )
    if card.holder is None:
        return
    outbox.send(
        event,
        key=str(use.pk),
        to=card.holder.user,
        member_id=card.holder_id,
        language=card.holder.language,
        channels=("inbox",),
        context={
            "benefit": use.entitlement.worded("name", card.holder.language),
            "store": use.store.name,
            "at": use.at.isoformat(),
        },
    )

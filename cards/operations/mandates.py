"""Automatic renewal: agreed to by the member's own act, announced before each charge, ended in one step (CARD-17 · A5.2)."""

from django.db import transaction

from cards.models import Card, Order, RenewalCharge, RenewalMandate
from cards.operations import order_states, orders, renewals, serving
from cards.operations.orders import Agreed
from cards.policy import auto_renewal, numbers
from cards.policy.parameters import RenewalParameters
from cards.queries import mandates as rows
from cards.queries import renewals as prices
from core import audit, clock, parameters, request
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from members.models import Acceptance, LegalText, Member
from members.queries import legal

NOTICE = "auto_renewal.notice"
Ended = RenewalMandate.Ended
State = RenewalCharge.State


@transaction.atomic
def agree(card: Card, *, member: Member, agreed: Agreed) -> RenewalMandate:
    """CARD-17 · A5.2 — switch automatic renewal on, by the holder alone, for the means of payment she left last.

    Switching on twice gives the same. Refuses an agreement that is not the one in force, a card that ended for good,
    (`spending_rests`) a phone that has just changed, and (`instrument_missing`) a member who left no means of payment.
    """
    card = Card.objects.select_for_update(of=("self",)).select_related("version", "number").get(pk=card.pk)
    if card.holder_id != member.pk:
        raise Refusal("card_not_found", status=404)
    if card.state == Card.State.CLOSED or card.last_valid_on is None:
        raise Refusal("card_closed")
    if (running := rows.live(card)) is not None:
        return running
    if agreed.text != legal.in_force(LegalText.Kind.AUTO_RENEWAL):
        raise Refusal("agreement_changed")
    serving.refuse_while_spending_rests(card.holder)
    source = rows.kept_instrument(member)
    if source is None:
        raise Refusal("instrument_missing")
    acceptance = Acceptance.objects.create(
        member=member, text=agreed.text, language=agreed.language, at=clock.now(), address=request.current().address
    )
    mandate = RenewalMandate.objects.create(
        card=card, member=member, gateway=source.gateway, instrument=source.instrument, acceptance=acceptance
    )
    audit.record("cards.auto_renewal.agree", subject=mandate, member_id=member.pk, details={"card": card.pk})
    _tell(mandate, "auto_renewal.started", key=str(mandate.pk), link=off_path(mandate))
    return mandate


@transaction.atomic
def end(mandate: RenewalMandate, *, because: str, by: User | None = None) -> bool:
    """Switch automatic renewal off; at once, whatever is under way. An unpaid order of it is cancelled, so that money
    which is on its way is sent back. A repeat does nothing.
    """
    open_orders = Order.objects.filter(renewal_charge__mandate=mandate, state=Order.State.PLACED)
    waiting = [order_states.lock(order) for order in open_orders.order_by("pk")]
    mandate = RenewalMandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.ended_at is not None:
        return False
    mandate.ended_at, mandate.ended_because = clock.now(), because
    mandate.save(update_fields=["ended_at", "ended_because"])
    mandate.charges.filter(state=State.ANNOUNCED).update(state=State.VOID)
    if because != Ended.UNPAID:
        for order in waiting:
            orders.cancel(order, by=by, reason="automatic renewal was switched off")
        _tell(mandate, "auto_renewal.ended", key=str(mandate.pk), link=renew_path(mandate.card), because=because)
    audit.record("cards.auto_renewal.end", subject=mandate, actor=by, member_id=mandate.member_id, reason=str(because))
    return True


@transaction.atomic
def announce(mandate: RenewalMandate) -> bool:
    """CARD-17 · A5.2 — tell the member price, day and new last day of the coming charge; once per term.

    What can never be renewed again ends the mandate; a card that is suspended or being renewed by hand waits.
    """
    mandate = RenewalMandate.objects.select_for_update(of=("self",)).select_related("card__product").get(pk=mandate.pk)
    card, today = mandate.card, clock.today()
    if mandate.ended_at is not None or card.last_valid_on is None:
        return False
    if mandate.charges.exclude(state=State.VOID).filter(ends_on=card.last_valid_on).exists():
        return False
    rules = parameters.in_force(RenewalParameters, on=today)
    day = auto_renewal.charge_day(card.last_valid_on, notified_on=today, parameters=rules)
    found = prices.choice(card, years=1, day=day) if day is not None else None
    if card.state == Card.State.CLOSED or day is None or found is None:
        return end(mandate, because=Ended.NOT_RENEWABLE)
    try:
        renewals.refuse_unfit(card, mandate.member)
    except Refusal:
        return False
    charge = RenewalCharge.objects.create(
        mandate=mandate,
        ends_on=card.last_valid_on,
        total_minor=found.quote.pay_minor,
        currency=found.version.currency,
        last_valid_on=found.term.last_valid_on,
        notified_at=clock.now(),
        notified_on=today,
        notice_days=rules.auto_renewal_notice_days,
        charge_on=day,
    )
    audit.record(
        "cards.auto_renewal.announce",
        subject=charge,
        member_id=mandate.member_id,
        details={"total_minor": charge.total_minor, "charge_on": day},
    )
    outbox.send(
        NOTICE,
        key=str(charge.pk),
        to=mandate.member.user,
        member_id=mandate.member_id,
        language=mandate.member.language,
        link=off_path(mandate),
        about=audit.label_of(charge),
        context={},
    )
    return True


def off_path(mandate: RenewalMandate) -> str:
    """The page on which one step switches it off, without log-in."""
    return f"/renew/off/{rows.off_token(mandate)}/"


def renew_path(card: Card) -> str:
    return f"/renew/{card.public_id.hex}/"


def _tell(mandate: RenewalMandate, event: str, *, key: str, link: str, because: str = "") -> None:
    card, member = mandate.card, mandate.member
    context = {
        "product": card.version.worded("name", member.language),
        "number": numbers.masked_number(card.number.number),
        "last_valid_on": str(card.last_valid_on),
        "because": str(because),
    }
    outbox.send(
        event,
        key=key,
        to=member.user,
        member_id=member.pk,
        language=member.language,
        link=link,
        context=context,
    )

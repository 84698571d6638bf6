"""What reminders and notices say, gathered when they are sent: so that nobody reads what was true last night.

Each function takes a message whose `about` names the row it tells of, and answers the variables of its wording, or None
when there is nothing to tell any longer (CARD-15, CARD-16, CARD-17 · A5).
"""

import datetime as dt
from typing import Any

from django.conf import settings

from cards.models import Card, CardReminder, RenewalCharge
from cards.policy import auto_renewal, numbers, offers, validity
from cards.policy.parameters import RenewalParameters
from cards.queries import mandates, renewals
from core import clock, parameters
from core.models import Channel, Message
from members.operations import consent

Variables = dict[str, Any]


def renewal(message: Message) -> Variables | None:
    """CARD-15, CARD-16 · A5.1 — the ending year, the next one, and the best offer. None once the card is renewed,
    closed or renews itself, and where the reminder comes too late for what it says.
    """
    reminder = _reminder(message)
    if reminder is None or reminder.card.state != Card.State.ACTIVE or reminder.card.last_valid_on != reminder.ends_on:
        return None
    card, today = reminder.card, clock.today()
    rules = parameters.in_force(RenewalParameters, on=today)
    grace_ends_on = reminder.ends_on + dt.timedelta(days=rules.grace_days)
    speaks_until = reminder.ends_on if reminder.step <= 0 else grace_ends_on
    if today > speaks_until or mandates.live(card) is not None:
        return None
    found = renewals.choices(card, day=today)
    best, one = renewals.best(found), next((choice for choice in found if choice.quote.years == 1), None)
    past = renewals.year(card, day=today, language=message.language)
    return {
        **_card(card, message.language),
        "last_valid_on": reminder.ends_on,
        "days_left": validity.days_left(today, last_valid_on=reminder.ends_on),
        "grace_ends_on": grace_ends_on,
        "uses": past.uses,
        "saved": past.saved_minor,
        "most_used": [{"name": name, "uses": uses} for name, uses in past.most_used],
        "worth_a_year": renewals.worth_a_year(best.version) if best else 0,
        "year": _offer(one) if one else None,
        "best": _offer(best) if best else None,
        "has_gift": bool(one and one.quote.has("veteran_gift")),
        "unsubscribe": _unsubscribe(message),
        "points_back": one.quote.points_back_bps // 100 if one else 0,
    }


def activation(message: Message) -> Variables | None:
    """CARD-11 · A4.1.1 — the card waits to be activated. None once it is, or cannot be any longer."""
    reminder = _reminder(message)
    if reminder is None or reminder.card.state != Card.State.ISSUED:
        return None
    card, today = reminder.card, clock.today()
    if card.activate_before_on != reminder.ends_on or today > reminder.ends_on:
        return None
    order = card.order_line.order
    return {
        **_card(card, message.language),
        "activate_before_on": reminder.ends_on,
        "days_left": validity.days_left(today, last_valid_on=reminder.ends_on),
        "unsubscribe": _unsubscribe(message),
        "recipient": order.gift_name if order.is_gift else "",
    }


def charge_notice(message: Message) -> Variables | None:
    """CARD-17 · A5.2 — the charge that is to come, from the live mandate. None when it was switched off or is not needed
    any longer, and where it would reach the member too late: then it is announced anew.
    """
    rows = RenewalCharge.objects.select_related("mandate__card__version", "mandate__card__number")
    charge = rows.filter(pk=_key(message, "cards.renewalcharge")).first()
    if charge is None or charge.state != RenewalCharge.State.ANNOUNCED or charge.mandate.ended_at is not None:
        return None
    card = charge.mandate.card
    in_time = auto_renewal.notice_holds(clock.today(), charge_on=charge.charge_on, notice_days=charge.notice_days)
    if not in_time or card.last_valid_on != charge.ends_on:
        return None
    return {
        **_card(card, message.language),
        "amount": charge.total_minor,
        "currency": charge.currency,
        "charge_on": charge.charge_on,
        "ends_on": charge.ends_on,
        "last_valid_on": charge.last_valid_on,
    }


def _key(message: Message, table: str) -> int:
    """The row that the message tells of; 0, which no row has, when it tells of something else."""
    label, _, key = message.about.partition(":")
    return int(key) if label == table and key.isdigit() else 0


def _reminder(message: Message) -> CardReminder | None:
    rows = CardReminder.objects.select_related("card__version", "card__number", "card__order_line__order")
    return rows.filter(pk=_key(message, "cards.cardreminder")).first()


def _card(card: Card, language: str) -> Variables:
    return {
        "product": card.version.worded("name", language),
        "number": numbers.masked_number(card.number.number),
    }


def _unsubscribe(message: Message) -> str:
    """The address that switches reminders on this channel off; the inbox needs none."""
    if message.channel == Channel.INBOX or message.member_id is None:
        return ""
    token = consent.unsubscribe_token(message.member_id, purpose=message.purpose, channel=message.channel)
    return f"{settings.SITE_URL}/unsubscribe/{token}/"


def _offer(choice: renewals.Choice) -> Variables:
    """One way to renew. `until` is the last day of its price, where that has one."""
    discount: offers.Candidate | None = choice.quote.discount
    return {
        "price": choice.quote.pay_minor,
        "full_price": choice.quote.list_minor,
        "saving": choice.quote.discount_minor,
        "currency": choice.version.currency,
        "through": choice.term.last_valid_on,
        "until": discount.until if discount and discount.until else "",
    }

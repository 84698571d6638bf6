"""Terms, reminders and automatic renewals (invariants 24, 38 for reminders, and the promise before each charge)."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Lag

from cards.models import Card, CardReminder, RenewalCharge, Term
from cards.operations import mandates
from cards.policy import renewal
from cards.policy.parameters import RenewalParameters
from core import clock, parameters
from core.messaging import events
from core.models import Message
from core.verify import invariant


@invariant(24, "renewals leave no gap or overlap, one row per term")
def terms_join() -> Iterator[str]:
    """A gap is right only where grace was over when the renewal was ordered: then the card began afresh that day."""
    before = Window(Lag("last_valid_on"), partition_by=F("card"), order_by="sequence")
    after = Window(Lag("sequence"), partition_by=F("card"), order_by="sequence")
    terms = Term.objects.annotate(ended_on=before, previous=after).select_related("order_line__order")
    for term in terms.order_by("card", "sequence").iterator(chunk_size=2_000):
        ended_on: dt.date | None = term.ended_on
        if ended_on is None:
            if term.sequence != 1:
                yield f"card {term.card_id}: its first term is missing"
            continue
        if term.sequence != (term.previous or 0) + 1:
            yield f"card {term.card_id}: a term is missing before #{term.sequence}"
        if term.starts_on <= ended_on:
            yield f"card {term.card_id}: term #{term.sequence} overlaps the one before"
        elif term.starts_on > ended_on + dt.timedelta(days=1):
            ordered_on = clock.day_of(term.order_line.order.placed_at)
            grace = parameters.in_force(RenewalParameters, on=ordered_on).grace_days
            afresh = renewal.starts_afresh(ended_on, renewed_on=ordered_on, grace_days=grace)
            if not afresh or term.starts_on != ordered_on:
                yield f"card {term.card_id}: days are missing before term #{term.sequence}"


@invariant("24a", "a card is valid through the last day of its last term")
def card_follows_terms() -> Iterator[str]:
    last = Term.objects.filter(card=OuterRef("pk")).order_by("-sequence")
    cards = Card.objects.exclude(activated_at=None).annotate(
        promised=Subquery(last.values("last_valid_on")[:1]), promised_version=Subquery(last.values("version")[:1])
    )
    broken = cards.filter(Q(promised=None) | ~Q(promised=F("last_valid_on")) | ~Q(promised_version=F("version")))
    for card in broken.select_related("number"):
        yield f"card {card.pk}: its last day or version is not that of its last term"


@invariant("38a", "a reminder is written once per card and step")
def reminders_once() -> Iterator[str]:
    twice = CardReminder.objects.values("card", "occasion", "ends_on", "step").annotate(rows=Count("pk"))
    for row in twice.filter(rows__gt=1).order_by():
        yield f"card {row['card']}: {row['rows']} reminders of {row['occasion']} {row['ends_on']} {row['step']}"


@invariant("C17", "nothing is charged by itself that was not announced five days before")
def charged_after_notice() -> Iterator[str]:
    charges = RenewalCharge.objects.select_related("order").filter(order__isnull=False)
    for charge in charges.iterator(chunk_size=2_000):
        if (order := charge.order) is None:
            continue
        first = order.payments.order_by("pk").first()
        charged_on = clock.day_of(first.created_at if first else order.placed_at)
        if (charged_on - charge.notified_on).days < charge.notice_days or charged_on < charge.charge_on:
            yield f"order {order}: charged on {charged_on}, announced on {charge.notified_on} for {charge.charge_on}"
        if order.total_minor != charge.total_minor:
            yield f"order {order}: another amount than was announced"
        keys = [f"{mandates.NOTICE}:{charge.pk}:{channel}" for channel in events.get(mandates.NOTICE).channels]
        if not Message.objects.filter(dedup_key__in=keys, state=Message.State.SENT).exists():
            yield f"order {order}: its announcement was never sent"

"""Looking up a card at the counter (CARD-14 · A4.3.1): on record before anything is shown (invariant 41)."""

from dataclasses import dataclass

from django.db import models, transaction

from cards.models import Card
from cards.operations import codes as rotating_codes
from cards.policy import codes, numbers
from cards.queries import cards
from core import access, audit, limits
from core.limits import Limit
from core.models import Store, User
from core.rules import RuleBroken
from members.models import Member

UNUSUAL = Limit("counter-search-unusual", 60, 3600)
MOST = Limit("counter-search", 300, 3600)
TOLD = Limit("counter-search-told", 1, 3600)


@dataclass(frozen=True)
class Found:
    """The cards meant, and what they were found by: a rotating code, a card number, or a search for a person."""

    cards: list[Card]
    by: str


def look_up(text: str, *, store: Store, clerk: User) -> Found:
    """CARD-14 · A4.3.1 — the cards meant by what was scanned or typed. A rotating code is spent by this; whoever shows it is
    there, and need not confirm what is done for her in the next minutes (`confirming`).

    Searching for people without their card in hand is watched: above 60 an hour somebody is told, above 300 it is
    refused. Refuses what is wrong with a code (expired, forged, used at …).
    """
    access.require(clerk, "counter.look_up", at=store.pk)
    by_code, by_number = codes.looks_like_code(text), numbers.looks_like_card_number(text)
    if not by_code and not by_number:
        _watch(clerk)
    with transaction.atomic():
        if by_code:
            found = Found([rotating_codes.read(text, store=store, clerk=clerk)], "code")
        else:
            found = Found(cards.find(text), "number" if by_number else "search")
        _record(found, store=store, clerk=clerk)
    return found


@transaction.atomic
def opened(card: Card, *, store: Store, clerk: User) -> None:
    """A card was opened from a list or a link."""
    access.require(clerk, "counter.look_up", at=store.pk)
    _record(Found([card], "link"), store=store, clerk=clerk)


@transaction.atomic
def payer(member: Member, *, store: Store, clerk: User) -> None:
    """What a customer without a card in hand has to pay with is shown: on record, and watched like a search."""
    access.require(clerk, "counter.look_up", at=store.pk)
    _watch(clerk)
    audit.record(
        "counter.look_up", subject=member, actor=clerk, member_id=member.pk, store_id=store.pk, details={"by": "bill"}
    )


@transaction.atomic
def refused(what: str, error: RuleBroken, *, subject: models.Model, store: Store, clerk: User) -> None:
    """Keep on record that a customer was told no, and why."""
    member_id = subject.holder_id if isinstance(subject, Card) else None
    audit.record(
        "counter.refuse",
        subject=subject,
        actor=clerk,
        member_id=member_id,
        store_id=store.pk,
        details={"what": what, "code": error.code},
    )


def _record(found: Found, *, store: Store, clerk: User) -> None:
    only = found.cards[0] if len(found.cards) == 1 else None
    audit.record(
        "counter.look_up",
        subject=only or store,
        actor=clerk,
        member_id=only.holder_id if only else None,
        store_id=store.pk,
        details={"by": found.by, "found": len(found.cards)},
    )


def _watch(clerk: User) -> None:
    who = str(clerk.pk)
    if not limits.spend(UNUSUAL, who) and limits.spend(TOLD, who):
        audit.alert("counter_search_often", subject=clerk, actor=clerk, details={"above": UNUSUAL.times})
    limits.require((MOST, who))

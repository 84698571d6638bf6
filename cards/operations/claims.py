"""Recognising the card that somebody wants to activate online (CARD-11 · A4.1.1), without helping who guesses."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from cards.models import Card, CardNumber
from cards.operations import activation
from cards.policy import activation as rule
from cards.policy import numbers
from cards.policy.parameters import ActivationParameters
from core import clock, crypto, parameters
from core.fields import digest_in
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import IdentityDocument, Member
from risk import operations as risk_operations
from risk import queries as risk

FAILED_TRY = "activation.failed"
LOCKED = "activation.locked"


@dataclass(frozen=True)
class Claim:
    """What somebody who wants to activate a card types in; phone and document number already in normal form."""

    card_number: str
    activation_code: str
    phone: str
    document_number: str


def recognise(claim: Claim) -> Card:
    """CARD-11 · A4.1.1 — the card that the claim is true of.

    One answer (`activation_not_recognised`) for every wrong field and for a number that does not exist. Each wrong
    try counts against the card; after too many the card is locked for a while and an alert is raised. The count is
    kept even though the try is refused, so this must not run inside the caller's transaction.
    """
    number, code = _plain(claim)
    subject = f"cards.number:{crypto.blind_index(number, purpose='activation-try')}"
    with transaction.atomic():
        stock = CardNumber.objects.select_for_update().filter(number=number).first()
        found = _try(claim, code, stock, subject=subject)
    if isinstance(found, Refusal):
        raise found
    return found


def _plain(claim: Claim) -> tuple[str, str]:
    """Number and code as they were made; whatever cannot be either is simply not recognised."""
    try:
        return numbers.read_card_number(claim.card_number), numbers.read_activation_code(claim.activation_code)
    except RuleBroken as error:
        raise Refusal("activation_not_recognised") from error


def _try(claim: Claim, code: str, stock: CardNumber | None, *, subject: str) -> Card | Refusal:
    """One try under the lock of the number: the card, or the refusal to raise once the try is on record."""
    today = clock.today()
    limits = parameters.in_force(ActivationParameters, on=today)
    if (until := _locked_until(subject, limits)) is not None:
        return Refusal("activation_locked", status=429, allowed_from=until, until=until)
    rows = Card.objects.select_related("number", "version", "product")
    card = rows.filter(number=stock).first() if stock else None
    if card is None or not _is_true(claim, code, card):
        risk_operations.note(FAILED_TRY, subject=subject, facts={"card": card.pk if card else None})
        if _locked_until(subject, limits) is not None:
            risk_operations.note(LOCKED, subject=subject, facts={"card": card.pk if card else None}, alert=True)
        return Refusal("activation_not_recognised")
    if today > card.activate_before_on:
        return Refusal("activation_window_over", day=card.activate_before_on)
    return card


def _is_true(claim: Claim, code: str, card: Card) -> bool:
    """Whether every field fits; all are compared, so that the time taken tells nothing."""
    phone = digest_in(Member, "phone_index", claim.phone)
    document = digest_in(IdentityDocument, "number_index", claim.document_number)
    fits = [
        crypto.same(card.number.activation_digest, activation.digest(code)),
        card.state == Card.State.ISSUED,
        crypto.same(card.expected_phone_index, phone),
        not card.expected_document_index or crypto.same(card.expected_document_index, document),
    ]
    return all(fits)


def _locked_until(subject: str, limits: ActivationParameters) -> dt.datetime | None:
    now = clock.now()
    memory = dt.timedelta(minutes=limits.tries_window_minutes + limits.lock_minutes)
    failures = risk.moments(FAILED_TRY, subject=subject, since=now - memory)
    until = rule.locked_until(failures, parameters=limits)
    return until if until is not None and until > now else None

"""Bringing a card to life, online and at the counter (CARD-11, CARD-12 · A4.1)."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from cards.models import Activation, Card, CardNumber, Entitlement, Order, Term
from cards.operations import serving
from cards.policy import activation as rule
from cards.policy import numbers, validity
from cards.policy.parameters import ActivationParameters
from cards.queries import validities
from core import access, audit, clock, crypto, parameters
from core.fields import digest_in
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import Acceptance, IdentityDocument, Member
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


def digest(code: str) -> str:
    """The digest by which an activation code is compared."""
    return crypto.keyed_digest(code, key=settings.INDEX_KEY, purpose="activation-code")


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


@transaction.atomic
def activate(
    card: Card,
    *,
    holder: Member,
    document: IdentityDocument,
    channel: str,
    proof: str,
    acceptance: Acceptance,
    store: Store | None = None,
    clerk: User | None = None,
) -> Activation:
    """CARD-11, CARD-12 · A4.1 — give the card its holder and its first term, from today on.

    `proof` says what showed the purchase (activation code, receipt number). A card is activated once; whoever holds
    as many active cards of the product as allowed, has no verified phone, or whose card is not paid, is refused.
    """
    if clerk is not None:
        access.require(clerk, "counter.activate")
    holder = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=holder.pk)
    card = (
        Card.objects.select_for_update(of=("self",))
        .select_related("number", "version", "product", "order_line__order")
        .get(pk=card.pk)
    )
    _refuse_unfit(card, holder=holder, clerk=clerk)
    today = clock.today()
    term = validity.first_term(
        today,
        validity=validities.of_version(card.version),
        first_day_counts=card.version.first_day_counts,
        times=card.order_line.years,
    )
    Term.objects.create(
        card=card,
        sequence=1,
        order_line=card.order_line,
        version=card.version,
        starts_on=term.starts_on,
        last_valid_on=term.last_valid_on,
        price_minor=card.order_line.total_minor,
    )
    card.holder, card.state, card.activated_at = holder, Card.State.ACTIVE, clock.now()
    card.valid_from_on, card.last_valid_on = term.starts_on, term.last_valid_on
    card.save(update_fields=["holder", "state", "activated_at", "valid_from_on", "last_valid_on"])
    CardNumber.objects.filter(pk=card.number_id).update(activation_code="")
    done = Activation.objects.create(
        card=card,
        member=holder,
        channel=channel,
        store=store,
        clerk=clerk,
        document_kind=document.kind,
        document_last_digits=document.last_digits,
        proof=proof[:60],
        phone_verified_at=holder.phone_verified_at or clock.now(),
        acceptance=acceptance,
    )
    audit.record(
        "cards.card.activate",
        subject=card,
        actor=clerk,
        member_id=holder.pk,
        store_id=store.pk if store else None,
        details={"channel": channel, "last_valid_on": term.last_valid_on, "document": document.kind},
    )
    _send_guide(card, holder)
    return done


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
        crypto.same(card.number.activation_digest, digest(code)),
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


def _refuse_unfit(card: Card, *, holder: Member, clerk: User | None) -> None:
    if card.state != Card.State.ISSUED:
        raise Refusal("card_already_activated")
    if card.order_line.order.state != Order.State.FULFILLED:
        raise Refusal("card_not_paid")
    if holder.phone_verified_at is None:
        raise Refusal("phone_not_verified")
    serving.refuse_own(holder, clerk=clerk)
    if hold := risk.hold_on(subjects=[audit.label_of(card)], member=holder, scope="activate"):
        raise Refusal("card_on_hold", allowed_from=hold.ends_at)
    running = Card.objects.filter(holder=holder, product=card.product, state__in=["active", "suspended"])
    if running.filter(last_valid_on__gte=clock.today()).count() >= card.version.max_per_member:
        raise Refusal("too_many_cards", limit=card.version.max_per_member)


def _send_guide(card: Card, holder: Member) -> None:
    """CARD-13 · A4.2.1 — the benefit guide: what, how, conditions, until when."""
    language = holder.language
    benefits = [
        {"name": benefit.worded("name", language), "how": benefit.worded("description", language)}
        for benefit in Entitlement.objects.filter(version=card.version)
    ]
    outbox.send(
        "card.activated",
        key=str(card.pk),
        to=holder.user,
        member_id=holder.pk,
        language=language,
        link=f"/me/cards/{card.public_id}/",
        context={
            "product": card.version.worded("name", language),
            "number": numbers.masked_number(card.number.number),
            "valid_from_on": str(card.valid_from_on),
            "last_valid_on": str(card.last_valid_on),
            "benefits": benefits,
        },
    )

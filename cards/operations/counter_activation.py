"""Activation at the counter (CARD-12 · A4.1.2, E2.2): card in hand, proof of purchase, document in hand, agreement."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from cards.models import Activation, Card, Channel
from cards.operations import activation, serving
from cards.policy import numbers
from cards.queries import activations
from core import access, clock, competence, crypto, limits, request
from core.fields import digest_in
from core.limits import Limit
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import Acceptance, Consent, IdentityDocument, LegalText, Member
from members.operations import codes, consent, identity, people
from members.operations.codes import Address
from members.policy import identity as documents
from members.policy.consent import Purpose

ACTIVATE = "counter.activate"
TRIES = Limit("counter-activation", 10, 3600)
CODE_PURPOSE = "activation"


@dataclass(frozen=True)
class Shown:
    """What the customer laid on the counter and said yes to; the document number as typed or scanned."""

    proof: str
    document_kind: str
    document_number: str
    agreed: LegalText
    language: str
    keeps_number: bool


def check(card: Card, shown: Shown, *, clerk: User, store: Store) -> str:
    """CARD-12 · A4.1.2 — everything that can be seen before the phone is asked; returns what proved the purchase.

    Refuses a clerk without the certificate that activating this card asks for, `proof_not_recognised` and
    `document_differs` (each card has ten tries an hour), and what `members.policy.identity` says of the document.
    """
    access.require(clerk, ACTIVATE, at=store.pk)
    if card.state != Card.State.ISSUED:
        raise Refusal("card_already_activated")
    competence.require(clerk, ACTIVATE, lambda: card.product.code)
    expected = activations.expected_holder(card)
    serving.refuse_own(expected.member or card.purchaser, clerk=clerk)
    document = documents.parse(shown.document_number, kind=documents.Kind(shown.document_kind), today=clock.today())
    if limits.is_used_up(TRIES, str(card.pk)):
        raise Refusal("too_many_requests", status=429)
    proof = _proof(card, shown.proof, expected=expected, store=store)
    if not proof or not _is_expected(card, document, expected.member):
        limits.spend(TRIES, str(card.pk))
        raise Refusal("document_differs" if proof else "proof_not_recognised")
    return proof


def needs_code(card: Card) -> bool:
    """Whether the phone given at purchase has still to be proved by a code that the customer reads out."""
    return not activations.expected_holder(card).has_verified_phone


def new_binding() -> str:
    """What ties a code to one activation at one counter."""
    return secrets.token_hex(16)


def send_code(card: Card, *, binding: str, language: str) -> None:
    """Send the one-time code to the phone given at purchase."""
    codes.send(CODE_PURPOSE, to=_phone(card), binding=binding, language=language)


def check_code(card: Card, *, binding: str, typed: str) -> None:
    """Use the code up that the customer read out. Runs its own transaction, so that a wrong try stays counted."""
    codes.check(CODE_PURPOSE, to=_phone(card), binding=binding, typed=typed)


@transaction.atomic
def complete(card: Card, shown: Shown, *, clerk: User, store: Store, phone_proved: bool) -> Activation:
    """CARD-12 · A4.1.2 — give the card to the person in front of the counter; see `activation.activate`.

    The person a gift was bought for becomes its holder, and a member where she is none. Without her consent to keep
    it, the document's number is forgotten again; its kind and last digits stay with the activation.
    """
    proof = check(card, shown, clerk=clerk, store=store)
    holder = _holder(card, clerk=clerk, store=store, language=shown.language)
    if phone_proved:
        people.prove_phone(holder)
    holder, card = activation.lock(holder, card)
    document, known = identity.show_document(
        holder, kind=shown.document_kind, number=shown.document_number, by=clerk, store_id=store.pk
    )
    if shown.keeps_number:
        consent.decide_of_locked(holder, {(Purpose.IDENTITY, ""): True}, via=Consent.Via.COUNTER, by=clerk)
    done = activation.activate_locked(
        card,
        holder=holder,
        document=document,
        channel=Channel.STORE,
        proof=proof,
        acceptance=accept(holder, shown.agreed, language=shown.language),
        store=store,
        clerk=clerk,
    )
    if not shown.keeps_number and not known:
        identity.forget_number(document, by=clerk)
    return done


def accept(member: Member, text: LegalText, *, language: str) -> Acceptance:
    """The member agrees to this very text; agreeing to it again writes nothing."""
    return Acceptance.objects.filter(member=member, text=text).first() or Acceptance.objects.create(
        member=member, text=text, language=language, at=clock.now(), address=request.current().address
    )


def _proof(card: Card, typed: str, *, expected: activations.Expected, store: Store) -> str:
    """What shows the purchase, in words for the record; empty when nothing does.

    A code sent to the phone given at purchase proves more than a receipt, so where one will be asked for, none is.
    """
    if activations.shows_purchase(card, typed):
        return f"receipt of {card.order_line.order.number}"
    if activations.sold_here(card, store=store):
        return f"sold here: {card.order_line.order.number}"
    if not expected.has_verified_phone:
        return "code to the phone given at purchase"
    try:
        code = numbers.read_activation_code(typed)
    except RuleBroken:
        return ""
    return "activation code" if crypto.same(card.number.activation_digest, activation.digest(code)) else ""


def _is_expected(card: Card, document: documents.Identity, member: Member | None) -> bool:
    """Whether the document agrees with the one given at purchase, or with the resident card known of the member."""
    if card.expected_document_index:
        digest = digest_in(IdentityDocument, "number_index", document.number)
        return crypto.same(card.expected_document_index, digest)
    if member is None or document.kind != documents.Kind.RESIDENT_ID:
        return True
    current = member.documents.filter(withdrawn_at=None, kind=document.kind)
    return all(known.number == document.number for known in current)


def _holder(card: Card, *, clerk: User, store: Store, language: str) -> Member:
    expected = activations.expected_holder(card)
    return expected.member or people.find_or_create_for_purchase(
        name=expected.name, phone=expected.phone, language=language, store=store, staff=clerk
    )


def _phone(card: Card) -> Address:
    return Address("sms", activations.expected_holder(card).phone)

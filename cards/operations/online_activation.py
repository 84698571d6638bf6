"""Activation online (CARD-11 · A4.1.1): who proved the phone given at purchase becomes a member and holds the card."""

from dataclasses import dataclass

from django.db import transaction

from cards.models import Activation, Card, Channel
from cards.operations import activation, counter_activation
from cards.queries import activations
from core.models import User
from core.refusals import Refusal
from members.models import Consent, LegalText, Member
from members.operations import codes, consent, identity, people
from members.operations.codes import Address
from members.operations.people import Recruited
from members.policy.consent import Purpose

CODE_PURPOSE = "activation"


@dataclass(frozen=True)
class Given:
    """What the member typed in, already recognised; phone and document number in normal form."""

    phone: str
    document_kind: str
    document_number: str
    agreed: LegalText
    language: str
    keeps_number: bool


def refuse_other_login(user: User | None, *, phone: str) -> None:
    """Somebody logged in as another person would lose the card to a stranger's account: refuses `other_login`."""
    own = _member_of(user)
    if user is not None and (own is None or own.phone not in (None, "", phone)):
        raise Refusal("other_login")


def send_code(phone: str, *, binding: str, language: str) -> None:
    codes.send(CODE_PURPOSE, to=Address("sms", phone), binding=binding, language=language)


def check_code(phone: str, *, binding: str, typed: str) -> None:
    """Use the code up. Runs its own transaction, so that a wrong try stays counted."""
    codes.check(CODE_PURPOSE, to=Address("sms", phone), binding=binding, typed=typed)


@transaction.atomic
def complete(card: Card, given: Given, *, user: User | None, recruited: Recruited | None = None) -> Activation:
    """CARD-11 · A4.1.1 — activate for whoever proved the phone by its code; without a log-in she joins by this.

    Without her consent to keep it, the document's number is forgotten again. See `activation.activate`.
    """
    holder = _holder(card, given, user=user, recruited=recruited)
    people.prove_phone(holder)
    known = identity.matches(holder, kind=given.document_kind, number=given.document_number)
    document = identity.give_document(holder, kind=given.document_kind, number=given.document_number)
    if given.keeps_number:
        consent.decide(holder, {(Purpose.IDENTITY, ""): True}, via=Consent.Via.PORTAL)
    done = activation.activate(
        card,
        holder=holder,
        document=document,
        channel=Channel.WEB,
        proof="activation code",
        acceptance=counter_activation.accept(holder, given.agreed, language=given.language),
    )
    if not given.keeps_number and not known:
        identity.forget_number(document, by=holder.user)
    return done


def _holder(card: Card, given: Given, *, user: User | None, recruited: Recruited | None) -> Member:
    refuse_other_login(user, phone=given.phone)
    verified = Address("sms", given.phone)
    if user is not None and (own := _member_of(user)) is not None:
        return own if own.phone == given.phone else people.change_address(own, verified=verified, by=user)
    expected = activations.expected_holder(card)
    joined = people.join(
        verified=verified, name=expected.name, language=given.language, choices={}, recruited=recruited
    )
    return joined.member


def _member_of(user: User | None) -> Member | None:
    return Member.objects.filter(user=user).first() if user is not None else None

"""Bringing a card to life: what must fit, how often one may try, what is written."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from cards.models import Activation, Card, CardNumber, Term
from cards.operations import activation, activation_rows, claims
from cards.policy import numbers
from core import clock
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from members.models import Acceptance, IdentityDocument, LegalText, Member
from risk.models import RiskEvent
from tests.cards.factories import ACTIVATION_CODE, CardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.factories import IdentityDocumentFactory, LegalTextFactory, MemberFactory

UNKNOWN_NUMBER = numbers.card_number("8600", 99_999)
ID_NUMBER = "11010519491231002X"
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def document(wanqing: Member) -> IdentityDocument:
    return IdentityDocumentFactory.create(member=wanqing, number=ID_NUMBER)


@pytest.fixture
def card(wanqing: Member, document: IdentityDocument) -> Card:
    line = LineFactory.create(order=OrderFactory.create(member=wanqing))
    return CardFactory.create(order_line=line, expected_document_index=document.number_index)


@pytest.fixture
def acceptance(wanqing: Member) -> Acceptance:
    text = LegalTextFactory.create(kind=LegalText.Kind.CARD_AGREEMENT)
    return Acceptance.objects.create(member=wanqing, text=text, language="en")


def claim(card: Card, **changes: str) -> claims.Claim:
    true = {
        "card_number": card.number.number,
        "activation_code": ACTIVATION_CODE,
        "phone": "+8613812340001",
        "document_number": ID_NUMBER,
    }
    return claims.Claim(**(true | changes))


def activate(card: Card, document: IdentityDocument, acceptance: Acceptance, **more: object) -> Activation:
    given = {"holder": document.member, "document": document, "channel": "web", "proof": "activation code"}
    return activation.activate(card, acceptance=acceptance, **(given | more))  # type: ignore[arg-type]


def test_a_true_claim_finds_the_card(card: Card) -> None:
    assert claims.recognise(claim(card)) == card


def test_spaces_and_look_alike_letters_are_forgiven(card: Card) -> None:
    typed = claim(card, card_number=" ".join(card.number.number), activation_code="7kqm-2xpt-9rwb")
    assert claims.recognise(typed) == card


@pytest.mark.parametrize(
    "wrong",
    [
        {"activation_code": "AAAAAAAAAAAA"},
        {"phone": "+8613812349999"},
        {"document_number": "110105197001010003"},
        {"card_number": UNKNOWN_NUMBER},
        {"card_number": "not a number"},
        {"activation_code": ""},
    ],
)
def test_every_wrong_field_gets_the_same_answer(card: Card, wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        claims.recognise(claim(card, **wrong))
    assert (refused.value.code, dict(refused.value.params)) == ("activation_not_recognised", {})


def test_after_five_wrong_tries_even_the_truth_waits_an_hour(card: Card) -> None:
    for minute in range(5):
        with clock.stopped(NOON + dt.timedelta(minutes=minute)), pytest.raises(Refusal):
            claims.recognise(claim(card, activation_code="AAAAAAAAAAAA"))
    with clock.stopped(NOON + dt.timedelta(minutes=5)), pytest.raises(Refusal) as refused:
        claims.recognise(claim(card))
    assert (refused.value.code, refused.value.status) == ("activation_locked", 429)
    assert refused.value.allowed_from == NOON + dt.timedelta(minutes=64)
    assert RiskEvent.objects.filter(kind=claims.LOCKED, is_alert=True).count() == 1
    with clock.stopped(NOON + dt.timedelta(minutes=65)):
        assert claims.recognise(claim(card)) == card


def test_tries_are_counted_for_a_number_that_does_not_exist_too(card: Card) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            claims.recognise(claim(card, card_number=UNKNOWN_NUMBER))
    with pytest.raises(Refusal, check=lambda r: r.code == "activation_locked"):
        claims.recognise(claim(card, card_number=UNKNOWN_NUMBER))


def test_after_the_window_the_member_is_sent_to_people(card: Card) -> None:
    late = NOON + dt.timedelta(days=400)
    with clock.stopped(late), pytest.raises(Refusal, check=lambda r: r.code == "activation_window_over"):
        claims.recognise(claim(card))


def test_activation_gives_holder_term_and_guide(card: Card, document: IdentityDocument, acceptance: Acceptance) -> None:
    EntitlementFactory.create(version=card.version)
    with clock.stopped(NOON):
        activate(card, document, acceptance)
    card.refresh_from_db()
    term = Term.objects.get(card=card)
    assert (card.state, card.holder) == ("active", document.member)
    assert (term.starts_on, term.last_valid_on) == (dt.date(2026, 11, 22), dt.date(2027, 11, 22))
    assert CardNumber.objects.get(pk=card.number_id).activation_code == ""
    assert AuditRecord.objects.filter(action="cards.card.activate").count() == 1
    guide = Message.objects.filter(event="card.activated")
    assert {message.channel for message in guide} == {"inbox", "sms", "email"}


def test_a_card_is_activated_once(card: Card, document: IdentityDocument, acceptance: Acceptance) -> None:
    activate(card, document, acceptance)
    with pytest.raises(Refusal, check=lambda r: r.code == "card_already_activated"):
        activate(card, document, acceptance)
    with pytest.raises(Refusal, check=lambda r: r.code == "activation_not_recognised"):
        claims.recognise(claim(card))


def test_nobody_holds_more_cards_of_a_product_than_allowed(
    card: Card, document: IdentityDocument, acceptance: Acceptance
) -> None:
    second = CardFactory.create(
        order_line=LineFactory.create(order=card.order_line.order, position=2, version=card.version)
    )
    activate(card, document, acceptance)
    with pytest.raises(Refusal, check=lambda r: r.code == "too_many_cards"):
        activate(second, document, acceptance)


def test_a_card_that_is_not_paid_stays_asleep(card: Card, document: IdentityDocument, acceptance: Acceptance) -> None:
    order = card.order_line.order
    order.state = "placed"
    order.save()
    with pytest.raises(Refusal, check=lambda r: r.code == "card_not_paid"):
        activate(card, document, acceptance)


def test_a_phone_that_nobody_verified_is_refused(card: Card, acceptance: Acceptance) -> None:
    stranger = MemberFactory.create(phone_verified_at=None)
    document = IdentityDocumentFactory.create(member=stranger, number="110105197001010003")
    with pytest.raises(Refusal, check=lambda r: r.code == "phone_not_verified"):
        activate(card, document, acceptance)


def test_a_clerk_without_the_right_is_refused(
    card: Card, document: IdentityDocument, acceptance: Acceptance, auditor: User, store: Store
) -> None:
    with pytest.raises(Refusal, check=lambda r: r.status == 403):
        activate(card, document, acceptance, channel="store", clerk=auditor, store=store)


@pytest.mark.postgres
def test_one_statement_writes_the_very_rows_that_the_models_write(
    card: Card, document: IdentityDocument, acceptance: Acceptance, store: Store, clerk: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    written = []
    for way in (activation_rows.in_one_statement, activation_rows.row_by_row):
        monkeypatch.setattr(activation_rows, "in_one_statement", way)
        with clock.stopped(NOON), transaction.atomic():
            done = activate(card, document, acceptance, store=store, clerk=clerk, channel="store")
            assert Activation.objects.get() == done
            rows = [
                Activation.objects.values(),
                Term.objects.values(),
                Card.objects.values(),
                CardNumber.objects.values(),
            ]
            written.append([{**row.get(), "id": None} for row in rows])
            transaction.set_rollback(True)
    assert written[0] == written[1]
    assert not Activation.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_activations_at_once_give_one_term(card: Card, document: IdentityDocument, acceptance: Acceptance) -> None:
    def once(_: int) -> bool:
        try:
            activate(card, document, acceptance)
        except Refusal:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(40))) == 1
    assert Term.objects.filter(card=card).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_do_not_get_more_tries(card: Card) -> None:
    def guess(n: int) -> str:
        try:
            claims.recognise(claim(card, activation_code=f"AAAAAAAAAA{n:02}"))
        except Refusal as refusal:
            return refusal.code
        else:
            return "found"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count("activation_not_recognised") == 5
    assert answers.count("activation_locked") == 35

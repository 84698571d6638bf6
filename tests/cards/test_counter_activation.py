"""Activation at the counter (CARD-12): proof, document, phone, agreement; what is kept and what is not."""

import json

import pytest
from django.test import Client

from cards.models import Activation, Card
from core import clock
from core.models import AuditRecord, Message, Store, User
from members.models import Consent, IdentityDocument, Member
from tests.cards.counter_cast import ID_NUMBER, NOON, OTHER_ID_NUMBER
from tests.cards.factories import ACTIVATION_CODE, CardFactory, LineFactory, OrderFactory
from tests.factories import MemberFactory


def page_of(card: Card) -> str:
    return f"/counter/cards/{card.public_id}/activate/"


def activate(client: Client, card: Card, **changes: str) -> object:
    data = {"proof": "ING7", "document_kind": "resident_id", "document_number": ID_NUMBER, "agreed": "on"}
    return client.post(page_of(card), {k: v for k, v in (data | changes).items() if v})


def code_sent_to(phone: str) -> str:
    message = Message.objects.filter(event="core.one_time_code", channel="sms").latest("pk")
    assert message.address == phone
    return str(json.loads(message.context)["code"])


@pytest.fixture
def gift(store: Store, wanqing: Member) -> Card:
    """Bought by Wanqing for a friend nobody here knows yet."""
    order = OrderFactory.create(
        member=wanqing, is_gift=True, gift_name="Amélie Dubois", gift_phone="+8613811112222", number="261123GIFT8888"
    )
    return CardFactory.create(order_line=LineFactory.create(order=order), expected_phone_index="")


def test_with_receipt_document_and_agreement_the_card_comes_alive(
    at_counter: Client, sold: Card, clerk: User, store: Store, wanqing: Member
) -> None:
    with clock.stopped(NOON):
        answer = activate(at_counter, sold)
        done = Activation.objects.get(card=sold)
        page = at_counter.get(answer["Location"]).content.decode()  # type: ignore[index]
    sold.refresh_from_db()
    assert (sold.state, sold.holder, str(sold.last_valid_on)) == ("active", wanqing, "2027-11-23")
    assert (done.clerk, done.store, done.channel) == (clerk, store, "store")
    assert (done.document_kind, done.document_last_digits) == ("resident_id", "002X")
    assert done.proof == "receipt of 261123WAITING7"
    assert "365 days left" in page
    assert "Lounge" in page
    assert Message.objects.filter(event="card.activated").exists()


def test_without_her_consent_the_number_is_forgotten_and_only_the_last_digits_stay(
    at_counter: Client, sold: Card, wanqing: Member
) -> None:
    activate(at_counter, sold)
    document = IdentityDocument.objects.get(member=wanqing)
    assert (document.number, document.number_index, document.last_digits) == ("", "", "002X")
    assert document.withdrawn_at
    assert document.checked_by
    assert not Consent.objects.filter(member=wanqing, purpose="identity").exists()


def test_with_her_consent_the_number_is_kept_sealed(at_counter: Client, sold: Card, wanqing: Member) -> None:
    activate(at_counter, sold, keeps_number="on")
    document = IdentityDocument.objects.get(member=wanqing)
    assert (document.number, document.withdrawn_at) == (ID_NUMBER, None)
    assert Consent.objects.get(member=wanqing, purpose="identity").via == "counter"


def test_a_document_given_at_purchase_must_be_the_one_shown(
    at_counter: Client, sold: Card, document: IdentityDocument
) -> None:
    Card.objects.filter(pk=sold.pk).update(expected_document_index=document.number_index)
    refused = activate(at_counter, sold, document_number=OTHER_ID_NUMBER)
    page = refused.content.decode()  # type: ignore[attr-defined]
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "not the document that was given at purchase" in page
    assert OTHER_ID_NUMBER not in page
    assert AuditRecord.objects.filter(action="counter.refuse", details__code="document_differs").count() == 1
    assert activate(at_counter, sold).status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize("proof", ["", "ING", "XXXX", "WAIT", "261123WAITING8"])
def test_what_is_no_receipt_of_this_card_is_refused(at_counter: Client, sold: Card, proof: str) -> None:
    refused = activate(at_counter, sold, proof=proof)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "not the receipt" in refused.content.decode()  # type: ignore[attr-defined]
    assert not Activation.objects.exists()


@pytest.mark.parametrize("proof", ["ING7", "ing7", "ＩＮＧ７", "261123WAITING7", "7kqm-2xpt-9rwb", ACTIVATION_CODE])
def test_the_receipt_the_order_or_the_scratched_code_prove_the_purchase(
    at_counter: Client, sold: Card, proof: str
) -> None:
    assert activate(at_counter, sold, proof=proof).status_code == 302  # type: ignore[attr-defined]


def test_guessing_receipts_ends_after_ten_tries(at_counter: Client, sold: Card) -> None:
    codes = [activate(at_counter, sold, proof=f"{n:04}").status_code for n in range(12)]  # type: ignore[attr-defined]
    assert codes == [422] * 10 + [409] * 2
    assert activate(at_counter, sold).status_code == 409  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "number", ["11010519491231002", "110105194912310021", "110105194902310026", "11010519491231002Y"]
)
def test_a_document_number_that_cannot_be_is_a_field_error_without_echo(
    at_counter: Client, sold: Card, number: str
) -> None:
    answer = activate(at_counter, sold, document_number=number)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert number not in answer.content.decode()  # type: ignore[attr-defined]


def test_without_the_agreement_nothing_happens(at_counter: Client, sold: Card) -> None:
    assert activate(at_counter, sold, agreed="").status_code == 422  # type: ignore[attr-defined]
    assert not Activation.objects.exists()


def test_a_card_that_this_store_sold_needs_no_receipt(at_counter: Client, sold: Card, store: Store) -> None:
    sold.order_line.order.store = store
    sold.order_line.order.save()
    assert 'name="proof"' not in at_counter.get(page_of(sold)).content.decode()
    activate(at_counter, sold, proof="")
    assert Activation.objects.get().proof == "sold here: 261123WAITING7"


def test_a_phone_nobody_proved_is_asked_for_its_code(at_counter: Client, sold: Card, wanqing: Member) -> None:
    Member.objects.filter(pk=wanqing.pk).update(phone_verified_at=None)
    asked = activate(at_counter, sold, proof="")
    assert asked["Location"] == f"{page_of(sold)}code/"  # type: ignore[index]
    assert not Activation.objects.exists()
    code = code_sent_to("+8613812340001")
    wrong = at_counter.post(asked["Location"], {"code": f"{(int(code) + 1) % 10**6:06}"})  # type: ignore[index]
    assert wrong.status_code == 422
    right = at_counter.post(asked["Location"], {"code": code})  # type: ignore[index]
    assert right["Location"] == f"/counter/cards/{sold.public_id}/activated/"
    wanqing.refresh_from_db()
    assert wanqing.phone_verified_at
    assert Activation.objects.get().proof == "code to the phone given at purchase"


def test_the_code_of_one_counter_is_worth_nothing_at_another(
    at_counter: Client, sold: Card, wanqing: Member, manager: User
) -> None:
    Member.objects.filter(pk=wanqing.pk).update(phone_verified_at=None)
    activate(at_counter, sold, proof="")
    code = code_sent_to("+8613812340001")
    other = Client()
    other.force_login(manager)
    assert other.post(f"{page_of(sold)}code/", {"code": code})["Location"] == page_of(sold)
    assert not Activation.objects.exists()


def test_a_gift_makes_its_recipient_the_holder_and_a_member(at_counter: Client, gift: Card, wanqing: Member) -> None:
    page = at_counter.get(page_of(gift)).content.decode()
    assert "A*** D***" in page
    assert "Dubois" not in page
    asked = activate(at_counter, gift, proof="")
    at_counter.post(asked["Location"], {"code": code_sent_to("+8613811112222")})  # type: ignore[index]
    gift.refresh_from_db()
    assert gift.holder is not None
    assert (gift.holder.name, gift.holder.phone, gift.purchaser) == ("Amélie Dubois", "+8613811112222", wanqing)


def test_a_card_whose_order_is_not_paid_stays_asleep(at_counter: Client, sold: Card) -> None:
    sold.order_line.order.state = "placed"
    sold.order_line.order.save()
    refused = activate(at_counter, sold)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "not been paid" in refused.content.decode()  # type: ignore[attr-defined]


def test_sending_it_twice_shows_the_same_yes(at_counter: Client, sold: Card) -> None:
    first, again = activate(at_counter, sold), activate(at_counter, sold)
    assert first["Location"] == again["Location"]  # type: ignore[index]
    assert Activation.objects.count() == 1


def test_a_card_activated_by_somebody_else_is_refused(at_counter: Client, card: Card) -> None:
    refused = at_counter.get(page_of(card))
    assert refused.status_code == 409
    assert "already been activated" in refused.content.decode()


def test_a_clerk_does_not_activate_his_own_card(at_counter: Client, sold: Card, wanqing: Member, clerk: User) -> None:
    Member.objects.filter(pk=wanqing.pk).update(user=clerk)
    assert activate(at_counter, sold).status_code == 409  # type: ignore[attr-defined]
    assert AuditRecord.objects.get(action="counter.refuse").details["code"] == "own_card"


def test_the_scanned_card_opens_its_form(at_counter: Client, sold: Card) -> None:
    scanned = at_counter.post("/counter/activate/", {"q": sold.number.number})
    assert scanned["Location"] == page_of(sold)
    assert at_counter.post("/counter/activate/", {"q": "8600000000000000"}).status_code == 409


def test_extra_fields_do_not_change_the_card(at_counter: Client, sold: Card) -> None:
    other = MemberFactory.create()
    with clock.stopped(NOON):
        activate(at_counter, sold, holder=str(other.pk), last_valid_on="2099-01-01", years="9", state="closed")
    sold.refresh_from_db()
    assert (sold.holder, str(sold.last_valid_on)) == (sold.purchaser, "2027-11-23")

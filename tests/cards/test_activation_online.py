"""Activation online (CARD-11): one answer for everything wrong, a code to the phone given at purchase, a card that lives."""

import datetime as dt
import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from cards.models import Activation, Card
from cards.policy import numbers
from cards.views import activating
from core import clock
from core.limits import Limit
from core.models import Message
from members.models import Acceptance, IdentityDocument, Member
from tests.cards.counter_cast import ID_NUMBER, NOON, OTHER_ID_NUMBER
from tests.cards.factories import ACTIVATION_CODE, CardFactory, LineFactory, OrderFactory
from tests.factories import MemberFactory

UNKNOWN_NUMBER = numbers.card_number("8600", 99_999)
TRUE = {
    "activation_code": ACTIVATION_CODE,
    "phone": "138 1234 0001",
    "document_kind": "resident_id",
    "document_number": ID_NUMBER,
}
CONFIRMED = {"agreed": "on", "joins": "on"}


def try_it(client: Client, card: Card, **changes: str) -> object:
    return client.post("/activate/", {"card_number": card.number.number} | TRUE | changes)


def code_sent() -> str:
    return str(json.loads(Message.objects.filter(event="core.one_time_code").latest("pk").context)["code"])


def confirm(client: Client, code: str, **more: str) -> object:
    return client.post("/activate/code/", {"code": code} | CONFIRMED | more)


@pytest.fixture
def expecting(sold: Card, document: IdentityDocument) -> Card:
    """Wanqing's waiting card, bought with her identity card."""
    sold.expected_document_index = document.number_index or ""
    sold.save()
    return sold


@pytest.fixture
def phone_at_rest(wanqing: Member) -> Client:
    """The browser of Wanqing before she has a log-in."""
    Member.objects.filter(pk=wanqing.pk).update(user=None)
    assert wanqing.user is not None
    wanqing.user.delete()
    return Client()


def test_who_was_known_from_a_counter_is_logged_in_and_her_card_lives(phone_at_rest: Client, expecting: Card) -> None:
    with clock.stopped(NOON):
        assert try_it(phone_at_rest, expecting)["Location"] == "/activate/code/"  # type: ignore[index]
        done = confirm(phone_at_rest, code_sent())
    assert done["Location"] == f"/activate/done/{expecting.public_id}/"  # type: ignore[index]
    expecting.refresh_from_db()
    assert (expecting.state, expecting.holder) == ("active", expecting.purchaser)
    assert expecting.holder is not None
    assert expecting.holder.user is not None
    kinds = set(Acceptance.objects.filter(member=expecting.holder).values_list("text__kind", flat=True))
    assert kinds == {"card-agreement", "terms", "privacy"}
    page = phone_at_rest.get(done["Location"]).content.decode()  # type: ignore[index]
    assert "Your card is active" in page
    assert "Lounge" in page
    assert "face-awakes" in page


def test_a_gift_makes_a_new_member(client: Client, wanqing: Member) -> None:
    order = OrderFactory.create(member=wanqing, is_gift=True, gift_name="Amélie Dubois", gift_phone="+8613811112222")
    friend = MemberFactory.build(phone="+8613811112222")
    card = CardFactory.create(order_line=LineFactory.create(order=order))
    Card.objects.filter(pk=card.pk).update(
        expected_phone_index=Member._meta.get_field("phone_index").digest_of(friend.phone)
    )
    try_it(client, card, phone="13811112222")
    confirm(client, code_sent())
    card.refresh_from_db()
    assert card.holder is not None
    assert (card.holder.name, card.holder.phone, card.holder.source) == ("Amélie Dubois", "+8613811112222", "web")


TYPED = r'name="(?:card_number|activation_code|phone)"'


def without_tokens(page: bytes) -> str:
    """The page without what differs between any two pages, and without what was typed."""
    text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"', "", page.decode())
    text = re.sub(rf'({TYPED} value=)"[^"]*"', r"\1", text)
    return re.sub(rf'value="[^"]*"( [^>]*{TYPED})', r"\1", text)


WRONG: list[dict[str, str]] = [
    {"activation_code": "AAAA-AAAA-AAAA"},
    {"activation_code": "short"},
    {"phone": "13812349999"},
    {"document_number": OTHER_ID_NUMBER},
    {"card_number": UNKNOWN_NUMBER},
    {"card_number": "1"},
    {"card_number": "８６００"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: "-".join(wrong))
def test_every_wrong_field_shows_the_very_same_page(client: Client, expecting: Card, wrong: dict[str, str]) -> None:
    first = try_it(client, expecting, activation_code="BBBB-BBBB-BBBB")
    other = try_it(Client(), expecting, **wrong)
    assert (first.status_code, other.status_code) == (422, 422)  # type: ignore[attr-defined]
    assert without_tokens(first.content) == without_tokens(other.content)  # type: ignore[attr-defined]
    assert not Message.objects.filter(event="core.one_time_code").exists()


@pytest.mark.parametrize("number", ["known", "unknown"])
def test_the_lock_says_until_when_and_is_the_same_for_a_number_that_does_not_exist(
    client: Client, expecting: Card, number: str
) -> None:
    typed = {"card_number": expecting.number.number if number == "known" else UNKNOWN_NUMBER}
    with clock.stopped(NOON):
        for _ in range(5):
            try_it(client, expecting, activation_code="AAAA-AAAA-AAAA", **typed)
        locked = try_it(client, expecting, **typed)
    assert locked.status_code == 429  # type: ignore[attr-defined]
    page = locked.content.decode()  # type: ignore[attr-defined]
    assert "Locked for your safety" in page
    assert "13:00" in page


def test_the_code_counts_in_the_browser_that_asked_for_it(client: Client, expecting: Card) -> None:
    try_it(client, expecting)
    stranger = Client()
    assert confirm(stranger, code_sent())["Location"] == "/activate/"  # type: ignore[index]
    assert not Activation.objects.exists()


def test_a_code_of_another_journey_is_refused(client: Client, expecting: Card) -> None:
    with clock.stopped(NOON):
        try_it(client, expecting)
        first = code_sent()
    other = Client()
    with clock.stopped(NOON + dt.timedelta(minutes=2)):
        try_it(other, expecting)
        assert confirm(other, first).status_code == 422  # type: ignore[attr-defined]
    assert not Activation.objects.exists()


def test_a_code_is_used_once(client: Client, expecting: Card) -> None:
    try_it(client, expecting)
    code = code_sent()
    confirm(client, code)
    replayed = confirm(client, code)
    assert replayed["Location"] == "/activate/"  # type: ignore[index]
    assert Activation.objects.count() == 1


def test_without_the_agreement_the_code_is_not_spent(client: Client, expecting: Card) -> None:
    try_it(client, expecting)
    assert confirm(client, code_sent(), agreed="").status_code == 422  # type: ignore[attr-defined]
    assert confirm(client, code_sent()).status_code == 302  # type: ignore[attr-defined]


def test_after_half_an_hour_one_begins_again(client: Client, expecting: Card) -> None:
    with clock.stopped(NOON):
        try_it(client, expecting)
    with clock.stopped(NOON + dt.timedelta(minutes=31)):
        assert client.get("/activate/code/")["Location"] == "/activate/"
        assert "begin again" in client.get("/activate/").content.decode()


def test_somebody_logged_in_with_another_phone_is_stopped_before_a_code_is_sent(
    client: Client, expecting: Card, stranger: Member
) -> None:
    assert stranger.user is not None
    client.force_login(stranger.user)
    answer = try_it(client, expecting)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "another phone number" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Message.objects.filter(event="core.one_time_code").exists()


def test_the_member_herself_stays_logged_in(her_phone: Client, expecting: Card) -> None:
    try_it(her_phone, expecting)
    assert confirm(her_phone, code_sent(), joins="")["Location"] == f"/activate/done/{expecting.public_id}/"  # type: ignore[index]


def test_the_buyer_finds_number_and_code_filled_in_and_nobody_else_does(
    her_phone: Client, client: Client, sold: Card, stranger: Member
) -> None:
    address = f"/activate/?card={sold.public_id}"
    page = her_phone.get(address).content.decode()
    assert numbers.display_activation_code(ACTIVATION_CODE) in page
    assert numbers.display_number(sold.number.number) in page
    assert stranger.user is not None
    client.force_login(stranger.user)
    for other in (client, Client()):
        assert ACTIVATION_CODE[:4] not in other.get(address).content.decode()
    assert her_phone.get("/activate/?card=nonsense").status_code == 200


def test_one_address_cannot_try_for_ever(client: Client, expecting: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activating, "PER_ORIGIN", Limit("test-origin", 3, 3600))
    answers = [try_it(client, expecting, card_number=numbers.card_number("8600", n)).status_code for n in range(5)]  # type: ignore[attr-defined]
    assert answers == [422, 422, 422, 429, 429]


@pytest.mark.parametrize("number", ["110105194912310021", "not a number", "11010519491231002Y"])
def test_a_document_number_that_cannot_be_is_told_at_its_field_without_echo(
    client: Client, expecting: Card, number: str
) -> None:
    answer = try_it(client, expecting, document_number=number)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert number not in page
    assert "id_document_number_error" in page or "invalid-feedback" in page


def test_extra_fields_are_ignored(client: Client, expecting: Card) -> None:
    try_it(client, expecting, holder="1", state="active", last_valid_on="2099-01-01", tier="platinum")
    with clock.stopped(clock.now()):
        confirm(client, code_sent(), years="9", last_valid_on="2099-01-01", holder="1")
    expecting.refresh_from_db()
    assert expecting.last_valid_on is not None
    assert expecting.last_valid_on.year == clock.today().year + 1


def test_the_document_number_waits_sealed_and_is_gone_afterwards(client: Client, expecting: Card) -> None:
    try_it(client, expecting)
    stored = "".join(Session.objects.values_list("session_data", flat=True))
    assert ID_NUMBER not in stored
    confirm(client, code_sent())
    assert activating.JOURNEY not in client.session


def test_the_done_page_belongs_to_the_holder(her_phone: Client, client: Client, card: Card, stranger: Member) -> None:
    address = f"/activate/done/{card.public_id}/"
    assert stranger.user is not None
    client.force_login(stranger.user)
    assert client.get(address).status_code == 404
    assert her_phone.get(address).status_code == 404  # a card that was never activated here

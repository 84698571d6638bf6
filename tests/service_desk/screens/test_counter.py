"""A question or a complaint at the counter: one short form, by keys, with or without a card in hand."""

import pytest
from django.test import Client

from cards.models import Card
from core.models import AuditRecord, Store, User
from members.models import Member
from service_desk.models import Case
from tests.service_desk.screens.cast import logged_in, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
SAID = {"kind": "complaint", "text": "The lounge was locked."}


def test_the_panel_offers_the_verb_with_its_key(at_counter: Client, card: Card) -> None:
    page = shown(at_counter.get(f"/counter/cards/{card.public_id}/"))
    assert f'href="/counter/cards/{card.public_id}/contact/" data-key="c"' in page


def test_a_complaint_is_written_down_and_service_takes_it_over(
    at_counter: Client, card: Card, wanqing: Member, store: Store, clerk: User
) -> None:
    answer = at_counter.post(f"/counter/cards/{card.public_id}/contact/", {**SAID, "key": "a" * 32}, follow=True)
    case = Case.objects.get()
    assert (case.member, case.card, case.store, case.channel) == (wanqing, card, store, "counter")
    assert (case.opened_by, case.owner, case.state) == (clerk, None, "new")
    assert case.number in shown(answer)
    assert "Service solves it by" in shown(answer)
    assert f"/counter/cards/{card.public_id}/" in shown(answer)


def test_what_is_settled_on_the_spot_is_closed_at_once(at_counter: Client, card: Card) -> None:
    said = {"kind": "enquiry", "text": "When is breakfast?", "answer": "From seven."}
    answer = at_counter.post(f"/counter/cards/{card.public_id}/contact/", said, follow=True)
    case = Case.objects.get()
    assert (case.state, case.resolution) == ("closed", "From seven.")
    assert "Settled" in shown(answer)


def test_a_hard_case_is_not_closed_at_the_counter_and_nothing_typed_is_lost(at_counter: Client, card: Card) -> None:
    said = {"kind": "complaint", "text": "I want a refund and compensation.", "answer": "Gave her a coffee."}
    answer = at_counter.post(f"/counter/cards/{card.public_id}/contact/", said)
    assert answer.status_code == 422
    assert "Only a simple case can be closed at once." in shown(answer)
    assert "Gave her a coffee." in shown(answer)
    assert not Case.objects.exists()


def test_a_stranger_without_a_card_leaves_a_name_and_a_number(at_counter: Client) -> None:
    at_counter.post("/counter/contact/", {**SAID, "name": "Zhou Min", "phone": "021 5888 1234"})
    case = Case.objects.get()
    assert (case.member, case.contact_name, case.contact_phone) == (None, "Zhou Min", "+862158881234")


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"email": "nobody"}, {"text": " "}, {"kind": "bribe"}])
def test_what_is_wrong_is_said_beside_its_field(at_counter: Client, wrong: dict[str, str]) -> None:
    answer = at_counter.post("/counter/contact/", {**SAID, "name": "Zhou Min", **wrong})
    assert answer.status_code == 422
    assert "Zhou Min" in shown(answer)
    assert not Case.objects.exists()


def test_the_same_form_twice_is_one_case(at_counter: Client) -> None:
    for _ in range(2):
        at_counter.post("/counter/contact/", {**SAID, "key": "b" * 32})
    assert Case.objects.count() == 1


def test_a_clerks_own_complaint_is_a_colleagues(at_counter: Client, card: Card, wanqing: Member, clerk: User) -> None:
    wanqing.user = clerk
    wanqing.save(update_fields=["user"])
    answer = at_counter.post(f"/counter/cards/{card.public_id}/contact/", SAID)
    assert answer.status_code == 409
    assert "A colleague handles it" in shown(answer)
    assert AuditRecord.objects.filter(action="counter.refuse", details__what="open_case").exists()


def test_another_stores_contact_is_the_same_404_as_none(at_counter: Client, card: Card, other_clerk: User) -> None:
    at_counter.post(f"/counter/cards/{card.public_id}/contact/", SAID)
    elsewhere = logged_in(other_clerk)
    assert elsewhere.get(f"/counter/contact/{Case.objects.get().number}/").status_code == 404
    assert elsewhere.get("/counter/contact/C000000-ZZZZZZ/").status_code == 404

"""Writing to us without an account: the form, its limits, and that it tells nobody whom we know."""

import re

import pytest
from django.test import Client

from core.models import Message
from members.models import Member
from service_desk.models import Case
from service_desk.views import contact
from tests.service_desk.screens.cast import ENGLISH, WORDS, shown

pytestmark = pytest.mark.django_db
TOKENS = re.compile(r'"csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"')
PERSON = {**WORDS, "name": "Zhou Min", "address": "139 1234 5678"}


@pytest.fixture
def visitor() -> Client:
    return Client(headers=ENGLISH)


def test_a_visitor_writes_and_is_told_the_number_and_where_the_answer_goes(visitor: Client) -> None:
    answer = visitor.post("/service/", {**PERSON, "key": "a" * 32}, follow=True)
    case = Case.objects.get()
    assert (case.member, case.contact_phone, case.contact_name) == (None, "+8613912345678", "Zhou Min")
    assert case.number in shown(answer)
    assert "5678" in shown(answer)
    assert "13912345678" not in shown(answer)


def test_receipt_is_acknowledged_to_the_address_alone(visitor: Client) -> None:
    visitor.post("/service/", {**PERSON, "address": "zhou.min@example.com"})
    sent = Message.objects.get(event="case.received")
    assert (sent.channel, sent.address, sent.recipient) == ("email", "zhou.min@example.com", None)


def test_the_same_form_twice_is_one_case(visitor: Client) -> None:
    for _ in range(2):
        visitor.post("/service/", {**PERSON, "key": "b" * 32})
    assert Case.objects.count() == 1


def test_an_address_we_know_gets_the_same_answer_as_one_we_do_not(visitor: Client, wanqing: Member) -> None:
    known = visitor.post("/service/", {**PERSON, "address": wanqing.phone}, follow=True)
    unknown = visitor.post("/service/", {**PERSON, "address": f"+86139{wanqing.phone[-8:]}"}, follow=True)
    numbers = [case.number for case in Case.objects.order_by("pk")]
    pages = [
        TOKENS.sub("", shown(page)).replace(number, "") for page, number in zip((known, unknown), numbers, strict=True)
    ]
    assert pages[0] == pages[1]
    assert Case.objects.order_by("pk")[0].member is None


@pytest.mark.parametrize(
    "wrong", [{"address": "13"}, {"address": ""}, {"name": ""}, {"text": ""}, {"subject": ""}, {"kind": "bribe"}]
)
def test_what_is_missing_is_said_and_what_was_typed_stays(visitor: Client, wrong: dict[str, str]) -> None:
    answer = visitor.post("/service/", {**PERSON, **wrong})
    assert answer.status_code == 422
    assert not Case.objects.exists()
    assert ("Zhou Min" in shown(answer)) == ("name" not in wrong)


def test_nobody_is_flooded_with_receipts(visitor: Client) -> None:
    answers = [visitor.post("/service/", {**PERSON, "key": f"{number:032}"}).status_code for number in range(5)]
    assert answers == [302, 302, 302, 422, 422]
    assert Case.objects.count() == contact.PER_ADDRESS[0].times


def test_whoever_writes_to_many_addresses_is_stopped_by_where_she_comes_from(visitor: Client) -> None:
    most = contact.PER_ORIGIN[0].times
    for number in range(most + 1):
        answer = visitor.post("/service/", {**PERSON, "address": f"1391234{number:04}", "key": f"{number:032}"})
    assert answer.status_code == 422
    assert Case.objects.count() == most


def test_a_member_is_sent_to_her_own_form(her_portal: Client) -> None:
    assert her_portal.get("/service/")["Location"] == "/me/service/new/"


def test_without_having_written_there_is_nothing_received(visitor: Client) -> None:
    assert visitor.get("/service/received/")["Location"] == "/service/"

"""The demo's outbox answers (SVC-01): a visitor sees an e-mail thread without a mailbox; outside the demo there is nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.messaging import dispatch
from core.models import Message, User
from members.models import Member
from service_desk.models import Case
from service_desk.operations import letters, threads
from tests.service_desk.channels.letters import HERS, arrives

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True
    settings.SERVICE_ADDRESS = "service@tessera.example"


def receipt() -> Message:
    dispatch.run("email")
    return Message.objects.filter(event=letters.RECEIVED, channel="email").latest("pk")


def test_a_thread_goes_back_and_forth_by_the_outbox(client: Client, wanqing: Member, service_agent: User) -> None:
    arrives()
    page = client.get("/outbox/").content.decode()
    assert "Answer this e-mail" not in page  # it is not sent yet
    letter = receipt()
    address = f"/outbox/{letter.pk}/answer/"
    assert address in client.get("/outbox/").content.decode()
    assert HERS in client.get(address).content.decode()
    answer = client.post(address, {"text": "It is about Sunday."}, follow=True)
    case = Case.objects.get()
    assert case.number in answer.content.decode()
    threads.reply(case, body="On Sunday it opens at nine.", by=service_agent)
    dispatch.run("email")
    reply = Message.objects.get(event=letters.REPLIED, channel="email")
    file = SimpleUploadedFile("receipt.txt", b"breakfast 38")
    client.post(f"/outbox/{reply.pk}/answer/", {"text": "Thank you!", "file": file})
    entries = list(case.entries.order_by("id"))
    assert [one.direction for one in entries] == ["in", "in", "out", "in"]
    assert entries[-1].body == "Thank you!\n\n[…]"
    assert entries[-1].in_reply_to == entries[-2].message_id
    assert entries[-1].attachments.get().name == "receipt.txt"


def test_anybody_can_write_a_mail_of_his_own(client: Client, db: None) -> None:
    assert "/outbox/write/" in client.get("/outbox/").content.decode()
    given = {"sender": "ann@example.net", "name": "Ann \n X", "subject": "A question", "text": "Do you deliver?"}
    assert client.post("/outbox/write/", given).status_code == 302
    case = Case.objects.get()
    assert (case.contact_email, case.contact_name, case.subject) == ("ann@example.net", "Ann X", "A question")


def test_a_form_that_says_too_little_is_shown_again(client: Client, db: None) -> None:
    assert client.post("/outbox/write/", {"sender": "nobody"}).status_code == 422
    assert not Case.objects.exists()


def test_only_what_can_be_answered_is_answered(client: Client, wanqing: Member) -> None:
    arrives()
    receipt()
    inbox = Message.objects.filter(event=letters.RECEIVED, channel="inbox").latest("pk")
    assert client.get(f"/outbox/{inbox.pk}/answer/").status_code == 404
    assert client.get("/outbox/999999/answer/").status_code == 404


def test_there_is_nothing_outside_the_demo(client: Client, wanqing: Member, settings) -> None:
    arrives()
    letter = receipt_of(settings)
    for address in (f"/outbox/{letter.pk}/answer/", "/outbox/write/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "x"}).status_code == 404


def receipt_of(settings) -> Message:
    found = receipt()
    settings.DEMO = False
    return found

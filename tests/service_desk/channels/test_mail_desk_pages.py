"""E-mails received in the back office (SVC-01): what became of each, and those that wait for a word."""

import pytest
from django.test import Client
from django.urls import reverse

from core import worklists
from core.models import User
from members.models import Member
from service_desk.channels.models import InboundMail
from service_desk.models import Case
from tests.service_desk.channels.letters import HERS, arrives

pytestmark = pytest.mark.django_db
SURE = {"csrfmiddlewaretoken": "as a browser sends it"}
LIST = reverse("admin:service_desk_inboundmail_changelist")


@pytest.fixture
def aside(wanqing: Member) -> InboundMail:
    return arrives(text="Please cancel my card", subject="Urgent", Auto_Submitted="auto-generated").mail


@pytest.fixture
def agent(client: Client, service_agent: User) -> Client:
    client.force_login(service_agent)
    return client


def page(browser: Client, mail: InboundMail) -> str:
    return browser.get(reverse("admin:service_desk_inboundmail_change", args=[mail.pk])).content.decode()


def test_a_mail_set_aside_waits_on_the_worklist_and_becomes_a_case(
    agent: Client, service_agent: User, aside: InboundMail
) -> None:
    waiting = {one.worklist.code: one.count for one in worklists.waiting_for(service_agent)}
    assert waiting["mails.aside"] == 1
    assert f"/{aside.pk}/change/" in agent.get(LIST, {"aside": "open"}).content.decode()
    told = page(agent, aside)
    assert "Please cancel my card" in told
    assert HERS not in told
    decide = reverse("admin:service_desk_inboundmail_decide", args=[aside.pk, "case"])
    assert agent.get(decide).status_code == 200
    assert agent.post(decide, SURE).status_code == 302
    case = Case.objects.get()
    assert case.number in page(agent, aside)
    assert agent.post(decide, SURE).status_code == 422  # once


def test_one_that_needs_nothing_leaves_the_worklist(agent: Client, aside: InboundMail) -> None:
    agent.post(reverse("admin:service_desk_inboundmail_decide", args=[aside.pk, "dismiss"]), SURE)
    assert f"/{aside.pk}/change/" not in agent.get(LIST, {"aside": "open"}).content.decode()
    assert not Case.objects.exists()


def test_a_mail_is_found_by_address_and_by_case(agent: Client, wanqing: Member) -> None:
    mail = arrives().mail
    assert mail.case is not None
    for term in (HERS, HERS.upper(), mail.message_id, mail.case.number):
        assert f"/{mail.pk}/change/" in agent.get(LIST, {"q": term}).content.decode(), term
    assert f"/{mail.pk}/change/" not in agent.get(LIST, {"q": "nobody@example.com"}).content.decode()


def test_an_auditor_sees_that_it_arrived_and_not_what_it_says(
    client: Client, auditor: User, aside: InboundMail
) -> None:
    client.force_login(auditor)
    told = page(client, aside)
    assert "Please cancel my card" not in told
    assert client.post(reverse("admin:service_desk_inboundmail_decide", args=[aside.pk, "case"])).status_code == 403


def test_a_clerk_sees_nothing_of_it(client: Client, clerk: User, aside: InboundMail) -> None:
    client.force_login(clerk)
    assert client.get(LIST).status_code == 403

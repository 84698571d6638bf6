"""Service changes how a member is reached: proved by a code, told to the old address, on record, never shown in clear."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from core import clock
from core.models import AuditRecord, Message, User
from core.refusals import Refusal
from members.models import Member
from members.operations import contact
from members.operations.codes import Address
from members.queries import spending
from tests.members.entrance_helpers import code_sent, user_of, wrong

pytestmark = pytest.mark.django_db
NEW = Address("sms", "+8613912345678")
REASON = {"reason": "She lost her phone; identity checked on the telephone"}


@pytest.fixture
def agent(service_agent: User) -> Client:
    cache.clear()
    client = Client(headers={"accept-language": "en"})
    client.force_login(service_agent)
    return client


def page(member: Member) -> str:
    return f"/admin/members/member/{member.pk}/contact/"


def post(client: Client, member: Member, step: str, **given: str):
    return client.post(page(member), {"step": step, **{f"{step}-{name}": value for name, value in given.items()}})


def ask_for_new_phone(agent: Client, member: Member) -> None:
    assert post(agent, member, "phone", address="139 1234 5678", **REASON).status_code == 302


def test_a_new_phone_is_proved_told_to_the_old_one_and_holds_spending(
    agent: Client, wanqing: Member, service_agent: User
) -> None:
    old = wanqing.phone
    ask_for_new_phone(agent, wanqing)
    assert Member.objects.get(pk=wanqing.pk).phone == old
    assert post(agent, wanqing, "code", code=code_sent()).status_code == 302
    member = Member.objects.get(pk=wanqing.pk)
    assert (member.phone, user_of(member).phone) == (NEW.value, NEW.value)
    until = spending.rests_until(member)
    assert until is not None
    assert until - clock.now() > dt.timedelta(hours=71, minutes=59)
    assert Message.objects.get(event="core.phone_changed", channel="sms").address == old
    record = AuditRecord.objects.get(action="members.member.change_phone")
    assert (record.actor, record.member_id, record.reason) == (service_agent, member.pk, REASON["reason"])
    service_agent.refresh_from_db()
    assert service_agent.phone != NEW.value


def test_a_wrong_code_changes_nothing(agent: Client, wanqing: Member) -> None:
    ask_for_new_phone(agent, wanqing)
    answer = post(agent, wanqing, "code", code=wrong(code_sent()))
    assert answer.status_code == 422
    assert "That is not the code" in answer.content.decode()
    assert Member.objects.get(pk=wanqing.pk).phone == wanqing.phone


def test_a_code_asked_for_one_member_changes_no_other(agent: Client, wanqing: Member, stranger: Member) -> None:
    ask_for_new_phone(agent, wanqing)
    assert post(agent, stranger, "code", code=code_sent()).status_code == 302
    assert Member.objects.get(pk=stranger.pk).phone == stranger.phone


def test_an_address_of_somebody_else_is_refused_only_after_its_code(
    agent: Client, wanqing: Member, stranger: Member
) -> None:
    assert stranger.phone
    assert post(agent, wanqing, "phone", address=stranger.phone, **REASON).status_code == 302
    answer = post(agent, wanqing, "code", code=code_sent())
    assert answer.status_code == 422
    assert "already belongs to another account" in answer.content.decode()


def test_a_member_without_a_log_in_gets_a_new_number_too(agent: Client, counter_customer: Member) -> None:
    ask_for_new_phone(agent, counter_customer)
    assert post(agent, counter_customer, "code", code=code_sent()).status_code == 302
    member = Member.objects.get(pk=counter_customer.pk)
    assert (member.phone, member.user, bool(member.phone_verified_at)) == (NEW.value, None, True)


def test_name_and_language_are_changed_with_a_reason(agent: Client, wanqing: Member) -> None:
    assert post(agent, wanqing, "details", name="林晚清", language="zh-hant", **REASON).status_code == 302
    member = Member.objects.get(pk=wanqing.pk)
    assert (member.name, member.language, user_of(member).language) == ("林晚清", "zh-hant", "zh-hant")
    record = AuditRecord.objects.get(action="members.member.update")
    assert record.details == {"fields": ["language", "name"]}
    assert record.reason == REASON["reason"]


def test_an_empty_name_stays_as_it_is(agent: Client, wanqing: Member) -> None:
    assert post(agent, wanqing, "details", name="", language="en", **REASON).status_code == 302
    assert Member.objects.get(pk=wanqing.pk).name == wanqing.name


@pytest.mark.parametrize(("step", "given"), [("details", {"language": "en"}), ("phone", {"address": "13912345678"})])
def test_without_a_reason_nothing_happens(agent: Client, wanqing: Member, step: str, given: dict[str, str]) -> None:
    assert post(agent, wanqing, step, **given).status_code == 422
    assert not Message.objects.filter(event="core.one_time_code").exists()


def test_the_page_shows_nothing_in_clear(agent: Client, wanqing: Member) -> None:
    ask = agent.get(page(wanqing)).content.decode()
    ask_for_new_phone(agent, wanqing)
    wait = agent.get(page(wanqing)).content.decode()
    for secret in (wanqing.name, "13812340001", str(wanqing.email), "13912345678"):
        assert secret not in ask
        assert secret not in wait
    assert "138****0001" in ask
    assert "139****5678" in wait


def test_the_session_keeps_no_address_in_plain_text(agent: Client, wanqing: Member) -> None:
    ask_for_new_phone(agent, wanqing)
    assert "13912345678" not in str(dict(agent.session))


def test_who_may_only_look_cannot_change(client: Client, auditor: User, wanqing: Member) -> None:
    client.force_login(auditor)
    assert client.get(page(wanqing)).status_code == 403
    assert "/contact/" not in client.get(f"/admin/members/member/{wanqing.pk}/").content.decode()
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "not_permitted"):
        contact.ask(wanqing, to=NEW, by=auditor, reason="x")


def test_a_colleagues_log_in_is_not_changed_here(agent: Client, wanqing: Member) -> None:
    User.objects.filter(pk=user_of(wanqing).pk).update(is_staff=True)
    answer = post(agent, wanqing, "email", address="taken.over@example.com", **REASON)
    assert answer.status_code == 422
    assert not Message.objects.filter(event="core.one_time_code").exists()


def test_a_change_can_be_given_up(agent: Client, wanqing: Member) -> None:
    ask_for_new_phone(agent, wanqing)
    assert agent.post(page(wanqing), {"step": "give-up"}).status_code == 302
    assert "phone-address" in agent.get(page(wanqing)).content.decode()

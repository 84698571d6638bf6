"""The hotline: the caller looked up by whatever she says, her panel, the case in one form."""

import json

import pytest
from django.test import Client

from cards.models import Card
from core.limits import Limit
from core.models import AuditRecord, User
from members.models import Household, Member
from service_desk.models import Case
from service_desk.operations import cases, opening
from tests import factories
from tests.service_desk.screens.cast import asked, logged_in, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories")]
CALL = "/admin/service_desk/case/call/"
SAID = {"step": "open", "kind": "enquiry", "text": "When is breakfast served?"}


def look_up(browser: Client, who: str, **more: str):
    return browser.post(CALL, {"step": "look_up", "who": who, **more})


@pytest.mark.parametrize("who", ["+86 138 1234 0001", "13812340001", "wanqing.lin@example.com", "1000000008", "card"])
def test_a_caller_is_found_by_what_she_says(agent: Client, wanqing: Member, card: Card, who: str) -> None:
    page = shown(look_up(agent, card.number.number if who == "card" else who))
    assert wanqing.number in page
    assert "New case" in page
    assert wanqing.name not in page


def test_looking_up_is_on_record_before_anything_is_shown(agent: Client, wanqing: Member, service_agent: User) -> None:
    look_up(agent, wanqing.phone)
    record = AuditRecord.objects.get(action="service_desk.caller.look_up")
    assert (record.actor, record.member_id) == (service_agent, wanqing.pk)


def test_her_open_cases_stand_beside_the_form(agent: Client, wanqing: Member, complaint: Case) -> None:
    assert complaint.number in shown(look_up(agent, wanqing.phone))


def test_a_case_is_recorded_and_is_the_agents(agent: Client, wanqing: Member, card: Card, service_agent: User) -> None:
    answer = agent.post(CALL, {**SAID, "member": wanqing.pk, "about": f"card-{card.pk}", "severity": "high"})
    case = Case.objects.get()
    assert answer["Location"] == f"/admin/service_desk/case/{case.pk}/change/"
    assert (case.channel, case.member, case.card, case.owner) == ("hotline", wanqing, card, service_agent)
    assert (case.severity, case.state) == ("high", "open")
    assert case.responded_at is not None


def test_what_is_settled_on_the_telephone_is_closed_at_once(agent: Client, wanqing: Member) -> None:
    agent.post(CALL, {**SAID, "member": wanqing.pk, "answer": "From seven to eleven."})
    assert (Case.objects.get().state, Case.objects.get().resolution) == ("closed", "From seven to eleven.")


def test_the_same_form_twice_is_one_case(agent: Client, wanqing: Member) -> None:
    for _ in range(2):
        agent.post(CALL, {**SAID, "member": wanqing.pk, "key": "k" * 32})
    assert Case.objects.count() == 1


def test_a_number_nobody_knows_is_written_down_with_a_name(agent: Client) -> None:
    before = asked(None, contact=cases.Contact("Zhou Min", "+8613912345678"))
    page = shown(look_up(agent, "139 1234 5678"))
    assert "No member is known by this" in page
    assert before.number in page
    assert 'value="+8613912345678"' in page
    agent.post(CALL, {**SAID, "name": "Zhou Min", "phone": "139 1234 5678"})
    fresh = Case.objects.latest("pk")
    assert (fresh.member, fresh.contact_name, fresh.contact_phone) == (None, "Zhou Min", "+8613912345678")


@pytest.mark.parametrize("wrong", [{"text": " "}, {"kind": "bribe"}, {"category": "nope"}, {"about": "card-1"}])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(agent: Client, wanqing: Member, wrong: dict[str, str]) -> None:
    answer = agent.post(CALL, {**SAID, "member": wanqing.pk, "subject": "Breakfast hours", **wrong})
    assert answer.status_code == 422
    assert "Breakfast hours" in shown(answer)
    assert not Case.objects.exists()


def test_a_hard_matter_is_not_closed_at_once(agent: Client, wanqing: Member) -> None:
    said = {"kind": "complaint", "text": "I want a refund.", "answer": "Promised it."}
    answer = agent.post(CALL, {**SAID, **said, "member": wanqing.pk})
    assert answer.status_code == 422
    assert "Only a simple case can be closed at once." in shown(answer)
    assert "Promised it." in shown(answer)


def test_the_rule_suggests_while_the_words_are_typed(agent: Client) -> None:
    answer = agent.post(f"{CALL}suggest/", {"kind": "complaint", "text": "我的个人信息被泄露了"})
    told = json.loads(answer.content)
    assert told["category"] == "privacy"
    assert told["severity"] == "high"
    assert not Case.objects.exists()


def test_nobody_looks_up_his_own_household(wanqing: Member, household: Household) -> None:
    colleague = factories.StaffFactory.create(roles={"member_service": None})
    factories.MemberFactory.create(household=household, user=colleague)
    browser = logged_in(colleague)
    assert look_up(browser, wanqing.phone).status_code == 403
    assert browser.post(CALL, {**SAID, "member": wanqing.pk}).status_code == 403
    assert not Case.objects.exists()


def test_unusually_many_callers_are_noticed_and_then_refused(agent: Client, wanqing: Member, monkeypatch) -> None:
    monkeypatch.setattr(opening, "UNUSUAL", Limit("caller-search-unusual", 1, 3600))
    monkeypatch.setattr(opening, "MOST", Limit("caller-search", 2, 3600))
    answers = [look_up(agent, wanqing.phone).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert AuditRecord.objects.filter(action="core.alert.caller_search_often").count() == 1


def test_only_who_handles_cases_takes_calls(auditor: User, clerk: User, wanqing: Member) -> None:
    for user in (auditor, clerk):
        assert look_up(logged_in(user), wanqing.phone).status_code == 403
    assert not AuditRecord.objects.filter(action="service_desk.caller.look_up").exists()

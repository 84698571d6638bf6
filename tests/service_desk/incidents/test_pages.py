"""The pages of emergencies: declaring, the room, telling, plans, reviews, figures (SVC-16)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import User
from members.models import Member
from service_desk.incidents.models import EmergencyPlan, Incident, IncidentTelling
from service_desk.incidents.operations import announcing, leading
from service_desk.incidents.policy.states import State
from tests import factories
from tests.service_desk import desk
from tests.service_desk.incidents import crisis

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"admin:service_desk_{name}", args=args)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = as_(user).get(at(name, *args), query, headers={"accept-language": "en"})
    assert answer.status_code == status
    return str(answer.content.decode())


def typed(**more: Any) -> dict[str, Any]:
    moment = (clock.now() - dt.timedelta(minutes=5)).astimezone(clock.zone())
    usual = {
        "what": "No card can be read", "kind": crisis.kind().pk, "severity": 2, "detail": "", "key": "typed",
        "since_at": moment.strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return usual | more


def test_a_clerk_reports_from_any_page_with_one_short_form() -> None:
    clerk, lead = crisis.clerk(), crisis.lead()
    assert at("incident_add") in page(clerk, "incident_changelist")
    assert "Report it now" in page(clerk, "incident_add")
    answer = as_(clerk).post(at("incident_add"), typed())
    row = Incident.objects.get()
    assert answer["Location"] == at("incident_change", row.pk)
    assert as_(clerk).post(at("incident_add"), typed())["Location"] == answer["Location"]
    assert "I have seen it and see to it" in page(lead, "incident_change", row.pk)
    assert "I have seen it and see to it" not in page(clerk, "incident_change", row.pk)
    page(crisis.clerk(), "incident_change", row.pk, status=404)


@pytest.mark.parametrize("wrong", [{"what": "  "}, {"severity": 9}, {"since_at": "2099-01-01T00:00"}, {"kind": ""}])
def test_a_report_that_cannot_be_kept_says_why(wrong: dict[str, Any]) -> None:
    answer = as_(crisis.clerk()).post(at("incident_add"), typed(**wrong), headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert Incident.objects.count() == 0


def test_the_room_from_the_call_to_its_end() -> None:
    lead = crisis.lead()
    crisis.in_force(chain=crisis.chain_of([lead]))
    row = crisis.declared(severity=2)
    client = as_(lead)
    step = row.steps.first()
    for verb, said in (
        ("acknowledge", {}),
        ("take-over", {}),
        ("tick", {"step": step.pk if step else 0}),
        ("note", {"kind": "call", "text": "The supplier works on it.", "at": ""}),
        ("severity", {"severity": 3, "reason": "One store alone."}),
        ("answer", {"answer_en": "We know of it."}),
        ("contain", {"text": "Paper forms."}),
        ("resolve", {"text": "It works."}),
    ):
        answer = client.post(at("incident_act", row.pk, verb), said)
        assert answer.status_code == 302, (verb, answer.status_code)
    shown = page(lead, "incident_change", row.pk)
    for words in ("The supplier works on it.", "Severity 2 → 3", "One store alone.", "It is resolved", "Paper forms."):
        assert words in shown
    assert "data-live" in page(lead, "incident_live", row.pk)
    refused = client.post(at("incident_act", row.pk, "close"), {"text": "Done."}, headers={"accept-language": "en"})
    assert refused.status_code == 422
    assert "An incident this grave" in refused.content.decode()
    assert "Done." in refused.content.decode()


def test_what_is_typed_wrong_in_the_room_comes_back() -> None:
    lead, row = crisis.lead(), crisis.declared()
    answer = as_(lead).post(
        at("incident_act", row.pk, "note"), {"kind": "note", "text": "Soon", "at": "2099-01-01T00:00"}
    )
    assert answer.status_code == 422
    assert "Soon" in answer.content.decode()
    assert as_(lead).post(at("incident_act", row.pk, "nothing")).status_code == 404
    assert as_(crisis.clerk()).post(at("incident_act", row.pk, "note")).status_code == 404


def test_members_are_counted_previewed_and_told(wanqing: Member) -> None:
    lead, row = crisis.lead(), crisis.declared()
    client = as_(lead)
    said = {"rule": "listed", "listed": wanqing.number, "key": "k", "title_en": "Sorry", "body_en": "It is mended."}
    counted = client.post(at("incident_count", row.pk), said, headers={"accept-language": "en"}).content.decode()
    assert "This concerns 1 member." in counted
    looked = client.post(at("incident_tell", row.pk), said, headers={"accept-language": "en"})
    assert looked.status_code == 200
    assert "So it reads" in looked.content.decode()
    assert IncidentTelling.objects.count() == 0
    wrong = client.post(
        at("incident_tell", row.pk), said | {"listed": "12", "send": "1"}, headers={"accept-language": "en"}
    )
    assert wrong.status_code == 422
    assert "Line 1: neither a member number nor a card number" in wrong.content.decode()
    half = client.post(at("incident_tell", row.pk), said | {"body_en": "", "send": "1"})
    assert half.status_code == 422
    assert client.post(at("incident_tell", row.pk), said | {"send": "1"}).status_code == 302
    assert IncidentTelling.objects.get().state == "sending"
    page(crisis.agent(), "incident_tell", row.pk, status=403)


def test_a_case_shows_its_incident_and_what_to_answer(wanqing: Member, categories: None) -> None:
    lead, agent = crisis.lead(), crisis.agent()
    row, case = crisis.declared(), desk.complaint(wanqing)
    assert row.number in page(agent, "case_change", case.pk)
    answer = as_(agent).post(at("incident_of_case", case.pk), {"incident": row.pk})
    assert answer["Location"] == at("case_change", case.pk)
    announcing.prepare_answer(row, {"en": "We know of it."}, by=lead)
    shown = page(agent, "case_change", case.pk)
    assert f"This case belongs to {row.number}" in shown
    assert "We know of it." in shown


def test_cases_are_found_and_linked_all_at_once(wanqing: Member, categories: None) -> None:
    agent, row = crisis.agent(), crisis.declared()
    cases = [desk.complaint(wanqing) for _ in range(3)]
    assert cases[0].number in page(agent, "incident_cases", row.pk, q=wanqing.number)
    as_(agent).post(at("incident_cases", row.pk), {"case": [case.pk for case in cases]})
    assert row.links.count() == 3
    as_(agent).post(at("incident_cases", row.pk), {"unlink": cases[0].pk})
    assert row.links.count() == 2


def test_a_plan_is_written_and_put_in_force_from_its_page() -> None:
    planner, post = crisis.planner(), crisis.post("Service lead", crisis.lead())
    plan = crisis.kind()
    client = as_(planner)
    form = {
        "criterion_1": "Every store", "title_en": "", "body_en": "",
        "steps-TOTAL_FORMS": 2, "steps-INITIAL_FORMS": 0, "steps-0-text": "Look", "steps-0-minutes": 5, "steps-0-post": "",
        "steps-1-text": "", "steps-1-minutes": "", "levels-TOTAL_FORMS": 1, "levels-INITIAL_FORMS": 0,
        "levels-0-severity": 1, "levels-0-minutes": 5, "levels-0-posts": [post.pk],
    }  # fmt: skip
    wrong = client.post(at("emergencyplan_edit", plan.pk), form | {"steps-0-minutes": "soon"})
    assert wrong.status_code == 422
    wrong = client.post(
        at("emergencyplan_edit", plan.pk), form | {"levels-0-posts": []}, headers={"accept-language": "en"}
    )
    assert "names a post or a person" in wrong.content.decode()
    form |= {"title_en": "Sorry", "body_en": "We are on it."}
    assert client.post(at("emergencyplan_edit", plan.pk), form).status_code == 302
    version = plan.versions.get()
    assert [step.text for step in version.steps.all()] == ["Look"]
    assert [one.pk for one in version.calls.get().posts.all()] == [post.pk]
    client.post(at("emergencyplan_act", plan.pk, "publish"), {"reason": "First."})
    assert "waits for a second person" in page(planner, "emergencyplan_change", plan.pk)
    page(crisis.clerk(), "emergencyplan_change", plan.pk, status=403)


def test_a_kind_is_added_with_its_keeper() -> None:
    planner = crisis.planner()
    crisis.kind()
    said = {"code": "flood", "name": "Flood", "owner": planner.pk, "position": 80, "is_active": "on"}
    as_(planner).post(at("emergencyplan_add"), said)
    plan = EmergencyPlan.objects.get(code="flood")
    assert plan.owner == planner
    as_(planner).post(at("emergencyplan_kind", plan.pk), said | {"name": "High water"})
    plan.refresh_from_db()
    assert plan.name == "High water"
    assert "High water" in page(planner, "emergencyplan_changelist", due="yes")


def test_a_review_is_written_handed_over_and_printed() -> None:
    lead = crisis.lead()
    row = crisis.resolved(lead)
    department = factories.StaffFactory.create(roles={}).employment.post.department
    form = {
        "happened": "Power.", "causes": "Battery.", "went_well": "", "went_badly": "", "measures-TOTAL_FORMS": 1,
        "measures-INITIAL_FORMS": 0, "measures-0-title": "Buy a battery", "measures-0-department": department.pk,
        "measures-0-owner": "", "measures-0-due_on": (clock.today() + dt.timedelta(days=9)).isoformat(),
    }  # fmt: skip
    client = as_(lead)
    assert client.post(at("incident_review", row.pk), form | {"causes": ""}).status_code == 422
    assert client.post(at("incident_review", row.pk), form).status_code == 302
    client.post(at("incident_submit", row.pk))
    shown = page(lead, "incident_review", row.pk)
    assert "Buy a battery" in shown
    assert "It waits for a second person." in shown
    assert "data-print" in shown


def test_the_portal_is_told_by_two() -> None:
    planner, row = crisis.planner(), crisis.declared()
    assert "Ask for its publication" in page(planner, "incident_announce", row.pk)
    said = {"title_en": "Cards rest", "body_en": "Cards cannot be shown.\nMore soon."}
    assert as_(planner).post(at("incident_announce", row.pk), said).status_code == 302
    notice = crisis.fresh(row).announcement
    assert notice is not None
    assert notice.texts.get().summary == "Cards cannot be shown."


def test_figures_are_for_those_who_see_incidents() -> None:
    lead = crisis.lead()
    row = crisis.resolved(lead, severity=3)
    leading.move(row, State.CLOSED, text="Done.", by=lead)
    assert "By kind and severity" in page(lead, "incident_figures")
    assert "By kind and severity" in page(lead, "incident_figures", year="9999")
    page(crisis.clerk(), "incident_figures", status=403)


def test_what_calls_somebody_is_on_his_workbench() -> None:
    agent = crisis.agent()
    crisis.in_force(chain=crisis.chain_of([agent]))
    row = crisis.declared()
    assert row.number in page(agent, "incident_changelist", whose="calls")
    assert row.number not in page(agent, "incident_changelist", whose="mine")

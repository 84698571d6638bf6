"""The page of a case: what it shows, every verb on it, a stale form, two colleagues, strangers."""

import json
from pathlib import Path

import pytest
from django.test import Client

from core.models import AuditRecord, Department, Message, User
from members.models import Household, Member
from service_desk.models import CannedAnswer, Case, CaseAttachment, CaseEntry, CaseLink, CaseTask, Follower
from service_desk.operations import cases, handling, merging, presence, threads
from tests import factories
from tests.service_desk import desk
from tests.service_desk.screens.cast import asked, logged_in, png, shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def at(case: Case) -> str:
    return f"/admin/service_desk/case/{case.pk}/change/"


def act(browser: Client, case: Case, verb: str, **given: object):
    """As the page sends it: with the version that is on the screen."""
    fields = {"version": desk.fresh(case).version, **given}
    return browser.post(f"/admin/service_desk/case/{case.pk}/act/{verb}/", fields)


def test_the_page_tells_everything_and_looking_is_on_record(
    agent: Client, complaint: Case, wanqing: Member, service_agent: User
) -> None:
    page = shown(agent.get(at(complaint)))
    assert complaint.subject in page
    assert "The kitchen was closed at nine." in page
    assert wanqing.number in page
    assert "2 h of 2 h business time left" in page
    record = AuditRecord.objects.get(action="service_desk.case.look")
    assert (record.actor, record.member_id, record.subject) == (
        service_agent,
        wanqing.pk,
        f"service_desk.case:{complaint.pk}",
    )


def test_while_it_is_open_on_the_screen_it_is_one_look(agent: Client, complaint: Case, service_agent: User) -> None:
    agent.get(at(complaint))
    presence.look(complaint, by=service_agent)
    agent.get(at(complaint))
    assert AuditRecord.objects.filter(action="service_desk.case.look").count() == 1


def test_the_members_contact_is_masked_and_revealed_with_a_reason(
    agent: Client, complaint: Case, wanqing: Member
) -> None:
    page = shown(agent.get(at(complaint)))
    assert wanqing.phone[3:] not in page
    assert wanqing.name not in page
    assert f"/admin/reveal/members/member/{wanqing.pk}/phone/" in page


def test_the_contact_of_a_stranger_is_revealed_the_same_way(agent: Client) -> None:
    case = asked(None, contact=cases.Contact("Zhou Min", "+8613912345678", "zhou@example.com"))
    page = shown(agent.get(at(case)))
    assert "13912345678" not in page
    where = f"/admin/reveal/service_desk/case/{case.pk}/contact_phone/"
    assert where in page
    assert "+8613912345678" in shown(agent.post(where, {"reason": "call back"}))
    assert AuditRecord.objects.filter(action="core.personal_data.reveal", reason="call back").exists()


def test_an_answer_goes_to_the_member_and_names_her(agent: Client, complaint: Case, wanqing: Member) -> None:
    answer = act(agent, complaint, "reply", text="Dear {member},\n\n{case} is in hand.\n\n{agent}")
    assert answer.status_code == 302
    said = CaseEntry.objects.get(direction="out")
    assert said.body == f"Dear {wanqing.name},\n\n{complaint.number} is in hand.\n\nGao Yun"
    assert Message.objects.filter(event="case.replied").exists()
    assert desk.fresh(complaint).owner_id is not None


@pytest.mark.parametrize(("then", "state"), [("", "open"), ("waits", "waiting"), ("resolves", "resolved")])
def test_an_answer_says_what_comes_next(agent: Client, complaint: Case, then: str, state: str) -> None:
    act(agent, complaint, "reply", text="Open from seven now.", then=then)
    assert desk.fresh(complaint).state == state


def test_what_was_said_on_the_telephone_is_written_down_and_not_sent(agent: Client, complaint: Case) -> None:
    act(agent, complaint, "reply", text="Told her by telephone.", channel="hotline")
    assert CaseEntry.objects.get(direction="out").channel == "hotline"
    assert not Message.objects.filter(event="case.replied").exists()


def test_an_answer_sent_twice_is_one(agent: Client, complaint: Case) -> None:
    version = desk.fresh(complaint).version
    for _ in range(2):
        act(agent, complaint, "reply", text="Once.", key="k" * 32, version=version)
    assert CaseEntry.objects.filter(direction="out").count() == 1


def test_a_note_stands_apart_and_is_not_the_members(agent: Client, complaint: Case) -> None:
    act(agent, complaint, "note", text="Ask the kitchen.", attachments=[png()])
    page = shown(agent.get(at(complaint)))
    assert "said-note" in page
    assert "Ask the kitchen." in page
    kept = CaseAttachment.objects.get()
    given = agent.get(f"/admin/service_desk/case/files/{kept.token}/")
    assert (given.status_code, given["X-Content-Type-Options"]) == (200, "nosniff")
    assert given["Content-Disposition"].startswith("attachment")
    assert AuditRecord.objects.filter(action="service_desk.attachment.open").count() == 1


@pytest.mark.parametrize(
    "verb", ["reply", "note", "resolve", "hand_over", "reopen", "escalate", "ask", "identify", "link"]
)
def test_an_empty_form_is_told_so_and_changes_nothing(agent: Client, complaint: Case, verb: str) -> None:
    before = desk.fresh(complaint).version
    answer = act(agent, complaint, verb)
    assert answer.status_code == 422
    assert desk.fresh(complaint).version == before


def test_a_stale_form_is_told_so_and_nothing_typed_is_lost(
    agent: Client, complaint: Case, service_agent: User, other_agent: User
) -> None:
    seen = desk.fresh(complaint).version
    threads.note(complaint, body="I called her already.", by=other_agent)
    answer = act(agent, complaint, "reply", text="My long answer.", version=seen)
    assert answer.status_code == 409
    page = shown(answer)
    assert "was changed by somebody else meanwhile" in page
    assert "My long answer." in page
    assert "I called her already." in page
    assert not CaseEntry.objects.filter(direction="out").exists()
    assert f'name="version" value="{desk.fresh(complaint).version}"' in page
    act(agent, complaint, "reply", text="My long answer.")
    assert CaseEntry.objects.filter(direction="out").count() == 1


def test_take_assign_hand_over(
    agent: Client, complaint: Case, service_agent: User, other_agent: User, lead: User
) -> None:
    act(agent, complaint, "take")
    assert desk.fresh(complaint).owner == service_agent
    assert act(agent, complaint, "assign", to=other_agent.pk).status_code == 403
    act(agent, complaint, "hand_over", to=other_agent.pk, note="She speaks only English.")
    assert desk.fresh(complaint).owner == other_agent
    act(logged_in(lead), complaint, "assign", to=service_agent.pk, reason="Back from leave")
    assert desk.fresh(complaint).owner == service_agent
    answer = act(agent, complaint, "hand_over", note="To nobody")
    assert answer.status_code == 422
    assert "Say to whom." in shown(answer)


def test_whoever_cannot_handle_cases_is_not_offered(agent: Client, complaint: Case, finance: User) -> None:
    answer = act(agent, complaint, "hand_over", to=finance.pk, note="Yours")
    assert answer.status_code == 422
    assert desk.fresh(complaint).owner is None


def test_wait_go_on_resolve_reopen_close(agent: Client, wanqing: Member) -> None:
    complaint = asked(wanqing, kind="enquiry")
    refused = act(agent, complaint, "wait", whom="member")
    assert refused.status_code == 422
    assert "The member is waiting for our answer." in shown(refused)
    act(agent, complaint, "wait", whom="colleague")
    assert desk.fresh(complaint).state == "inside"
    act(agent, complaint, "resume")
    assert desk.fresh(complaint).state == "open"
    act(agent, complaint, "resolve", resolution="Open from seven.", tell="on")
    assert desk.fresh(complaint).state == "resolved"
    act(agent, complaint, "reopen", reason="She called again.")
    assert desk.fresh(complaint).state == "open"
    act(agent, complaint, "resolve", resolution="Open from seven.")
    act(agent, complaint, "close")
    assert desk.fresh(complaint).state == "closed"
    assert "Answer the member" not in shown(agent.get(at(complaint)))


def test_a_complaint_is_not_closed_before_it_is_known_why_and_the_page_says_so(agent: Client, complaint: Case) -> None:
    act(agent, complaint, "resolve", resolution="Open from seven.")
    answer = act(agent, complaint, "close")
    assert answer.status_code == 422
    assert 'role="alert"' in shown(answer)
    assert desk.fresh(complaint).state == "resolved"


def test_classify_by_kind_severity_and_category(agent: Client, complaint: Case, categories: None) -> None:
    act(agent, complaint, "classify", kind="complaint", category="privacy", severity="critical", complexity="complex")
    row = desk.fresh(complaint)
    assert row.category is not None
    assert (row.category.code, row.severity, row.complexity) == ("privacy", "critical", "complex")
    act(agent, complaint, "classify", kind="enquiry", category="privacy", severity="low", complexity="simple")
    row = desk.fresh(complaint)
    assert (row.kind, row.category) == ("enquiry", None)
    refused = act(agent, complaint, "classify", kind="praise", category="privacy", severity="low", complexity="simple")
    assert refused.status_code == 422
    assert "This category belongs to another kind of case." in shown(refused)


def test_help_is_asked_for_with_a_reason(agent: Client, complaint: Case, lead: User) -> None:
    act(agent, complaint, "escalate", reason="She wants the director.")
    assert desk.fresh(complaint).escalation == 2
    assert Message.objects.filter(event="case.escalated", recipient=lead).exists()


def test_followers_come_and_go(agent: Client, complaint: Case, service_agent: User, other_agent: User) -> None:
    act(agent, complaint, "follow")
    act(agent, complaint, "follow", user=other_agent.pk)
    assert set(Follower.objects.values_list("user", flat=True)) == {service_agent.pk, other_agent.pk}
    act(agent, complaint, "unfollow")
    assert Follower.objects.get().user == other_agent


def test_a_department_is_asked_answers_or_is_let_off(
    agent: Client, complaint: Case, finance_department: Department, finance: User
) -> None:
    act(agent, complaint, "ask", department=finance_department.pk, question="Was she charged twice?")
    task = CaseTask.objects.get()
    assert "Was she charged twice?" in shown(agent.get(at(complaint)))
    empty = act(agent, complaint, "answer_task", task=task.pk, answer=" ")
    assert empty.status_code == 422
    act(agent, complaint, "cancel_task", task=task.pk, reason="Found it myself")
    assert CaseTask.objects.get().state == "cancelled"
    act(agent, complaint, "ask", department=finance_department.pk, question="And in March?")
    act(agent, complaint, "answer_task", task=CaseTask.objects.latest("pk").pk, answer="No.")
    assert CaseTask.objects.latest("pk").state == "done"


def test_a_question_of_another_case_is_not_answered_from_here(
    agent: Client, complaint: Case, wanqing: Member, finance_department: Department
) -> None:
    other = asked(wanqing, subject="Else")
    act(agent, other, "ask", department=finance_department.pk, question="There?")
    assert act(agent, complaint, "answer_task", task=CaseTask.objects.get().pk, answer="No.").status_code == 422
    assert CaseTask.objects.get().state == "open"


def test_link_and_unlink(agent: Client, complaint: Case, wanqing: Member) -> None:
    other = asked(wanqing, subject="Else")
    act(agent, complaint, "link", other=other.number.lower(), how="related")
    link = CaseLink.objects.get()
    assert other.number in shown(agent.get(at(complaint)))
    assert complaint.number in shown(agent.get(at(other)))
    assert act(agent, complaint, "link", other=complaint.number, how="related").status_code == 422
    assert act(agent, complaint, "link", other="C000000-ZZZZZZ", how="related").status_code == 422
    act(agent, complaint, "unlink", link=link.pk)
    link.refresh_from_db()
    assert link.ended_at is not None


def test_a_merge_is_looked_at_first_and_then_done(agent: Client, complaint: Case, wanqing: Member, lead: User) -> None:
    other = asked(wanqing, subject="The same again")
    here = f"/admin/service_desk/case/{other.pk}/merge/"
    page = shown(agent.get(here))
    assert f"?into={complaint.number}" in page
    page = shown(agent.get(here, {"into": complaint.number}))
    assert "What becomes of them" in page
    assert desk.fresh(other).merged_into_id is None
    done = agent.post(here, {"into": complaint.number, "version": desk.fresh(other).version})
    assert done["Location"] == at(complaint)
    page = shown(agent.get(at(other)))
    assert "This case was merged into" in page
    assert "Answer the member" not in page
    assert act(agent, other, "undo_merge", reason="A mistake").status_code == 403
    act(logged_in(lead), other, "undo_merge", reason="A mistake")
    assert desk.fresh(other).merged_into_id is None


def test_two_peoples_cases_are_not_merged_and_the_preview_says_why(
    agent: Client, complaint: Case, stranger: Member
) -> None:
    other = asked(stranger)
    for ask in (agent.get, agent.post):
        answer = ask(f"/admin/service_desk/case/{other.pk}/merge/", {"into": complaint.number})
        assert answer.status_code == 409
        assert "not of the same member" in shown(answer)
    assert desk.fresh(other).merged_into_id is None


def test_a_part_is_split_off_after_a_preview(agent: Client, complaint: Case) -> None:
    second = threads.member_wrote(complaint, body="And my points are missing.", channel="web")
    here = f"/admin/service_desk/case/{complaint.pk}/split/"
    given = {
        "entries": [second.pk],
        "subject": "Missing points",
        "kind": "enquiry",
        "version": desk.fresh(complaint).version,
    }
    page = shown(agent.post(here, {**given, "step": "preview"}))
    assert "1 message goes along" in page
    assert Case.objects.count() == 1
    agent.post(here, {**given, "step": "confirm"})
    fresh = Case.objects.latest("pk")
    assert (fresh.subject, fresh.kind, fresh.entries.count()) == ("Missing points", "enquiry", 1)
    assert complaint.entries.count() == 2


@pytest.mark.parametrize("wrong", [{"entries": []}, {"subject": ""}, {"kind": "bribe"}, {"entries": [999_999]}])
def test_a_split_without_what_it_needs_is_refused(agent: Client, complaint: Case, wrong: dict[str, object]) -> None:
    given = {"entries": [complaint.entries.get().pk], "subject": "Else", "kind": "enquiry", "step": "confirm"}
    assert agent.post(f"/admin/service_desk/case/{complaint.pk}/split/", {**given, **wrong}).status_code == 422
    assert Case.objects.count() == 1


def test_a_contact_is_found_to_be_a_member(agent: Client, wanqing: Member) -> None:
    case = asked(None, contact=cases.Contact("Lin", "+8613912345678"))
    unknown = act(agent, case, "identify", who="1999999999")
    assert unknown.status_code == 422
    act(agent, case, "identify", who=wanqing.number)
    assert desk.fresh(case).member == wanqing
    assert AuditRecord.objects.filter(action="service_desk.case.identify", member_id=wanqing.pk).exists()


def test_a_prepared_answer_is_offered_in_the_members_language(agent: Client, complaint: Case) -> None:
    CannedAnswer.objects.create(
        code="hi", name="Hello", body="Dear {member}, {case}", body_zh_hans="{member}您好，{case}。{agent}"
    )
    page = shown(agent.get(at(complaint)))
    assert f"{{member}}您好，{complaint.number}。Gao Yun" in page


def test_nobody_opens_or_handles_a_case_of_his_own_household(
    complaint: Case, wanqing: Member, household: Household
) -> None:
    colleague = factories.StaffFactory.create(roles={"member_service": None})
    factories.MemberFactory.create(household=household, user=colleague)
    browser = logged_in(colleague)
    assert browser.get(at(complaint)).status_code == 403
    assert act(browser, complaint, "note", text="I know her").status_code == 403
    assert act(browser, complaint, "take").status_code == 403
    assert not CaseEntry.objects.filter(direction="note").exists()


def test_who_may_not_handle_cases_looks_and_does_nothing(complaint: Case, auditor: User, clerk: User) -> None:
    looking = logged_in(auditor)
    page = shown(looking.get(at(complaint)))
    assert "Answer the member" not in page
    for verb in ("reply", "take", "assign", "close"):
        assert act(looking, complaint, verb, text="x").status_code == 403
    assert logged_in(clerk).get(at(complaint)).status_code == 403


@pytest.mark.parametrize("path", ["999999/change/", "x/change/", f"{2**64}/change/", "999999/act/note/", "files/none/"])
def test_what_is_not_there_is_a_404(agent: Client, complaint: Case, path: str) -> None:
    ask = agent.post if "act" in path else agent.get
    assert ask(f"/admin/service_desk/case/{path}").status_code == 404


def test_an_unknown_verb_is_a_404_and_a_get_is_refused(agent: Client, complaint: Case) -> None:
    assert act(agent, complaint, "delete").status_code == 404
    assert agent.get(f"/admin/service_desk/case/{complaint.pk}/act/close/").status_code == 405


def test_two_colleagues_see_one_another(agent: Client, complaint: Case, other_agent: User) -> None:
    here = f"/admin/service_desk/case/{complaint.pk}/look/"
    version = str(desk.fresh(complaint).version)
    chen = logged_in(other_agent)
    assert json.loads(chen.post(here, {"version": version}).content)["watching"] == []
    told = json.loads(agent.post(here, {"version": version}).content)
    assert told == {"watching": ["Chen Yu is looking"], "changed": ""}
    chen.post(here, {"version": version, "writing": "1"})
    assert "Chen Yu is writing" in shown(agent.get(at(complaint)))
    threads.reply(complaint, body="Done.", by=other_agent)
    told = json.loads(agent.post(here, {"version": version}).content)
    assert told == {"watching": ["Chen Yu is writing"], "changed": "This case was changed meanwhile."}
    chen.post(here, {"leaves": "1"})
    assert json.loads(agent.post(here, {"version": version}).content)["watching"] == []
    with desk.on("23 10:09"):
        assert agent.get(here).status_code == 405


def test_the_history_is_told_in_words(agent: Client, complaint: Case, service_agent: User, categories: None) -> None:
    handling.take(complaint, by=service_agent)
    handling.classify(complaint, by=service_agent, severity="high")
    page = shown(agent.get(at(complaint)))
    assert "Gao Yun (took it)" in page
    assert "High" in page


def test_what_was_merged_in_says_from_where(
    agent: Client, complaint: Case, wanqing: Member, service_agent: User
) -> None:
    other = asked(wanqing, subject="Again", body="Closed again.")
    merging.merge(other, into=complaint, by=service_agent)
    page = shown(agent.get(at(complaint)))
    assert "Closed again." in page
    assert page.count(other.number) >= 2

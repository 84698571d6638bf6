"""The screens of complaints (SVC-04, SVC-05 · D6): the page and its verbs, the analysis, measures, the portal, the link."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core import clock, sweeps
from core.models import AuditRecord, Department, RoleAssignment, User
from members.models import Member
from service_desk.models import Case, Compensation, Complaint, ComplaintFollowUp, ImprovementMeasure
from service_desk.operations import compensation, compensation_means, complaint_follow_ups, complaints, handling, tasks
from service_desk.operations.cases import Contact
from service_desk.queries import complaints as kept
from tests import factories
from tests.loyalty.shelf import offer
from tests.service_desk.desk import cause_of, complaint, fresh, looked_into, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def browser(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert user is not None
    client.force_login(user)
    return client


def page_of(case: Case) -> str:
    return f"/admin/service_desk/complaint/{case.pk}/change/"


def do(client: Client, case: Case, verb: str, **given: Any) -> Any:
    data = {"version": fresh(case).version, "key": uuid.uuid4().hex, **given}
    return client.post(f"/admin/service_desk/complaint/{case.pk}/{verb}/do/", data)


@pytest.fixture
def case(wanqing: Member, ling: User) -> Case:
    return complaint(wanqing)


@pytest.fixture
def at_desk(ling: User) -> Client:
    return browser(ling)


def test_a_complaint_is_looked_into_from_its_page_to_its_end(
    case: Case, at_desk: Client, finance_department: Department
) -> None:
    photo = SimpleUploadedFile("小票.txt", "09:02 下单".encode())
    assert do(at_desk, case, "investigate", kind="records", text="对照小票", evidence=[photo]).status_code == 302
    assert do(at_desk, case, "ask", department=finance_department.pk, text="扣款几次？").status_code == 302
    tasks.cancel(case.tasks.get(), by=fresh(case).owner or User(), reason="settled")
    assert do(at_desk, case, "find", finding="justified", text="当日缺人").status_code == 302
    assert do(at_desk, case, "name_cause", cause=cause_of("service-waiting").pk).status_code == 302
    assert do(at_desk, case, "give_points", points="1,000", reason="等候过久").status_code == 302
    assert do(at_desk, case, "answer", text="非常抱歉，已补偿。").status_code == 302
    shown = at_desk.get(page_of(case)).content.decode()
    for words in (
        "对照小票",
        "小票.txt",
        "扣款几次？",
        "Service › Waiting time",
        "1,000 points",
        "非常抱歉",
        "¥10 of the ¥50",
    ):
        assert words in shown, words
    assert do(at_desk, case, "close").status_code == 302
    assert fresh(case).state == "closed"
    assert do(at_desk, case, "reopen", text="又来电").status_code == 302
    assert fresh(case).state == "open"


def test_satisfaction_nobody_asked_about_is_refused(case: Case, at_desk: Client) -> None:
    answer = do(at_desk, case, "satisfaction", satisfied="yes", text="")
    assert answer.status_code == 422
    assert "The time to answer is over" in answer.content.decode()


def test_what_is_refused_is_said_beside_its_form_with_everything_typed(case: Case, at_desk: Client) -> None:
    answer = do(at_desk, case, "answer", text="写了很久的答复")
    assert answer.status_code == 422
    assert "Say first what was found." in answer.content.decode()
    answer = do(at_desk, case, "investigate", kind="records", text="写了很久的记录", version=fresh(case).version - 1)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "写了很久的记录" in told
    assert "changed by somebody else" in told
    empty = do(at_desk, case, "find", finding="justified", text="")
    assert empty.status_code == 422


def test_a_program_as_evidence_is_refused_and_nothing_is_kept(case: Case, at_desk: Client) -> None:
    evil = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>")
    answer = do(at_desk, case, "investigate", kind="records", text="x", evidence=[evil])
    assert answer.status_code == 422
    assert "not accepted" in answer.content.decode()
    assert not case.entries.filter(direction="note").exists()


def test_evidence_is_handed_out_as_a_file_of_this_case_alone(
    case: Case, at_desk: Client, stranger: Member, ling: User
) -> None:
    do(at_desk, case, "investigate", kind="records", text="x", evidence=[SimpleUploadedFile("a.txt", b"plain")])
    token = case.entries.latest("pk").attachments.get().token
    answer = at_desk.get(f"/admin/service_desk/complaint/{case.pk}/evidence/{token}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    other = complaint(stranger)
    assert at_desk.get(f"/admin/service_desk/complaint/{other.pk}/evidence/{token}/").status_code == 404


def test_looking_is_on_record_and_nobody_looks_at_his_own_nor_at_one_about_himself(
    case: Case, at_desk: Client, ling: User, lead: User, wanqing: Member
) -> None:
    at_desk.get(page_of(case))
    assert AuditRecord.objects.filter(action="service_desk.complaint.look", actor=ling).exists()
    complaints.name_colleague(case, colleague=ling, by=lead)
    assert at_desk.get(page_of(case)).status_code == 403
    herself = wanqing.user
    assert herself is not None
    User.objects.filter(pk=herself.pk).update(is_staff=True)
    RoleAssignment.objects.create(user=herself, role="service_lead")
    assert browser(User.objects.get(pk=herself.pk)).get(page_of(case)).status_code == 403


def test_who_may_only_look_finds_no_buttons(case: Case, auditor: User) -> None:
    shown = browser(auditor).get(page_of(case))
    assert shown.status_code == 200
    assert "/do/" not in shown.content.decode()
    assert do(browser(auditor), case, "find", finding="justified", text="x").status_code == 403


def test_compensation_above_the_authority_says_that_it_waits(looked: Case, at_desk: Client, lead: User) -> None:
    assert do(at_desk, looked, "give_points", points="6000", reason="x").status_code == 302
    shown = at_desk.get(page_of(looked)).content.decode()
    assert "waits for a decision" in shown
    assert re.search(r"/admin/core/approval/\d+/change/", shown)
    assert browser(lead).get("/admin/core/approval/").status_code == 200


def test_the_same_form_sent_twice_gives_once(looked: Case, at_desk: Client) -> None:
    made = offer(value_minor=2_000)
    for _ in range(2):
        do(at_desk, looked, "give_coupon", offer_code=made.pk, reason="x", key="abc", version="")
    assert Compensation.objects.count() == 1


def test_the_lists_find_and_filter(case: Case, looked: Case, at_desk: Client) -> None:
    shown = at_desk.get(f"/admin/service_desk/complaint/?q={case.number}").content.decode()
    assert case.number in shown
    assert looked.number not in shown
    assert at_desk.get("/admin/service_desk/complaint/?state=no-cause").status_code == 200
    assert at_desk.get("/admin/service_desk/compensation/").status_code == 200


def test_a_complaint_asked_about_by_telephone_is_written_down(ling: User, at_desk: Client) -> None:
    with on("23 10:00"):
        case = complaint(None, contact=Contact("A caller"), channel="social")
        looked_into(case, ling)
        handling.resolve(case, by=ling, resolution="x", tell=False)
        handling.close(case, by=ling)
    with on("26 12:00"):
        sweeps.run("complaints.follow_up")
        assert "please telephone" in at_desk.get(page_of(case)).content.decode()
        assert case.number in at_desk.get("/admin/service_desk/complaint/?state=telephone").content.decode()
        assert do(at_desk, case, "satisfaction", satisfied="no", text="").status_code == 422
        assert do(at_desk, case, "satisfaction", satisfied="no", text="没人回电").status_code == 302
    assert fresh(case).state == "open"


def test_the_page_asks_as_often_however_long_the_log(case: Case, at_desk: Client, ling: User) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            complaints.investigate(case, kind="records", body="x", by=ling)
        at_desk.get(page_of(case))
        with CaptureQueriesContext(connection) as asked:
            assert at_desk.get(page_of(case)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 40


# The analysis


def test_the_analysis_leads_to_the_cases_and_to_a_measure(case: Case, lead: User, ling: User) -> None:
    looked_into(case, ling)
    at_lead = browser(lead)
    shown = at_lead.get("/admin/service_desk/complaint/analysis/").content.decode()
    for words in ("November 2026", "By colleague who handled them", "Service › Waiting time", "Propose an improvement"):
        assert words in shown, words
    drilled = re.search(r'href="(/admin/service_desk/complaint/analysis/cases/\?[^"]*by=cause[^"]*)"', shown)
    assert drilled
    assert case.number in at_lead.get(drilled[1].replace("&amp;", "&")).content.decode()
    for query in ("?period=2026-Q4&per=sales", "?period=1999-01", "?period=x&per=x"):
        assert at_lead.get(f"/admin/service_desk/complaint/analysis/{query}").status_code == 200


def test_an_agent_compares_no_colleagues_and_an_analyst_opens_no_case(case: Case, at_desk: Client) -> None:
    shown = at_desk.get("/admin/service_desk/complaint/analysis/").content.decode()
    assert "By store" in shown
    assert "By colleague" not in shown
    assert at_desk.get("/admin/service_desk/complaint/analysis/cases/?by=agent").status_code == 403
    assert at_desk.get("/admin/service_desk/complaint/analysis/cases/?by=nonsense").status_code == 404
    assert at_desk.get("/admin/service_desk/complaint/analysis/cases/?by=store&key=x").status_code == 404
    analyst = browser(factories.StaffFactory.create(roles={"data_analyst": None}))
    shown = analyst.get("/admin/service_desk/complaint/analysis/").content.decode()
    assert "analysis/cases/" not in shown
    assert analyst.get("/admin/service_desk/complaint/analysis/cases/").status_code == 403


# Measures


def test_a_measure_from_a_case_to_its_verification(
    case: Case, lead: User, chief: User, manager: User, ling: User, finance_department: Department
) -> None:
    looked_into(case, ling)
    at_lead, at_chief, at_owner = browser(lead), browser(chief), browser(manager)
    form = f"/admin/service_desk/improvementmeasure/add/?case={case.pk}&cause={cause_of('service-waiting').pk}"
    assert case.number in at_lead.get(form).content.decode()
    terms = {
        "title": "A second machine", "what": "One more", "cause": cause_of("service-waiting").pk, "owner": manager.pk,
        "department": finance_department.pk, "due_on": "2026-12-20", "target": "50", "basis": "members",
    }  # fmt: skip
    late = at_lead.post(form, terms | {"due_on": "2026-11-01"})
    assert (late.status_code, "lies in the past" in late.content.decode()) == (422, True)
    assert at_lead.post(form, terms).status_code == 302
    row = ImprovementMeasure.objects.get()
    page = f"/admin/service_desk/improvementmeasure/{row.pk}/change/"
    assert at_lead.post(page, terms | {"title": "Two machines"}).status_code == 302
    assert do_measure(at_lead, row, "agree").status_code == 422
    assert do_measure(at_chief, row, "agree").status_code == 302
    assert at_owner.get(page).status_code == 200, "its owner opens it, whatever else he may see"
    assert do_measure(at_owner, row, "start").status_code == 302
    assert do_measure(at_owner, row, "finish").status_code == 422
    assert do_measure(at_owner, row, "finish", **{"finish-note": "installed"}).status_code == 302
    later = clock.now() + dt.timedelta(days=95)
    with clock.stopped(later):
        shown = browser(chief).get(page).content.decode()
        assert "Confirm the verdict" in shown
        assert "cannot be told yet" in shown
        assert do_measure(browser(chief), row, "verify", **{"verify-confirmed": "verified"}).status_code == 422
        done = do_measure(
            browser(chief), row, "verify", **{"verify-confirmed": "verified", "verify-comment": "Seen on the spot"}
        )
        assert done.status_code == 302
        assert "Seen on the spot" in browser(chief).get(page).content.decode()
    row.refresh_from_db()
    assert (row.title, row.state, row.case) == ("Two machines", "verified", case)


def do_measure(client: Client, row: ImprovementMeasure, verb: str, **given: Any) -> Any:
    return client.post(f"/admin/service_desk/improvementmeasure/{row.pk}/{verb}/do/", given)


def test_measures_are_listed_by_what_waits(lead: User, clerk: User) -> None:
    for which in ("mine", "agree", "overdue", "verify"):
        assert browser(lead).get(f"/admin/service_desk/improvementmeasure/?which={which}").status_code == 200
    assert browser(clerk).get("/admin/service_desk/improvementmeasure/").status_code == 403


def test_a_root_cause_is_added_in_three_languages(lead: User) -> None:
    parent = cause_of("service-waiting").parent
    assert parent is not None
    given = {
        "code": "service-noise", "name": "Noise", "name_zh_hans": "噪音", "name_zh_hant": "噪音", "parent": parent.pk,
        "position": "50", "is_active": "on", "description": "", "description_zh_hans": "", "description_zh_hant": "",
    }  # fmt: skip
    assert browser(lead).post("/admin/service_desk/rootcause/add/", given).status_code == 302
    with translation.override("zh-hans"):
        assert str(cause_of("service-noise")) == "噪音"
    assert AuditRecord.objects.filter(action="service_desk.rootcause.add").exists()


# The member


def test_the_member_sees_what_was_decided_and_given_and_objects(looked: Case, ling: User, wanqing: Member) -> None:
    compensation.give(looked, compensation_means.points(500), reason="sorry", by=ling, key="a")
    hers = browser(wanqing.user)
    address = f"/me/complaints/{looked.number}/"
    before = hers.get(address).content.decode()
    assert "500 points" in before
    assert "justified" not in before, "what was found is told with the answer"
    complaints.answer(looked, solution="非常抱歉", by=ling)
    shown = hers.get(address).content.decode()
    for words in ("Your complaint is justified", "非常抱歉", "I am not satisfied"):
        assert words in shown, words
    assert "当日缺人" not in shown, "the explanation is for colleagues"
    assert hers.post(address, {"text": " "}).status_code == 422
    assert hers.post(address, {"text": "早餐还没补"}).status_code == 302
    assert fresh(looked).state == "open"


def test_another_members_complaint_does_not_exist(looked: Case, stranger: Member) -> None:
    theirs, nobodys = (
        browser(stranger.user).get(f"/me/complaints/{number}/") for number in (looked.number, "C000000-AAAAAA")
    )
    assert (theirs.status_code, nobodys.status_code) == (404, 404)


@pytest.fixture
def asked(looked: Case, ling: User) -> ComplaintFollowUp:
    complaints.name_cause(looked, cause=cause_of("service-waiting"), by=ling)
    complaints.answer(looked, solution="x", by=ling)
    handling.close(looked, by=ling)
    complaint_follow_ups.ask([looked.pk])
    Complaint.objects.filter(pk=looked.pk).update(follow_up_due_at=clock.now())
    complaint_follow_ups.ask([looked.pk])
    return ComplaintFollowUp.objects.get()


def test_the_link_of_the_message_needs_no_log_in_and_reading_it_changes_nothing(asked: ComplaintFollowUp) -> None:
    visitor, address = Client(headers={"accept-language": "en"}), f"/complaints/{asked.token}/"
    assert "Yes, I am satisfied" in visitor.get(address).content.decode()
    asked.refresh_from_db()
    assert asked.satisfied is None
    wordless = visitor.post(address, {"satisfied": "no", "text": ""})
    assert (wordless.status_code, "what is still wrong" in wordless.content.decode()) == (422, True)
    assert "We are glad" in visitor.post(address, {"satisfied": "yes"}).content.decode()
    replayed = visitor.post(address, {"satisfied": "no", "text": "x"})
    assert (replayed.status_code, "answered already" in replayed.content.decode()) == (422, True)
    assert visitor.get("/complaints/aaaaaaaaaaaaaaaaaaaaaaaa/").status_code == 404
    assert visitor.post(address, {"satisfied": "maybe"}).status_code == 422


def test_what_a_page_of_the_case_shows_of_its_complaint(looked: Case, ling: User, finance: User) -> None:
    panel = Template("{% load complaints %}{% complaint_panel case user %}")
    assert page_of(looked) in panel.render(Context({"case": looked, "user": ling}))
    assert panel.render(Context({"case": looked, "user": finance})).strip() == ""
    hers = Template("{% load complaints %}{% my_complaint case %}").render(Context({"case": looked}))
    assert f"/me/complaints/{looked.number}/" in hers
    assert kept.brief(looked) is not None

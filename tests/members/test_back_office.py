"""Members in the back office: found by what they know, shown masked, revealed on record (MEM-03, SEC-02, SEC-03)."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditRecord, User
from members import panels
from members.models import LegalText, Member
from members.operations import consent, identity, people
from tests import factories
from tests.factories import PASSWORD
from tests.members.entrance_helpers import user_of

pytestmark = pytest.mark.django_db


def _inside(user: User) -> Client:
    cache.clear()
    client = Client(headers={"accept-language": "en"})
    client.post("/account/login/", {"address": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def agent(service_agent: User) -> Client:
    return _inside(service_agent)


SECRETS = ("林婉清", "13812340001", "wanqing.lin", "1988-02-29", "南京东路 100")


def test_nothing_of_a_person_is_readable_on_staff_pages(agent: Client, wanqing: Member, household) -> None:
    for page in ("/admin/members/member/", f"/admin/members/member/{wanqing.pk}/", "/admin/members/household/"):
        body = agent.get(page).content.decode()
        for secret in SECRETS:
            assert secret not in body, (page, secret)
    assert "138****0001" in body or "138****0001" in agent.get(f"/admin/members/member/{wanqing.pk}/").content.decode()


@pytest.mark.parametrize(
    "asked",
    ["1000000008", "138 1234 0001", "+8613812340001", "Wanqing.Lin@Example.com", "林 婉清", "11010519491231002x"],
)
def test_a_member_is_found_by_what_she_knows(agent: Client, wanqing: Member, stranger: Member, asked: str) -> None:
    identity.give_document(wanqing, kind="resident_id", number="11010519491231002X")
    body = agent.get("/admin/members/member/", {"q": asked}).content.decode()
    assert wanqing.number in body
    assert stranger.number not in body


@pytest.mark.parametrize("asked", ["婉", "1381234", "%", "' OR 1=1 --", "x" * 5000])
def test_a_part_or_rubbish_finds_nobody(agent: Client, wanqing: Member, asked: str) -> None:
    answer = agent.get("/admin/members/member/", {"q": asked})
    assert answer.status_code == 200
    assert wanqing.number not in answer.content.decode()


def test_one_field_is_revealed_for_a_reason_and_on_record_first(
    agent: Client, wanqing: Member, service_agent: User
) -> None:
    address = f"/admin/reveal/members/member/{wanqing.pk}/phone/"
    assert b"13812340001" not in agent.post(address, {"reason": ""}).content
    assert not AuditRecord.objects.filter(action="core.personal_data.reveal").exists()
    assert b"13812340001" in agent.post(address, {"reason": "She called about her card"}).content
    record = AuditRecord.objects.get(action="core.personal_data.reveal")
    assert (record.actor, record.member_id, record.reason) == (service_agent, wanqing.pk, "She called about her card")
    assert agent.get(address).status_code == 405


@pytest.mark.parametrize("field", ["phone_index", "user", "number", "password"])
def test_only_masked_fields_can_be_revealed(agent: Client, wanqing: Member, field: str) -> None:
    assert agent.post(f"/admin/reveal/members/member/{wanqing.pk}/{field}/", {"reason": "x"}).status_code == 404


def test_who_may_not_reveal_does_not(auditor: User, wanqing: Member) -> None:
    client = _inside(auditor)
    page = client.get(f"/admin/members/member/{wanqing.pk}/").content.decode()
    assert "data-reveal" not in page
    assert (
        b"13812340001" not in client.post(f"/admin/reveal/members/member/{wanqing.pk}/phone/", {"reason": "x"}).content
    )


def test_a_clerk_has_no_member_pages(clerk: User, wanqing: Member) -> None:
    client = _inside(clerk)
    for page in ("/admin/members/member/", f"/admin/members/member/{wanqing.pk}/", "/admin/members/consent/"):
        assert client.get(page).status_code in {302, 403, 404}, page


def test_the_page_of_a_member_costs_the_same_however_much_there_is(agent: Client, wanqing: Member, household) -> None:
    page = f"/admin/members/member/{wanqing.pk}/"
    agent.get(page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        agent.get(page)
    for turn in range(10):
        consent.decide(wanqing, {("marketing", "sms"): turn % 2 == 0, ("profiling", ""): turn % 2 == 0}, via="portal")
        people.update(wanqing, {"address": f"{turn} Long Road"}, by=user_of(wanqing))
        factories.MemberFactory.create(household=household)
    with CaptureQueriesContext(connection) as many:
        agent.get(page)
    assert len(many) == len(few)


def test_the_list_costs_the_same_for_ten_and_for_fifty(agent: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            agent.get("/admin/members/member/")
        return len(seen)

    factories.MemberFactory.create_batch(10)
    agent.get("/admin/members/member/")
    ten = cost()
    factories.MemberFactory.create_batch(40)
    assert cost() == ten


def test_another_app_shows_its_part_to_whoever_may_see_it(agent: Client, wanqing: Member, monkeypatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(
        panels.Panel("a", "Part A", "partials/mark.html", lambda member: {"x": member.number}, right="cards.view_card")
    )
    panels.register(panels.Panel("b", "Part B", "partials/mark.html", lambda _: {}, right="core.start_job"))
    body = agent.get(f"/admin/members/member/{wanqing.pk}/").content.decode()
    assert "Part A" in body
    assert "Part B" not in body


def test_decisions_cannot_be_changed_by_staff(agent: Client, wanqing: Member) -> None:
    consent.decide(wanqing, {("marketing", "sms"): True}, via="portal")
    row = wanqing.consents.get()
    assert agent.get("/admin/members/consent/").status_code == 200
    for page in (f"/admin/members/consent/{row.pk}/change/", f"/admin/members/consent/{row.pk}/delete/"):
        agent.post(page, {"granted": ""})
    assert wanqing.consents.get().granted


def test_a_new_legal_text_is_published_and_its_changes_shown(director: User, settings) -> None:
    client = _inside(director)
    latest = LegalText.objects.get(kind="terms")
    sent = {
        language: latest.bodies[language].replace("Joining is free.", "Joining is free for all.")
        for language in latest.bodies
    }
    today = client.get("/admin/members/legaltext/terms/next/").context["form"].initial["effective_on"]
    answer = client.post("/admin/members/legaltext/terms/next/", {**sent, "effective_on": today.isoformat()})
    assert answer.headers["Location"] == "/admin/members/legaltext/terms/2/"
    body = client.get(answer.headers["Location"]).content.decode()
    assert "<ins>Joining is free for all." in body
    assert "<del>Joining is free." in body


def test_only_who_may_publishes(agent: Client) -> None:
    assert agent.get("/admin/members/legaltext/terms/next/").status_code == 403

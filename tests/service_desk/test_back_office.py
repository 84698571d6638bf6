"""Cases in the back office: found, filtered, looked at masked; on a member's page and on the workbench."""

import pytest
from django.test import Client
from django.urls import reverse

from core import worklists
from core.models import AuditRecord, Department, User
from members.models import Member
from service_desk.models import Case, CaseCategory
from service_desk.operations import handling, tasks
from service_desk.operations.cases import Contact
from tests.service_desk.desk import complaint, enquiry, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories")]
LIST = "admin:service_desk_case_changelist"


def browser(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def listed(client: Client, query: str = "") -> set[str]:
    page = client.get(reverse(LIST) + query)
    assert page.status_code == 200
    return {number for number in Case.objects.values_list("number", flat=True) if number in page.content.decode()}


@pytest.fixture
def some(wanqing: Member, ling: User) -> dict[str, Case]:
    with on("23 10:00"):
        return {
            "hers": complaint(wanqing),
            "strangers": enquiry(None, contact=Contact("Wei Zhang", "13900139000"), body="Is the tea served cold?"),
        }


def test_the_list_is_narrowed_by_whose_case_it_is_and_by_its_deadline(
    some: dict[str, Case], ling: User, lead: User, finance: User, finance_department: Department
) -> None:
    hers, strangers = some["hers"].number, some["strangers"].number
    handling.follow(some["strangers"], by=lead)
    tasks.ask(some["hers"], department=finance_department, question="?", by=ling)
    assert listed(browser(lead)) == {hers, strangers}
    assert listed(browser(ling), "?whose=mine") == {hers, strangers}
    assert listed(browser(lead), "?whose=mine") == set()
    assert listed(browser(lead), "?whose=followed") == {strangers}
    assert listed(browser(lead), "?whose=all&kind__exact=complaint") == {hers}
    with on("23 11:30"):
        assert listed(browser(lead), "?deadline=near") == {hers}
    assert listed(browser(lead), "?deadline=missed") == set()
    counted = {one.worklist.code: one.count for one in worklists.waiting_for(finance)}
    assert counted["cases.tasks"] == 1


def test_the_search_box_takes_words_numbers_and_phones(some: dict[str, Case], lead: User) -> None:
    client = browser(lead)
    assert listed(client, "?q=早餐") == {some["hers"].number}
    assert listed(client, "?q=tea cold") == {some["strangers"].number}
    assert listed(client, "?q=139 0013 9000") == {some["strangers"].number}
    assert listed(client, f"?q={some['hers'].number}") == {some["hers"].number}
    assert listed(client, "?q=nothing") == set()


def test_a_case_is_shown_with_its_contact_masked(some: dict[str, Case], ling: User) -> None:
    address = reverse("admin:service_desk_case_change", args=[some["strangers"].pk])
    page = browser(ling).get(address).content.decode()
    assert some["strangers"].number in page
    assert "13900139000" not in page
    assert "Wei Zhang" not in page


def test_a_members_page_shows_her_cases(some: dict[str, Case], wanqing: Member, ling: User) -> None:
    page = browser(ling).get(reverse("admin:members_member_overview", args=[wanqing.pk])).content.decode()
    assert some["hers"].number in page
    assert some["strangers"].number not in page


def test_the_workbench_counts_what_waits(some: dict[str, Case], ling: User) -> None:
    with on("23 11:30"):
        counted = {one.worklist.code: one.count for one in worklists.waiting_for(User.objects.get(pk=ling.pk))}
        assert (counted["cases.mine"], counted["cases.near-breach"]) == (2, 1)
        assert browser(ling).get(reverse("admin:index")).status_code == 200


def test_who_has_no_right_finds_no_cases(some: dict[str, Case], clerk: User, planner: User) -> None:
    for user in (clerk, planner):
        assert browser(user).get(reverse(LIST)).status_code == 403


def test_a_category_is_changed_by_the_lead_and_the_change_is_on_record(lead: User, ling: User) -> None:
    row = CaseCategory.objects.get(code="praise")
    address = reverse("admin:service_desk_casecategory_change", args=[row.pk])
    given = {
        "code": "praise", "kind": "praise", "name": "Thanks", "name_zh_hans": "表扬", "name_zh_hant": "表揚",
        "description": "", "description_zh_hans": "", "description_zh_hant": "", "keywords": "表扬\nthanks",
        "department": "", "skill": "", "severity": "low", "complexity": "simple", "position": "160", "is_active": "on",
    }  # fmt: skip
    assert browser(ling).post(address, given).status_code == 403
    assert browser(lead).post(address, given).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.keywords) == ("Thanks", "表扬\nthanks")
    assert AuditRecord.objects.filter(action="service_desk.casecategory.change").count() == 1

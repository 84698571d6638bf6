"""The queue on the screen: order, tabs, search, deadlines in words, duty."""

import pytest
from django.test import Client

from core.models import User
from members.models import Member
from service_desk.models import AgentProfile, Case
from service_desk.operations import cases, handling, presence
from service_desk.queries import queue
from tests.service_desk import desk
from tests.service_desk.screens.cast import asked, logged_in, shown

pytestmark = pytest.mark.django_db
QUEUE = "/admin/service_desk/case/queue/"


def test_the_earliest_deadline_stands_first_and_is_told_in_words(service_agent: User, wanqing: Member) -> None:
    late = asked(wanqing, kind="enquiry", subject="Which day is it?", body="Which day?")
    soon = asked(wanqing, subject="Cold coffee")
    with desk.on("23 11:30"):
        page = shown(logged_in(service_agent).get(f"{QUEUE}?tab=all"))
        assert page.index(soon.number) < page.index(late.number)
        assert "35 min left" in page
        assert "first response" in page
    with desk.on("23 12:30"):
        assert "25 min late" in shown(logged_in(service_agent).get(f"{QUEUE}?tab=all"))


def test_the_tabs_hold_what_they_say(agent: Client, service_agent: User, wanqing: Member, other_agent: User) -> None:
    mine, nobodys, anothers = (
        asked(wanqing, subject="Mine"),
        asked(wanqing, subject="Free"),
        asked(wanqing, subject="His"),
    )
    handling.take(mine, by=service_agent)
    handling.take(anothers, by=other_agent)
    handling.follow(anothers, by=service_agent)
    found = {
        tab: shown(agent.get(f"{QUEUE}?tab={tab}")) for tab in ("mine", "unassigned", "followed", "all", "nonsense")
    }
    numbers = {tab: [case.number in page for case in (mine, nobodys, anothers)] for tab, page in found.items()}
    assert numbers == {
        "mine": [True, False, False],
        "unassigned": [False, True, False],
        "followed": [False, False, True],
        "all": [True, True, True],
        "nonsense": [True, False, False],
    }


@pytest.mark.parametrize("words", ["closed", "厨房", "Sunday breakfast", "+86 138 1234 0001"])
def test_a_case_is_found_by_words_in_both_languages_and_by_numbers(agent: Client, wanqing: Member, words: str) -> None:
    there = asked(wanqing, body="The kitchen was closed. 厨房没有开。")
    other = asked(None, contact=cases.Contact("Zhou", "+8613912345678"), subject="Else", body="Something else")
    page = shown(agent.get(QUEUE, {"q": words}))
    assert there.number in page
    assert other.number not in page
    assert there.number in shown(agent.get(QUEUE, {"q": there.number.lower()}))


def test_a_search_for_nothing_known_says_so(agent: Client) -> None:
    assert "Nothing found." in shown(agent.get(QUEUE, {"q": "zeppelin"}))
    assert "Nothing here. Well done." in shown(agent.get(QUEUE))


@pytest.mark.parametrize("after", ["", "x", "2026~1~2~3", "9" * 300, "\x00"])
def test_a_place_that_cannot_be_read_begins_anew(agent: Client, complaint: Case, after: str) -> None:
    assert agent.get(QUEUE, {"tab": "all", "after": after}).status_code in {200, 400}


def test_the_next_page_goes_on_behind_the_last_row(agent: Client, wanqing: Member, monkeypatch) -> None:
    for read in (queue.page, queue.search):
        monkeypatch.setitem(read.__kwdefaults__, "limit", 2)
    made = [asked(wanqing, subject=f"Case {number}") for number in range(3)]
    for where in ({"tab": "all"}, {"q": "Case"}):
        first = agent.get(QUEUE, where).context["found"]
        rest = agent.get(QUEUE, {**where, "after": first.next}).context["found"]
        seen = [row.pk for row in first.rows] + [row.pk for row in rest.rows]
        assert sorted(seen) == sorted(case.pk for case in made)
        assert rest.next == ""


def test_who_else_looks_is_told_in_the_queue(agent: Client, complaint: Case, other_agent: User) -> None:
    presence.look(complaint, by=other_agent)
    assert "Chen Yu" in shown(agent.get(f"{QUEUE}?tab=all"))


def test_the_member_stands_there_masked(agent: Client, complaint: Case, wanqing: Member) -> None:
    page = shown(agent.get(f"{QUEUE}?tab=all"))
    assert wanqing.name not in page
    assert wanqing.phone not in page


def test_an_agent_goes_on_duty_and_off_again(agent: Client, service_agent: User) -> None:
    agent.post("/admin/service_desk/case/duty/", {"on": "1"})
    assert AgentProfile.objects.get(user=service_agent).is_on_duty
    assert "Go off duty" in shown(agent.get(QUEUE))
    agent.post("/admin/service_desk/case/duty/", {"on": "0"})
    assert not AgentProfile.objects.get(user=service_agent).is_on_duty
    assert agent.get("/admin/service_desk/case/duty/").status_code == 405


def test_who_only_looks_has_no_duty(auditor: User, complaint: Case) -> None:
    browser = logged_in(auditor)
    page = shown(browser.get(f"{QUEUE}?tab=all"))
    assert complaint.number in page
    assert "Go on duty" not in page
    assert browser.post("/admin/service_desk/case/duty/", {"on": "1"}).status_code == 403
    assert not AgentProfile.objects.exists()

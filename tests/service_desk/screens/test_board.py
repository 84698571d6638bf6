"""The supervisor's board: who works with how much, what waits, what today brought, against what was promised."""

import pytest
from django.test import Client

from core.models import User
from members.models import Member
from service_desk.models import Case
from service_desk.operations import duty, handling, threads
from tests.service_desk import desk
from tests.service_desk.screens.cast import asked, logged_in, shown

pytestmark = pytest.mark.django_db
BOARD = "/admin/service_desk/case/board/"


@pytest.fixture
def supervisor(lead: User) -> Client:
    return logged_in(lead)


def test_agents_on_duty_stand_there_with_their_load(
    supervisor: Client, service_agent: User, other_agent: User, complaint: Case
) -> None:
    duty.begin(by=service_agent)
    handling.take(complaint, by=service_agent)
    board = supervisor.get(BOARD).context["board"]
    assert [(one.user, one.working, one.capacity) for one in board.on_duty] == [(service_agent, 1, 20)]
    assert "Gao Yun" in shown(supervisor.get(BOARD))
    assert "1 of 20" in shown(supervisor.get(BOARD))


def test_what_today_brought_is_counted(lead: User, service_agent: User, wanqing: Member) -> None:
    answered, missed = asked(wanqing), asked(wanqing, subject="Forgotten")
    with desk.on("23 11:05"):
        threads.reply(answered, body="Sorry.", by=service_agent, resolves=True)
    with desk.on("23 13:00"):
        handling.classify(missed, by=service_agent, severity="low")
        board = logged_in(lead).get(BOARD).context["board"]
    assert (board.today.opened, board.today.resolved, board.today.missed) == (2, 1, 1)
    assert (board.open_cases, board.unowned) == (1, 1)
    assert [(hour.hour, hour.opened, hour.resolved) for hour in board.hours if hour.opened or hour.resolved] == [
        (10, 2, 0),
        (11, 0, 1),
    ]


def test_response_and_resolution_stand_against_what_was_promised(
    lead: User, service_agent: User, wanqing: Member
) -> None:
    case = asked(wanqing)
    with desk.on("23 11:05"):
        threads.reply(case, body="Sorry.", by=service_agent, resolves=True)
        answer = logged_in(lead).get(BOARD)
    told = {(one.group, one.promise): one for one in answer.context["board"].by_kind}
    first = told["complaint", "first-response"]
    assert (first.ended, first.missed, first.average, first.promised, first.kept_bps) == (1, 0, 60, 120, 10_000)
    assert {one.group for one in answer.context["board"].by_channel} == {"web"}
    assert "100 %" in shown(answer)


def test_what_presses_most_is_given_to_somebody_from_the_board(
    supervisor: Client, complaint: Case, other_agent: User
) -> None:
    assert complaint.number in shown(supervisor.get(BOARD))
    given = {"version": desk.fresh(complaint).version, "to": other_agent.pk, "next": "board"}
    answer = supervisor.post(f"/admin/service_desk/case/{complaint.pk}/act/assign/", given)
    assert answer["Location"] == BOARD
    assert desk.fresh(complaint).owner == other_agent


def test_a_stale_board_gives_nothing_away(
    supervisor: Client, complaint: Case, service_agent: User, other_agent: User
) -> None:
    seen = desk.fresh(complaint).version
    handling.take(complaint, by=service_agent)
    given = {"version": seen, "to": other_agent.pk, "next": "board"}
    answer = supervisor.post(f"/admin/service_desk/case/{complaint.pk}/act/assign/", given)
    assert answer.status_code == 409
    assert desk.fresh(complaint).owner == service_agent


def test_the_part_that_renews_itself_is_no_whole_page(supervisor: Client, complaint: Case) -> None:
    part = shown(supervisor.get(BOARD, {"part": "1"}))
    assert complaint.number in part
    assert "<html" not in part


def test_an_empty_desk_says_so(supervisor: Client) -> None:
    page = shown(supervisor.get(BOARD))
    assert "Nobody is on duty" in page
    assert "No case is open." in page


def test_the_board_is_for_who_assigns_cases(agent: Client, auditor: User, complaint: Case) -> None:
    assert agent.get(BOARD).status_code == 403
    assert logged_in(auditor).get(BOARD).status_code == 403

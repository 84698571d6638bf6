"""Many at once, on a server database, each with its negative control (invariants.md part 2)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection

from core import clock
from core.parameters import Snapshot
from core.rules import RuleBroken
from members.models import Member
from service_desk.models import Case
from service_desk.surveys.models import Survey, SurveyInvitation, SurveyResponse, SurveyTrigger
from service_desk.surveys.operations import answering, asking
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.queries.touch_points import Occasion
from tests import factories
from tests.racing import at_once, unlocked
from tests.service_desk.surveys import cast
from tests.service_desk.surveys.test_drafting import broken

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DRAFT, ANSWER = "service_desk_surveydraftanswer", "service_desk_surveyanswer"
INVITATION, RESPONSE = "service_desk_surveyinvitation", "service_desk_surveyresponse"
ONCE = "service_desk_surveyresponse_invitation_id_key"
TURN = "survey_invitation_takes_its_own_turn"


@contextmanager
def without(table: str, constraint: str, definition: str) -> Iterator[None]:
    """The negative control: the table's own constraint is lifted too, and nothing of it is left afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for one in (ANSWER, table) if table == RESPONSE else (table,):
                cursor.execute(f"ALTER TABLE {one} DISABLE TRIGGER USER")
                cursor.execute(f"DELETE FROM {one}")
                cursor.execute(f"ALTER TABLE {one} ENABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


@pytest.fixture
def asked(csat: Survey, wanqing: Member) -> SurveyInvitation:
    """All but the last question is answered, with a low score."""
    row = cast.invited(wanqing, csat)
    cast.answer(row, 1, "Cold")
    return row


def test_a_link_sent_from_many_phones_at_once_is_answered_once(asked: SurveyInvitation) -> None:
    answers = at_once(lambda _n: answering.save(asked, "q3", Answer()), range(40))
    sent = [one for one in answers if isinstance(one, SurveyResponse)]
    refused = [one for one in answers if isinstance(one, RuleBroken)]
    assert (len(sent), len(refused)) == (1, 39)
    assert {one.code for one in refused} == {"survey_answered"}
    assert (SurveyResponse.objects.count(), Case.objects.count()) == (1, 1)
    assert SurveyResponse.objects.get().answers.count() == 2
    assert broken() == []


def test_without_the_lock_the_constraint_alone_keeps_to_one_set_of_answers(
    asked: SurveyInvitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the constraint is left then, and whoever comes second meets it as an error."""
    with unlocked(monkeypatch, SurveyInvitation.objects):
        answers = at_once(lambda _n: answering.save(asked, "q3", Answer()), range(40))
    assert any(isinstance(one, IntegrityError) for one in answers)
    assert SurveyResponse.objects.count() == 1, "and it holds"


def test_without_lock_and_constraints_there_is_more_than_one_set_of_answers(
    asked: SurveyInvitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two constraints stand behind the lock: one response an invitation, one draft a question."""
    with (
        without(RESPONSE, ONCE, "UNIQUE (invitation_id)"),
        without(DRAFT, "survey_draft_answers_once", "UNIQUE (invitation_id, question_id)"),
    ):
        with unlocked(monkeypatch, SurveyInvitation.objects):
            at_once(lambda _n: answering.save(asked, "q3", Answer()), range(40))
        assert SurveyResponse.objects.count() > 1


def sweeps_of(trigger: SurveyTrigger, member: Member) -> list[object]:
    """Forty runs at once, each with an occasion of its own of one member."""

    def one(number: int) -> object:
        told = Occasion(number, member.pk, clock.now() - dt.timedelta(hours=1))
        return asking.ask(trigger, "test.race", [told], parameters=Snapshot())

    return at_once(one, range(40))


def test_many_sweeps_at_once_ask_a_member_once(csat: Survey, wanqing: Member) -> None:
    answers = sweeps_of(cast.trigger(csat), wanqing)
    assert sorted(answers) == [0] * 39 + [1]  # type: ignore[type-var]
    assert SurveyInvitation.objects.count() == 1
    assert broken() == []


def test_without_lock_and_turn_a_member_is_asked_more_than_once(
    csat: Survey, wanqing: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = cast.trigger(csat)
    with without(INVITATION, TURN, "UNIQUE (member_id, sequence)"):
        with unlocked(monkeypatch, Member.objects):
            sweeps_of(trigger, wanqing)
        assert SurveyInvitation.objects.count() > 1


def test_without_the_lock_the_turn_alone_keeps_to_one(
    csat: Survey, wanqing: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = cast.trigger(csat)
    with unlocked(monkeypatch, Member.objects):
        answers = sweeps_of(trigger, wanqing)
    assert sorted(answers) == [0] * 39 + [1]  # type: ignore[type-var]
    assert SurveyInvitation.objects.count() == 1


def test_two_surveys_sweeping_the_same_members_share_one_rest(csat: Survey, nps: Survey) -> None:
    members = [factories.MemberFactory.create() for _ in range(30)]
    triggers = [cast.trigger(csat), cast.trigger(nps)]

    def one(number: int) -> object:
        at = clock.now() - dt.timedelta(hours=1)
        ordered = members if number % 4 < 2 else members[::-1]
        told = [Occasion(number * 100 + n, member.pk, at) for n, member in enumerate(ordered)]
        return asking.ask(triggers[number % 2], "test.race", told, parameters=Snapshot())

    answers = at_once(one, range(16))
    assert sum(answers) == 30, answers
    assert SurveyInvitation.objects.count() == 30
    assert broken() == []

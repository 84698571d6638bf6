"""The demo's training is made by the real operations, and loading it twice changes nothing."""

import pytest

from cards import demo as cards
from core import competence
from core.models import Certificate, CompetenceRequirement, User
from members import demo as people
from service_desk.models import ClassSession, Course, Enrolment, QuizAttempt, QuizQuestionVersion
from service_desk.people import demo
from service_desk.people.queries import due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def counts() -> list[int]:
    return [model.objects.count() for model in (Course, Enrolment, Certificate, CompetenceRequirement, ClassSession)]


def test_the_demo_has_somebody_who_may_not_activate_and_a_course_that_leads_to_it() -> None:
    for load in (people.load, cards.load, demo.load):
        load()
    before = counts()
    demo.load()
    assert counts() == before
    missing = competence.missing(demo.colleague("clerk2"), "counter.activate")
    assert [one.learn_at for one in missing] == ["/work/training/activating/"]
    assert competence.missing(demo.colleague("clerk2"), "counter.sell") == []
    for login in ("clerk", "manager"):
        for right in ("counter.activate", "counter.sell"):
            assert competence.missing(demo.colleague(login), right) == []
    assert QuizAttempt.objects.filter(passed=False).exists()
    assert due.to_check(demo.colleague("trainer")).count() == 1
    assert Enrolment.objects.filter(user=demo.colleague("manager"), source="refresher").exists()
    assert all(one.text_zh_hans and one.text_zh_hant for one in QuizQuestionVersion.objects.all())
    assert User.objects.filter(is_staff=True).count() == len(people.STAFF)

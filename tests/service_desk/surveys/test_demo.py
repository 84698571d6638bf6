"""The surveys of the demo are drawn up, asked and answered by the real operations, and loading them twice changes nothing."""

import pytest

from cards import demo as cards
from loyalty import demo as loyalty
from loyalty import demo_benefits, demo_tiers
from members import demo as people
from members.models import Member
from service_desk.models import Case
from service_desk.surveys import demo
from service_desk.surveys.models import Survey, SurveyInvitation, SurveyResponse, SurveyVersion
from service_desk.surveys.queries import progress
from tests.service_desk.surveys.test_drafting import broken

pytestmark = pytest.mark.django_db


def test_the_demo_has_results_worth_looking_at_and_a_question_for_a_visitor() -> None:
    for load in (people.load, cards.load, demo_tiers.load, loyalty.load, demo_benefits.load, demo.load):
        load()
    before = (
        SurveyInvitation.objects.count(),
        SurveyResponse.objects.count(),
        Member.objects.count(),
        Case.objects.count(),
    )
    demo.load()
    assert before == (
        SurveyInvitation.objects.count(), SurveyResponse.objects.count(), Member.objects.count(), Case.objects.count()
    )  # fmt: skip
    assert set(SurveyVersion.objects.values_list("survey__code", "state")) == {
        ("after-a-benefit", "published"), ("after-a-renewal", "published"), ("after-a-case", "in-review")
    }  # fmt: skip
    of = {one.code: one.responses for one in Survey.objects.all()}
    assert of["after-a-benefit"].count() > 45
    assert of["after-a-renewal"].count() >= 10
    months = {when.month for when in of["after-a-benefit"].values_list("invitation__asked_on", flat=True)}
    assert len(months) >= 5
    thomas = SurveyInvitation.objects.get(member=Member.objects.by_phone("+85291234567").get())
    assert not progress.has_ended(thomas)
    low = SurveyResponse.objects.filter(is_low=True)
    assert low.count() == Case.objects.filter(key__startswith="survey:").count() > 3
    assert Case.objects.filter(key__startswith="survey:").exclude(state="closed").count() == 1
    assert broken() == []

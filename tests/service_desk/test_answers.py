"""Prepared answers: those that fit, in the member's language, filled (SVC-01)."""

import pytest

from core.models import User
from members.models import Member
from service_desk.models import CannedAnswer
from service_desk.operations.cases import Contact
from service_desk.queries import answers
from tests.service_desk.desk import complaint, enquiry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories")]


def test_answers_of_the_category_and_general_ones_are_offered_filled(
    wanqing: Member, ling: User, django_assert_num_queries
) -> None:
    case = complaint(wanqing)
    with django_assert_num_queries(1):
        found = {one.code: one for one in answers.for_case(case, by=ling)}
    assert found.keys() == {"received", "more-details", "sorry"}
    assert found["received"].text.startswith("林婉清，您好")
    assert case.number in found["received"].text
    assert found["received"].text.endswith("Ling")


def test_a_stranger_is_answered_in_the_language_he_wrote_in(ling: User) -> None:
    case = enquiry(None, contact=Contact("Jo {agent}"), language="en")
    row = CannedAnswer.objects.create(code="odd", name="Odd", body="Dear {member}, {unknown} {0} {case.owner}")
    assert answers.fill(row, case, by=ling) == "Dear Jo {agent}, {unknown} {0} {case.owner}"


def test_an_answer_out_of_use_is_not_offered(wanqing: Member, ling: User) -> None:
    CannedAnswer.objects.update(is_active=False)
    assert answers.for_case(complaint(wanqing), by=ling) == []

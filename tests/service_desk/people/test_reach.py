"""Whose results somebody sees: his own; his stores'; the departments' that he directs; everybody's (SVC-10, SVC-14)."""

import pytest

from core import clock
from core.models import Department, Post, Store, User
from service_desk.models import ScoreCard
from service_desk.people.policy.kpis import Subject
from service_desk.people.queries import reach
from tests import factories
from tests.service_desk.people import office

pytestmark = pytest.mark.django_db
VIEW, PROPOSE = "people.view_scorecard", "people.propose_performance"


@pytest.fixture
def answering(db: None) -> User:
    """A colleague of another department."""
    made: User = factories.StaffFactory.create(display_name="Gao Yun", roles={"member_service": None})
    department = Department.objects.create(code="service", name="Service")
    post = Post.objects.create(title="Agent", department=department)
    made.employment.post = post
    made.employment.save(update_fields=["post"])
    return made


def test_a_manager_leads_his_store_and_a_director_his_department(
    clerk: User, other_clerk: User, manager: User, head: User, answering: User, director: User, planner: User
) -> None:
    def led(user: User) -> set[User]:
        return set(reach.colleagues(user, right=PROPOSE))

    assert led(manager) == {clerk}
    assert led(head) == {clerk, other_clerk, manager, director, planner}
    assert led(clerk) == led(director) == set()
    assert reach.reaches(manager, clerk, right=PROPOSE)
    assert not reach.reaches(manager, other_clerk, right=PROPOSE)
    assert not reach.reaches(head, answering, right=PROPOSE)
    assert not reach.reaches(manager, manager, right=PROPOSE)


def test_a_right_without_a_department_or_store_reaches_nobody(clerk: User) -> None:
    idle = factories.StaffFactory.create(roles={"department_head": None})
    assert not reach.colleagues(idle, right=PROPOSE).exists()


def test_only_who_sees_everybody_sees_everybody(clerk: User, answering: User, director: User, auditor: User) -> None:
    for user in (director, auditor):
        assert {clerk, answering} <= set(reach.colleagues(user, right=VIEW))


def test_score_cards_are_seen_by_where_their_people_were(
    clerk: User, other_clerk: User, store: Store, other_store: Store, manager: User, head: User, answering: User
) -> None:
    for person, place in ((clerk, store), (other_clerk, other_store), (answering, None)):
        office.sale(person, place, clock.now())
    for kind in Subject:
        office.write(kind=kind)

    def seen(user: User) -> set[str]:
        return {str(one.subject) for one in reach.cards(ScoreCard.objects.all(), user, right=VIEW)}

    assert seen(manager) == {"Xu Jing", "Nanjing Road"}
    assert seen(head) == {"Xu Jing", "He Bo", "Stores"}
    assert seen(clerk) == {"Xu Jing"}
    clerk.employment.store = other_store
    clerk.employment.save(update_fields=["store"])
    assert seen(manager) == {"Xu Jing", "Nanjing Road"}, "what he did here stays visible here"

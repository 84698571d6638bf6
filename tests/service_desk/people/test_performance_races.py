"""Performance under concurrency, on a server database, with negative controls (SVC-09 to SVC-11)."""

from typing import Any

import pytest

from core import clock, verify
from core.models import Approval, Store, User
from service_desk.models import (
    Contest,
    ContestPlace,
    Incentive,
    Objection,
    PostStandard,
    ScoreCard,
    ScoreFigure,
    SpotCheck,
)
from service_desk.people.operations import contests, incentives, objections
from service_desk.people.policy import periods
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Span
from tests import factories
from tests.racing import at_once, unlocked
from tests.service_desk.people import office

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def broken() -> list[str]:
    ours = [one for one in verify.invariants() if one.code in ("T6", "T7", "T8", "T9")]
    assert len(ours) == 4
    return [f"{one.code}: {found.examples}" for one in ours if (found := verify.look(one)).broken]


def reward(manager: User, clerk: User) -> list[Any]:
    def ask(_: int) -> Incentive:
        return incentives.propose(clerk, kind="praise", title="Best week", reason="Sixty cards", by=manager)

    return at_once(ask, range(20))


def test_a_reward_that_is_proposed_by_many_clicks_is_proposed_once(clerk: User, manager: User) -> None:
    assert {one.pk for one in reward(manager, clerk)} == {Incentive.objects.get().pk}
    assert Approval.objects.count() == 1


def test_without_the_lock_on_the_person_a_reward_is_proposed_more_than_once(
    clerk: User, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unlocked(monkeypatch, User.objects):
        reward(manager, clerk)
    assert Incentive.objects.count() > 1


def test_a_spot_check_that_is_sent_by_many_clicks_is_one(clerk: User, manager: User, standard: PostStandard) -> None:
    answers = at_once(lambda _: office.check(clerk, 5, 4, by=manager), range(20))
    assert {one.pk for one in answers} == {SpotCheck.objects.get().pk}
    assert broken() == []


def decide(raised: Objection, deciders: list[User]) -> list[Any]:
    def one(turn: int) -> Any:
        return objections.decide(raised, upheld=turn % 2 == 0, answer=f"{turn}", by=deciders[turn % len(deciders)])

    return at_once(one, range(12))


@pytest.fixture
def raised(clerk: User, manager: User, standard: PostStandard) -> Objection:
    return objections.to_spot_check(office.check(clerk, 1, 1, by=manager), words="No.", by=clerk)


def directors() -> list[User]:
    return [factories.StaffFactory.create(roles={"operations_director": None}) for _ in range(3)]


def test_an_objection_is_decided_once_however_many_decide_at_once(raised: Objection) -> None:
    answers = decide(raised, directors())
    assert len([one for one in answers if isinstance(one, Objection)]) == 1
    assert broken() == []


def test_without_the_lock_on_the_objection_it_is_decided_more_than_once(
    raised: Objection, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = directors()
    with unlocked(monkeypatch, Objection.objects):
        answers = decide(raised, people)
    assert len([one for one in answers if isinstance(one, Objection)]) > 1


def test_score_cards_written_by_several_at_once_are_written_once(clerk: User, manager: User, store: Store) -> None:
    for person in (clerk, manager):
        office.sale(person, store, clock.now())
    period = periods.of(clock.today(), Span.MONTH)
    answers = at_once(lambda _: office.write(period), range(6))
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert ScoreCard.objects.count() == 2
    assert list(ScoreFigure.objects.filter(kpi="sales_count").values_list("value", flat=True)) == [1, 1]
    assert broken() == []


def test_a_contest_is_closed_once(clerk: User, store: Store, planner: User) -> None:
    office.sale(clerk, store, clock.now())
    today = clock.today()
    row = contests.call(
        {"name": "Today"}, kpi="sales_count", kind=Subject.PERSON, starts_on=today, last_on=today, by=planner
    )
    answers = at_once(lambda _: contests.close(row), range(8))
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert ContestPlace.objects.count() == 1


def test_without_the_lock_on_the_contest_its_places_collide(
    clerk: User, store: Store, planner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sale(clerk, store, clock.now())
    today = clock.today()
    row = contests.call(
        {"name": "Today"}, kpi="sales_count", kind=Subject.PERSON, starts_on=today, last_on=today, by=planner
    )
    with unlocked(monkeypatch, Contest.objects):
        answers = at_once(lambda _: contests.close(row), range(8))
    assert any(isinstance(one, Exception) for one in answers)

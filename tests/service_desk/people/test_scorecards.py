"""Score-cards: written anew until they are closed, and as they were from then on (SVC-10)."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from cards.models import Order
from core import clock, sweeps, verify
from core.models import AuditRecord, Department, Store, User
from service_desk.models import ScoreCard, ScoreFigure
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Period, Span
from service_desk.people.queries import scorecards, targets
from tests import factories
from tests.service_desk import desk
from tests.service_desk.people import office
from tests.service_desk.people.office import NOVEMBER, OCTOBER, card_of, figure, write

pytestmark = pytest.mark.django_db


def test_a_card_tells_each_figure_with_its_target_and_how_far_it_was_reached(
    clerk: User, store: Store, planner: User, director: User
) -> None:
    with desk.on("01 09:00"):
        office.target("sales_count", 4, planner=planner, director=director)
        office.target("activations", 2, planner=planner, director=director)
    for _ in range(3):
        office.sale(clerk, store, clock.now())
    write()
    sold, activated = figure(clerk, "sales_count"), figure(clerk, "activations")
    assert (sold.value, sold.target, sold.attainment_bps) == (3, 4, 7_500)
    assert (activated.value, activated.target, activated.attainment_bps) == (0, 2, 0)
    card = card_of(clerk)
    assert card.total_bps == 3_750
    assert (card.at_store, card.of_department) == (store, clerk.employment.post.department)
    assert figure(clerk, "sales_minor").attainment_bps is None


def test_the_night_writes_a_running_card_anew_and_what_is_gone_leaves_it(clerk: User, store: Store) -> None:
    sold = office.sale(clerk, store, clock.now())
    write()
    write()
    assert ScoreCard.objects.filter(person=clerk).count() == 1
    office.sale(clerk, store, clock.now())
    write()
    assert figure(clerk, "sales_count").value == 2
    Order.objects.all().update(seller=None)
    write()
    assert not card_of(clerk).figures.exists()
    assert sold.pk


def test_a_closed_card_stands_as_it_was_whatever_is_corrected_later(clerk: User, store: Store) -> None:
    office.sale(clerk, store, clock.now())
    write(closes=True)
    before = list(card_of(clerk).figures.order_by("pk").values())
    office.sale(clerk, store, clock.now())
    Order.objects.all().update(refunded_minor=29_900)
    assert write() == 0
    assert write(closes=True) == 0
    assert list(card_of(clerk).figures.order_by("pk").values()) == before
    for change in (
        lambda: ScoreFigure.objects.filter(card=card_of(clerk)).update(value=99),
        lambda: ScoreFigure.objects.filter(card=card_of(clerk)).delete(),
        lambda: ScoreCard.objects.filter(person=clerk).update(total_bps=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_stores_and_departments_have_cards_of_their_own(
    clerk: User, other_clerk: User, store: Store, other_store: Store, planner: User, director: User
) -> None:
    with desk.on("01 09:00"):
        office.target("sales_count", 2, planner=planner, director=director, kind=Subject.STORE)
        office.target("sales_count", 1, planner=planner, director=director, kind=Subject.STORE, store=store)
    office.sale(clerk, store, clock.now())
    office.sale(other_clerk, other_store, clock.now())
    for kind in Subject:
        write(kind=kind)
    figures = ScoreFigure.objects.filter(kpi="sales_count")
    assert figures.get(card__store=store).attainment_bps == 10_000
    assert figures.get(card__store=other_store).attainment_bps == 5_000
    assert figures.get(card__department=Department.objects.get(code="stores")).value == 2
    assert figures.count() == 2 + 2 + 1


def test_ones_own_target_comes_before_the_posts_before_everybodys(
    clerk: User, manager: User, other_clerk: User, planner: User, director: User
) -> None:
    with desk.on("01 09:00"):
        for value, whom in ((9, {}), (5, {"post": clerk.employment.post}), (2, {"person": other_clerk})):
            office.target("activations", value, planner=planner, director=director, **whom)
    found = targets.in_force(Subject.PERSON, NOVEMBER)
    post = clerk.employment.post_id
    assert found.of("activations", clerk.pk, post=post) == 5
    assert found.of("activations", other_clerk.pk, post=post) == 2
    assert found.of("activations", manager.pk, post=manager.employment.post_id) == 9


def test_a_target_set_in_the_middle_of_a_month_holds_from_the_next_and_one_can_be_lifted(
    clerk: User, planner: User, director: User
) -> None:
    office.target("activations", 5, planner=planner, director=director)
    december = Period(dt.date(2026, 12, 1), Span.MONTH)
    assert targets.in_force(Subject.PERSON, NOVEMBER).of("activations", clerk.pk) is None
    assert targets.in_force(Subject.PERSON, december).of("activations", clerk.pk) == 5
    with desk.on("24 09:00"):
        office.target("activations", None, planner=planner, director=director)
    assert targets.in_force(Subject.PERSON, december).of("activations", clerk.pk) is None


def test_who_left_keeps_the_card_of_his_work(clerk: User, store: Store) -> None:
    office.sale(clerk, store, clock.now())
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    write()
    assert figure(clerk, "sales_count").value == 1


def test_the_sweep_writes_month_and_year_and_closes_what_is_over(clerk: User, store: Store) -> None:
    with desk.on("23 10:05"):
        office.sale(clerk, store, clock.now())
        office.sale(clerk, store, clock.now() - dt.timedelta(days=40))
        sweeps.run("performance.score")
        assert {(one.span, one.starts_on) for one in ScoreCard.objects.filter(person=clerk)} == {
            ("month", dt.date(2026, 11, 1)), ("year", dt.date(2026, 1, 1)),
        }  # fmt: skip
        assert figure(clerk, "sales_count", Period(dt.date(2026, 1, 1), Span.YEAR)).value == 2
    for day, closed in (("2026-12-05", False), ("2026-12-06", True)):
        sweeps.run("performance.score", on=dt.date.fromisoformat(day))
        assert (card_of(clerk).closed_at is not None) == closed
    assert AuditRecord.objects.filter(action="service_desk.scorecards.close").exists()
    again = sweeps.run("performance.score", on=dt.date(2026, 12, 6))
    assert again.state == "done"


def test_a_month_that_nobody_closed_in_time_is_closed_as_soon_as_the_night_works_again(
    clerk: User, store: Store
) -> None:
    office.sale(clerk, store, clock.now() - dt.timedelta(days=40))
    write(OCTOBER)
    assert scorecards.unclosed(office.running(clock.today())) == [OCTOBER]
    sweeps.run("performance.score")
    assert card_of(clerk, OCTOBER).closed_at is not None
    assert scorecards.unclosed(office.running(clock.today())) == []


def test_a_card_shows_what_stands_and_the_months_before(
    clerk: User, store: Store, planner: User, director: User
) -> None:
    with desk.on("01 09:00"):
        office.target("sales_count", 2, planner=planner, director=director)
    office.sale(clerk, store, clock.now() - dt.timedelta(days=40))
    office.sale(clerk, store, clock.now())
    write(OCTOBER, closes=True)
    write()
    found = scorecards.before(scorecards.cards().get(pk=card_of(clerk).pk), most=12)
    assert [one.card.starts_on for one in found] == [NOVEMBER.starts_on, OCTOBER.starts_on]
    assert [one.total_bps for one in found] == [5_000, None]
    assert [one.card.pk for one in scorecards.series(found)] == [card_of(clerk).pk]


def test_writing_takes_the_same_statements_for_two_people_and_for_ten(store: Store) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements(people: int) -> int:
        for _ in range(people):
            office.sale(factories.StaffFactory.create(roles={"clerk": store}), store, clock.now())
        write()
        with CaptureQueriesContext(connection) as seen:
            write()
        return len(seen)

    assert statements(2) == statements(8)


def test_what_is_written_adds_up(clerk: User, store: Store, planner: User, director: User) -> None:
    with desk.on("01 09:00"):
        office.target("sales_count", 3, planner=planner, director=director)
    office.sale(clerk, store, clock.now())
    write()
    (one,) = [found for found in verify.invariants() if found.code == "T7"]
    assert not verify.look(one).broken
    ScoreFigure.objects.filter(kpi="sales_count").update(attainment_bps=9_999)
    assert verify.look(one).broken

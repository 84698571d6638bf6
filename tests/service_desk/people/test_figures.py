"""The figures of people, stores and departments follow from the rows of their work (SVC-10)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards.models import Order
from core import clock
from core.models import Department, Store, User
from members.models import Member
from service_desk.models import Case, Course
from service_desk.operations import complaints, rating, threads
from service_desk.people.operations import enrolments
from service_desk.people.policy import kpis
from service_desk.people.policy.kpis import Subject, Sum
from service_desk.people.queries import kpis as live
from tests import factories
from tests.service_desk import desk
from tests.service_desk.people import office, school

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 30)


def of(whose: int, code: str, kind: Subject = Subject.PERSON, first: dt.date = FIRST, last: dt.date = LAST) -> Any:
    return live.figures(kind, first, last, only=[code])[code].get(whose)


def test_who_has_done_nothing_has_no_figure(clerk: User) -> None:
    assert live.figures(Subject.PERSON, FIRST, LAST) == {one.code: {} for one in kpis.KPIS}


def test_new_members_belong_to_whom_and_where_they_came_by(
    clerk: User, other_clerk: User, store: Store, other_store: Store
) -> None:
    for staff, place in ((clerk, store), (clerk, other_store), (other_clerk, other_store)):
        factories.MemberFactory.create(source_staff=staff, source_store=place)
    assert of(clerk.pk, "new_members") == Sum(2)
    assert of(other_store.pk, "new_members", Subject.STORE) == Sum(2)
    assert of(Department.objects.get().pk, "new_members", Subject.DEPARTMENT) == Sum(3)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-10-31T23:59:59+08:00", False),
        ("2026-11-01T00:00:00+08:00", True),
        ("2026-11-30T23:59:59+08:00", True),
        ("2026-12-01T00:00:00+08:00", False),
    ],
)
def test_a_month_is_that_of_the_business_time_zone(clerk: User, store: Store, at: str, counts: bool) -> None:
    office.sale(clerk, store, dt.datetime.fromisoformat(at))
    assert of(clerk.pk, "sales_count") == (Sum(1) if counts else None)


def test_sales_count_what_was_paid_and_kept_and_renewals_beside_them(clerk: User, store: Store) -> None:
    office.sale(clerk, store, clock.now(), paid_minor=29_900)
    office.sale(clerk, store, clock.now(), paid_minor=29_900, refunded_minor=900)
    office.sale(clerk, store, clock.now(), paid_minor=29_900, refunded_minor=29_900)
    office.sale(clerk, store, clock.now(), paid_minor=10_000, kind=Order.Kind.RENEWAL)
    office.sale(None, None, clock.now(), channel="web")
    assert of(clerk.pk, "sales_count") == Sum(2)
    assert of(clerk.pk, "renewals") == Sum(1)
    assert of(clerk.pk, "sales_minor") == Sum(29_900 + 29_000 + 10_000)
    assert of(store.pk, "sales_minor", Subject.STORE) == Sum(68_900)


def test_satisfaction_is_the_mean_of_what_members_said_of_cases(wanqing: Member, ling: User, otto: User) -> None:
    for agent, score in ((ling, 5), (ling, 2), (otto, 1)):
        case = desk.enquiry(wanqing)
        Case.objects.filter(pk=case.pk).update(owner=agent)
        threads.reply(desk.fresh(case), body="At nine.", by=agent, resolves=True)
        rating.rate(desk.fresh(case), score=score, comment="")
    assert kpis.value(kpis.BY_CODE["satisfaction"], of(ling.pk, "satisfaction")) == 6_250
    assert kpis.value(kpis.BY_CODE["satisfaction"], of(otto.pk, "satisfaction")) == 0


def test_first_responses_are_in_time_or_not(wanqing: Member, ling: User) -> None:
    with desk.on("23 10:00"):
        prompt, late = desk.enquiry(wanqing), desk.complaint(wanqing)
        Case.objects.filter(pk__in=[prompt.pk, late.pk]).update(owner=ling)
        threads.reply(desk.fresh(prompt), body="At nine.", by=ling)
    with desk.on("27 16:00"):
        threads.reply(desk.fresh(late), body="Sorry.", by=ling)
        assert of(ling.pk, "first_response") == Sum(10_000, 2)


def test_complaints_are_counted_by_those_who_were_served_and_unfounded_ones_are_not(
    wanqing: Member, clerk: User, store: Store, ling: User, lead: User
) -> None:
    office.sale(clerk, store, clock.now())
    for finding in ("justified", "unfounded"):
        case = desk.complaint(wanqing, store=store)
        complaints.name_colleague(case, colleague=clerk, by=lead)
        complaints.find(desk.fresh(case), finding=finding, explanation="Heard", by=lead)
    assert of(clerk.pk, "complaints") == Sum(1, 1)
    assert of(store.pk, "complaints", Subject.STORE) == Sum(1, 1)


def test_training_is_what_was_done_of_what_was_due(clerk: User, course: Course, trainer: User) -> None:
    with desk.on("02 10:00"):
        enrolments.enrol(clerk, course, by=trainer, due_on=dt.date(2026, 11, 10))
    assert of(clerk.pk, "training") == Sum(0, 1)
    with desk.on("09 10:00"):
        assert of(clerk.pk, "training") is None, "not due yet"
    school.read(clerk.enrolments.get())
    school.pass_quiz(clerk.enrolments.get())
    assert of(clerk.pk, "training") == Sum(10_000, 1)
    assert of(clerk.pk, "knowledge") == Sum(10_000, 1)


def test_a_spot_check_counts_on_its_day_until_it_is_void(
    clerk: User, manager: User, standard: object, store: Store
) -> None:
    check = office.check(clerk, 5, 3, by=manager)
    assert of(clerk.pk, "spot_checks") == Sum(6_250, 1)
    assert of(store.pk, "spot_checks", Subject.STORE) == Sum(6_250, 1)
    type(check).objects.filter(pk=check.pk).update(void_at=clock.now())
    assert of(clerk.pk, "spot_checks") is None


def test_however_many_people_there_are_the_figures_take_the_same_statements(store: Store) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            live.figures(Subject.PERSON, FIRST, LAST)
        return len(seen)

    alone = statements()
    for _ in range(5):
        office.sale(factories.StaffFactory.create(roles={"clerk": store}), store, clock.now())
    assert statements() == alone
    assert alone < 30


def test_every_figure_has_sources() -> None:
    assert all(live.sources_of(one.code) for one in kpis.KPIS)

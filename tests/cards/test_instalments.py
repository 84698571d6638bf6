"""Paying in parts (CARD-09, CARD-17 · A5.2): sums, days, reminders, suspension, restoration."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.jobs import buying
from cards.models import Card, Instalment, Order, Product
from cards.operations import instalments
from cards.policy import instalments as rule
from cards.policy.parameters import InstalmentParameters
from core import clock, sweeps
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import Member
from tests.cards.shop import assert_whole, make_product, pay, place, start, told

pytestmark = pytest.mark.django_db


@given(st.integers(12, 10**9), st.sampled_from([3, 6, 12]), st.dates(dt.date(2026, 1, 1), dt.date(2099, 12, 31)))
def test_parts_sum_to_the_total_and_keep_their_day(total: int, parts: int, first: dt.date) -> None:
    plan = rule.plan(total, parts=parts, first_due_on=first, parameters=InstalmentParameters())
    assert sum(part.amount_minor for part in plan) == total
    assert max(part.amount_minor for part in plan) - min(part.amount_minor for part in plan) <= 1
    assert all(part.due_on.day == first.day or (part.due_on + dt.timedelta(days=1)).day == 1 for part in plan)
    assert len({(part.due_on.year, part.due_on.month) for part in plan}) == parts


@pytest.fixture
def order(buyer: Member, product: Product) -> Order:
    """Six parts, the first paid, the card delivered and active."""
    order = place(buyer, product, parts=6)
    pay(order)
    Card.objects.update(
        state="active", holder=buyer, activated_at=clock.now(), valid_from_on=clock.today(),
        last_valid_on=clock.today() + dt.timedelta(days=365),
    )  # fmt: skip
    return order


def run_on(day: dt.date) -> None:
    with clock.stopped(dt.datetime.combine(day, dt.time(1, 15), clock.zone())):
        sweeps.run(buying.LateInstalments())


def second(order: Order) -> Instalment:
    return Instalment.objects.get(plan__order=order, sequence=2)


def card() -> Card:
    return Card.objects.get()


def test_the_first_part_brings_the_card(order: Order) -> None:
    assert order.state == Order.State.FULFILLED
    assert order.paid_minor == 21_650
    assert order.paid_at is None
    assert_whole()


def test_a_late_part_is_reminded_twice_then_suspends_and_paying_restores(order: Order) -> None:
    due = second(order).due_on
    for days in range(20):
        run_on(due + dt.timedelta(days=days))
        run_on(due + dt.timedelta(days=days))
        expected = 0 if days < 1 else 1 if days < 7 else 2
        assert told("instalment.late") == expected, days
        assert card().state == ("suspended" if days >= 15 else "active"), days
    assert card().suspension == Card.Suspension.ARREARS
    assert told("instalment.suspended") == 1
    with clock.stopped(dt.datetime.combine(due + dt.timedelta(days=20), dt.time(12), clock.zone())):
        pay(order)
    assert (card().state, card().suspension) == ("active", "")
    assert told("instalment.restored") == 1
    assert_whole()


def test_missed_nights_send_only_the_reminder_that_is_now_due(order: Order) -> None:
    run_on(second(order).due_on + dt.timedelta(days=9))
    assert told("instalment.late") == 1


def test_a_clock_set_forward_a_day_and_back_an_hour_tells_nothing_twice(order: Order) -> None:
    due, hour = second(order).due_on, dt.timedelta(hours=1)
    for days in (1, 7, 15):
        night = dt.datetime.combine(due + dt.timedelta(days=days), dt.time(0, 15), clock.zone())
        for moment in (night, night + 24 * hour, night - hour, night):
            with clock.stopped(moment):
                sweeps.run(buying.LateInstalments())
    assert (told("instalment.late"), told("instalment.suspended")) == (2, 1)
    assert card().suspension == Card.Suspension.ARREARS
    assert_whole()


def test_three_nights_without_beat_over_the_day_of_suspension_end_in_the_suspension_alone(order: Order) -> None:
    due = second(order).due_on
    run_on(due + dt.timedelta(days=13))
    run_on(due + dt.timedelta(days=17))
    assert (told("instalment.late"), told("instalment.suspended")) == (1, 1)


def test_a_part_due_on_the_leap_day_is_late_from_the_first_of_march(buyer: Member) -> None:
    with clock.stopped(dt.datetime(2028, 1, 31, 12, tzinfo=clock.zone())):
        order = place(buyer, make_product(), parts=6)
        pay(order)
    Card.objects.update(
        state="active", holder=buyer, activated_at=clock.now(), valid_from_on=dt.date(2028, 1, 31),
        last_valid_on=dt.date(2029, 1, 31),
    )  # fmt: skip
    assert second(order).due_on == dt.date(2028, 2, 29)
    for day, reminders in ((dt.date(2028, 2, 29), 0), (dt.date(2028, 3, 1), 1), (dt.date(2028, 3, 7), 2)):
        run_on(day)
        assert told("instalment.late") == reminders, day
    run_on(dt.date(2028, 3, 14))
    assert card().state == "active"
    run_on(dt.date(2028, 3, 15))
    assert card().state == "suspended"


def test_a_part_paid_in_time_is_never_reminded(order: Order) -> None:
    due = second(order).due_on
    with clock.stopped(dt.datetime.combine(due, dt.time(23, 59), clock.zone())):
        pay(order)
    run_on(due + dt.timedelta(days=20))
    assert told("instalment.late") == 0
    assert card().state == "active"


def test_a_card_suspended_for_two_parts_comes_back_when_none_is_too_late(order: Order) -> None:
    due = Instalment.objects.get(plan__order=order, sequence=3).due_on
    run_on(due + dt.timedelta(days=3))
    with clock.stopped(dt.datetime.combine(due + dt.timedelta(days=3), dt.time(12), clock.zone())):
        pay(order)
        assert card().state == "active"
        pay(order)
    assert_whole()


def test_all_parts_paid_makes_the_order_paid_in_full(order: Order) -> None:
    for _ in range(5):
        pay(order)
    assert order.paid_minor == order.total_minor
    assert order.paid_at is not None
    with pytest.raises(Refusal) as refused:
        start(order)
    assert refused.value.code == "order_not_payable"
    assert_whole()


def test_a_lost_card_is_not_restored_by_money(order: Order) -> None:
    Card.objects.update(state="suspended", suspension=Card.Suspension.LOST)
    pay(order)
    assert card().suspension == Card.Suspension.LOST


@pytest.mark.parametrize("parts", [2, 4, 24, 0, -3])
def test_a_number_of_parts_that_is_not_offered_is_refused(buyer: Member, product: Product, parts: int) -> None:
    if parts > 1:
        with pytest.raises(RuleBroken) as refused:
            place(buyer, product, parts=parts)
        assert refused.value.code == "instalment_plan_unknown"
        assert not Order.objects.exists()
    else:
        with pytest.raises(RuleBroken):
            instalments.make_plan(place(buyer, product), parts=parts, first_due_on=clock.today())

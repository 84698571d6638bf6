"""Reminders of points that lapse (LOY-07): once per member, last day and step, and true when they are read."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.messaging import dispatch
from core.models import Message
from loyalty.models import LapseReminder
from loyalty.operations import points
from members.models import Member
from tests import factories
from tests.cards.products import swept
from tests.loyalty.conftest import cause

pytestmark = pytest.mark.django_db
JOB = "points.remind_lapse"
ENDS = dt.date(2028, 11, 30)
DAY = dt.timedelta(days=1)


def at(day: dt.date, hour: int = 12) -> Any:
    return clock.stopped(dt.datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone()))


def run_on(day: dt.date) -> int:
    with at(day, hour=1):
        return swept(JOB)


def sent(day: dt.date, channel: str = "inbox") -> list[Message]:
    with at(day, hour=10):
        dispatch.run(channel)
    return list(Message.objects.filter(channel=channel, event="points.lapse_due", state="sent").order_by("pk"))


def steps(member: Member) -> list[int]:
    return list(LapseReminder.objects.filter(member=member).order_by("pk").values_list("step", flat=True))


@pytest.fixture
def earned(wanqing: Member) -> Member:
    with at(dt.date(2026, 11, 23)):
        points.accrue(wanqing, 400, cause=cause(), waits=False)
    return wanqing


def test_each_step_is_written_once_on_its_night(earned: Member) -> None:
    for days in range(65, -3, -1):
        run_on(ENDS - days * DAY)
    assert steps(earned) == [-60, -30, -7]


def test_a_second_run_does_nothing_and_missed_nights_catch_up_with_the_nearest_step_alone(earned: Member) -> None:
    assert (run_on(ENDS - 20 * DAY), run_on(ENDS - 20 * DAY)) == (1, 0)
    assert (run_on(ENDS - 3 * DAY), steps(earned)) == (1, [-30, -7])


def test_every_channel_that_reaches_her_gets_one_message_with_the_amount_the_day_and_the_link(earned: Member) -> None:
    run_on(ENDS - 30 * DAY)
    keys = set(Message.objects.values_list("dedup_key", flat=True))
    base = f"points.lapse_due:{earned.pk}:2028-11-30:-30"
    assert keys == {f"{base}:inbox", f"{base}:sms", f"{base}:email"}
    [one] = sent(ENDS - 30 * DAY)
    assert (one.link, one.purpose) == ("/me/points/", "reminder")
    assert "400" in one.subject
    assert "2028年11月30日" in one.body
    [mail] = sent(ENDS - 30 * DAY, "email")
    assert "/me/points/" in mail.body


def test_points_that_were_spent_meanwhile_are_not_reminded_of_and_a_part_is_told_as_it_is(earned: Member) -> None:
    run_on(ENDS - 30 * DAY)
    with at(ENDS - 30 * DAY, hour=9):
        points.spend(earned, 150, cause=cause())
    assert "250" in sent(ENDS - 30 * DAY)[0].subject
    run_on(ENDS - 7 * DAY)
    with at(ENDS - 7 * DAY, hour=9):
        points.spend(earned, 250, cause=cause())
    assert len(sent(ENDS - 7 * DAY)) == 1


def test_two_last_days_are_two_reminders_and_who_cannot_be_reached_outside_hears_inside(earned: Member) -> None:
    with at(dt.date(2026, 12, 5)):
        points.accrue(earned, 70, cause=cause(), waits=False)
        unreached = factories.MemberFactory.create(phone=None, phone_verified_at=None, user=None)
        points.accrue(unreached, 10, cause=cause(), waits=False)
    assert run_on(dt.date(2028, 11, 23)) == 3
    rows = LapseReminder.objects.order_by("last_valid_on", "member").values_list("last_valid_on", "step")
    assert list(rows) == [(ENDS, -7), (dt.date(2028, 12, 31), -60), (dt.date(2028, 12, 31), -60)]
    assert set(Message.objects.filter(member_id=unreached.pk).values_list("channel", flat=True)) == {"inbox"}


def test_a_night_asks_as_often_for_many_members_as_for_one(earned: Member, django_assert_max_num_queries) -> None:
    with at(dt.date(2026, 11, 23)):
        for _ in range(30):
            points.accrue(factories.MemberFactory.create(), 40, cause=cause(), waits=False)
    with django_assert_max_num_queries(45):
        assert run_on(ENDS - 30 * DAY) == 31

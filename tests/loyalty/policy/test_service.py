import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import service
from loyalty.policy.benefit_parameters import ServiceParameters

ZONE, DAY = ZoneInfo("Asia/Shanghai"), date(2026, 11, 23)
RULES = ServiceParameters()
LADDER = ("normal", "silver", "gold", "platinum")


def slots(opens: time, closes: time, minutes: int) -> list[tuple[datetime, datetime]]:
    return service.slots(DAY, opens=opens, closes=closes, minutes=minutes, zone=ZONE)


def test_a_day_is_cut_into_whole_slots_in_the_business_zone():
    found = slots(time(7), time(9, 30), 60)
    assert [start.astimezone(UTC).hour for start, _ in found] == [23, 0]
    assert [end.strftime("%H:%M") for _, end in found] == ["08:00", "09:00"]


def test_no_minutes_make_one_slot_of_the_whole_day():
    assert [(start.time(), end.time()) for start, end in slots(time(9), time(21), 0)] == [(time(9), time(21))]


@given(st.times(max_value=time(12)), st.times(min_value=time(13)), st.integers(1, 720))
def test_slots_follow_each_other_within_the_hours(opens, closes, minutes):
    found = slots(opens, closes, minutes)
    assert all(one[1] == following[0] for one, following in itertools.pairwise(found))
    assert all(end - start == timedelta(minutes=minutes) for start, end in found)
    assert not found or found[-1][1].time() <= closes


def test_a_higher_tier_reserves_earlier():
    opens = [service.opens_on(DAY, tier=tier, parameters=RULES) for tier in LADDER]
    assert opens == [DAY - timedelta(days=days) for days in (3, 7, 14, 30)]
    assert service.opens_on(DAY, tier="unheard-of", parameters=RULES) == DAY


def test_the_tier_that_opens_a_day_already_is_named():
    in_ten = DAY + timedelta(days=10)
    assert service.earlier_tier(in_ten, on=DAY, ladder=LADDER, parameters=RULES) == "gold"
    assert service.earlier_tier(DAY + timedelta(days=31), on=DAY, ladder=LADDER, parameters=RULES) == ""


def test_one_cancels_until_some_hours_before():
    at = datetime(2026, 11, 23, 10, tzinfo=ZONE)
    assert service.cancel_until(at, parameters=RULES) == at - timedelta(hours=2)


def test_advisers_are_for_the_tiers_from_the_named_one_on():
    assert service.advised(ladder=LADDER, parameters=RULES) == ("platinum",)
    assert service.advised(ladder=LADDER, parameters=ServiceParameters(adviser_from="gold")) == ("gold", "platinum")
    assert service.advised(ladder=LADDER, parameters=ServiceParameters(adviser_from="diamond")) == ()


def test_higher_tiers_of_the_ladder_come_earlier_to_what_is_new():
    found = service.head_starts(ladder=LADDER, parameters=RULES)
    assert [(one.tier, one.days) for one in found] == [("normal", 0), ("silver", 1), ("gold", 2), ("platinum", 3)]
    assert [one.tier for one in service.head_starts(ladder=LADDER[:2], parameters=RULES)] == ["normal", "silver"]

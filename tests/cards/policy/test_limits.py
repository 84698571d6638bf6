from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import limits
from cards.policy.limits import Limit, Per

STARTS, LAST = date(2026, 1, 21), date(2027, 1, 21)
TODAY = date(2026, 11, 22)
LIMITS = st.lists(st.builds(Limit, st.sampled_from(Per), st.integers(0, 6)), max_size=4)
USED = st.dictionaries(
    st.sampled_from(["day:2026-11-22", "month:2026-11", "year:2026", "card:2026-01-21", "household:2026"]),
    st.integers(0, 6),
)


def decide(*some: Limit, used=None, day: date = TODAY, **scope) -> limits.Decision:
    return limits.decide(some, used=used or {}, day=day, term_starts_on=STARTS, last_valid_on=LAST, **scope)


def test_periods_are_those_of_the_calendar_and_of_the_card():
    keys = {per: limits.period_key(per, day=TODAY, term_starts_on=STARTS) for per in Per}
    assert keys == {
        Per.DAY: "day:2026-11-22", Per.MONTH: "month:2026-11", Per.YEAR: "year:2026", Per.CARD: "card:2026-01-21",
        Per.HOUSEHOLD: "household:2026",
    }  # fmt: skip


def test_a_benefit_without_limits_is_used_freely():
    assert decide() == limits.Decision(True, "benefit_allowed")


def test_the_last_use_is_allowed_and_the_next_refused():
    breakfasts = Limit(Per.MONTH, 3)
    assert decide(breakfasts, used={"month:2026-11": 2}) == limits.Decision(True, "benefit_allowed", left=1)
    assert not decide(breakfasts, used={"month:2026-11": 3}).allowed


@pytest.mark.parametrize(
    ("per", "key", "again"),
    [
        (Per.DAY, "day:2026-11-22", date(2026, 11, 23)),
        (Per.MONTH, "month:2026-11", date(2026, 12, 1)),
        (Per.YEAR, "year:2026", date(2027, 1, 1)),
        (Per.HOUSEHOLD, "household:2026", date(2027, 1, 1)),
    ],
)
def test_a_refusal_says_from_which_day_it_is_allowed_again(per, key, again):
    refused = decide(Limit(per, 1), used={key: 1})
    assert (refused.code, refused.allowed_again_on, refused.left) == ("benefit_used_up_for_now", again, 0)
    assert decide(Limit(per, 1), used={key: 1}, day=again).allowed


def test_what_the_card_used_up_only_a_renewal_brings_back():
    refused = decide(Limit(Per.CARD, 2), used={"card:2026-01-21": 2})
    assert (refused.code, refused.allowed_again_on) == ("benefit_used_up_until_renewal", None)


def test_a_day_after_the_card_ended_is_no_promise():
    refused = decide(Limit(Per.YEAR, 1), used={"year:2027": 1}, day=date(2027, 1, 20))
    assert refused.code == "benefit_used_up_until_renewal"
    assert decide(Limit(Per.DAY, 1), used={"day:2027-01-20": 1}, day=date(2027, 1, 20)).allowed_again_on == LAST


def test_of_several_limits_the_one_that_opens_last_gives_the_reason():
    both = decide(Limit(Per.DAY, 1), Limit(Per.MONTH, 1), used={"day:2026-11-22": 1, "month:2026-11": 1})
    assert both.limit == Limit(Per.MONTH, 1)
    assert both.allowed_again_on == date(2026, 12, 1)


def test_more_at_once_than_a_period_ever_allows_is_said_so():
    assert decide(Limit(Per.DAY, 2), quantity=3).code == "benefit_never_so_many_at_once"


@given(LIMITS, USED, st.integers(1, 3))
def test_one_more_use_never_opens_and_one_less_never_closes_a_benefit(some, used, quantity):
    before = decide(*some, used=used, quantity=quantity)
    after = decide(*some, used={key: count + 1 for key, count in used.items()}, quantity=quantity)
    assert before.allowed or not after.allowed
    assert decide(*some, used=used, quantity=quantity + 1).allowed <= before.allowed
    if before.allowed and before.left is not None:
        assert before.left >= quantity


@given(LIMITS, USED)
def test_a_higher_limit_never_refuses_what_a_lower_one_allowed(some, used):
    raised = [Limit(limit.per, limit.count + 1) for limit in some]
    assert decide(*raised, used=used).allowed >= decide(*some, used=used).allowed


@given(LIMITS, USED)
def test_on_the_promised_day_no_calendar_limit_stands_in_the_way(some, used):
    refused = decide(*some, used=used)
    if refused.allowed_again_on is not None:
        assert decide(*some, used=used, day=refused.allowed_again_on).allowed

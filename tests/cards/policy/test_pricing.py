from hypothesis import given
from hypothesis import strategies as st

from cards.policy import pricing
from cards.policy.pricing import BenefitValue, Difference

BREAKFASTS = BenefitValue(value_minor=3_800, uses_a_year=12)
LOUNGE = BenefitValue(value_minor=9_900, uses_a_year=2)


def test_margin_is_what_the_cost_leaves_of_the_price():
    assert pricing.margin(29_900, cost_minor=12_000) == Difference(17_900, 5_987)
    assert pricing.margin(10_000, cost_minor=12_500) == Difference(-2_500, -2_500)
    assert pricing.margin(0, cost_minor=100) == Difference(-100, None)


def test_a_price_below_the_market_is_negative():
    assert pricing.versus_market(29_900, market_minor=39_900) == Difference(-10_000, -2_506)
    assert pricing.versus_market(29_900, market_minor=0) == Difference(29_900, None)


def test_the_saving_is_rounded_down_to_whole_tens():
    assert pricing.you_save_about([BREAKFASTS, LOUNGE], price_minor=29_900) == 35_000  # 35,500 exactly


def test_a_card_that_does_not_pay_for_itself_promises_nothing():
    assert pricing.you_save_about([LOUNGE], price_minor=29_900) == 0


@given(st.lists(st.builds(BenefitValue, st.integers(0, 10**6), st.integers(0, 400)), max_size=8), st.integers(0, 10**7))
def test_no_more_is_promised_than_is_given(benefits, price):
    worth = sum(benefit.value_minor * benefit.uses_a_year for benefit in benefits)
    assert 0 <= pricing.you_save_about(benefits, price_minor=price) <= max(0, worth - price)

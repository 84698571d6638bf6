from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import offers, renewal_terms
from cards.policy.offers import Kind, Renewal
from cards.policy.parameters import MultiYear, RenewalParameters
from cards.policy.renewal_terms import RenewalTerms

POLICY = RenewalParameters()
EXPIRES = date(2027, 1, 21)
PRICE = 29_900
BPS = st.integers(0, 10_000)
POLICIES = st.builds(
    RenewalParameters,
    early_bird_bps=BPS,
    early_bird_days=st.integers(0, 366),
    multi_year=st.lists(st.builds(MultiYear, st.integers(2, 5), BPS), max_size=4).map(tuple),
    veteran_from_renewal=st.integers(1, 10),
)


def renewal(*, days_before: int = 10, number: int = 1, terms=RenewalTerms(), price: int = PRICE) -> Renewal:  # noqa: B008
    return Renewal(price, EXPIRES - timedelta(days=days_before), EXPIRES, number, terms)


def quote(*, years: int = 1, parameters: RenewalParameters = POLICY, **facts) -> offers.Quote:
    return offers.quote(renewal(**facts), years=years, parameters=parameters)


def reasons(found: offers.Quote) -> dict[str, str]:
    return {candidate.offer: candidate.reason for candidate in found.candidates}


@pytest.mark.parametrize(("days_before", "pay"), [(31, 26_910), (30, 26_910), (29, 29_900), (0, 29_900), (-10, 29_900)])
def test_the_early_bird_ends_30_days_before_expiry(days_before, pay):
    assert quote(days_before=days_before).pay_minor == pay
    assert offers.early_bird_until(EXPIRES, parameters=POLICY) == date(2026, 12, 22)


def test_of_two_discounts_the_better_is_taken_and_the_other_is_said_to_be_outweighed():
    two_years = quote(days_before=40, years=2)
    assert (two_years.list_minor, two_years.discount_minor, two_years.pay_minor) == (59_800, 7_176, 52_624)
    assert reasons(two_years) == {"early_bird": "outweighed", "multi_year": "chosen", "veteran_gift": "not_yet"}


def test_points_back_and_priority_come_on_top_of_the_one_discount():
    platinum = renewal_terms.of_tier("platinum", parameters=POLICY)
    found = quote(days_before=40, years=3, number=3, terms=platinum)
    assert found.discount is not None
    assert found.discount.offer == "multi_year"
    assert (found.pay_minor, found.points_back_bps) == (71_760, 1_000)
    assert found.has("tier_points_back")
    assert found.has("tier_event_priority")
    assert found.has("veteran_gift")


def test_gold_gets_five_percent_of_points_back_and_normal_nothing():
    assert renewal_terms.of_tier("gold", parameters=POLICY) == RenewalTerms("gold", points_back_bps=500)
    assert renewal_terms.of_tier("normal", parameters=POLICY) == RenewalTerms("normal")


@pytest.mark.parametrize(("number", "reason"), [(2, "not_yet"), (3, "chosen"), (4, "chosen")])
def test_the_veteran_gift_comes_from_the_third_renewal_on(number, reason):
    assert reasons(quote(number=number))["veteran_gift"] == reason


def test_of_equal_discounts_the_answer_is_always_the_same():
    equal = replace(POLICY, early_bird_bps=1_200)
    found = quote(days_before=40, years=2, parameters=equal, terms=RenewalTerms(discount_bps=1_200))
    assert reasons(found) | {"veteran_gift": ""} == {
        "early_bird": "chosen", "multi_year": "outweighed", "tier_discount": "outweighed", "veteran_gift": "",
    }  # fmt: skip


def test_a_reminder_can_compare_one_two_and_three_years():
    found = offers.quotes(renewal(), parameters=POLICY)
    assert [(q.years, q.pay_minor) for q in found] == [(1, 29_900), (2, 52_624), (3, 71_760)]


@given(
    st.integers(0, 10**9), st.integers(1, 5), st.integers(-400, 400), st.integers(1, 12),
    st.builds(RenewalTerms, st.just("gold"), BPS, BPS, st.booleans()), POLICIES,
)  # fmt: skip
def test_never_two_discounts_and_never_one_that_was_beaten(price, years, days_before, number, terms, policy):
    found = quote(price=price, years=years, days_before=days_before, number=number, terms=terms, parameters=policy)
    discounts = [c for c in found.candidates if c.kind is Kind.DISCOUNT]
    chosen = [c for c in discounts if c.chosen]
    assert len(chosen) <= 1
    assert found.discount_minor == sum(c.worth_minor for c in chosen)
    assert all(c.worth_minor <= found.discount_minor for c in discounts if c.reason == "outweighed")
    assert 0 <= found.pay_minor == found.list_minor - found.discount_minor
    assert all(c.until is not None for c in discounts if c.reason == "too_late")

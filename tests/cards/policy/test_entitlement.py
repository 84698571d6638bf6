from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import entitlement
from cards.policy.entitlement import Asks, Facts
from cards.policy.limits import Decision, Limit, Per

TODAY, STARTS, LAST = date(2026, 11, 22), date(2026, 1, 21), date(2027, 1, 21)
LADDER = ("normal", "silver", "gold", "platinum")


def check(asks: Asks, *, quantity: int = 1, **facts) -> Decision:
    known: dict[str, Any] = {"day": TODAY, "term_starts_on": STARTS, "last_valid_on": LAST}
    return entitlement.check(asks, Facts(**known | {"tier": "silver", "tiers": LADDER} | facts), quantity=quantity)


def test_a_benefit_that_asks_nothing_is_allowed():
    assert check(Asks()) == Decision(True, "benefit_allowed")


@pytest.mark.parametrize(
    ("tier", "allowed"), [("normal", False), ("silver", False), ("gold", True), ("platinum", True)]
)
def test_from_a_tier_on_and_a_refusal_names_it(tier, allowed):
    said = check(Asks(from_tier="gold"), tier=tier)
    assert (said.allowed, said.tier) == (allowed, "" if allowed else "gold")
    assert said.code == ("benefit_allowed" if allowed else "benefit_from_tier")


def test_a_tier_that_the_ladder_does_not_know_is_reached_by_nobody():
    assert not check(Asks(from_tier="diamond"), tier="platinum").allowed
    assert not check(Asks(from_tier="gold"), tier="diamond").allowed


def test_another_store_is_named_where_it_is_to_be_had():
    asks = Asks(stores={1: "Nanjing Road", 2: "West Bund"})
    refused = check(asks, store=3)
    assert (refused.code, refused.at) == ("benefit_not_at_this_store", ("Nanjing Road", "West Bund"))
    assert check(asks, store=2).allowed
    assert check(asks, store=None).allowed, "at home she stands in one of them"


def test_another_card_is_named_that_brings_it():
    asks = Asks(cards={"harbour": "Harbour Gold Card"})
    assert check(asks, card="city").cards == ("Harbour Gold Card",)
    assert check(asks, card="harbour").allowed


def test_before_it_begins_the_day_is_told_and_after_its_end_nothing_helps():
    asks = Asks(starts_on=date(2027, 3, 1), last_valid_on=date(2027, 4, 1))
    early, late = check(asks), check(asks, day=date(2027, 4, 2), last_valid_on=date(2028, 1, 1))
    assert (early.code, early.allowed_again_on) == ("benefit_not_yet", date(2027, 3, 1))
    assert (late.code, late.allowed_again_on) == ("benefit_over", None)
    assert check(asks, day=date(2027, 4, 1), last_valid_on=date(2028, 1, 1)).allowed, "its last day counts"


def test_what_was_given_once_no_renewal_opens_again():
    once = Asks((Limit(Per.CARD, 1),), once=True)
    assert check(once, used={"card:2026-01-21": 1}).code == "benefit_used_up"
    assert check(Asks((Limit(Per.CARD, 1),)), used={"card:2026-01-21": 1}).code == "benefit_used_up_until_renewal"


def test_a_day_after_the_benefit_ended_is_no_promise():
    asks = Asks((Limit(Per.MONTH, 1),), last_valid_on=date(2026, 11, 30))
    assert check(asks, used={"month:2026-11": 1}).code == "benefit_used_up"


def test_a_household_waits_for_the_next_year():
    refused = check(Asks((Limit(Per.HOUSEHOLD, 2),)), used={"household:2026": 2})
    assert (refused.code, refused.allowed_again_on) == ("benefit_used_up_for_now", date(2027, 1, 1))


ASKS = st.builds(
    Asks,
    limits=st.lists(st.builds(Limit, st.sampled_from(Per), st.integers(1, 3)), max_size=2),
    stores=st.none() | st.just({1: "A", 2: "B"}),
    starts_on=st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 5)),
    from_tier=st.sampled_from(["", *LADDER]),
)
USED = st.dictionaries(st.sampled_from(["day:2026-11-22", "month:2026-11", "household:2026"]), st.integers(0, 3))


@given(ASKS, USED, st.sampled_from([1, 2, 3]), st.sampled_from(LADDER))
def test_every_refusal_says_what_would_help(asks, used, store, tier):
    said = check(asks, used=used, store=store, tier=tier)
    if not said.allowed:
        helps = (said.allowed_again_on, said.at, said.tier, said.cards)
        assert any(helps) or said.code in {"benefit_used_up_until_renewal", "benefit_never_so_many_at_once"}


@given(ASKS, USED, st.sampled_from(LADDER))
def test_on_the_promised_day_it_is_allowed(asks, used, tier):
    said = check(asks, used=used, tier=tier)
    if said.allowed_again_on is not None:
        assert check(asks, used=used, tier=tier, day=said.allowed_again_on).allowed

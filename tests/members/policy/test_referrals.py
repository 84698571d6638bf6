"""Invitations (MEM-10): codes, refusals, what a person looks at, when both are rewarded."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from members.policy import referrals
from members.policy.parameters import ReferralParameters
from members.policy.referrals import Facts

POLICY = ReferralParameters()


@given(some.integers(0, 2**64))
def test_a_code_is_read_as_it_was_drawn_however_it_is_typed(number: int) -> None:
    code = referrals.code_from(number)
    assert len(code) == referrals.LENGTH
    assert referrals.read_code(f" {code[:5].lower()}-{code[5:]} ") == code


def test_letters_that_look_like_digits_are_read_as_these() -> None:
    assert referrals.read_code("OIL00 00000") == "0110000000"


@pytest.mark.parametrize("text", ["", "ABC", "U" * 10, "٣" * 10, "A" * 11, "\x00" * 10, "A" * 100_000])
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert referrals.read_code(text) == ""


@pytest.mark.parametrize(
    ("facts", "code"),
    [(Facts(same_phone=True), "same-phone"), (Facts(same_email=True), "same-email"),
     (Facts(same_document=True, same_device=True), "same-document"), (Facts(same_device=True), "")],
)  # fmt: skip
def test_one_person_twice_is_refused_and_a_likeness_is_not(facts: Facts, code: str) -> None:
    assert referrals.refused(facts) == code


def test_each_likeness_is_named_and_the_third_friend_of_a_day_is_not_yet_many() -> None:
    everything = Facts(
        same_device=True, same_address=True, same_household=True, same_name=True, joined_that_day=4
    )  # fmt: skip
    found = referrals.suspicions(everything, parameters=POLICY)
    assert found == ("same-device", "same-address", "same-household", "same-name", "many-in-a-day")
    assert referrals.suspicions(Facts(joined_that_day=3), parameters=POLICY) == ()


def test_both_are_rewarded_fourteen_days_after_the_activation() -> None:
    assert referrals.due_on(dt.date(2026, 11, 1), parameters=POLICY) == dt.date(2026, 11, 15)


def test_the_twentieth_reward_of_the_year_is_the_last() -> None:
    assert [referrals.place_in_year(n, parameters=POLICY) for n in (0, 19, 20, 21)] == [1, 20, None, None]

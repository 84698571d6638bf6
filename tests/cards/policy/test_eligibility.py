import pytest

from cards.policy import eligibility
from cards.policy.eligibility import Answer, Conditions, Facts

MEMBER = Facts(age=30, spend_minor=800_000, visits=12, tier="gold", invited=True)


def test_a_product_without_conditions_is_for_everybody():
    assert eligibility.is_eligible(Conditions(), facts=Facts())
    assert eligibility.answers(Conditions(), facts=Facts()) == ()


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        (Conditions(min_age=30), True),
        (Conditions(min_age=31), False),
        (Conditions(min_spend_minor=800_000), True),
        (Conditions(min_spend_minor=800_001), False),
        (Conditions(min_visits=12), True),
        (Conditions(min_visits=13), False),
        (Conditions(min_tier="gold"), True),
        (Conditions(min_tier="platinum"), False),
        (Conditions(invitation_only=True), True),
    ],
)
def test_each_threshold_is_inclusive(conditions, met):
    assert eligibility.is_eligible(conditions, facts=MEMBER) is met


def test_a_stranger_is_told_of_every_condition_with_its_figures():
    asked = Conditions(min_age=18, min_spend_minor=100, min_visits=1, min_tier="silver", invitation_only=True)
    assert eligibility.answers(asked, facts=Facts(spend_minor=50)) == (
        Answer("min_age", False, 18, None),
        Answer("min_spend", False, 100, 50),
        Answer("min_visits", False, 1, 0),
        Answer("min_tier", False, "silver", None),
        Answer("invitation", False, True, False),
    )


def test_the_names_and_the_number_of_tiers_are_the_deployers():
    tiers = ("copper", "jade")
    assert eligibility.is_eligible(Conditions(min_tier="copper"), facts=Facts(tier="jade"), tiers=tiers)
    assert not eligibility.is_eligible(Conditions(min_tier="jade"), facts=Facts(tier="copper"), tiers=tiers)

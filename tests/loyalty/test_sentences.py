"""Earn rules in words, as a manager and a member read them (LOY-04)."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from loyalty.policy.rules import Answer, Cap, Effect, Kind, Occasion, Per, Rule, When, Which, explain
from loyalty.wording import sentences, verdicts
from loyalty.wording.sentences import Names
from tests.loyalty.policy.test_rule_forms import RULES

NAMES = Names({"NJ1": "Nanjing Road", "CD1": "Chunxi Road"}, ("normal", "silver", "gold", "platinum"))
ZONE = clock.zone()


DOUBLE = Rule("r", 1, Kind.PURCHASE, Effect.MULTIPLY, bps=20_000)


def said(rule: Rule, *, for_members: bool = False) -> str:
    return sentences.sentence(rule, NAMES, for_members=for_members)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, "Double points"),
        ({"bps": 15_000}, "Points × 1.5"),
        ({"effect": Effect.RATE, "points": 2, "per_minor": 100}, "2 points for every ¥1"),
        ({"effect": Effect.BONUS, "points": 1}, "1 extra point"),
        ({"effect": Effect.BONUS, "points": 500, "kind": Kind.REFERRAL}, "500 points for a friend who joins"),
        ({"effect": Effect.BONUS, "points": 9, "kind": Kind.EVENT}, "9 points for coming to any event"),
        (
            {"effect": Effect.BONUS, "points": 50, "kind": Kind.TASK, "when": When(codes=frozenset({"profile", "x"}))},
            "50 points for a complete profile and “x”",
        ),
        ({"when": When(weekdays=frozenset({5, 6}))}, "Double points at weekends"),
        ({"when": When(weekdays=frozenset({0, 2, 4}))}, "Double points on Mondays, Wednesdays and Fridays"),
        (
            {"when": When(days_of_month=frozenset({1, 2, 3, 11, 22}))},
            "Double points on the 1st, 2nd, 3rd, 11th and 22nd of the month",
        ),
        ({"when": When(hours=((0, 60), (1380, 1440)))}, "Double points from 00:00 to 01:00 and from 23:00 to 24:00"),
        ({"when": When(tiers=frozenset({"normal", "gold"}))}, "Double points for Normal and Gold"),
        ({"when": When(tiers=frozenset({"gold", "platinum"}))}, "Double points for Gold and above"),
        ({"when": When(tiers=frozenset({"platinum"}))}, "Double points for Platinum"),
        ({"when": When(birthday_days=1)}, "Double points once within 1 day of the birthday"),
        ({"when": When(birthday_days=0, first_only=True)}, "Double points the first time only, on the birthday"),
        (
            {"when": When(on_holidays=True, stores=frozenset({"CD1", "NJ1"}))},
            "Double points on public holidays, at Chunxi Road and Nanjing Road",
        ),
        ({"which": Which(frozenset({"wine"}), not_skus=frozenset({"gift"}))}, "Double points on wine, except gift"),
        (
            {"when": When(dt.datetime(2026, 12, 1, tzinfo=ZONE), dt.datetime(2027, 1, 1, tzinfo=ZONE))},
            "Double points from 1\N{NO-BREAK SPACE}December 2026 to 31\N{NO-BREAK SPACE}December 2026",
        ),
        (
            {"when": When(ends_at=dt.datetime(2027, 1, 1, 18, tzinfo=ZONE))},
            "Double points until 1\N{NO-BREAK SPACE}January 2027, 18:00",
        ),
        ({"group": "promotion"}, "Double points; in the group “promotion” with priority 100"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_one_would_say_it(rule, expected):
    assert said(replace(DOUBLE, **rule)) == expected


def test_members_are_not_told_of_what_is_between_rules_nor_of_what_all_get_together():
    rule = replace(DOUBLE, cap=Cap(500, Per.MONTH), programme_cap=Cap(10_000, Per.YEAR), priority=5)
    assert said(rule, for_members=True) == "Double points; at most 500 points a month"
    assert said(rule) == (
        "Double points; at most 500 points a month for each member;"
        " at most 10,000 points a year for all members together; priority 5"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RULES, st.booleans())
def test_every_rule_can_be_said_and_every_condition_told(rule, for_members):
    assert sentences.sentence(rule, NAMES, for_members=for_members)
    at = dt.datetime(2026, 11, 23, 12, tzinfo=ZONE)
    for occasion in (Occasion(rule.kind, at), Occasion(Kind.PURCHASE, at, tier="gold", store="NJ1", code="profile")):
        for answer in explain(rule, occasion):
            told = verdicts.told(answer, NAMES)
            assert told["wanted"]
            assert told["found"]


def test_of_a_real_members_birthday_only_whether_it_is_near_is_told():
    for away, met in ((2, True), (40, False), (None, False)):
        told = verdicts.told(Answer("birthday", met, 3, away), NAMES, hides_birthday=True)
        assert not any(char.isdigit() for char in told["found"])

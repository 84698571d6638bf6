from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import rule_forms
from loyalty.policy.rules import Cap, Effect, Kind, Per, Rule, When, Which

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORDS = st.frozensets(st.text("abcdefghij-酒", min_size=1, max_size=6), max_size=3)
MINUTES = st.integers(0, 1439)
HOURS = st.lists(MINUTES.flatmap(lambda begin: st.tuples(st.just(begin), st.integers(begin + 1, 1440))), max_size=2)
WHEN = st.builds(
    When,
    starts_at=st.none() | st.just(datetime(2026, 11, 1, tzinfo=SHANGHAI)),
    ends_at=st.none() | st.just(datetime(2026, 12, 1, tzinfo=SHANGHAI)),
    weekdays=st.frozensets(st.integers(0, 6)),
    days_of_month=st.frozensets(st.integers(1, 31), max_size=3),
    hours=HOURS.map(tuple),
    tiers=WORDS,
    stores=WORDS,
    codes=WORDS,
    min_net_minor=st.integers(0, 10**6),
    first_only=st.booleans(),
    birthday_days=st.none() | st.integers(0, 31),
    on_holidays=st.booleans(),
)
RULES = st.builds(
    Rule,
    code=st.just("r"),
    version=st.just(3),
    kind=st.sampled_from(Kind),
    effect=st.sampled_from(Effect),
    points=st.integers(1, 9_999),
    per_minor=st.integers(1, 10_000),
    bps=st.integers(0, 100_000).filter(lambda bps: bps != 10_000),
    when=WHEN,
    which=st.builds(Which, WORDS, WORDS, WORDS, WORDS),
    priority=st.integers(0, 200),
    group=st.sampled_from(["", "promotion"]),
    cap=st.none() | st.builds(Cap, st.integers(1, 999), st.sampled_from(Per)),
    programme_cap=st.none()
    | st.builds(Cap, st.integers(1, 10**9), st.sampled_from([per for per in Per if per != "purchase"])),
)


@given(RULES)
def test_what_is_written_reads_back_as_the_same_rule(rule):
    assert rule_forms.from_json("r", 3, rule_forms.to_json(rule)) == rule


def test_only_what_asks_something_is_written():
    rule = Rule("double", 1, Kind.PURCHASE, Effect.MULTIPLY, bps=20_000, when=When(weekdays=frozenset({2, 0})))
    assert rule_forms.to_json(rule) == {
        "kind": "purchase", "effect": "multiply", "bps": 20_000, "when_weekdays": [0, 2],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"effect": "bonus", "points": 5, "is_superuser": True}, "rule_field_unknown"),
        ({"effect": "bonus", "points": -5}, "rule_field_wrong"),
        ({"effect": "bonus", "points": True}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 1.5}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 10**9}, "rule_field_wrong"),
        ({"effect": "give", "points": 5}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_hours": [[600, 600]]}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_hours": [600]}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_starts_at": "2026-11-01T00:00"}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_starts_at": "0001-01-01T00:00:00+08:00"}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_on_holidays": 1}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "programme_cap_points": 0}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "programme_cap_points": 9, "programme_cap_per": "purchase"}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_tiers": "gold"}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 5, "when_tiers": ["a\x00"]}, "rule_field_wrong"),
        ({"effect": "bonus", "points": 0}, "rule_gives_nothing"),
        ({"effect": "rate", "points": 5}, "rule_gives_nothing"),
        ({"effect": "multiply"}, "rule_gives_nothing"),
        (
            {
                "effect": "bonus", "points": 5,
                "when_starts_at": "2026-11-02T00:00:00+08:00", "when_ends_at": "2026-11-01T00:00:00+08:00",
            },
            "rule_field_wrong",
        ),
    ],
)  # fmt: skip
def test_what_no_rule_may_say_is_refused(said, code):
    with pytest.raises(rule_forms.RuleRefused) as refused:
        rule_forms.from_json("r", 1, said)
    assert refused.value.code == code

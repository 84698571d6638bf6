from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.policy import earning, rules
from loyalty.policy.earning import Used
from loyalty.policy.parameters import BirthdayParameters, PointsParameters
from loyalty.policy.rules import Cap, Effect, Kind, Line, Occasion, Per, Rule, When, Which
from tests.loyalty.policy.test_rule_forms import RULES

POLICY = PointsParameters()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)
LINES = st.lists(st.builds(Line, st.integers(0, 10_000_000), st.sampled_from(["", "food", "wine"])), max_size=8)


def buy(*amounts: int, at: datetime = NOON, **facts) -> Occasion:
    return Occasion(Kind.PURCHASE, at, tuple(Line(minor) for minor in amounts), **facts)


def rate(points: int = 1, per_minor: int = 100, code: str = "rate", **more) -> Rule:
    return Rule(code, 1, Kind.PURCHASE, Effect.RATE, points=points, per_minor=per_minor, **more)


def times(bps: int, code: str = "times", **more) -> Rule:
    return Rule(code, 1, Kind.PURCHASE, Effect.MULTIPLY, bps=bps, **more)


def bonus(points: int, code: str = "bonus", **more) -> Rule:
    return Rule(code, 1, Kind.PURCHASE, Effect.BONUS, points=points, **more)


def points(occasion: Occasion, *of: Rule, used: Used = earning.NOTHING_USED) -> int:
    return earning.award(occasion, of=of, parameters=POLICY, used=used).points


def base(tier: str = "normal", bps: int = 10_000) -> tuple[Rule, ...]:
    return earning.base_rules(tier, parameters=POLICY, tier_bps=bps)


def test_a_yuan_earns_a_point_and_fen_of_all_lines_are_rounded_down_once():
    assert points(buy(1999), *base()) == 19
    assert points(buy(50, 50, 99), *base()) == 1
    assert points(buy(99), *base()) == 0


def test_the_tier_multiplies_what_the_base_gives():
    assert points(buy(10_000, tier="gold"), *base("gold", 15_000)) == 150
    assert points(buy(10_000, tier="silver"), *base("gold", 15_000)) == 100


def test_multipliers_multiply_unless_they_share_a_group_where_only_the_first_counts():
    both = times(20_000, "double"), times(30_000, "triple")
    assert points(buy(10_000), rate(), *both) == 600
    grouped = times(20_000, "double", group="promotion", priority=2), times(30_000, "triple", group="promotion")
    assert points(buy(10_000), rate(), *grouped) == 200


def test_a_rule_of_a_group_that_does_not_apply_leaves_its_place_to_the_next():
    off = times(30_000, "off", group="promotion", priority=1, when=When(stores=frozenset({"elsewhere"})))
    assert points(buy(10_000), rate(), off, times(20_000, "on", group="promotion", priority=2)) == 200


def test_bonuses_come_on_top_and_are_not_multiplied():
    assert points(buy(10_000, is_first=True), rate(), times(20_000), bonus(50, when=When(first_only=True))) == 250
    assert points(buy(10_000), rate(), bonus(50, when=When(first_only=True))) == 100


def test_an_excluded_line_earns_nothing_whatever_includes_it():
    food = rate(which=Which(categories=frozenset({"food"}), not_skus=frozenset({"gift-card"})))
    lines = (Line(5_000, "food"), Line(5_000, "food", sku="gift-card"), Line(5_000, "wine"))
    assert points(Occasion(Kind.PURCHASE, NOON, lines), food) == 50


@pytest.mark.parametrize(
    ("when", "hit", "miss"),
    [
        (When(starts_at=NOON), NOON, NOON - timedelta(microseconds=1)),
        (When(ends_at=NOON), NOON - timedelta(microseconds=1), NOON),
        (When(weekdays=frozenset({6})), NOON, NOON + timedelta(days=1)),
        (When(days_of_month=frozenset({22})), NOON, NOON + timedelta(days=1)),
        (When(hours=((720, 780), (1200, 1440))), NOON, NOON + timedelta(hours=1)),
    ],
)
def test_a_rule_holds_from_its_first_moment_until_just_before_its_last(when, hit, miss):
    assert points(buy(10_000, at=hit), rate(when=when)) == 100
    assert points(buy(10_000, at=miss), rate(when=when)) == 0


def test_a_birthday_doubles_three_days_around_it_also_across_new_year_and_once_a_year():
    double = times(20_000, "birthday", when=When(birthday_days=3))
    birth = date(1990, 1, 1)
    for day, expected in ((date(2026, 12, 29), 200), (date(2026, 12, 28), 100), (date(2027, 1, 4), 200)):
        near = earning.birthday_in_reach(birth, on=day)
        assert (
            points(buy(10_000, at=datetime(*day.timetuple()[:3], 9, tzinfo=SHANGHAI), birthday=near), rate(), double)
            == expected
        )
    assert points(buy(10_000, birthday=NOON.date(), birthday_used=True), rate(), double) == 100
    assert points(buy(10_000), rate(), double) == 100


def test_a_cap_of_a_rule_and_the_cap_of_the_day_say_what_they_cut():
    capped = rate(cap=Cap(150, Per.MONTH))
    made = earning.award(buy(10_000), of=[capped], parameters=POLICY, used=Used({"rate": 100}))
    assert (made.points, made.parts[0].cut, made.cut) == (50, 50, 0)
    made = earning.award(buy(10_000), of=[rate()], parameters=POLICY, used=Used({}, today=19_950))
    assert (made.points, made.cut) == (50, 50)


def test_every_part_names_its_rule_and_version_and_the_parts_make_the_whole():
    made = earning.award(buy(1_999, tier="gold"), of=(*base("gold", 15_000), bonus(7)), parameters=POLICY)
    assert [(part.rule, part.points, part.bps) for part in made.parts] == [
        ("base", 19, None), ("tier", 10, 15_000), ("bonus", 7, None),
    ]  # fmt: skip
    assert made.points == 36


def test_the_house_doubles_a_birthday_when_its_parameters_say_so():
    rules_of = earning.base_rules("normal", parameters=POLICY, tier_bps=10_000, birthday=BirthdayParameters())
    assert points(buy(10_000, birthday=NOON.date()), *rules_of) == 200
    assert points(buy(10_000, birthday=NOON.date() - timedelta(days=4)), *rules_of) == 100
    never = earning.base_rules(
        "normal", parameters=POLICY, tier_bps=10_000, birthday=BirthdayParameters(points_bps=10_000)
    )
    assert [rule.code for rule in never] == ["base"]


def test_what_all_members_get_of_a_rule_is_cut_after_what_the_member_gets_and_told_apart():
    capped = bonus(100, cap=Cap(80, Per.MONTH), programme_cap=Cap(1_000, Per.MONTH))
    for gone, kept, cut in ((0, 80, 0), (950, 50, 30), (1_000, 0, 80), (2_000, 0, 80)):
        made = earning.award(buy(1), of=[capped], parameters=POLICY, used=Used({}, programme={"bonus": gone}))
        (part,) = made.parts
        assert (made.points, part.points, part.cut, part.programme_cut) == (kept, kept, 20, cut)


def test_a_rule_for_holidays_asks_for_a_holiday():
    festival = rate(when=When(on_holidays=True))
    assert (points(buy(100), festival), points(buy(100, holiday=True), festival)) == (0, 1)


def test_an_examination_tells_which_rule_counted_which_was_passed_over_and_which_did_not_apply():
    first = times(30_000, "first", group="promotion", priority=1)
    second = times(20_000, "second", group="promotion", priority=2)
    off = bonus(9, "off", when=When(first_only=True))
    made, verdicts = earning.examine(buy(10_000), of=[second, off, rate(), first], parameters=POLICY)
    told = {one.rule.code: (one.met, one.beaten_by, one.part.points if one.part else 0) for one in verdicts}
    assert made.points == 300
    assert told == {
        "first": (True, "", 200), "second": (True, "first", 0), "off": (False, "", 0), "rate": (True, "", 100),
    }  # fmt: skip


OCCASIONS = st.builds(
    Occasion,
    kind=st.sampled_from(Kind),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(SHANGHAI)),  # noqa: DTZ001  (hypothesis adds the zone)
    lines=LINES.map(tuple),
    tier=st.sampled_from(["", "a", "b"]),
    store=st.sampled_from(["", "a", "b"]),
    code=st.sampled_from(["", "a", "b"]),
    is_first=st.booleans(),
    birthday=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    birthday_used=st.booleans(),
    holiday=st.booleans(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RULES, OCCASIONS)
def test_a_rule_applies_exactly_when_every_condition_it_explains_is_met(rule, occasion):
    explained = rules.explain(rule, occasion)
    assert explained[0].code == "kind"
    assert rules.applies(rule, occasion) == all(answer.met for answer in explained)
    assert len({answer.code for answer in explained}) == len(explained)


OPEN = st.builds(When, tiers=st.frozensets(st.sampled_from(["a", "b"])))
OPEN_RULES = st.builds(replace, RULES, when=OPEN, which=st.just(Which()))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(RULES, OPEN_RULES), OCCASIONS)
def test_what_always_applies_does_and_what_never_applies_does_not(rule, occasion):
    always = rules.always_applies(rule, kind=occasion.kind, tier=occasion.tier)
    never = rules.never_applies(rule, kind=occasion.kind, tier=occasion.tier)
    assert not (always and never)
    if always or never:
        assert rules.applies(rule, occasion) is always


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(OPEN_RULES, max_size=4), OCCASIONS, LINES)
def test_rules_that_ask_for_the_tier_alone_are_chosen_once_for_whatever_is_bought(some, occasion, lines):
    of = [replace(rule, code=f"r{place}") for place, rule in enumerate(some)]
    chosen = earning.chosen(of, Occasion(occasion.kind, NOON, tier=occasion.tier))
    bought = replace(occasion, lines=tuple(lines))
    assert earning.award_by(chosen, bought, parameters=POLICY) == earning.award(bought, of=of, parameters=POLICY)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RULES, max_size=4), OCCASIONS, st.integers(0, 25_000))
def test_an_examination_gives_what_the_award_gives_and_names_every_rule(some, occasion, today):
    of = [replace(rule, code=f"r{place}") for place, rule in enumerate(some)]
    used = Used({}, today=today)
    made, verdicts = earning.examine(occasion, of=of, parameters=POLICY, used=used)
    assert made == earning.award(occasion, of=of, parameters=POLICY, used=used)
    assert sorted(one.rule.code for one in verdicts) == sorted(rule.code for rule in of)
    assert {one.rule.code for one in verdicts if one.part} <= {
        one.rule.code for one in verdicts if one.met and not one.beaten_by
    }
    assert all(rules.applies(one.rule, occasion) == one.met for one in verdicts)


def test_a_dry_run_lists_every_condition_met_or_not():
    rule = rate(when=When(tiers=frozenset({"gold"}), min_net_minor=5_000), which=Which(categories=frozenset({"food"})))
    told = {answer.code: answer.met for answer in rules.explain(rule, buy(4_999, tier="gold"))}
    assert told == {"kind": True, "tier": True, "min_net": False, "lines": False}


@given(LINES, st.lists(st.sampled_from([5_000, 12_000, 15_000, 20_000]), max_size=3), st.integers(0, 25_000))
def test_whatever_applies_the_parts_less_the_cut_make_the_points_and_the_day_has_its_cap(lines, multipliers, today):
    of = [*base(), *(times(bps, f"m{place}") for place, bps in enumerate(multipliers))]
    made = earning.award(Occasion(Kind.PURCHASE, NOON, tuple(lines)), of=of, parameters=POLICY, used=Used({}, today))
    assert sum(part.points for part in made.parts) - made.cut == made.points
    assert 0 <= made.points <= max(POLICY.daily_cap - today, 0)


@given(LINES, LINES)
def test_more_lines_never_earn_less(some, more):
    first = earning.award(Occasion(Kind.PURCHASE, NOON, tuple(some)), of=base(), parameters=POLICY)
    both = earning.award(Occasion(Kind.PURCHASE, NOON, tuple(some + more)), of=base(), parameters=POLICY)
    assert both.points >= first.points

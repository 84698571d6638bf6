"""A replay against what must hold whatever the history: nothing moves without a change, more never gives less."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.policy import tiers
from loyalty.policy.parameters import PointsParameters, Tier, TierParameters
from loyalty.policy.rules import Line
from loyalty.policy.simulation import questions, replay
from loyalty.policy.simulation.history import Bought, Captured, Given, GivenBack, History, Returned, Spent, Taken
from loyalty.policy.simulation.months import Outcome, months_of
from loyalty.policy.simulation.rulebook import Change, Rulebook
from loyalty.policy.simulation.totals import Totals, benefit_cost

BEGINS, SINCE, THROUGH = dt.date(2024, 1, 10), dt.date(2024, 7, 1), dt.date(2026, 9, 20)
MONTHS = [first.isoformat()[:7] for first in months_of(SINCE, THROUGH)]
BOOK = Rulebook(((dt.date.min, PointsParameters()),), ((dt.date.min, TierParameters()),))


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def bought(key: int, day: dt.date, minor: int) -> Bought:
    return Bought(day, key, at(day), day, (Line(minor, "food"),), minor, "NJ1")


def told(change: Change, *facts: Any) -> tuple[Outcome, Outcome]:
    changed = BOOK.changed(change, since=SINCE, since_at=at(SINCE).replace(hour=0))
    return replay.both(History(facts), today=BOOK, changed=changed, since=SINCE, through=THROUGH)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Any, ...]:
    """Purchases, returns of them, redemptions and what undoes them, in the order of their days."""
    found: list[Any] = []
    day = BEGINS
    bill: dict[int, int] = {}
    spent: list[int] = []
    held: list[int] = []
    for key in range(1, draw(st.integers(1, 25))):
        day += dt.timedelta(days=draw(st.integers(0, 60)))
        if day > THROUGH:
            break
        deed = draw(
            st.sampled_from(["buy", "buy", "buy", "return", "spend", "hold", "capture", "back", "give", "take"])
        )
        if deed == "return" and bill:
            purchase = draw(st.sampled_from(sorted(bill)))
            part = draw(st.integers(0, bill[purchase]))
            bill[purchase] -= part
            found.append(Returned(day, purchase, part))
        elif deed in ("spend", "hold"):
            found.append(Spent(day, key, draw(st.integers(1, 5_000)), held=deed == "hold"))
            (held if deed == "hold" else spent).append(key)
        elif deed == "capture" and held:
            found.append(Captured(day, key, held.pop()))
            spent.append(key)
        elif deed == "back" and (held or spent):
            was_held = bool(held)
            found.append(GivenBack(day, (held or spent).pop(), draw(st.integers(1, 9_000)), held=was_held))
        elif deed == "give":
            found.append(Given(day, key, day, draw(st.integers(1, 900)), draw(st.booleans())))
        elif deed == "take":
            found.append(Taken(day, draw(st.integers(1, 900))))
        else:
            bill[key] = draw(st.integers(0, 2_500_000))
            found.append(bought(key, day, bill[key]))
    return tuple(found)


HISTORIES = facts()


@given(HISTORIES)
@settings(max_examples=60, deadline=None)
def test_without_a_change_both_sides_are_the_same(history) -> None:
    today, changed = told(Change(), *history)
    assert today == changed


@given(HISTORIES, st.integers(10_000, 30_000))
@settings(max_examples=60, deadline=None)
def test_higher_standards_never_give_a_higher_tier_first(history, share: int) -> None:
    """Where the two part, the higher standard is the lower tier; later a tier reached later may also last longer."""
    ladder = tuple(_harder(tier, share) for tier in TierParameters().ladder)
    today, changed = told(Change(tiers={"ladder": [dataclasses.asdict(tier) for tier in ladder]}), *history)
    rank = {code: place for place, code in enumerate(tiers.codes(TierParameters()))}
    pairs = [(rank[now.tier], rank[then.tier]) for now, then in zip(today.months, changed.months, strict=True)]
    parted = next((pair for pair in pairs if pair[0] != pair[1]), (1, 0))
    assert parted[1] < parted[0]
    figures = today.figures
    assert rank[tiers.reached(figures, ladder=ladder)] <= rank[tiers.reached(figures, ladder=TierParameters().ladder)]


def _harder(tier: Tier, share: int) -> Tier:
    more = {name: -(-getattr(tier, name) * share // 10_000) for name in ("spend_minor", "visits", "activity")}
    return dataclasses.replace(tier, **more)


@given(HISTORIES, st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_a_higher_rate_never_issues_fewer_points(history, points: int) -> None:
    today, changed = told(Change(points={"base_points": points, "daily_cap": 10**9}), *history)
    higher = told(Change(points={"base_points": points + 1, "daily_cap": 10**9}), *history)[1]
    pairs = zip(changed.months, higher.months, strict=True)
    assert all(more.issued >= less.issued >= 0 for less, more in pairs)
    assert len(today.months) == len(months_of(SINCE, THROUGH))


@given(HISTORIES, st.integers(1, 48), st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_what_came_in_less_what_went_out_is_what_is_there(history, lapse_months: int, base: int) -> None:
    for side in told(Change(points={"lapse_months": lapse_months, "base_points": base}), *history):
        before = side.months[0].balance - _net(side.months[0])
        for month in side.months:
            before += _net(month)
            assert month.balance == before
            assert min(month.issued, month.lapsed, month.cut, month.taken_back) >= 0


def _net(month: Any) -> int:
    return int(month.issued - month.taken_back - month.redeemed - month.lapsed)


def test_points_that_came_before_the_period_keep_their_last_day() -> None:
    early, late = bought(1, dt.date(2024, 6, 30), 10_000), bought(2, dt.date(2024, 7, 1), 20_000)
    today, changed = told(Change(points={"lapse_months": 12}), early, late)
    lapsed = [
        [(month, one.lapsed) for month, one in zip(MONTHS, side.months, strict=True) if one.lapsed]
        for side in (today, changed)
    ]
    assert lapsed == [[("2026-07", 100), ("2026-08", 200)], [("2025-08", 200), ("2026-07", 100)]]


def test_a_redemption_for_which_there_are_too_few_points_is_cut_and_said_so() -> None:
    day = dt.date(2024, 8, 1)
    facts = (bought(1, day, 100_000), Spent(day + dt.timedelta(days=20), 2, 900))
    today, changed = told(Change(points={"base_points": 1, "base_per_minor": 200}), *facts)
    assert [(one.sum_of("redeemed"), one.sum_of("cut")) for one in (today, changed)] == [(900, 0), (500, 400)]


def test_who_reached_gold_before_the_period_keeps_it_through_her_promise_and_grace() -> None:
    ladder = [dataclasses.asdict(tier) for tier in TierParameters().ladder]
    ladder[2]["spend_minor"] = 5_000_000
    facts = (bought(1, dt.date(2024, 5, 5), 900_000), bought(2, dt.date(2025, 5, 30), 900_000))
    today, changed = told(Change(tiers={"ladder": ladder}), *facts)
    rows = zip(MONTHS, today.months, changed.months, strict=True)
    tier = {month: (now.tier, then.tier) for month, now, then in rows}
    assert tier["2025-05"] == ("gold", "gold")
    assert (tier["2025-06"], tier["2025-07"]) == (("gold", "gold"), ("gold", "silver"))


def test_a_lower_standard_raises_at_once_whoever_meets_it() -> None:
    ladder = [dataclasses.asdict(tier) for tier in TierParameters().ladder]
    ladder[1]["spend_minor"] = 50_000
    today, changed = told(Change(tiers={"ladder": ladder}), bought(1, dt.date(2024, 5, 5), 60_000))
    assert (today.months[0].tier, changed.months[0].tier) == ("normal", "silver")


def test_a_changed_earn_rule_is_used_from_the_period_on() -> None:
    rule = {"kind": "purchase", "effect": "bonus", "points": 30}
    facts = (bought(1, dt.date(2024, 6, 30), 10_000), bought(2, SINCE, 10_000))
    today, changed = told(Change(rules={"hello": rule}), *facts)
    assert (today.sum_of("issued"), changed.sum_of("issued")) == (100, 130)


def test_sums_survive_being_written_down() -> None:
    today, changed = told(Change(points={"base_points": 2}), bought(1, SINCE, 10_000))
    totals = Totals.of(len(today.months))
    totals.add(today, changed, benefits=[700], ledger=100, tier="normal", real={"issued": 100, "balance": 90})
    assert (totals.check.flows["issued"], totals.check.flows["balance"]) == ([100, 100, 0], [90, 0, 1])
    assert Totals.from_json(totals.to_json()) == totals
    assert (totals.benefits["normal"][0], totals.check.ledger, totals.check.members) == (700, 100, 0)


def test_who_moves_uses_benefits_as_the_new_tier_does() -> None:
    cost = {"normal": [100, 0], "gold": [900, 1_000]}
    members = {"normal": [10, 10], "gold": [3, 3]}
    would_be = {"normal": [12, 13], "gold": [1, 0], "jade": [0, 0]}
    assert benefit_cost(cost, members=members, would_be=members) == [1_000, 1_000]
    assert benefit_cost(cost, members=members, would_be=would_be) == [420, 0]


@pytest.mark.parametrize(
    ("ladder", "code"),
    [
        ([], "ladder_empty"),
        ([Tier("a"), Tier("a", spend_minor=5)], "ladder_code_twice"),
        ([Tier("a", spend_minor=5)], "ladder_first_asks"),
        ([Tier("a"), Tier("", spend_minor=5)], "ladder_code_missing"),
        ([Tier(f"t{n}") for n in range(13)], "ladder_too_long"),
    ],
)
def test_a_ladder_nobody_could_climb_is_refused(ladder: list[Tier], code: str) -> None:
    said = {"tiers": {"ladder": [dataclasses.asdict(tier) for tier in ladder]}}
    with pytest.raises(questions.QuestionRefused) as refused:
        questions.read(said)
    assert refused.value.code == code


def test_only_rules_about_purchases_can_be_replayed() -> None:
    with pytest.raises(questions.QuestionRefused, match="rule_not_replayable"):
        questions.read({"rules": {"x": {"kind": "referral", "effect": "bonus", "points": 5}}})

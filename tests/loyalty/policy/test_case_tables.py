"""The shared case tables of points and tiers against the pure rules; where a peer's choice is not ours, the reason."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from loyalty.policy import earning, lots, redeeming, returns, tiers
from loyalty.policy.lots import Lot
from loyalty.policy.parameters import PointsParameters, Tier, TierParameters
from loyalty.policy.rules import Effect, Kind, Line, Occasion, Rule, When, Which

NOON = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
LONG_AGO, LONG_AFTER = date(2000, 1, 1), date(2999, 1, 1)
UNCAPPED = PointsParameters(daily_cap=10**9)
DIFFERS_BY_POLICY = {
    "SA5": "fractions of all rates are added and rounded down once per order (parameters.md), so 29 and not 28",
    "SA8": "the multiplier works on the exact rate, rounded down once per order: 39 and not 38",
    "SA9": "as SA8: 29.985 rounded down once is 29",
}
BY_OPERATIONS = (  # what only a ledger in a database can show: tests/loyalty/test_points.py and its neighbours
    "SE", "SC", "SL", "OLA", "OD03", "OD04", "OD05", "ER3", "SA12", "SA14", "SR1", "SR2", "SR3", "SR5",
)  # fmt: skip


def cases(directory: Path, name: str) -> list[dict[str, Any]]:
    found = json.loads((directory / "cases" / f"{name}.json").read_text())["cases"]
    return [case for case in found if case.get("id")]


def purchase(*lines: Line) -> Occasion:
    return Occasion(Kind.PURCHASE, NOON, lines)


def rule(effect: Effect, code: str = "rule", **more: Any) -> Rule:
    return Rule(code, 1, Kind.PURCHASE, effect, **more)


def earned(occasion: Occasion, *of: Rule) -> int:
    return earning.award(occasion, of=of, parameters=UNCAPPED).points


def replay(given: dict[str, Any]) -> dict[str, Any]:
    held: list[Lot] = []
    for key, (verb, points, *more) in enumerate(given["transactions"]):
        if verb == "credit":
            held.append(Lot(key, points, date.fromisoformat(more[0]) if more else None))
        elif verb == "debit":
            held = lots.apply(held, lots.take(held, points, on=LONG_AGO))
        else:
            held = lots.apply(held, [lots.Take(held[more[0]].key, points)])
    still = [
        [lot.remaining, lot.last_valid_on.isoformat() if lot.last_valid_on else None] for lot in held if lot.remaining
    ]
    return {"balance": sum(lot.remaining for lot in held), "open": still, "deficit": 0}


def lapsing(given: dict[str, Any], expected: dict[str, int]) -> dict[str, int]:
    held = [
        Lot(key, points, date.fromisoformat(end or "2999-01-01")) for key, (points, end) in enumerate(given["lots"])
    ]
    days = {day: date.fromisoformat(day) for day in expected}
    return {
        day: sum(lot.remaining for lot in held if (lot.last_valid_on or LONG_AFTER) <= on) for day, on in days.items()
    }


def calculation(given: dict[str, Any]) -> int:
    of = []
    for place, text in enumerate(given.get("rules", [given.get("rule")])):
        if text == "disabled":
            continue
        if text.startswith("starts"):
            begins = datetime.fromisoformat(text.split()[1]).replace(tzinfo=NOON.tzinfo)
            of.append(rule(Effect.BONUS, f"s{place}", points=1, when=When(starts_at=begins)))
        elif text.startswith("x"):
            of.append(rule(Effect.MULTIPLY, f"m{place}", bps=int(float(text[1:]) * 10_000)))
        elif text.startswith("fixed"):
            of.append(rule(Effect.BONUS_PER_UNIT, points=int(text.split()[1])))
        else:
            points, _, minor = text.split()
            of.append(rule(Effect.RATE, f"r{place}", points=int(points), per_minor=int(minor)))
    return earned(purchase(Line(given.get("basis_minor", 0), units=given.get("matching_units", 1))), *of)


def basket(given: dict[str, Any]) -> Occasion:
    return purchase(*(Line(line["gross"], line["label"] or "", line["sku"]) for line in given["basket"]))


FOUR, TEN = rule(Effect.RATE, points=4, per_minor=1), rule(Effect.RATE, "ten", points=10, per_minor=1)


def only(**which: Any) -> Which:
    return Which(**{name: frozenset(values) for name, values in which.items()})


def four(**more: Any) -> Rule:
    return rule(Effect.RATE, points=4, per_minor=1, **more)


BASKET_RULES: dict[str, tuple[Rule, ...]] = {
    "OL01": (FOUR,),
    "OL02": (four(which=only(not_skus=["000"])),),
    "OL03": (four(which=only(not_categories=["red"])),),
    "OL06": (rule(Effect.BONUS, points=200, which=only(skus=["000"])),),
    "OL07": (TEN, FOUR),
    "OL08": (rule(Effect.BONUS, "bonus", points=100, which=only(skus=["123"])), FOUR),
    "OL09": (FOUR, rule(Effect.MULTIPLY, "m", bps=30_000, which=only(skus=["123"]))),
    "OL12": (FOUR, rule(Effect.MULTIPLY, "m", bps=0, which=only(categories=["red", "blue"]))),
    "OL14": (four(when=When(min_net_minor=100)),),
    "OL15": (four(when=When(min_net_minor=300)),),
    "OL17": (FOUR, rule(Effect.MULTIPLY, "m", bps=20_000, which=only(skus=["123", "000", "0001"]))),
}


def at_least(minor: int) -> Rule:
    return rule(Effect.BONUS, points=1, when=When(min_net_minor=minor))


def fifo_of_two_orders() -> dict[str, Any]:
    first = Lot(1, 575)
    left = lots.apply([first], lots.take([first], 500, on=LONG_AGO))
    both = lots.apply([*left, Lot(2, 805)], lots.take([*left, Lot(2, 805)], 500, on=LONG_AGO))
    return {
        "issued": [575, 805],
        "remaining_after_order1": left[0].remaining,
        "remaining_from_order2": both[1].remaining,
    }


POINTS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "ST08": lapsing,
    "ST": lambda given, _: replay(given),
    "SA13": lambda given, said: {
        minor: bool(earned(purchase(Line(given["order_total"])), at_least(int(minor)))) for minor in said
    },
    "SA9": lambda given, _: {"floor": calculation(given)},
    "SA": lambda given, _: calculation(given),
    "SR7": lambda given, _: redeeming.worth(given["points"], parameters=PointsParameters(value_minor=500)),
    "OLR1": lambda given, _: {
        "deducted": returns.share(
            given["points_earned"], of_minor=given["purchase_gross"], returned_minor=given["return_gross"]
        )
    },
    "OD01": lambda _, __: fifo_of_two_orders(),
    "ER1": lambda given, _: {"points": earned(purchase(Line(given["sale"])), rule(Effect.RATE, points=1, per_minor=1_000))},
    "ER2": lambda given, _: {
        "redeem_row": -given["points"],
        "earned": earned(purchase(Line(given["sale"] - given["points"])), rule(Effect.RATE, points=1, per_minor=1_000)),
    },
    "ER4": lambda given, _: {
        "points_before": 20,
        "points_after": 20 - returns.share(20, of_minor=given["qty"] * given["rate"], returned_minor=given["rate"]),
    },
}  # fmt: skip


def test_the_points_cases_hold_or_differ_by_policy(shared_data: Path) -> None:
    wrong: dict[str, Any] = {}
    tried = 0
    for case in cases(shared_data, "points_ledger"):
        name = case["id"]
        if name.startswith(BY_OPERATIONS):
            continue
        if name in BASKET_RULES:
            found: Any = earned(basket(case["given"]), *BASKET_RULES[name])
        else:
            check = next((check for prefix, check in POINTS.items() if name.startswith(prefix)), None)
            if check is None:
                wrong[name] = "no rule answers this case"
                continue
            found = check(case["given"], case["expect"])
        tried += 1
        if (found != case["expect"]) != (name in DIFFERS_BY_POLICY):
            wrong[name] = (found, case["expect"])
    assert (wrong, tried >= 30) == ({}, True)


FELL_AT_ONCE = "up at once, down only after the promise and its grace (parameters.md), never at a change of the points"
RESETS = "points lapse lot by lot and a tier is not decided by points: nothing is reset with the year"
TIERS_DIFFER = {"TO8": FELL_AT_ONCE, "TO13": FELL_AT_ONCE, "TD1": RESETS, "TD2": RESETS}


def _ladder(*spends: int) -> TierParameters:
    return TierParameters(ladder=tuple(Tier(f"level_{place}", spend_minor=spend) for place, spend in enumerate(spends)))


def _verdict(policy: TierParameters, standing: tiers.Standing, spend: int) -> tiers.Verdict:
    return tiers.judge(standing, tiers.Figures(spend), on=date(2026, 11, 22), parameters=policy)


def _said(verdict: tiers.Verdict, *, up: bool = False) -> str:
    if not verdict.changed:
        return "none"
    return "up" if up else "down"


def _of_levels(given: dict[str, Any]) -> str:
    ladder = tuple(Tier(name, spend_minor=spend) for name, spend in given["levels"])
    return tiers.reached(tiers.Figures(given["total_spent"] + given["current_transaction"]), ladder=ladder)


def _assigned(given: dict[str, Any]) -> tiers.Verdict:
    policy = TierParameters(ladder=tuple(Tier(name, spend_minor=spend) for name, spend in given["levels"]))
    standing = tiers.Standing(given["current"], LONG_AFTER, floor=given["manually_assigned"])
    return _verdict(policy, standing, given["transaction_amount"])


def _promised(given: dict[str, Any]) -> tiers.Verdict:
    """On a higher level than the points give, within its promise."""
    policy = _ladder(0, given.get("target_condition", 10), given.get("current_condition", 15))
    return _verdict(policy, tiers.Standing("level_2", LONG_AFTER), given["points"])


NOTHING, DOWN = "none", "down"
TIERS: dict[str, Callable[[Any], Any]] = {
    "TE": _of_levels,
    "TO1": lambda given: {"new_level": (made := _assigned(given)).tier, "is_upgrade": made.why == "reached"},
    "TO3": lambda given: _said(_assigned(given)),
    "TO5": lambda given: _said(
        _verdict(_ladder(0, given["level_condition"]), tiers.Standing("level_0"), given["points"]), up=True
    ),
    "TO6": lambda given: _said(_promised(given)),
    "TO7": lambda given: _said(_promised(given)),
    "TO8": lambda given: _said(_promised(given)),
    "TO13": lambda given: _said(_promised(given)),
    "TO14": lambda _: _said(_verdict(_ladder(0, 10, 20), tiers.Standing("level_1", LONG_AFTER), 15)),
    "TO16": lambda _: _said(_verdict(_ladder(0, 10), tiers.Standing("level_0"), 0)),
    "TD": lambda given: {
        "level": f"Level {_ladder(*given['levels']).ladder.index(_by_code(given))}",
        "points_after_reset": given["active_points_at_year_end"],
    },
}
EXPECTED = {
    "TO3": NOTHING, "TO5": "up", "TO6": NOTHING, "TO7": NOTHING, "TO8": DOWN, "TO13": DOWN, "TO14": NOTHING, "TO16": NOTHING,
}  # fmt: skip
"""What the table says in a sentence, in one of three words."""


def _by_code(given: dict[str, Any]) -> Tier:
    """The level that the case's member stands on after the year's end, within her promise."""
    policy = _ladder(*given["levels"])
    at = int(given["current"].rpartition(" ")[2])
    standing = tiers.Standing(f"level_{at}", LONG_AFTER)
    code = _verdict(policy, standing, given["active_points_at_year_end"]).tier
    return next(tier for tier in policy.ladder if tier.code == code)


def test_the_tier_cases_hold_or_differ_by_policy(shared_data: Path) -> None:
    """Of the peers' modes ours is one: up at once, down after the promise."""
    wrong: dict[str, Any] = {}
    found = cases(shared_data, "tiers")
    for case in found:
        name = case["id"]
        check = next(
            (
                check
                for prefix, check in TIERS.items()
                if name == prefix or (len(prefix) == 2 and name.startswith(prefix))
            ),
            None,
        )
        if check is None:
            wrong[name] = "no rule answers this case"
            continue
        answer, said = check(case["given"]), EXPECTED.get(name, case["expect"])
        if (answer != said) != (name in TIERS_DIFFER):
            wrong[name] = (answer, said)
    assert (wrong, len(found) >= 15) == ({}, True)

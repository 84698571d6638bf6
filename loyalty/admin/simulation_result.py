"""The result of a simulation as its page needs it: headline numbers, pictures, who moves, month by month (LOY-17)."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import show, words
from loyalty.models import Simulation
from loyalty.policy.simulation import report
from loyalty.wording import simulations as told

POINTS, MONEY = show.number, show.money
Show = Callable[[int], str]
# What a month tells: its code, its name, how it is shown, and whether it is a flow (added up) or a state (at the end).
ROWS: tuple[tuple[str, str | Promise, Show, bool], ...] = (
    ("issued", gettext_lazy("Points issued"), POINTS, True),
    ("taken_back", gettext_lazy("Points taken back"), POINTS, True),
    ("redeemed", gettext_lazy("Points redeemed"), POINTS, True),
    ("cut", gettext_lazy("Redemptions cut"), POINTS, True),
    ("lapsed", gettext_lazy("Points lapsed"), POINTS, True),
    ("balance", gettext_lazy("Points outstanding"), POINTS, False),
    ("liability", gettext_lazy("Liability"), MONEY, False),
    ("multiplier", gettext_lazy("Cost of tier multipliers"), MONEY, True),
    ("benefits", gettext_lazy("Cost of card benefits"), MONEY, True),
)
COST = ("cost", gettext_lazy("Cost of tiers and benefits"), MONEY, True)
PICTURED = ("issued", "lapsed", "redeemed", "balance", "liability", "cost")


@dataclass(frozen=True)
class Compared:
    """A number under both rules; `change` in words, `share` of it in per cent."""

    code: str
    label: str
    today: str
    changed: str
    change: str
    share: str
    same: bool


@dataclass(frozen=True)
class Picture:
    """Two series as bars (a flow) or lines (a state); heights are shares of the highest, out of a hundred."""

    compared: Compared
    is_flow: bool
    width: int
    top: str
    labels: tuple[str, str]
    bars: list[dict[str, Any]]
    lines: tuple[str, str]


@dataclass(frozen=True)
class Cell:
    count: int
    begins: str
    ends: str
    way: str


def of(row: Simulation) -> dict[str, Any]:
    """Everything that the page of a finished simulation shows."""
    said = row.result
    months = [dt.date.fromisoformat(month) for month in said["months"]]
    known = {one[0]: one for one in (*ROWS, COST)}
    lost, won = report.lost_and_won(said["moves"], said["ladder"])
    return {
        "tiles": [_compared(said, *known[code]) for code in ("issued", "lapsed", "liability", "cost")],
        "cut": sum(said["changed"]["cut"]),
        "cut_today": sum(said["today"]["cut"]),
        "up": sum(won.values()),
        "down": sum(lost.values()),
        "pictures": [_picture(said, months, *known[code]) for code in PICTURED],
        "tiers": list(_tiers(said, months)),
        "matrix": _matrix(said),
        "rows": [_by_month(said, months, *one) for one in ROWS],
        "month_heads": [_short(month) for month in months],
        "check": said["check"],
        "compared": _compared_flows(said["check"]),
        "moved_apart": any(members for _, _, members in said["check"].get("flows", {}).values()),
        "by_rule": list(told.differences(said["check"].get("rules", {}))),
        "members": said["members"],
        "missing": (row.members_total or 0) - said["members"],
        "assumptions": told.ASSUMPTIONS,
    }


def _compared_flows(check: dict[str, Any]) -> list[dict[str, Any]]:
    """What the ledger says beside what the replay of today's rule gives: each way in which points moved."""
    known = {one[0]: one for one in ROWS}
    return [
        {
            "label": str(known[flow][1]),
            "ledger": POINTS(real),
            "replayed": POINTS(replayed),
            "change": told.signed(replayed - real),
            "members": members,
        }
        for flow, (real, replayed, members) in check.get("flows", {}).items()
    ]


def _compared(said: dict[str, Any], code: str, label: str | Promise, shown: Show, is_flow: bool) -> Compared:
    today, changed = ((sum(said[side][code]) if is_flow else said[side][code][-1]) for side in ("today", "changed"))
    return _pair(code, str(label), today, changed, shown)


def _pair(code: str, label: str, today: int, changed: int, shown: Show) -> Compared:
    change = told.signed(changed - today, money=shown is MONEY)
    return Compared(code, label, shown(today), shown(changed), change, told.percent(today, changed), today == changed)


def _picture(
    said: dict[str, Any], months: Sequence[dt.date], code: str, label: str | Promise, shown: Show, is_flow: bool
) -> Picture:
    compared = _compared(said, code, label, shown, is_flow)
    return _drawn(compared, said["today"][code], said["changed"][code], months, shown, is_flow)


def _drawn(
    compared: Compared,
    today: Sequence[int],
    changed: Sequence[int],
    months: Sequence[dt.date],
    shown: Show,
    is_flow: bool,
) -> Picture:
    most = max([*today, *changed, 1])
    heights = [[100 * max(value, 0) / most for value in series] for series in (today, changed)]
    bars = [
        {
            "today": _bar(10 * place + 1, now),
            "changed": _bar(10 * place + 5, then),
            "told": f"{show.month(month)}: {shown(today[place])} → {shown(changed[place])}",
        }
        for place, (month, now, then) in enumerate(zip(months, *heights, strict=True))
    ]
    lines = tuple(
        " ".join(f"{10 * place + 5},{100 - height:.2f}" for place, height in enumerate(one)) for one in heights
    )
    return Picture(
        compared,
        is_flow,
        10 * len(months),
        shown(most) if max([*today, *changed]) else shown(0),
        (_short(months[0]), _short(months[-1])),
        bars,
        (lines[0], lines[1]),
    )


def _bar(x: int, height: float) -> dict[str, str]:
    return {"x": str(x), "y": f"{100 - height:.2f}", "height": f"{height:.2f}"}


def _tiers(said: dict[str, Any], months: Sequence[dt.date]) -> Iterator[Picture]:
    """The members of each tier at the end of each month, the highest tier first."""
    none = [0] * len(months)
    for tier in reversed(said["ladder"]):
        today, changed = (said[side]["tiers"].get(tier, none) for side in ("today", "changed"))
        compared = _pair(tier, words.of(words.TIER, tier), today[-1], changed[-1], POINTS)
        yield _drawn(compared, today, changed, months, POINTS, is_flow=False)


def _matrix(said: dict[str, Any]) -> dict[str, Any]:
    """From the tier by today's rule (rows) to that by the changed one (columns)."""
    tiers = list(reversed(said["ladder"]))
    stay = {tier: (said["today"]["tiers"].get(tier) or [0])[-1] for tier in tiers}
    rank = {tier: place for place, tier in enumerate(said["ladder"])}
    rows = []
    for begins in tiers:
        cells = []
        for ends in tiers:
            count = said["moves"].get(f"{begins}>{ends}", 0)
            if begins == ends:
                count = stay[begins] - sum(n for way, n in said["moves"].items() if way.startswith(f"{begins}>"))
            way = "same" if begins == ends else "up" if rank[ends] > rank[begins] else "down"
            cells.append(Cell(count, begins, ends, way))
        rows.append({"tier": words.of(words.TIER, begins), "cells": cells, "sum": stay[begins]})
    return {"heads": [words.of(words.TIER, tier) for tier in tiers], "rows": rows}


def _by_month(
    said: dict[str, Any], months: Sequence[dt.date], code: str, label: str | Promise, shown: Show, is_flow: bool
) -> dict[str, Any]:
    sides = [said[side][code] for side in ("today", "changed")]
    return {
        "compared": _compared(said, code, label, shown, is_flow),
        "today": [shown(value) for value in sides[0]],
        "changed": [shown(value) for value in sides[1]],
        "same": sides[0] == sides[1],
    }


def months_csv(row: Simulation) -> Iterator[list[Any]]:
    """Month by month, both rules side by side: points as they are, money as people write it."""
    said = row.result
    named = [(code, str(label), shown) for code, label, shown, _flow in ROWS]
    yield [_("Month")] + [f"{label} ({side})" for _code, label, _shown in named for side in (_("today"), _("changed"))]
    for place, month in enumerate(said["months"]):
        cells = [
            said[side][code][place] if shown is POINTS else shown(said[side][code][place])
            for code, _label, shown in named
            for side in ("today", "changed")
        ]
        yield [month[:7], *cells]


def moves_csv(row: Simulation) -> Iterator[list[Any]]:
    """Every member who moves, with her figures."""
    by = [_("Points by today’s rule"), _("Points by the changed rule")]
    yield [_("Member"), _("Today’s rule"), _("Changed rule"), _("Spend"), _("Visits"), *by]
    moves = row.moves.select_related("member").order_by("from_tier", "to_tier", "member_id")
    for move in moves.iterator(chunk_size=2_000):
        tiers = [words.of(words.TIER, tier) for tier in (move.from_tier, move.to_tier)]
        yield [
            move.member.number,
            *tiers,
            show.money(move.spend_minor),
            move.visits,
            move.points_today,
            move.points_changed,
        ]


def _short(month: dt.date) -> str:
    return f"{month:%Y/%m}"

"""How many statements points may cost: one table of ceilings, for either database.

In a test the transaction of an operation is a savepoint, so two of each count are its SAVEPOINT and RELEASE; parameters have
been read from the cache before.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import approvals, clock, parameters
from core.models import Store, User
from loyalty.models import EarnRule, Purchase
from loyalty.operations import earn_rules, points, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from members.models import Member
from tests.loyalty.conftest import cause

SQLITE, POSTGRES = 0, 1
RULES = {
    "wine": {"kind": "purchase", "effect": "multiply", "bps": 20_000, "which_categories": ["wine"], "cap_points": 300,
             "cap_per": "month"},
    "hello": {"kind": "purchase", "effect": "bonus", "points": 5, "cap_points": 50, "cap_per": "year"},
    "all": {"kind": "purchase", "effect": "bonus", "points": 7, "programme_cap_points": 1_000, "programme_cap_per": "month"},
}  # fmt: skip
MOST = {
    "earn": (10, 5),
    "redeem": (12, 7),
    "buy": (21, 15),
    "buy by three rules": (26, 20),
    "buy nothing that earns": (14, 13),
}


@pytest.mark.parametrize("lots", [1, 3])
def test_earning_and_redeeming(wanqing: Member, lots: int) -> None:
    parameters.in_force(PointsParameters)
    for _ in range(lots):
        points.accrue(wanqing, 100, cause=cause(), waits=False)
    held("earn", lambda: points.accrue(wanqing, 10, cause=cause()))
    held("redeem", lambda: points.spend(wanqing, 100 * lots, cause=cause()))


@pytest.mark.usefixtures("on_a_monday")
@pytest.mark.parametrize("before", [1, 4])
def test_recording_a_purchase(wanqing: Member, store: Store, planner: User, director: User, before: int) -> None:
    """As the counter and the API call it; however much she has bought before."""
    for area in (PointsParameters, TierParameters, BirthdayParameters):
        parameters.in_force(area)
    for _ in range(before):
        buy(wanqing, store, 12_000)
    held("buy", lambda: buy(wanqing, store, 12_000))
    held("buy nothing that earns", lambda: buy(wanqing, store, 0))
    for code, said in RULES.items():
        rule = EarnRule.objects.create(code=code, name=code)
        asked = earn_rules.propose(rule, said, effective_at=clock.now(), reason="agreed", author=planner)
        approvals.approve(asked, by=director)
    held("buy by three rules", lambda: buy(wanqing, store, 12_000))


def buy(member: Member, store: Store, minor: int) -> Purchase:
    arrival = Arrival("api", cause().external_id or "", clock.now(), store=store)
    return purchases.record(member, [Line(minor, category="wine"), Line(minor, category="food")], arrival=arrival)


def held(name: str, work: Callable[[], object]) -> None:
    with CaptureQueriesContext(connection) as asked:
        work()
    ceiling = MOST[name][POSTGRES if connection.vendor == "postgresql" else SQLITE]
    assert len(asked) <= ceiling, f"{name}: {len(asked)}\n" + "\n".join(one["sql"][:150] for one in asked)
